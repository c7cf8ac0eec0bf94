//! What an expression that is being written will be the value of.

use super::left::{Left, names_of, significant};
use crate::properties::{Passed, passed};
use module::Symbol;
use rnix::SyntaxKind::*;
use syntax::TextSize;

/// The place that a value goes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slot {
    pub kind: SlotKind,
    /// In how many lists of it the value is an element.
    pub elements: usize,
    /// The value stands under functions such as `mkIf`.
    pub is_wrapped: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SlotKind {
    /// A binding: its attribute path, and where that starts.
    Binding { names: Vec<Symbol>, start: TextSize },
    /// The other side of a comparison, or what stands in for a missing attribute.
    Beside { names: Vec<Symbol>, start: TextSize },
    /// What a function is given, by the function's path.
    Argument { function: Vec<Symbol>, index: usize, start: TextSize },
}

impl Slot {
    /// For an expression that starts at `start`. `None`: it is a part of something that cannot be
    /// foreseen.
    pub fn at(text: &str, start: TextSize) -> Option<Slot> {
        let tokens = significant(text.get(..usize::from(start))?)?;
        let mut left = Left::new(text, &tokens);
        let mut elements = 0_usize;
        let mut is_wrapped = false;
        let kind = loop {
            match left.last()?.kind {
                TOKEN_ASSIGN => {
                    left.drop_last(1);
                    let (names, start) = left.attribute_path()?;
                    break SlotKind::Binding { names, start: size(start) };
                }
                TOKEN_EQUAL | TOKEN_NOT_EQUAL | TOKEN_OR => {
                    left.drop_last(1);
                    let (names, start) = left.attribute_path()?;
                    break SlotKind::Beside { names, start: size(start) };
                }
                TOKEN_L_PAREN => left.drop_last(1),
                TOKEN_L_BRACK => {
                    left.drop_last(1);
                    elements += 1;
                }
                TOKEN_SEMICOLON if left.is_after_with() => {
                    left.drop_last(1);
                    left.skip_to(&[TOKEN_WITH, TOKEN_ASSERT])?;
                }
                TOKEN_THEN | TOKEN_ELSE => {
                    left.drop_last(1);
                    left.skip_to_partner(TOKEN_IF, TOKEN_ELSE)?;
                }
                TOKEN_IN => {
                    left.drop_last(1);
                    left.skip_to_partner(TOKEN_LET, TOKEN_IN)?;
                }
                TOKEN_CONCAT | TOKEN_UPDATE => {
                    left.drop_last(1);
                    while left.atom().is_some() {}
                }
                _ => {
                    let mut atoms = vec![left.atom()?];
                    while let Some(atom) = left.atom() {
                        atoms.push(atom);
                    }
                    // The elements of a list stand side by side as well.
                    if left.last().is_some_and(|token| token.kind == TOKEN_L_BRACK) {
                        continue;
                    }
                    let (head, index) = (atoms.last()?, atoms.len() - 1);
                    let function = names_of(head)?;
                    match passed(function.last()?.as_str(), index) {
                        Some(Passed::Value) => is_wrapped = true,
                        Some(Passed::Element) => elements += 1,
                        Some(Passed::Merged) => {
                            elements = elements.checked_sub(1)?;
                            is_wrapped = true;
                        }
                        Some(Passed::EachElement | Passed::EachMember) | None => {
                            let start = size(head.first()?.start);
                            break SlotKind::Argument { function, index, start };
                        }
                    }
                }
            }
        };
        Some(Slot { kind, elements, is_wrapped })
    }
}

fn size(at: usize) -> TextSize {
    TextSize::new(at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expected: &str) {
        let shown = match Slot::at(before, TextSize::of(before)) {
            None => "nothing".to_owned(),
            Some(slot) => {
                let dotted = |names: &[Symbol]| {
                    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".")
                };
                let kind = match &slot.kind {
                    SlotKind::Binding { names, .. } => format!("{} =", dotted(names)),
                    SlotKind::Beside { names, .. } => format!("{} ==", dotted(names)),
                    SlotKind::Argument { function, index, .. } => {
                        format!("{} {index}", dotted(function))
                    }
                };
                format!("{kind}{}", " [".repeat(slot.elements))
            }
        };
        assert_eq!(shown, expected, "{before}");
    }

    #[test]
    fn a_value_goes_through_functions_and_brackets() {
        check("{ a.b = ", "a.b =");
        check("{ a.\"b c\" = lib.mkIf (x && y) ", "a.b c =");
        check("{ a = lib.mkIf x (lib.mkForce ", "a =");
        check("{ a = mkMerge [ { b = 1; } (lib.mkIf c ", "a =");
        check("{ a = [ 1 x ", "a = [");
        check("{ a = [ [ 1 ] ] ++ lib.optional x ", "a = [");
        check("{ a = with lib; assert x; ", "a =");
        check("{ a = if x then y else if z then w else ", "a =");
        check("{ a = let b = 1; in ", "a =");
        check("{ a = c // ", "a =");
    }

    #[test]
    fn other_places() {
        check("{ a = cfg.b == ", "cfg.b ==");
        check("{ a = if cfg.b or ", "cfg.b ==");
        check("{ a = lib.types.listOf ", "lib.types.listOf 0");
        check("{ a = types.either int (", "types.either 1");
        check("{ a = mkIf ", "mkIf 0");
        check("{ a = x: ", "nothing");
        check("{ ", "nothing");
        check("", "nothing");
    }
}
