//! The server over a pipe, as an editor meets it.

mod configuration;
mod diagnostics;
mod disk;
mod editing;
mod everywhere;
mod external;
mod life_cycle;
mod navigation;
mod renaming;
mod requests;
mod structure;
mod views;

use disk::TestDisk;
use server::Exit;
use std::sync::Arc;
use test_support::{LspClient, in_time};
use tokio::task::JoinHandle;

/// Bytes that fit into a pipe before somebody has to read.
const PIPE: usize = 1 << 16;

type Server = JoinHandle<std::io::Result<Exit>>;

/// A server and an editor, connected.
fn connect(disk: Arc<TestDisk>) -> (LspClient, Server) {
    let (client_end, server_end) = tokio::io::duplex(PIPE);
    let (reader, writer) = tokio::io::split(server_end);
    let server = tokio::spawn(server::run(reader, writer, disk));
    let (reader, writer) = tokio::io::split(client_end);
    (LspClient::new(reader, writer), server)
}

async fn ended(server: Server) -> Exit {
    let ended = in_time("the server's end", server).await;
    ended.expect("the server does not panic").expect("threads can be had")
}
