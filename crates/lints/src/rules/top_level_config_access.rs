use crate::inlining::{inline, inline_all};
use crate::recursion::recursions;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes;
use crate::{Fix, Level};
use module::arena::Resolved;
use module::facts::{OuterBinding, Read, ReadOf};
use module::{Facts, Location};
use syntax::{TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a binding of a `let` around the whole module that reads `config`.
    ///
    /// ## Why is this bad?
    ///
    /// Nix itself does not mind: a binding is lazy, and is evaluated when it is used. The guide forbids
    /// it all the same ("never do this"), for what it leads to. As soon as such a binding decides an
    /// import, an option or the name of a definition, evaluation ends in infinite recursion, far from
    /// the line that caused it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// let
    ///   cfg = config.hypervisor.web;
    /// in
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.mkIf cfg.enable { services.nginx.enable = true; };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.mkIf config.hypervisor.web.enable { services.nginx.enable = true; };
    /// }
    /// ```
    name: "top-level-config-access",
    level: Level::Warning,
    nixos_level: None,
    summary: "A `let` around a module's body that reads `config`.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if facts.shape.outer_bindings.is_empty() {
        return;
    }
    let recursions = recursions(context);
    let bindings = facts.shape.outer_bindings.iter();
    let found: Vec<(&OuterBinding, &Read)> = bindings
        .filter_map(|binding| Some((binding, read_in(context, facts, binding)?)))
        // Where the loop is certain it is worth an error of its own.
        .filter(|(binding, _)| {
            let holds = |at: TextRange| binding.statement.contains_range(at);
            !recursions.iter().any(|recursion| recursion.certain && holds(recursion.at))
        })
        .collect();
    let all = match &found[..] {
        [] | [_] => None,
        _ => inline_all(context, found.iter().map(|(binding, _)| *binding)),
    };
    for (binding, read) in found {
        let one = inline(context, binding);
        let takes_it_away = |fix: &Fix| {
            fix.edits.iter().any(|edit| edit.edit.range.contains_range(binding.name_range))
        };
        let all = all.clone().filter(takes_it_away);
        sink.report(
            binding.name_range,
            format!(
                "`{}` reads `config.{}` in a `let` around the whole module. Nix is lazy and accepts \
                 this, but the guide forbids it: once such a name decides an import or an option, \
                 evaluation ends in infinite recursion. Write the path where it is used, or move \
                 the `let` inside: `config = let … in …`.",
                binding.name, read.path,
            ),
        )
        .fix(one)
        .fix(all);
    }
}

/// The first read of the module's `config` in the binding's value.
fn read_in<'a>(
    context: &RuleContext<'a>,
    facts: &'a Facts,
    binding: &OuterBinding,
) -> Option<&'a Read> {
    let arena = context.arena;
    // An inherited name's own range is that of the name; its value stands for it.
    let inherited = facts.reads.iter().find(|read| {
        read.expr == binding.value && context.here(read.at) == Some(binding.statement)
    });
    let value = Location::new(context.file, arena.full_range(binding.value));
    let module = scopes::module_scope(arena);
    // A submodule's `config` is another one.
    let is_modules_own = |read: &&Read| match scopes::base_name(arena, read.expr) {
        Some((_, _, Resolved::Local { scope, .. })) => {
            Some(scope) == module || scopes::is_let(arena, scope)
        }
        Some((_, _, Resolved::With(_))) => true,
        _ => !read.path.iter().any(|name| name.is_wildcard()),
    };
    inherited
        .into_iter()
        .chain(context.reads_in(value))
        .filter(|read| read.of == ReadOf::Config)
        .find(is_modules_own)
}

/// The statement, with its line if it has the line to itself.
pub(crate) fn whole_lines(text: &str, statement: TextRange) -> TextRange {
    let (start, end) = (usize::from(statement.start()), usize::from(statement.end()));
    let indent = text[..start].len() - text[..start].trim_end_matches([' ', '\t']).len();
    let begins_line = text[..start - indent].ends_with('\n');
    let rest = &text[end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    match rest[blank..].starts_with('\n') && begins_line {
        true => TextRange::new(
            TextSize::new((start - indent) as u32),
            TextSize::new((end + blank + 1) as u32),
        ),
        false => TextRange::new(statement.start(), TextSize::new((end + blank) as u32)),
    }
}
