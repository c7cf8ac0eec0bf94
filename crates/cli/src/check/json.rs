//! Findings for programs: one JSON object a line. The names are part of the interface.

use super::{Region, Sources};
use crate::explain::level_name;
use lints::Diagnostic;
use module::FileId;
use serde::Serialize;
use std::io::Write;

/// Lines and columns count from 1, columns in Unicode scalar values; files are seen from the root.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    rule: &'a str,
    level: &'a str,
    message: &'a str,
    fixable: bool,
    related: Vec<RelatedPlace<'a>>,
}

#[derive(Serialize)]
struct RelatedPlace<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

pub fn write(
    diagnostics: &[Diagnostic],
    root: FileId,
    sources: &impl Sources,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for diagnostic in diagnostics {
        let Region { line, column, end_line, end_column } =
            Region::of(diagnostic.file, diagnostic.range, sources);
        let related = diagnostic.related.iter().map(|related| {
            let Region { line, column, .. } = Region::at(related.at, sources);
            let file = related.at.file.relative_to(root);
            RelatedPlace { file, line, column, message: &related.message }
        });
        let finding = Line {
            file: diagnostic.file.relative_to(root),
            line,
            column,
            end_line,
            end_column,
            rule: diagnostic.rule,
            level: level_name(diagnostic.level),
            message: &diagnostic.message,
            fixable: !diagnostic.fixes.is_empty(),
            related: related.collect(),
        };
        serde_json::to_writer(&mut *out, &finding)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
