//! The one place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

pub fn heading(text: &str) {
    println!("\n==> {text}");
}

pub fn line(text: &str) {
    println!("{text}");
}

pub fn failure(error: &anyhow::Error) {
    eprintln!("\nerror: {error:#}");
}
