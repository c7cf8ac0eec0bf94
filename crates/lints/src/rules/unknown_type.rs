use crate::calls::library_path;
use crate::libraries::gone_since;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::spelling::nearest_member;
use crate::{Fix, Level};
use module::arena::{AttrName, Expr};
use module::library::{KnownSet, Membership};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a type that `lib.types` does not have: `types.string`, `types.boolean`, or one that is
    /// misspelt. The names are those of nixpkgs 23.11 to 26.11; what the newest lacks is reported with the
    /// last release that has it. Other sets that happen to be called `types` are not looked at, and a name
    /// that is like none of them may be one that the project adds to its `lib`.
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops at it: "attribute 'string' missing". (NixOS 25.05 was the last to have `types.string`,
    /// and warned of it: it glues several definitions together.)
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.title = lib.mkOption {
    ///     type = lib.types.string;
    ///     description = "What the dashboard is called.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.title = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "What the dashboard is called.";
    ///   };
    /// }
    /// ```
    name: "unknown-type",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A type that `lib.types` does not have.",
    fixable: true,
    check: check,
}

/// What people write, and what it is called.
const MEANT: &[(&str, &str)] = &[
    ("any", "anything"),
    ("array", "listOf"),
    ("attributes", "attrs"),
    ("attrset", "attrs"),
    ("boolean", "bool"),
    ("derivation", "package"),
    ("dict", "attrs"),
    ("double", "float"),
    ("function", "functionTo"),
    ("integer", "int"),
    ("list", "listOf"),
    ("map", "attrsOf"),
    ("nullable", "nullOr"),
    ("object", "attrs"),
    ("optional", "nullOr"),
    ("positive", "ints.positive"),
    ("positiveInt", "ints.positive"),
    ("regex", "strMatching"),
    ("set", "attrs"),
    ("string", "str"),
    ("text", "lines"),
    ("u16", "ints.u16"),
    ("u32", "ints.u32"),
    ("u8", "ints.u8"),
    ("unsigned", "ints.unsigned"),
];

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for expr in arena.expr_ids() {
        let Expr::Select { base, path, default: None } = arena.expr(expr) else { continue };
        let Some(mut names) = library_path(arena, *base) else { continue };
        let written_from = names.len();
        for name in path {
            let Some(name) = name.symbol() else { break };
            names.push(name);
        }
        let (at, set) = match names.as_slice() {
            [types, group, _, ..] if types.as_str() == "types" && group.as_str() == "ints" => {
                (2, KnownSet::Ints)
            }
            [types, group, _, ..] if types.as_str() == "types" && group.as_str() == "numbers" => {
                (2, KnownSet::Numbers)
            }
            [types, _, ..] if types.as_str() == "types" => (1, KnownSet::Types),
            _ => continue,
        };
        let name = names[at].as_str();
        // Where the selection continues an alias that lacks it, the alias has the finding.
        let Some(written) = at.checked_sub(written_from).and_then(|index| path.get(index)) else {
            continue;
        };
        let (gone, level) = match set.membership(name) {
            Membership::Member => continue,
            Membership::Until(release) => {
                (format!("NixOS {release} was the last to have it. "), gone_since(context, release))
            }
            Membership::Never => (String::new(), Level::Error),
        };
        let meant = meant(name, set);
        let advice = match meant {
            Some(meant) if gone.is_empty() => format!("Did you mean `{meant}`?"),
            Some(meant) => format!("{gone}Use `{meant}`."),
            None if !gone.is_empty() => gone.trim_end().to_owned(),
            // A project may add types of its own to its `lib`, though hardly to a part of `types`.
            None if set == KnownSet::Types => continue,
            None => format!("It has {}.", set.members().join(", ")),
        };
        let range = AttrName::range(*written);
        let place = set.name();
        sink.report(
            range,
            format!("attribute '{name}' missing: `{place}` has no type `{name}`. {advice}"),
        )
        .at_most(level)
        .fix(meant.map(|meant| {
            let edit = TextEdit::replace(range, meant);
            Fix::to_review(format!("Change to `{meant}`"), context.file, vec![edit])
        }));
    }
}

fn meant(name: &str, set: KnownSet) -> Option<&'static str> {
    let written = |(written, _): &&(&str, &str)| *written == name;
    match MEANT.iter().find(written) {
        Some((_, meant)) if set == KnownSet::Types => Some(meant),
        _ => nearest_member(set, name),
    }
}
