//! The options as one page that needs nothing else: no other file, no address, no script of anybody's.

use super::page::PageOption;
use pulldown_cmark::{Event, Options, Parser, html};
use std::fmt::Write as _;
use std::io::Write;

const PAGE: &str = include_str!("page.html");
const HERE: &str = "<!-- options -->";

pub fn write(options: &[PageOption<'_>], out: &mut dyn Write) -> anyhow::Result<()> {
    let (before, after) = PAGE.split_once(HERE).unwrap_or((PAGE, ""));
    out.write_all(before.as_bytes())?;
    for option in options {
        out.write_all(section(option).as_bytes())?;
    }
    out.write_all(after.as_bytes())?;
    Ok(())
}

fn section(option: &PageOption<'_>) -> String {
    let path = escaped(&option.first.path);
    let mut text = String::new();
    let _ = writeln!(text, "<article id=\"{path}\">\n<h2><a href=\"#{path}\">{path}</a></h2>");
    if let Some(description) = option.description {
        text.push_str(&prose(description));
    }
    text.push_str("<dl>\n");
    if let Some(ty) = option.r#type {
        let read_only = if option.first.read_only { " (read only)" } else { "" };
        let _ = writeln!(text, "<dt>Type</dt><dd>{}{read_only}</dd>", escaped(ty));
    }
    for (what, source) in [("Default", &option.default), ("Example", &option.example)] {
        if let Some(source) = source {
            let source = escaped(source);
            let _ = writeln!(text, "<dt>{what}</dt><dd><pre><code>{source}</code></pre></dd>");
        }
    }
    for (file, line) in &option.declared_in {
        let _ = writeln!(text, "<dt>Declared in</dt><dd>{}:{line}</dd>", escaped(file));
    }
    text.push_str("</dl>\n</article>\n");
    text
}

/// Markdown; tags in it are shown as they are written.
fn prose(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(tag) | Event::InlineHtml(tag) => Event::Text(tag),
        other => other,
    });
    let mut text = String::new();
    html::push_html(&mut text, events);
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(ch),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_place_for_the_options_and_names_no_other_file() {
        assert_eq!(PAGE.matches(HERE).count(), 1);
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!PAGE.contains(outside), "{outside}");
        }
    }

    #[test]
    fn tags_in_descriptions_are_text() {
        let html = prose("A *list* of `x`.\n\n<script>alert(1)</script> and <b>");
        assert_eq!(
            html,
            "<p>A <em>list</em> of <code>x</code>.</p>\n&lt;script&gt;alert(1)&lt;/script&gt; and &lt;b&gt;"
        );
    }
}
