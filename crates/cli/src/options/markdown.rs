//! The options as one Markdown document.

use super::page::PageOption;
use std::io::Write;

pub fn write(options: &[PageOption<'_>], out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "# Options")?;
    for option in options {
        writeln!(out, "\n## `{}`", option.first.path)?;
        if let Some(description) = option.description {
            writeln!(out, "\n{}", description.trim())?;
        }
        writeln!(out)?;
        if let Some(ty) = option.r#type {
            let read_only = if option.first.read_only { " (read only)" } else { "" };
            writeln!(out, "- Type: {ty}{read_only}")?;
        }
        for (what, source) in [("Default", &option.default), ("Example", &option.example)] {
            if let Some(source) = source {
                writeln!(out, "- {what}:{}", code(source))?;
            }
        }
        for (file, line) in &option.declared_in {
            writeln!(out, "- Declared in `{file}:{line}`")?;
        }
    }
    Ok(())
}

/// In its line, or in a fenced block of the list item.
fn code(source: &str) -> String {
    let fence = "`".repeat(longest_run_of_backticks(source) + 1);
    if !source.contains('\n') {
        let pad = if source.contains('`') { " " } else { "" };
        return format!(" {fence}{pad}{source}{pad}{fence}");
    }
    let fence = if fence.len() < 3 { "```" } else { &fence };
    let lines: String = source.lines().map(|line| format!("\n  {line}")).collect();
    format!("\n\n  {fence}nix{lines}\n  {fence}\n")
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|ch| ch != '`').map(str::len).max().unwrap_or(0)
}
