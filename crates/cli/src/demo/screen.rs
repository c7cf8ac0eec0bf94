//! How the session looks in the terminal.

use super::buffer::Buffer;
use anstyle::{AnsiColor, Style};
use serde_json::Value;
use similar::TextDiff;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

const HEADING: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const NAME: Style = AnsiColor::Cyan.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();

pub struct Screen<'a> {
    root: &'a Path,
    out: &'a mut dyn Write,
    steps: u32,
}

impl<'a> Screen<'a> {
    pub fn new(root: &'a Path, out: &'a mut dyn Write) -> Screen<'a> {
        Screen { root, out, steps: 0 }
    }

    pub fn root(&self) -> &'a Path {
        self.root
    }

    pub fn heading(&mut self, title: &str, explanation: &str) -> anyhow::Result<()> {
        self.steps += 1;
        writeln!(self.out, "{HEADING}{}. {title}{HEADING:#}", self.steps)?;
        writeln!(self.out, "   {FAINT}{explanation}{FAINT:#}\n")?;
        Ok(())
    }

    pub fn line(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "   {text}")?)
    }

    pub fn quote(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "   {FAINT}│{FAINT:#} {text}")?)
    }

    pub fn row(&mut self, name: &str, detail: &str) -> anyhow::Result<()> {
        self.line(format!("{NAME}{name:24}{NAME:#} {detail}").trim_end())
    }

    pub fn answered(&mut self, time: Duration) -> anyhow::Result<()> {
        let milliseconds = time.as_secs_f64() * 1000.0;
        writeln!(self.out, "   {FAINT}(answered in {milliseconds:.1} ms){FAINT:#}\n")?;
        // The next answer may take its time, and the user wants to read in the meantime.
        Ok(self.out.flush()?)
    }

    /// A place: file, line number and the line itself, a mark below the position.
    pub fn source(&mut self, buffer: &Buffer, position: &Value) -> anyhow::Result<()> {
        let Some((number, line)) = buffer.line_at(position) else {
            return self.line(&buffer.shown);
        };
        let column = buffer.column_at(position).unwrap_or(0);
        self.line(&format!("{NAME}{}:{number}:{}{NAME:#}", buffer.shown, column + 1))?;
        self.line(&format!("{FAINT}{number:>4} │{FAINT:#} {line}"))?;
        self.line(&format!("{FAINT}     │ {:column$}^{FAINT:#}", ""))
    }

    pub fn finding(&mut self, buffer: &Buffer, finding: &Value) -> anyhow::Result<()> {
        let (style, level) = match finding["severity"].as_u64() {
            Some(1) => (ERROR, "error"),
            Some(2) => (WARNING, "warning"),
            Some(3) => (NAME, "information"),
            _ => (NAME, "hint"),
        };
        let rule = finding["code"].as_str().unwrap_or_default();
        let message = finding["message"].as_str().unwrap_or_default();
        self.line(&format!("{style}{level}{style:#}[{rule}]: {message}"))?;
        self.source(buffer, &finding["range"]["start"])?;
        for related in finding["relatedInformation"].as_array().into_iter().flatten() {
            let uri = related["location"]["uri"].as_str().unwrap_or_default();
            let line = related["location"]["range"]["start"]["line"].as_u64().unwrap_or(0) + 1;
            let shown = Buffer::at_uri(self.root, uri).map_or(uri.to_owned(), |file| file.shown);
            let message = related["message"].as_str().unwrap_or_default();
            self.line(&format!("     {NAME}{shown}:{line}{NAME:#} {message}"))?;
        }
        Ok(())
    }

    pub fn diff(&mut self, buffer: &Buffer, edited: &str) -> anyhow::Result<()> {
        let diff = TextDiff::from_lines(buffer.text.as_str(), edited);
        let mut unified = diff.unified_diff();
        let shown = unified.context_radius(2).header(&buffer.shown, &buffer.shown).to_string();
        for line in shown.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') => ADDED,
                Some(b'-') => REMOVED,
                _ => FAINT,
            };
            self.line(&format!("{style}{line}{style:#}"))?;
        }
        Ok(())
    }

    pub fn end(&mut self) -> anyhow::Result<()> {
        writeln!(
            self.out,
            "That was the server an editor talks to; `hyper-nixos-ls check` says the same in a \
             terminal."
        )?;
        Ok(self.out.flush()?)
    }
}
