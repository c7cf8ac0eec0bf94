use crate::calls::library_path;
use crate::library_types::{INTS, MEMBERS, NUMBERS};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{AttrName, Expr};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a type that `lib.types` does not have: `types.string`, `types.boolean`, or one that is
    /// misspelt. The names are those of nixpkgs 26.11. Other sets that happen to be called `types` are
    /// not looked at, and a name that is like none of them may be one that the project adds to its `lib`.
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops at it: "attribute 'string' missing". (Releases before 26.05 had `types.string` and
    /// warned of it: it glues several definitions together.)
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
        let (at, members): (usize, &[&'static str]) = match names.as_slice() {
            [types, group, _, ..] if types.as_str() == "types" && group.as_str() == "ints" => {
                (2, INTS)
            }
            [types, group, _, ..] if types.as_str() == "types" && group.as_str() == "numbers" => {
                (2, NUMBERS)
            }
            [types, _, ..] if types.as_str() == "types" => (1, MEMBERS),
            _ => continue,
        };
        let name = names[at].as_str();
        // Where the selection continues an alias that lacks it, the alias has the finding.
        let Some(written) = at.checked_sub(written_from).and_then(|index| path.get(index)) else {
            continue;
        };
        if members.contains(&name) {
            continue;
        }
        let meant = meant(name, at, members);
        let advice = match meant {
            Some(meant) => format!("Did you mean `{meant}`?"),
            // A project may add types of its own to its `lib`, though hardly to a part of `types`.
            None if at == 1 => continue,
            None => format!("It has {}.", members.join(", ")),
        };
        let range = AttrName::range(*written);
        let place = if at == 2 { format!("types.{}", names[1]) } else { "types".to_owned() };
        sink.report(
            range,
            format!("attribute '{name}' missing: `lib.{place}` has no type `{name}`. {advice}"),
        )
        .fix(meant.map(|meant| {
            let edit = TextEdit::replace(range, meant);
            Fix::to_review(format!("Change to `{meant}`"), context.file, vec![edit])
        }));
    }
}

fn meant(name: &str, at: usize, members: &[&'static str]) -> Option<&'static str> {
    if at == 1
        && let Some((_, meant)) = MEANT.iter().find(|(written, _)| *written == name)
    {
        return Some(meant);
    }
    let distance = |member: &&str| strsim::osa_distance(name, member);
    let near = members.iter().copied().min_by_key(distance)?;
    let edits = strsim::osa_distance(name, near);
    (edits <= 2 && edits * 3 <= name.len()).then_some(near)
}
