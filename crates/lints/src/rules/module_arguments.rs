use crate::arguments::{given_by_modules, is_usual, new_argument, removal, telling_roots};
use crate::calls::{applied, library_path};
use crate::libraries::evaluated;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::{Surroundings, bound_value, module_scope, names_in, used_slots};
use crate::{Fix, Level};
use module::arena::{Expr, Formal, Lambda, LambdaId, Param, PathKind, ScopeKind, Set};
use module::facts::ImportTarget;
use module::{Arena, ExprId, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports three kinds of functions that are not given what they take:
    ///
    /// - a module, in a file of its own, in `imports` or in `types.submodule`, whose arguments end without
    ///   `...`;
    /// - an argument that a module uses and that neither the module system nor `specialArgs` nor
    ///   `_module.args` supplies. A default does not help: the module system asks for the argument all the
    ///   same. This is reported only where all that is supplied is known;
    /// - a call of a function that stands in the same file, or in a file that is imported there, with a set
    ///   that lacks an argument or has one too many.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the call: "called with unexpected argument", "called without required argument",
    /// "attribute 'tag' missing".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./web.nix ]; }
    /// #- web.nix
    /// { config, lib }:
    /// {
    ///   networking.hostName = lib.mkDefault "web";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./web.nix ]; }
    /// #- web.nix
    /// { config, lib, ... }:
    /// {
    ///   networking.hostName = lib.mkDefault "web";
    /// }
    /// ```
    name: "module-arguments",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A function that is not given the arguments that it takes.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    if !context.arena.syntax_errors.is_empty() {
        return;
    }
    closed_patterns(context, sink);
    unsupplied_arguments(context, sink);
    calls(context, sink);
}

// ---- modules without `...` ----

fn closed_patterns(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let mut modules: Vec<(LambdaId, Level)> = Vec::new();
    if let Some(facts) = context.facts {
        let of_file = module_scope(arena).and_then(|scope| match arena.scope(scope).kind {
            ScopeKind::Lambda(lambda) => Some(lambda),
            _ => None,
        });
        // A file that nobody imports may be a function that somebody calls; what it says must be a module.
        let is_module = context.snapshot.reach().is_reached(context.file)
            || !facts.shape.options.is_empty()
            || !facts.shape.config.is_empty();
        if facts.outputs.as_ref().is_none_or(|outputs| outputs.beside_module) && is_module {
            modules.extend(of_file.map(|lambda| (lambda, evaluated(context))));
        }
        for import in facts.imports.iter().filter(|import| import.target == ImportTarget::Inline) {
            let Some(range) = context.here(import.at) else { continue };
            let level = if import.conditional { Level::Warning } else { evaluated(context) };
            modules.extend(lambda_at(arena, range).map(|lambda| (lambda, level)));
        }
    }
    for id in arena.expr_ids() {
        let Some((function, arguments)) = applied(arena, id) else { continue };
        let ([argument], Some(path)) = (arguments.as_slice(), library_path(arena, function)) else {
            continue;
        };
        if let [types, submodule] = path.as_slice()
            && types.as_str() == "types"
            && submodule.as_str() == "submodule"
            && let Expr::Lambda(lambda) = arena.expr(*argument)
        {
            modules.push((*lambda, evaluated(context)));
        }
    }
    for (lambda, level) in modules {
        let lambda = arena.lambda(lambda);
        let Param::Pattern { formals, ellipsis: false, range, .. } = &lambda.param else {
            continue;
        };
        // Whoever names the lot of them means it.
        if formals.iter().any(|formal| formal.name.as_str() == "specialArgs") {
            continue;
        }
        let edit = new_argument(arena, lambda, "...");
        let fix = edit.map(|edit| Fix::to_review("Add `...`", context.file, vec![edit]));
        sink.report(
            pattern_range(arena, *range),
            "called with unexpected argument: Nix gives a module more arguments than these. End them with \
             `...`.",
        )
        .at_most(level)
        .fix(fix);
    }
}

/// The pattern without what follows its closing brace.
fn pattern_range(arena: &Arena, range: TextRange) -> TextRange {
    let text = arena.source(range);
    TextRange::at(range.start(), TextSize::of(text.trim_end()))
}

fn lambda_at(arena: &Arena, range: TextRange) -> Option<LambdaId> {
    arena.expr_ids().find_map(|id| match arena.expr(id) {
        Expr::Lambda(lambda) if arena.range(id) == range || arena.full_range(id) == range => {
            Some(*lambda)
        }
        _ => None,
    })
}

// ---- arguments that nobody supplies ----

fn unsupplied_arguments(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let Some(scope) = context.facts.and_then(|_| module_scope(arena)) else { return };
    let ScopeKind::Lambda(lambda) = arena.scope(scope).kind else { return };
    let Param::Pattern { formals, .. } = &arena.lambda(lambda).param else { return };
    let used = used_slots(arena);
    let is_candidate = |(slot, formal): &(usize, &Formal)| {
        // Nix looks for what is used, and only for that.
        !is_usual(formal.name.as_str()) && used.contains(&(scope, *slot as u32))
    };
    let candidates: Vec<&Formal> =
        formals.iter().enumerate().filter(is_candidate).map(|(_, formal)| formal).collect();
    if candidates.is_empty() {
        return;
    }
    let Some((root, special)) = telling_roots(context).next() else { return };
    let Some(given) = given_by_modules(context.snapshot) else { return };
    for formal in candidates {
        let name = formal.name;
        if special.contains(&name) || given.contains(&name) {
            continue;
        }
        let default = match formal.default {
            Some(_) => " The default does not help: the module system asks for it all the same.",
            None => "",
        };
        sink.report(
            formal.range,
            format!(
                "attribute '{name}' missing: no module argument is called `{name}`, and `{}` does not \
                 supply it.{default} Give it in `specialArgs` or in `_module.args.{name}`.",
                root.name(),
            ),
        )
        .fix(bound_instead(context, arena.lambda(lambda), formal));
    }
}

