//! The store paths of what a `flake.lock` pins. They follow from its hashes, so nothing is asked of Nix.

use crate::read_text;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;

pub(super) const STORE: &str = "/nix/store";

/// Inputs that follow inputs that follow inputs …
const MAX_FOLLOWED: u32 = 16;

pub(super) struct FlakeLock(Value);

impl FlakeLock {
    /// `None`: there is none that could be read.
    pub fn read(file: &Path) -> Option<FlakeLock> {
        serde_json::from_str(&read_text(file).ok()?).ok().map(FlakeLock)
    }

    /// The name in the store of an input of the flake itself.
    pub fn store_name(&self, input: &str) -> Option<String> {
        let node = self.node(&[input], MAX_FOLLOWED)?;
        store_name(self.0["nodes"][node]["locked"]["narHash"].as_str()?)
    }

    /// The node that a path of inputs leads to, from the root on.
    fn node(&self, inputs: &[&str], steps: u32) -> Option<&str> {
        let steps = steps.checked_sub(1)?;
        let mut node = self.0["root"].as_str()?;
        for &input in inputs {
            node = match &self.0["nodes"][node]["inputs"][input] {
                Value::String(node) => node,
                // It follows another flake's input.
                Value::Array(path) => {
                    let path: Vec<&str> = path.iter().map(Value::as_str).collect::<Option<_>>()?;
                    self.node(&path, steps)?
                }
                _ => return None,
            };
        }
        Some(node)
    }
}

/// The name of a source with this hash (`sha256-…`, as in a `flake.lock`).
///
/// Source: Nix, `makeFixedOutputPath` and `makeStorePath` in `src/libstore/store-dir-config.cc`.
fn store_name(nar_hash: &str) -> Option<String> {
    let hash = BASE64_STANDARD.decode(nar_hash.strip_prefix("sha256-")?).ok()?;
    if hash.len() != 32 {
        return None;
    }
    let digest = Sha256::digest(format!("source:sha256:{}:{STORE}:source", hex(&hash)));
    let mut compressed = [0; 20];
    for (index, byte) in digest.iter().enumerate() {
        compressed[index % 20] ^= byte;
    }
    Some(format!("{}-source", nix_base32(&compressed)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Nix's own base 32: other digits than everybody's, and the last five bits first.
fn nix_base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";
    let length = (bytes.len() * 8).div_ceil(5);
    let digit = |index: usize| {
        let (byte, bit) = (index * 5 / 8, index * 5 % 8);
        let next = u16::from(bytes.get(byte + 1).copied().unwrap_or(0));
        let window = u16::from(bytes[byte]) | next << 8;
        char::from(DIGITS[usize::from(window >> bit & 31)])
    };
    (0..length).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The pairs are from the manual of `nix flake prefetch`.
    #[test]
    fn the_store_path_follows_from_the_hash() {
        for (hash, name) in [
            (
                "sha256-3XYHZANT6AFBV0BqegkAZHbba6oeDkIUCDwbATLMhAY=",
                "sl5vvk8mb4ma1sjyy03kwpvkz50hd22d-source",
            ),
            (
                "sha256-VHg3MYVgQ12LeRSU2PSoDeKlSPD8PYYEFxxwkVVDRd0=",
                "hang3792qwdmm2n0d9nsrs5n6bsws6kv-source",
            ),
        ] {
            assert_eq!(store_name(hash).as_deref(), Some(name));
        }
        for hash in ["", "sha256-", "sha256-AAAA", "sha1-AAAA", "sha256-ä"] {
            assert_eq!(store_name(hash), None, "{hash}");
        }
    }

    #[test]
    fn inputs_are_followed() {
        let hash = "sha256-VHg3MYVgQ12LeRSU2PSoDeKlSPD8PYYEFxxwkVVDRd0=";
        let lock = FlakeLock(json!({
            "root": "root",
            "nodes": {
                "root": { "inputs": { "nixpkgs": ["hyper", "nixpkgs"], "hyper": "hyper", "a": ["a"] } },
                "hyper": { "inputs": { "nixpkgs": "nixpkgs_2" } },
                "nixpkgs_2": { "locked": { "narHash": hash } },
            },
        }));
        let name = "hang3792qwdmm2n0d9nsrs5n6bsws6kv-source";
        assert_eq!(lock.store_name("nixpkgs").as_deref(), Some(name));
        // One that follows itself, one without a hash, one that is not there.
        assert_eq!(lock.store_name("a"), None);
        assert_eq!(lock.store_name("hyper"), None);
        assert_eq!(lock.store_name("home-manager"), None);
    }
}
