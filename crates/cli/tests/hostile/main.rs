//! The program against clients, texts and disks that no one would wish for: whatever happens, it goes on
//! answering, or ends as the protocol says.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod ends;
mod files;
mod messages;
mod positions;
mod session;
mod texts;
mod trust;
