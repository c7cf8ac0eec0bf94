//! Findings for people: level, rule and message, the line of source, and every related place.

use super::Sources;
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};
use lints::{Diagnostic, Level};
use module::{FileId, Location};
use rayon::prelude::*;
use std::io::Write;
use syntax::{LineIndex, TextRange};

/// So many findings are drawn at once.
const AT_ONCE: usize = 1024;

pub fn write(
    diagnostics: &[Diagnostic],
    root: FileId,
    sources: &(impl Sources + Sync),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    // Where colours are not wanted, the output stream takes them out again.
    let renderer = Renderer::styled().hyperlink(false);
    // Drawing takes as long as a tenth of the whole run; of a large tree's findings not all are in memory at once.
    for diagnostics in diagnostics.chunks(AT_ONCE) {
        let shown =
            diagnostics.par_iter().map(|diagnostic| show(diagnostic, root, sources, &renderer));
        for shown in shown.collect::<Vec<String>>() {
            writeln!(out, "{shown}\n")?;
        }
    }
    Ok(())
}

fn show(
    diagnostic: &Diagnostic,
    root: FileId,
    sources: &impl Sources,
    renderer: &Renderer,
) -> String {
    let at = Location::new(diagnostic.file, diagnostic.range);
    let title = title(diagnostic.level).primary_title(&diagnostic.message).id(diagnostic.rule);
    let mut groups = vec![place(Group::with_title(title), at, root, sources)];
    for related in &diagnostic.related {
        let title = Title::NOTE.secondary_title(&related.message);
        groups.push(place(Group::with_title(title), related.at, root, sources));
    }
    renderer.render(&groups)
}

fn title(level: Level) -> Title<'static> {
    match level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Information => Title::INFO.with_name("information"),
        Level::Hint => Title::HELP.with_name("hint"),
    }
}

/// Adds the place to the group: its lines with carets below, or its file alone if there is no text.
fn place<'a>(group: Group<'a>, at: Location, root: FileId, sources: &'a impl Sources) -> Group<'a> {
    let path = at.file.relative_to(root);
    let Some((text, lines)) = sources.source(at.file) else {
        return group.element(Origin::path(path));
    };
    let (shown, first_line) = lines_around(text, lines, at.text_range());
    let offset = |offset| usize::from(offset).clamp(shown.0, shown.1) - shown.0;
    let span = offset(at.text_range().start())..offset(at.text_range().end());
    group.element(
        Snippet::source(&text[shown.0..shown.1])
            .line_start(first_line as usize + 1)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span)),
    )
}

/// The whole lines that a range touches, as bytes, and the first one's number (from 0). The renderer
/// is shown no more than these: it would walk the whole text for every finding.
fn lines_around(text: &str, lines: &LineIndex, range: TextRange) -> ((usize, usize), u32) {
    let first = lines.line(range.start());
    let start = lines.line_range(text, first).start();
    let end = lines.line_range(text, lines.line(range.end())).end();
    ((usize::from(start), usize::from(end)), first)
}
