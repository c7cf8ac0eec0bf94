//! The arguments of functions: where a further one is written, and which of them modules are given.

use crate::rule::RuleContext;
use crate::scopes::module_scope;
use index::{Root, Snapshot};
use module::arena::{Expr, Formal, Lambda, Param, ScopeKind};
use module::{Arena, ExprId, FileId, Symbol};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange, TextSize};

/// The arguments that every NixOS module can ask for.
pub(crate) const OF_EVERY_MODULE: [&str; 5] = ["config", "lib", "pkgs", "options", "modulesPath"];

/// What nixpkgs, home-manager and nix-darwin supply beside those. Source: nixpkgs `lib/modules.nix`,
/// `nixos/lib/eval-config.nix`, `nixos/modules/misc/extra-arguments.nix`; home-manager `modules/default.nix`
/// and `nixos/common.nix`; nix-darwin `eval-config.nix`.
const OF_FRAMEWORKS: [&str; 24] = [
    "_class",
    "_prefix",
    "baseModules",
    "class",
    "darwinConfig",
    "darwinOptions",
    "extendModules",
    "extraModules",
    "hmLib",
    "hostPkgs",
    "key",
    "moduleType",
    "modules",
    "name",
    "nixosConfig",
    "nixosOptions",
    "noUserModules",
    "nodes",
    "osConfig",
    "osOptions",
    "pkgs_i686",
    "prefix",
    "specialArgs",
    "utils",
];

/// Whether modules are given this argument whatever their tree says.
pub(crate) fn is_usual(name: &str) -> bool {
    OF_EVERY_MODULE.contains(&name) || OF_FRAMEWORKS.contains(&name)
}

/// The edit that writes a further argument into the pattern of the file's function. Only one that takes
/// more arguments than it names is a module's.
pub(crate) fn new_module_argument(arena: &Arena, name: &str) -> Option<TextEdit> {
    let ScopeKind::Lambda(lambda) = arena.scope(module_scope(arena)?).kind else { return None };
    let lambda = arena.lambda(lambda);
    let Param::Pattern { ellipsis: true, .. } = &lambda.param else { return None };
    new_argument(arena, lambda, name)
}

/// The edit that writes a further argument (or `...`) after those that a pattern names.
pub(crate) fn new_argument(arena: &Arena, lambda: &Lambda, name: &str) -> Option<TextEdit> {
    let Param::Pattern { formals, ellipsis, range, .. } = &lambda.param else { return None };
    let Some(last) = formals.last() else {
        let brace = arena.source(*range).find('{')?;
        let at = range.start() + TextSize::new(brace as u32 + 1);
        let rest = &arena.text[usize::from(at)..];
        let text = match ellipsis {
            true => format!(" {name},"),
            false if rest.starts_with('}') => format!(" {name} "),
            false => format!(" {name}"),
        };
        return Some(TextEdit::insert(at, text));
    };
    let end = last.default.map_or(last.range, |default| arena.full_range(default)).end();
    Some(TextEdit::insert(end, format!(", {name}")))
}

/// The argument with its comma and the space up to the next one. `None` if there is no comma after it,
/// which is so in a pattern without `...`.
pub(crate) fn removal(arena: &Arena, formal: &Formal) -> Option<TextRange> {
    let end = formal.default.map_or(formal.range, |default| arena.full_range(default)).end();
    let rest = &arena.text[usize::from(end)..];
    let after = rest.trim_start().strip_prefix(',')?.trim_start();
    let end = end + TextSize::new((rest.len() - after.len()) as u32);
    Some(TextRange::new(formal.range.start(), end))
}

/// The names that the tree's modules give to `_module.args`; `None`: some cannot be read.
pub(crate) fn given_by_modules(snapshot: &Snapshot) -> Option<FxHashSet<Symbol>> {
    let mut names = FxHashSet::default();
    for data in snapshot.files() {
        if !data.text.contains("_module") {
            continue;
        }
        let arena = &*data.arena;
        let (module, args) = (Symbol::new("_module"), Symbol::new("args"));
        for id in arena.expr_ids() {
            let Expr::Set(set) = arena.expr(id) else { continue };
            let Some(entry) = arena.set(*set).entry(module) else { continue };
            let Expr::Set(inner) = arena.expr(entry.value) else { return None };
            if !arena.set(*inner).computed.is_empty() {
                return None;
            }
            if let Some(given) = arena.set(*inner).entry(args) {
                collect_names(arena, given.value, &mut names)?;
            }
        }
    }
    Some(names)
}

/// The names of a set through `mkIf`, `mkDefault`, `//` and the like.
fn collect_names(arena: &Arena, expr: ExprId, names: &mut FxHashSet<Symbol>) -> Option<()> {
    match arena.expr(expr) {
        Expr::Set(set) => {
            let set = arena.set(*set);
            names.extend(set.entries.iter().map(|entry| entry.name));
            set.computed.is_empty().then_some(())
        }
        Expr::Binary { left, right, op: module::arena::BinaryOp::Update } => {
            collect_names(arena, *left, names)?;
            collect_names(arena, *right, names)
        }
        Expr::Let { body, .. } => collect_names(arena, *body, names),
        Expr::Apply { .. } => {
            let call = crate::calls::library_call(arena, expr)?;
            match (call.name, call.arguments.as_slice()) {
                ("mkIf" | "mkOverride" | "mkOrder", [_, content])
                | ("mkDefault" | "mkForce" | "mkBefore" | "mkAfter", [content]) => {
                    collect_names(arena, *content, names)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A root that reaches this file, is known as a whole, and says all that it gives its modules.
pub(crate) fn telling_roots<'a>(
    context: &RuleContext<'a>,
) -> impl Iterator<Item = (&'a Root, Vec<Symbol>)> {
    let snapshot = context.snapshot;
    let closed = snapshot.reach().roots_of(context.file).filter(|root| root.is_closed());
    closed.filter_map(move |root| Some((root, special_arguments(snapshot, root)?)))
}

/// The `specialArgs` of a root; `None`: not all are known.
fn special_arguments(snapshot: &Snapshot, root: &Root) -> Option<Vec<Symbol>> {
    let outputs_of = |file: FileId| snapshot.file(file)?.module()?.outputs.as_ref();
    match root.at() {
        Some(at) => {
            let outputs = outputs_of(root.file())?;
            let own = outputs
                .roots
                .iter()
                .find(|own| own.at == at && root.name().ends_with(&own.name))?;
            own.special_args.complete.then(|| own.special_args.names.clone())
        }
        // A flake that uses the configuration too says what it gives it; without one Nix gives nothing.
        None => {
            let is_used = snapshot
                .reach()
                .roots()
                .iter()
                .any(|other| other.at().is_some() && other.reaches(root.file()));
            (!is_used).then(Vec::new)
        }
    }
}
