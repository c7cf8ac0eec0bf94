//! Shell variables in strings of shell code, which Nix takes for its own names: `${name}` where `$name` or
//! `''${name}` was meant.

use module::arena::{BinaryOp, Expr, Resolved, StrPart};
use module::{Arena, ExprId, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

/// An interpolation that holds a shell variable.
pub(crate) struct ShellVariable {
    /// The name in it.
    pub expr: ExprId,
    pub name: Symbol,
    pub resolved: Resolved,
    /// The string around it gives the variable a value itself.
    pub is_assigned: bool,
    pub interpolation: Interpolation,
}

/// One `${…}` in a string.
#[derive(Clone, Copy)]
pub(crate) struct Interpolation {
    /// From the `$` to the closing brace.
    pub range: TextRange,
    pub indented: bool,
}

impl Interpolation {
    /// The one that holds `expr`.
    pub fn around(arena: &Arena, expr: ExprId, indented: bool) -> Option<Interpolation> {
        let inner = arena.full_range(expr);
        let text: &str = &arena.text;
        let start = text.get(..inner.start().into())?.rfind("${")?;
        let end = usize::from(inner.end()) + text.get(inner.end().into()..)?.find('}')? + 1;
        let range = TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32));
        Some(Interpolation { range, indented })
    }

    /// Whether a backslash stands before it, which escapes nothing in a `''` string.
    pub fn backslash(self, arena: &Arena) -> Option<TextRange> {
        let before = &arena.text[..usize::from(self.range.start())];
        let at = self.range.start();
        (self.indented && before.ends_with('\\')).then(|| TextRange::new(at - TextSize::new(1), at))
    }

    /// The edit that makes it text.
    pub fn escape(self, arena: &Arena) -> TextEdit {
        match self.backslash(arena) {
            Some(backslash) => TextEdit::replace(backslash, "''"),
            None => TextEdit::insert(self.range.start(), self.escape_sign()),
        }
    }

    /// What is written before a `${` that is text.
    pub fn escape_sign(self) -> &'static str {
        if self.indented { "''" } else { "\\" }
    }
}

/// The interpolations of shell code whose name no `let`, function or builtin of Nix has; a `with` may have
/// it.
pub(crate) fn shell_variables(arena: &Arena) -> Vec<ShellVariable> {
    let mut found = Vec::new();
    for string in arena.expr_ids() {
        let Expr::Str { parts, indented } = arena.expr(string) else { continue };
        let mut text = None;
        for part in parts {
            let StrPart::Interpolation(inner) = part else { continue };
            let Some((expr, name, resolved)) = first_name(arena, *inner) else { continue };
            let text = *text.get_or_insert_with(|| arena.source(arena.range(string)));
            let is_assigned = assigns(text, name.as_str());
            if !is_assigned && !is_environment(name.as_str()) && !is_shell_code(text) {
                continue;
            }
            let Some(interpolation) = Interpolation::around(arena, *inner, *indented) else {
                continue;
            };
            if !is_assigned && is_package(&arena.text[usize::from(interpolation.range.end())..]) {
                continue;
            }
            found.push(ShellVariable { expr, name, resolved, is_assigned, interpolation });
        }
    }
    found
}

/// The name that an interpolation begins with, as the shell writes `${name}`, `${!name}`, `${name//a/b}`.
fn first_name(arena: &Arena, expr: ExprId) -> Option<(ExprId, Symbol, Resolved)> {
    match arena.expr(expr) {
        Expr::Name { name, resolved } => {
            let is_free = matches!(resolved, Resolved::Unresolved | Resolved::With(_));
            is_free.then_some((expr, *name, *resolved))
        }
        Expr::Not(inner) => first_name(arena, *inner),
        Expr::Binary { op: BinaryOp::Update, left, right }
            if matches!(arena.expr(*right), Expr::Path { .. } | Expr::Name { .. }) =>
        {
            first_name(arena, *left)
        }
        _ => None,
    }
}

/// Whether what follows an interpolation is a place in a package, as in `${jq}/bin/jq`.
pub(crate) fn is_package(after: &str) -> bool {
    ["/bin/", "/sbin/", "/lib/", "/libexec/", "/share/"]
        .iter()
        .any(|folder| after.starts_with(folder))
}

/// `HOME`, `SSH_KEY`: the names of variables that the environment supplies.
fn is_environment(name: &str) -> bool {
    name.len() > 1
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether shell code gives the variable a value: `name=…`, `for name in`, `read name`, `local name`.
fn assigns(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let begins = before
            .chars()
            .next_back()
            .is_none_or(|ch| ch.is_whitespace() || matches!(ch, ';' | '(' | '{' | '"' | '\''));
        let is_set = after.starts_with('=') && !after.starts_with("==")
            || after.starts_with("+=")
            || after.starts_with("=(");
        let ends = after.chars().next().is_none_or(|ch| ch.is_whitespace() || ch == ';');
        let word = before.trim_end().rsplit(|ch: char| !ch.is_ascii_alphanumeric()).next();
        let is_named = matches!(word, Some("for" | "read" | "local" | "declare" | "export" | "r"));
        begins && (is_set || ends && is_named)
    })
}

/// The words that a line of shell code may begin with.
const COMMANDS: [&str; 44] = [
    "[",
    "[[",
    "awk",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "curl",
    "do",
    "done",
    "echo",
    "elif",
    "else",
    "esac",
    "eval",
    "exec",
    "exit",
    "export",
    "fi",
    "for",
    "function",
    "grep",
    "if",
    "install",
    "ip",
    "kill",
    "ln",
    "local",
    "logger",
    "mkdir",
    "mv",
    "printf",
    "read",
    "return",
    "rm",
    "sed",
    "set",
    "sleep",
    "source",
    "systemctl",
    "touch",
    "virsh",
    "while",
];

/// Whether a string's source looks like shell code: a first line that says so, commands, `$name`, `$(…)`.
pub(crate) fn is_shell_code(text: &str) -> bool {
    let body = text.trim_start_matches(['\'', '"']).trim_start();
    if let Some(interpreter) = body.strip_prefix("#!") {
        return interpreter.lines().next().is_some_and(|line| line.trim_end().ends_with("sh"));
    }
    let has_variable = body.match_indices('$').any(|(at, _)| {
        body[at + 1..]
            .starts_with(|ch: char| ch.is_ascii_alphabetic() || matches!(ch, '_' | '(' | '@' | '?'))
    });
    let has_command = body.lines().any(|line| {
        let word = line.split_whitespace().next().unwrap_or_default();
        COMMANDS.binary_search(&word.trim_end_matches(';')).is_ok()
    });
    has_variable || has_command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_code_is_known_by_what_is_in_it() {
        assert!(COMMANDS.is_sorted());
        for text in ["''\n  echo hi\n''", "\"a $b\"", "''#!/bin/sh\nx''", "''\n  x=$(date)\n''"] {
            assert!(is_shell_code(text), "{text}");
        }
        for text in ["\"hello\"", "''\n  server { listen 80; }\n''", "''#!/usr/bin/env python3\n''"]
        {
            assert!(!is_shell_code(text), "{text}");
        }
    }

    #[test]
    fn assignments_are_seen() {
        for text in ["x=1", "  x=$(date)", "for x in a b", "local x", "read -r x", "x+=1"] {
            assert!(assigns(text, "x"), "{text}");
        }
        for text in ["max=1", "x == 1", "a x b", "$x"] {
            assert!(!assigns(text, "x"), "{text}");
        }
    }
}