/// Binds the default in a `let`, where the module system asks nobody for it. Without one only the author
/// knows what the argument is to be.
fn bound_instead(context: &RuleContext<'_>, lambda: &Lambda, formal: &Formal) -> Option<Fix> {
    let arena = context.arena;
    let default = arena.source(arena.full_range(formal.default?));
    let name = formal.name;
    let start = arena.full_range(lambda.body).start();
    let edits = vec![
        TextEdit::delete(removal(arena, formal)?),
        TextEdit::insert(start, format!("let\n  {name} = {default};\nin\n")),
    ];
    Some(Fix::to_review(format!("Bind `{name}` in a `let`"), context.file, edits))
}

// ---- calls ----

fn calls(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let mut surroundings = None;
    for id in arena.expr_ids() {
        let Expr::Apply { function, argument } = arena.expr(id) else { continue };
        let Expr::Set(set) = arena.expr(*argument) else { continue };
        let given = arena.set(*set);
        if !given.computed.is_empty() {
            continue;
        }
        let Some((called, name)) = known_function(context, *function) else { continue };
        let Param::Pattern { formals, ellipsis, .. } = &called.lambda().param else { continue };
        let level = evaluated(context);
        for formal in formals.iter().filter(|formal| formal.default.is_none()) {
            if given.entry(formal.name).is_some() {
                continue;
            }
            let surroundings = surroundings.get_or_insert_with(|| Surroundings::of(arena));
            let is_bound = surroundings
                .of_expr(arena, *argument)
                .any(|scope| names_in(arena, scope).contains(&formal.name));
            let edit =
                is_bound.then(|| inherit_into(arena, *argument, given, formal.name)).flatten();
            let title = format!("Give it `{}`", formal.name);
            let fix = edit.map(|edit| Fix::to_review(title, context.file, vec![edit]));
            sink.report(
                arena.range(*function),
                format!("{name} called without required argument '{}'.", formal.name),
            )
            .at_most(level)
            .fix(fix);
        }
        if *ellipsis {
            continue;
        }
        for entry in &given.entries {
            if formals.iter().any(|formal| formal.name == entry.name) {
                continue;
            }
            let takes: Vec<String> =
                formals.iter().map(|formal| format!("`{}`", formal.name)).collect();
            let fix = called.extended(entry.name);
            sink.report(
                entry.site.key,
                format!(
                    "{name} called with unexpected argument '{}': it takes {}.",
                    entry.name,
                    if takes.is_empty() { "none".to_owned() } else { takes.join(", ") },
                ),
            )
            .at_most(level)
            .fix(fix);
        }
    }
}

/// A function whose text is known.
struct Called<'a> {
    file: module::FileId,
    arena: &'a Arena,
    lambda: LambdaId,
}

impl<'a> Called<'a> {
    fn lambda(&self) -> &'a Lambda {
        self.arena.lambda(self.lambda)
    }

    /// The fix that lets it take one more argument.
    fn extended(&self, name: Symbol) -> Option<Fix> {
        let edit = new_argument(self.arena, self.lambda(), name.as_str())?;
        Some(Fix::to_review(format!("Let the function take `{name}`"), self.file, vec![edit]))
    }
}

/// The function that `expr` certainly is, and how to call it: a name of a `let`, or `import ./x.nix`.
fn known_function<'a>(context: &RuleContext<'a>, expr: ExprId) -> Option<(Called<'a>, String)> {
    let arena = context.arena;
    if let Some(value) = bound_value(arena, expr) {
        let Expr::Lambda(lambda) = arena.expr(value) else { return None };
        let name = format!("function '{}'", arena.source(arena.range(expr)));
        return Some((Called { file: context.file, arena, lambda: *lambda }, name));
    }
    let Expr::Apply { function, argument } = arena.expr(expr) else { return None };
    let is_import = matches!(arena.expr(*function), Expr::Name { name, resolved }
        if name.as_str() == "import" && *resolved == module::arena::Resolved::Builtin);
    let Expr::Path { kind: PathKind::Relative, .. } = arena.expr(*argument) else { return None };
    if !is_import {
        return None;
    }
    let path = crate::paths::literal_path(context.file, arena, *argument)?;
    let file = context.snapshot.import_target(path)?;
    let data = context.snapshot.file(file)?;
    if !data.arena.syntax_errors.is_empty() {
        return None;
    }
    let Expr::Lambda(lambda) = data.arena.expr(data.arena.root) else { return None };
    let name = format!("`{}`", file.relative_to(context.snapshot.setup().root));
    Some((
        Called { file, arena: &data.arena, lambda: *lambda },
        format!("the function in {name} is"),
    ))
}

/// `inherit name;` as the last binding of a set that is written with braces.
fn inherit_into(arena: &Arena, set_at: ExprId, set: &Set, name: Symbol) -> Option<TextEdit> {
    let range = arena.range(set_at);
    let before = arena.source(range).strip_suffix('}')?;
    let last = before.trim_end();
    let at = range.start() + TextSize::of(last);
    let text = match set.entries.is_empty() {
        true => format!(" inherit {name};"),
        false => {
            let line = last.rfind('\n').map(|start| &last[start..]);
            let indent = line.map(|line| &line[..line.len() - line.trim_start().len()]);
            format!("{}inherit {name};", indent.unwrap_or(" "))
        }
    };
    let space = if before.len() == last.len() { " " } else { "" };
    Some(TextEdit::insert(at, format!("{text}{space}")))
}
