//! Pieces of modules with places to fill in, by the guide's template.

use super::{CompletionItem, CompletionKind};
use crate::library::{spelled_at, type_spelled_at};
use crate::view::View;
use module::Symbol;
use syntax::{TextEdit, TextRange, TextSize};

/// An item that writes a snippet; editors without snippets get it with nothing filled in.
pub(super) fn template(
    word: TextRange,
    label: &str,
    detail: &str,
    snippet: String,
    sort: String,
) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        kind: CompletionKind::Template,
        detail: Some(detail.to_owned()),
        about: None,
        edit: TextEdit::replace(word, without_places(&snippet)),
        snippet: Some(snippet),
        sort,
        deprecated: false,
    }
}

/// A snippet as plain text: places are empty, or have their own words in them.
pub(super) fn without_places(snippet: &str) -> String {
    let mut out = String::with_capacity(snippet.len());
    let mut chars = snippet.chars().peekable();
    let mut in_place = false;
    while let Some(ch) = chars.next() {
        match ch {
            '\\' => out.extend(chars.next()),
            '$' => {
                if chars.next_if_eq(&'{').is_some() {
                    in_place = true;
                }
                while chars.next_if(char::is_ascii_digit).is_some() {}
                chars.next_if(|&it| in_place && it == ':');
            }
            '}' if in_place => in_place = false,
            ch => out.push(ch),
        }
    }
    out
}

/// A file that is still empty.
pub(super) fn whole_module(view: &View<'_>, word: TextRange) -> Vec<CompletionItem> {
    let namespace = view.snapshot.setup().namespaces.first().map_or("hypervisor", |it| it);
    let topic = topic(view);
    let snippet = format!(
        "{{ config, lib, pkgs, ... }}:

{{
  options.{namespace}.${{1:{topic}}} = {{
    enable = lib.mkEnableOption \"${{2:{topic}}}\";

    ${{3:setting}} = lib.mkOption {{
      type = lib.types.${{4:str}};
      default = ${{5:\"\"}};
      description = \"${{6:What it is for.}}\";
    }};
  }};

  config = lib.mkIf config.{namespace}.${{1:{topic}}}.enable {{
    $0
  }};
}}
"
    );
    vec![template(word, "module", "options and config of a topic", snippet, "0".into())]
}

/// The part of the tree that a file belongs to, by its folder: `web` of `modules/web/proxy.nix`.
fn topic(view: &View<'_>) -> String {
    let stem = view.file.name().trim_end_matches(".nix");
    let folder = view.file.folder().name();
    let name = match folder {
        "" | "modules" => stem,
        folder => folder,
    };
    match module::is_identifier(name) && name != "default" {
        true => name.to_owned(),
        false => "topic".to_owned(),
    }
}

/// New options below `options`.
pub(super) fn options(
    view: &View<'_>,
    word: TextRange,
    at: TextSize,
    present: &[Symbol],
) -> Vec<CompletionItem> {
    let mut items = Vec::new();
    let has_enable = present.iter().any(|name| name.as_str() == "enable");
    if let Some(function) = spelled_at(view, "mkEnableOption", at).filter(|_| !has_enable) {
        let snippet = format!("enable = {function} \"${{1:what it turns on}}\";");
        items.push(template(word, "enable", "an option to turn it on", snippet, "3a".into()));
    }
    if let Some(option) = option(view, at) {
        let snippet = format!("${{1:name}} = {option};");
        items.push(template(word, "option", "a new option", snippet, "3b".into()));
    }
    items
}

/// What declares an option, as the value of a binding.
pub(super) fn declaring(view: &View<'_>, word: TextRange, at: TextSize) -> Vec<CompletionItem> {
    let mut items = Vec::new();
    if let Some(snippet) = option(view, at) {
        items.push(template(word, "mkOption", "an option of any type", snippet, "!0".into()));
    }
    if let Some(function) = spelled_at(view, "mkEnableOption", at) {
        let snippet = format!("{function} \"${{1:what it turns on}}\"");
        items.push(template(word, "mkEnableOption", "a switch", snippet, "!1".into()));
    }
    if let Some(function) = spelled_at(view, "mkPackageOption", at) {
        let snippet = format!("{function} pkgs \"${{1:name}}\" {{ }}");
        items.push(template(word, "mkPackageOption", "a package", snippet, "!2".into()));
    }
    items
}

fn option(view: &View<'_>, at: TextSize) -> Option<String> {
    let function = spelled_at(view, "mkOption", at)?;
    let ty = type_spelled_at(view, "${2:str}", at)?;
    Some(format!(
        "{function} {{\n  type = {ty};\n  default = ${{3:\"\"}};\n  \
         description = \"${{4:What it is for.}}\";\n}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_vanish_from_plain_text() {
        assert_eq!(without_places("${1:a} = { $0 };"), "a = {  };");
        assert_eq!(without_places("x = \"$1\";\n$0"), "x = \"\";\n");
        assert_eq!(without_places("\\$x"), "$x");
    }
}
