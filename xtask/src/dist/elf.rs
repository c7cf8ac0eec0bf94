//! As much of an ELF file as says whether it needs a loader. The form is that of the System V ABI,
//! 64 bit, little endian, which all our Linux targets have.

use anyhow::{Context, Result, bail, ensure};

const MAGIC: &[u8] = b"\x7fELF\x02\x01";
/// Program headers of this type name a loader.
const PT_INTERP: u32 = 3;

/// # Errors
/// If the program names a loader, or is no such file.
pub fn ensure_static(file: &[u8]) -> Result<()> {
    ensure!(file.starts_with(MAGIC), "it is no 64 bit little endian ELF file");
    let first = usize::try_from(u64::from_le_bytes(bytes(file, 0x20)?))?;
    let size = usize::from(u16::from_le_bytes(bytes(file, 0x36)?));
    let count = usize::from(u16::from_le_bytes(bytes(file, 0x38)?));
    for number in 0..count {
        let kind = u32::from_le_bytes(bytes(file, first + number * size)?);
        if kind == PT_INTERP {
            bail!("the program asks for a loader: it is not linked statically");
        }
    }
    Ok(())
}

fn bytes<const N: usize>(file: &[u8], at: usize) -> Result<[u8; N]> {
    let bytes = file.get(at..at + N).context("the file ends too early")?;
    Ok(bytes.try_into()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(kinds: &[u32]) -> Vec<u8> {
        let mut file = vec![0; 0x40];
        file[..MAGIC.len()].copy_from_slice(MAGIC);
        file[0x20] = 0x40;
        file[0x36] = 0x38;
        file[0x38] = kinds.len() as u8;
        for kind in kinds {
            file.extend(kind.to_le_bytes());
            file.resize(file.len() + 0x34, 0);
        }
        file
    }

    #[test]
    fn a_program_that_names_a_loader_is_not_static() {
        assert!(ensure_static(&elf(&[1, 6, 2])).is_ok());
        assert!(ensure_static(&elf(&[6, PT_INTERP, 1])).is_err());
        assert!(ensure_static(b"#!/bin/sh\n").is_err());
        assert!(ensure_static(&elf(&[1])[..0x50]).is_ok());
        assert!(ensure_static(&elf(&[1, 1])[..0x60]).is_err());
    }
}
