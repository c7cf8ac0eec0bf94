use crate::libraries::{evaluated, gone_since, is_asked_for, known_base, plain_library};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::spelling::nearest_member;
use crate::{Fix, Level};
use module::arena::{AttrName, Expr};
use module::library::{KnownSet, Membership};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a member that nixpkgs' `lib` or Nix's `builtins` does not have. The tables hold for
    /// nixpkgs 23.11 to 26.11 and Nix 2.8 to 2.35. Members that a release has removed are reported with
    /// their successors; what is in none of these releases only where nothing in the tree adds to
    /// `lib`. Types have a rule of their own.
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops as soon as it asks for the member: "attribute 'x' missing".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.theme = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "The dashboard's theme.";
    ///     example = lib.literalExample "\"dark\"";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.theme = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "The dashboard's theme.";
    ///     example = lib.literalExpression "\"dark\"";
    ///   };
    /// }
    /// ```
    name: "unknown-attribute",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A member that `lib` or `builtins` does not have.",
    fixable: true,
    check: check,
}

/// What took the place of members that are gone. Source: the warnings of the last releases with them.
const SUCCESSORS: [(&str, &str); 8] = [
    ("cartesianProductOfSets", "cartesianProduct"),
    ("crossLists", "mapCartesianProduct"),
    ("literalExample", "literalExpression"),
    ("mapAttrsFlatten", "mapAttrsToList"),
    ("mkPackageOptionMD", "mkPackageOption"),
    ("replaceChars", "replaceStrings"),
    ("zip", "zipAttrsWith"),
    ("zipWithNames", "zipAttrsWithNames"),
];

/// Of these the successor is a name for the same thing.
const RENAMED: [&str; 6] = [
    "cartesianProductOfSets",
    "literalExample",
    "mkPackageOptionMD",
    "replaceChars",
    "zip",
    "zipWithNames",
];

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let mut library: Option<Option<Level>> = None;
    for id in arena.expr_ids() {
        let Expr::Select { base, path, default: None } = arena.expr(id) else { continue };
        let (set, rest) = match known_base(arena, *base, path) {
            Some((set @ (KnownSet::Lib | KnownSet::Builtins), rest)) => (set, rest),
            _ => continue,
        };
        let Some(&AttrName::Static(name, range)) = rest.first() else { continue };
        let membership = set.membership(name.as_str());
        // A package's `lib` may be of any release, and is called with what it was tested with.
        if membership == Membership::Member || context.facts.is_none() || is_asked_for(arena, name)
        {
            continue;
        }
        let level = match (set, membership) {
            (KnownSet::Lib, Membership::Never) => {
                *library.get_or_insert_with(|| plain_library(context))
            }
            (KnownSet::Lib, Membership::Until(release)) => {
                Some(evaluated(context).min(gone_since(context, release)))
            }
            _ => Some(evaluated(context)),
        };
        let Some(level) = level else { continue };
        let successor = SUCCESSORS.iter().find(|(gone, _)| *gone == name.as_str());
        let (advice, meant) = match (membership, successor) {
            (Membership::Until(release), Some((gone, successor))) => (
                format!(
                    "NixOS {release} was the last release to have it; use `{}.{successor}`.",
                    set.name()
                ),
                RENAMED.contains(gone).then_some(*successor),
            ),
            (Membership::Until(release), None) => {
                (format!("NixOS {release} was the last release to have it."), None)
            }
            _ => match (nearest_member(set, name.as_str()), KnownSet::Lib.has(name.as_str())) {
                (_, true) if set == KnownSet::Builtins => {
                    (format!("It is a member of `lib`: write `lib.{name}`."), None)
                }
                (Some(meant), _) => {
                    (format!("Did you mean `{}.{meant}`?", set.name()), Some(meant))
                }
                (None, _) => (format!("`{}` has no such member.", set.name()), None),
            },
        };
        let fix = meant.map(|meant| {
            let edit = TextEdit::replace(range, meant);
            Fix::to_review(format!("Change to `{meant}`"), context.file, vec![edit])
        });
        // An inherited name is also the name of the binding.
        let fix = fix.filter(|_| arena.range(id) != range);
        sink.report(range, format!("attribute '{name}' missing in `{}`. {advice}", set.name()))
            .at_most(level)
            .fix(fix);
    }
}
