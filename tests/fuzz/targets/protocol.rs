//! Any bytes from a client. Each line of the input is the body of a message, and one that begins with `!` is sent as it
//! stands, without a header. Whatever comes, the server ends when its input does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use module::FileId;
use server::{Configuration, Disk, Entry, ExternalReading, NotFormatted, Scan};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Longer than any sensible answer takes under the fuzzer's instruments.
const PATIENCE: Duration = Duration::from_secs(20);

/// A disk with nothing on it.
struct Nothing;

impl Disk for Nothing {
    fn find_root(&self, _: FileId) -> Option<FileId> {
        None
    }

    fn configure(&self, root: FileId, _: &serde_json::Value) -> Configuration {
        Configuration {
            lints: lints::Settings::default(),
            setup: index::Setup {
                root,
                namespaces: vec!["hypervisor".to_owned()],
                roots: Vec::new(),
            },
            hints: ide::HintSettings { types: true, aliases: true, closings: true },
            exclude: Vec::new(),
            option_sources: None,
            formatter: None,
            settings_text: None,
            problems: Vec::new(),
        }
    }

    fn scan(&self, _: FileId, _: &[String], _: &(dyn Fn(usize) + Sync)) -> Scan {
        Scan::default()
    }

    fn read(&self, _: FileId, _: &[String], _: FileId) -> Entry {
        Entry::Missing
    }

    fn external_options(
        &self,
        _: FileId,
        _: Option<&[String]>,
        _: &dyn Fn(&str),
    ) -> ExternalReading {
        ExternalReading::default()
    }

    fn format(&self, _: &[String], _: FileId, text: &str) -> Result<String, NotFormatted> {
        Ok(text.to_owned())
    }
}

fn input(data: &[u8]) -> Vec<u8> {
    let framed =
        |body: &[u8]| [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat();
    let mut bytes = framed(br#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{},"rootUri":"file:///r"}}"#);
    bytes.extend(framed(br#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#));
    for line in data.split(|&byte| byte == b'\n') {
        match line {
            [b'!', raw @ ..] => bytes.extend(raw),
            body => bytes.extend(framed(body)),
        }
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (mut client, server_end) = tokio::io::duplex(1 << 24);
        let (reader, writer) = tokio::io::split(server_end);
        let server = server::run(reader, writer, Arc::new(Nothing));
        let talk = async {
            // The server may end before it has read everything.
            let _ = client.write_all(&input(data)).await;
            let _ = client.shutdown().await;
            client
        };
        let both = async { tokio::join!(server, talk) };
        let (ended, _client) =
            tokio::time::timeout(PATIENCE, both).await.expect("the server ends with its input");
        ended.expect("threads can be had");
    });
    runtime.shutdown_background();
});
