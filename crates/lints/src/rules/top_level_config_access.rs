use crate::recursion::recursions;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::{self, Shadows};
use crate::{Fix, Level};
use module::arena::{AttrName, Expr, Resolved, Set};
use module::facts::{OuterBinding, Read, ReadOf};
use module::{ExprId, Facts, Location};
use syntax::{TextEdit, TextRange, TextSize};

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
    for binding in &facts.shape.outer_bindings {
        let Some(read) = read_in(context, facts, binding) else { continue };
        // Where the loop is certain it is worth an error of its own.
        if recursions
            .iter()
            .any(|recursion| recursion.certain && binding.statement.contains_range(recursion.at))
        {
            continue;
        }
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
        .fix(inline(context, binding));
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

// ---- the fix ----

/// Writes the path in each place where the name is used, and removes the binding. Only for a plain
/// `name = config.a.b;`, and only where the result certainly means the same.
fn inline(context: &RuleContext<'_>, binding: &OuterBinding) -> Option<Fix> {
    let arena = context.arena;
    let Expr::Select { base, path, default: None } = arena.expr(binding.value) else {
        return None;
    };
    let is_static = path.iter().all(|name| matches!(name, AttrName::Static(..)));
    let Expr::Name { name: base_name, resolved: Resolved::Local { scope: base_scope, .. } } =
        arena.expr(*base)
    else {
        return None;
    };
    let written = arena.source(arena.range(binding.value));
    if !is_static || !is_one_line(written) {
        return None;
    }
    let (set, place) = find_binding(context, binding)?;
    let shadows = Shadows::of(arena, *base_name, Some(*base_scope));
    let mut edits = Vec::new();
    for range in uses(context, &place)? {
        if binding.statement.contains_range(range) || shadows.hide_at(range.start()) {
            return None;
        }
        edits.push(TextEdit::replace(range, written));
    }
    edits.extend(removal(context, binding, set, &place)?);
    let title = format!("Write `{written}` wherever `{}` is used", binding.name);
    Some(Fix::to_review(title, context.file, edits))
}

fn is_one_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '#'])
}

/// Where the binding lives.
struct Place {
    resolved: Resolved,
    body: ExprId,
    /// The `let` expression.
    whole: ExprId,
}

fn find_binding<'a>(context: &RuleContext<'a>, binding: &OuterBinding) -> Option<(&'a Set, Place)> {
    let arena = context.arena;
    arena.expr_ids().find_map(|id| {
        let Expr::Let { bindings, body } = arena.expr(id) else { return None };
        let set = arena.set(*bindings);
        let slot = set.entries.iter().position(|entry| entry.value == binding.value)?;
        let entry = &set.entries[slot];
        if entry.inherited || entry.duplicate || !entry.more.is_empty() {
            return None;
        }
        let resolved = Resolved::Local { scope: set.scope?, slot: slot as u32 };
        Some((set, Place { resolved, body: *body, whole: id }))
    })
}

/// Every place that names the binding; `None` if one of them cannot hold a path (`inherit cfg;`).
fn uses(context: &RuleContext<'_>, place: &Place) -> Option<Vec<TextRange>> {
    let arena = context.arena;
    let is_use = |id: ExprId| match arena.expr(id) {
        Expr::Name { resolved, .. } => *resolved == place.resolved,
        _ => false,
    };
    for id in arena.expr_ids() {
        let (Expr::Set(set) | Expr::Let { bindings: set, .. }) = arena.expr(id) else { continue };
        let mut inherited = arena.set(*set).entries.iter().filter(|entry| entry.inherited);
        if inherited.any(|entry| is_use(entry.value)) {
            return None;
        }
    }
    let mut ranges: Vec<TextRange> =
        arena.expr_ids().filter(|&id| is_use(id)).map(|id| arena.range(id)).collect();
    ranges.sort_by_key(|range| (range.start(), range.end()));
    // `inherit (cfg) a b;` reads `cfg` once for each name, all at one place.
    ranges.dedup();
    Some(ranges)
}

/// The edits that take the binding away; with it, if it is the only one, the `let … in`.
fn removal(
    context: &RuleContext<'_>,
    binding: &OuterBinding,
    set: &Set,
    place: &Place,
) -> Option<Vec<TextEdit>> {
    let text: &str = &context.data.text;
    if set.entries.len() + set.computed.len() > 1 {
        return Some(vec![TextEdit::delete(whole_lines(text, binding.statement))]);
    }
    let start = context.arena.range(place.whole).start();
    let body = context.arena.full_range(place.body).start();
    let before = text.get(usize::from(start)..usize::from(binding.statement.start()))?;
    let after = text.get(usize::from(binding.statement.end())..usize::from(body))?;
    if before.trim() == "let" && after.trim() == "in" {
        return Some(vec![TextEdit::delete(TextRange::new(start, body))]);
    }
    // Comments stay: only the two keywords and the binding go.
    let keyword = before.strip_prefix("let")?;
    let keyword = before.len() - keyword.trim_start().len();
    let comments = after.trim_end();
    let keyword_in = comments.strip_suffix("in")?;
    let is_alone = keyword_in.ends_with(char::is_whitespace);
    is_alone.then(|| {
        let keyword = TextRange::at(start, TextSize::new(keyword as u32));
        let lines = whole_lines(text, binding.statement);
        let in_start = binding.statement.end() + TextSize::of(keyword_in);
        vec![
            TextEdit::delete(keyword),
            TextEdit::delete(TextRange::new(
                lines.start().max(keyword.end()),
                lines.end().min(in_start),
            )),
            TextEdit::delete(TextRange::new(in_start, body)),
        ]
    })
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
