//! An entry more in the setting `core`, as an edit of the settings file.

use syntax::{TextEdit, TextRange, TextSize};
use toml::de::{DeTable, DeValue};

/// What `core` holds where nothing is set.
const DEFAULT: &str = "modules/core";

/// The edit of the settings file's text that lets `core` name one thing more, and changes nothing else. `None`: the text
/// cannot be read, or `core` is no list in it.
pub fn add_core_entry(text: &str, entry: &str) -> Option<TextEdit> {
    let table = DeTable::parse(text).ok()?;
    let quoted = quoted(entry);
    let core = table.get_ref().iter().find(|(key, _)| key.get_ref() == "core");
    let Some((_, value)) = core else {
        // A key of the file itself comes before the first table.
        let line = format!("core = [{}, {quoted}]\n", self::quoted(DEFAULT));
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        return insertion(start, line);
    };
    let DeValue::Array(entries) = value.get_ref() else { return None };
    match entries.iter().last() {
        Some(last) => insertion(last.span().end, format!(", {quoted}")),
        None => insertion(value.span().start + 1, quoted),
    }
}

fn insertion(at: usize, text: String) -> Option<TextEdit> {
    let at = TextSize::try_from(at).ok()?;
    Some(TextEdit { range: TextRange::empty(at), new_text: text })
}

/// As TOML writes text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layer;
    use std::path::Path;

    #[track_caller]
    fn becomes(before: &str, after: &str, core: &[&str]) {
        let edit = add_core_entry(before, "hypervisor.web.port").unwrap();
        let mut text = before.to_owned();
        text.replace_range(std::ops::Range::<usize>::from(edit.range), &edit.new_text);
        assert_eq!(text, after);
        let reading = Layer::from_toml(Path::new(crate::SETTINGS_FILE), &text);
        assert!(reading.problems.is_empty(), "{text}");
        assert_eq!(reading.layer.core.unwrap(), core);
    }

    #[test]
    fn the_list_is_longer_and_the_rest_as_it_was() {
        becomes(
            "# ours\nprofile = \"guide\"\n",
            "core = [\"modules/core\", \"hypervisor.web.port\"]\n# ours\nprofile = \"guide\"\n",
            &["modules/core", "hypervisor.web.port"],
        );
        becomes(
            "",
            "core = [\"modules/core\", \"hypervisor.web.port\"]\n",
            &["modules/core", "hypervisor.web.port"],
        );
        becomes(
            "core = [ ] # none\n",
            "core = [\"hypervisor.web.port\" ] # none\n",
            &["hypervisor.web.port"],
        );
        becomes(
            "core = [\n  \"a\", # first\n  'b', # last\n]\n[rules]\n",
            "core = [\n  \"a\", # first\n  'b', \"hypervisor.web.port\", # last\n]\n[rules]\n",
            &["a", "b", "hypervisor.web.port"],
        );
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        assert_eq!(add_core_entry("core = [", "x"), None);
        assert_eq!(add_core_entry("core = \"a\"", "x"), None);
    }

    #[test]
    fn names_with_quotes_stay_what_they_are() {
        assert_eq!(quoted("a.\"b c\"\n"), r#""a.\"b c\"\u000A""#);
    }
}
