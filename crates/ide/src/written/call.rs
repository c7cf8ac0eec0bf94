//! The calls around the cursor.

use super::left::{Left, names_of, significant};
use module::Symbol;
use rnix::SyntaxKind::*;
use syntax::TextSize;

/// A function's call that the cursor is in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub function: Vec<Symbol>,
    /// Of the function.
    pub start: TextSize,
    /// Which of its arguments the cursor is in or in front of, from 0.
    pub index: usize,
    /// Whether the cursor is in a set that the function is given, and at which attribute.
    pub set: Option<Option<Symbol>>,
}

impl Call {
    /// Innermost first, up to the binding that the cursor is in; one set is looked out of.
    pub fn all_at(text: &str, cursor: TextSize) -> Vec<Call> {
        let cursor = usize::from(cursor);
        let mut calls = Vec::new();
        let Some(tokens) = text.get(..cursor).and_then(significant) else { return calls };
        let mut left = Left::new(text, &tokens);
        if let Some(string) = left.open_string_index() {
            left.tokens = &left.tokens[..string];
        } else if left.last().is_some_and(|token| token.end() == cursor) {
            // The argument under the cursor is the one that is asked about.
            left.atom();
        }
        let mut set = None;
        let mut is_after_operator = false;
        while let Some(last) = left.last() {
            match last.kind {
                TOKEN_L_PAREN | TOKEN_L_BRACK => left.drop_last(1),
                TOKEN_L_BRACE | TOKEN_SEMICOLON | TOKEN_ASSIGN if set.is_some() => break,
                TOKEN_L_BRACE => {
                    left.drop_last(1);
                    set = Some(None);
                }
                TOKEN_SEMICOLON => {
                    if left.is_after_with() || left.skip_to(&[TOKEN_LET]).is_some() {
                        break;
                    }
                    left.drop_last(1);
                    set = Some(None);
                }
                TOKEN_ASSIGN => {
                    left.drop_last(1);
                    let Some((names, _)) = left.attribute_path() else { break };
                    if left.skip_to(&[TOKEN_LET]).is_some() || left.is_empty() {
                        break;
                    }
                    if left.last().is_none_or(|token| token.kind != TOKEN_L_BRACE) {
                        break;
                    }
                    left.drop_last(1);
                    set = Some(names.first().copied());
                }
                _ => match arguments(&mut left) {
                    // What an operator separates from the cursor is complete.
                    Some(_) if is_after_operator => {}
                    Some((function, start, index)) => {
                        calls.push(Call { function, start, index, set });
                    }
                    None if left.last() == Some(last) => {
                        left.drop_last(1);
                        is_after_operator = true;
                        continue;
                    }
                    None => {}
                },
            }
            is_after_operator = false;
        }
        calls
    }
}

/// Takes the function and the arguments that are written already; the elements of a list are none.
fn arguments(left: &mut Left<'_>) -> Option<(Vec<Symbol>, TextSize, usize)> {
    let mut atoms = vec![left.atom()?];
    while let Some(atom) = left.atom() {
        atoms.push(atom);
    }
    if left.last().is_some_and(|token| token.kind == TOKEN_L_BRACK) {
        return None;
    }
    let head = atoms.last()?;
    let start = TextSize::new(head.first()?.start as u32);
    Some((names_of(head)?, start, atoms.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expected: &str) {
        let shown: Vec<String> = Call::all_at(before, TextSize::of(before))
            .into_iter()
            .map(|call| {
                let names: Vec<&str> = call.function.iter().map(|name| name.as_str()).collect();
                let set = match call.set {
                    None => String::new(),
                    Some(None) => " {".to_owned(),
                    Some(Some(name)) => format!(" {{ {name}"),
                };
                format!("{} {}{set}", names.join("."), call.index)
            })
            .collect();
        assert_eq!(shown.join(", "), expected, "{before}");
    }

    #[test]
    fn curried_calls() {
        check("{ a = lib.mkIf ", "lib.mkIf 0");
        check("{ a = lib.mkIf cfg.ena", "lib.mkIf 0");
        check("{ a = lib.mkIf cfg.enable ", "lib.mkIf 1");
        check("{ a = lib.mkIf (x && !y", "lib.mkIf 0");
        check("{ a = lib.mkIf (elem x ", "elem 1, lib.mkIf 0");
        check("{ a = mkRename [ \"a\" \"b\" ] [ \"c", "mkRename 1");
        check("{ a = f \"b${g ", "g 0");
    }

    #[test]
    fn sets_of_arguments() {
        check("{ a = mkOption {", "mkOption 0 {");
        check("{ a = mkOption { type = ", "mkOption 0 { type");
        check("{ a = mkOption { type = types.str; def", "mkOption 0 {");
        check("{ a = mkOption { type = types.nullOr ", "types.nullOr 0, mkOption 0 { type");
        check("{ a = mkIf x { b = { c = ", "");
        check("{ a = let b = f ", "f 0");
        check("{ a = let b = ", "");
    }
}
