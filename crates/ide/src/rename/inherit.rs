//! Names in `inherit`, which stand for two things at once: when these get different names, a binding has
//! to be written out.

use super::Edits;
use crate::view::View;
use module::arena::{Entry, Expr};
use module::is_identifier;
use syntax::cursor::{Element, Node};
use syntax::{SyntaxKind, TextRange};

/// The `inherit` that a name stands in.
struct Inherit {
    statement: TextRange,
    names: usize,
    /// The name with the blanks before it.
    with_blanks: TextRange,
}

/// The entry whose name is inherited at `key`.
pub(super) fn inherited_at<'a>(view: &View<'a>, key: TextRange) -> Option<&'a Entry> {
    view.arena().entries().find(|entry| entry.inherited && entry.site.key == key)
}

/// Takes the name at `key` out of its `inherit` and binds `name` to what it was, where `member` is the name
/// of that in its source. `None`: the text there is too broken.
pub(super) fn write_out(
    view: &View<'_>,
    entry: &Entry,
    name: &str,
    member: &str,
    edits: &mut Edits,
) -> Option<()> {
    let arena = view.arena();
    let key = entry.site.key;
    let inherit = inherit_at(view.text(), key)?;
    let quoted = |name: &str| match is_identifier(name) {
        true => name.to_owned(),
        false => format!("\"{name}\""),
    };
    let value = match arena.expr(entry.value) {
        Expr::Select { base, .. } => {
            let range = arena.range(*base);
            let base = match arena.expr(*base) {
                Expr::Name { .. } | Expr::Select { default: None, .. } => {
                    arena.source(range).to_owned()
                }
                _ => format!("({})", arena.source(range)),
            };
            format!("{base}.{}", quoted(member))
        }
        // A plain name can only be one.
        _ => is_identifier(member).then(|| member.to_owned())?,
    };
    let binding = format!("{} = {value};", quoted(name));
    if inherit.names == 1 {
        edits.replace(view.file, inherit.statement, binding);
        return Some(());
    }
    let end = inherit.statement.end();
    edits.replace(view.file, inherit.with_blanks, "");
    let before = &view.text()[..usize::from(inherit.statement.start())];
    let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
    let separator = match line.trim().is_empty() {
        true => format!("\n{line}"),
        false => " ".to_owned(),
    };
    edits.replace(view.file, TextRange::empty(end), format!("{separator}{binding}"));
    Some(())
}

fn inherit_at(text: &str, key: TextRange) -> Option<Inherit> {
    syntax::parse(text, |parse| {
        let mut node = parse.root();
        loop {
            if node.kind() == SyntaxKind::NODE_INHERIT {
                return inherit(node, |range| parse.to_original(range), key);
            }
            node = node
                .children()
                .find(|child| parse.to_original(child.range()).contains_range(key))?;
        }
    })
}

fn inherit(
    node: Node<'_>,
    to_original: impl Fn(TextRange) -> TextRange,
    key: TextRange,
) -> Option<Inherit> {
    node.token(SyntaxKind::TOKEN_SEMICOLON)?;
    let mut names = 0;
    let mut end_before = None;
    let mut with_blanks = None;
    for child in node.children_with_tokens() {
        match child {
            Element::Node(child) => {
                let range = to_original(child.range());
                names += usize::from(child.kind() != SyntaxKind::NODE_INHERIT_FROM);
                if range == key {
                    with_blanks =
                        Some(TextRange::new(end_before.unwrap_or(key.start()), key.end()));
                }
                end_before = Some(range.end());
            }
            Element::Token(token) if token.kind() != SyntaxKind::TOKEN_WHITESPACE => {
                end_before = Some(to_original(token.range()).end());
            }
            Element::Token(_) => {}
        }
    }
    Some(Inherit { statement: to_original(node.range()), names, with_blanks: with_blanks? })
}
