use crate::rule::{RuleContext, Sink, declare_rule};
use crate::rules::whole_lines;
use crate::{Fix, Level, Tag};
use syntax::cursor::Node;
use syntax::{SyntaxKind, TextEdit};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `inherit` that names nothing.
    ///
    /// ## Why is this bad?
    ///
    /// It does nothing. Mostly it is what is left of a name that was removed.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   inherit (lib);
    /// in
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   inherit (lib) mkDefault;
    /// in
    /// {
    ///   networking.hostName = mkDefault "hypervisor";
    /// }
    /// ```
    name: "empty-inherit",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "An `inherit` without a name.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let text: &str = &context.data.text;
    // An arena keeps what is inherited, and nothing of an `inherit` that names nothing: the tree is
    // asked, and only where there may be one.
    if !context.arena.syntax_errors.is_empty() || !may_be_empty(text) {
        return;
    }
    let mut found = Vec::new();
    syntax::parse(text, |parse| {
        let mut waiting = vec![parse.root()];
        while let Some(node) = waiting.pop() {
            if node.kind() == SyntaxKind::NODE_INHERIT && names_nothing(node) {
                found.push(node.range());
            }
            waiting.extend(node.children());
        }
    });
    for range in found {
        let edit = TextEdit::delete(whole_lines(text, range));
        sink.report(range, "this `inherit` names nothing: remove it, or say what is inherited.")
            .tag(Tag::Unnecessary)
            .fix(Some(Fix::safe("Remove the empty `inherit`", context.file, vec![edit])));
    }
}

fn names_nothing(inherit: Node<'_>) -> bool {
    inherit.children().all(|child| child.kind() == SyntaxKind::NODE_INHERIT_FROM)
}

/// Whether some `inherit` is followed by a `;`, a set in parentheses between them or not.
fn may_be_empty(text: &str) -> bool {
    text.match_indices("inherit").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        if rest.starts_with(['#', '/']) {
            return true;
        }
        let Some(from) = rest.strip_prefix('(') else { return rest.starts_with(';') };
        let statement = from.split(';').next().unwrap_or_default();
        statement.trim_end().ends_with(')') || statement.contains(['#', '/', '"'])
    })
}
