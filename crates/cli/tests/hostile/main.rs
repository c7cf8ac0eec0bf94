//! The program against clients, texts and disks that no one would wish for: whatever happens, it goes on
//! answering, or ends as the protocol says.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]
#![allow(clippy::print_stdout, reason = "a test that fails shows at which case")]

mod addresses;
mod ends;
mod faults;
mod files;
mod frames;
mod messages;
mod positions;
mod session;
mod settings;
mod starts;
mod texts;
mod trust;
