use crate::arguments::{OF_EVERY_MODULE, new_module_argument};
use crate::libraries::{gone_since, is_asked_for, plain_library, supplier_of, withs};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::{Surroundings, count_in, names_in};
use crate::shell::shell_variables;
use crate::spelling::{nearest, nearest_member};
use crate::{Fix, Level};
use module::arena::{Expr, Resolved, ScopeId, ScopeKind};
use module::library::{KnownSet, Membership};
use module::{Arena, ExprId, Symbol};
use rustc_hash::FxHashSet;
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a name that nothing around it binds. Below a `with` a name is reported only if the sets
    /// of all the `with`s around it are known (`lib`, `lib.types`, `builtins`) and none of them has it.
    ///
    /// ## Why is this bad?
    ///
    /// Nix resolves names when it reads a file, and refuses the whole file ("undefined variable 'x'"),
    /// even where nobody asks for the value. Below a `with` it refuses the value.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   networking.hostName = mkDefault "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    name: "undefined-name",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A name that nothing binds.",
    fixable: true,
    check: check,
}

/// How many names around undefined ones are looked at in a file for what may have been meant. What no author writes
/// may have so many of both that each beside each would take minutes.
const MAX_COMPARED: usize = 1_000_000;

const BIND_IT: &str = "Bind it in a `let`, or take it as an argument.";

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    // What a mended text binds is a guess.
    if !arena.syntax_errors.is_empty() {
        return;
    }
    let mut surroundings = None;
    let mut shell = None;
    let mut library: Option<Option<Level>> = None;
    let mut seen = FxHashSet::default();
    let mut inherited = None;
    let mut to_compare = MAX_COMPARED;
    for id in arena.expr_ids() {
        let Expr::Name { name, resolved } = arena.expr(id) else { continue };
        let level = match *resolved {
            Resolved::Unresolved => Level::Error,
            Resolved::With(scope) if lacks(arena, scope, *name) => {
                match *library.get_or_insert_with(|| plain_library(context)) {
                    Some(level) if !is_asked_for(arena, *name) => {
                        match KnownSet::Lib.membership(name.as_str()) {
                            Membership::Until(release) => level.min(gone_since(context, release)),
                            _ => level,
                        }
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        // `or` is no name of the author's: `or-without-select` explains it. `inherit (x) a b;` is one
        // `x` in the text and two in the arena.
        let range = arena.range(id);
        if name.as_str() == "or" || !seen.insert((range.start(), range.end())) {
            continue;
        }
        // `shell-interpolation` has a better word for these.
        let shell: &FxHashSet<ExprId> = shell.get_or_insert_with(|| {
            shell_variables(arena).into_iter().map(|variable| variable.expr).collect()
        });
        if shell.contains(&id) {
            continue;
        }
        let surroundings = surroundings.get_or_insert_with(|| Surroundings::of(arena));
        let inherited: &FxHashSet<ExprId> = inherited.get_or_insert_with(|| inherited_in(arena));
        let is_inherited = inherited.contains(&id);
        let undefined = Undefined { context, surroundings, id, name: *name, is_inherited };
        let around = undefined.scopes().map(|scope| count_in(arena, scope)).sum();
        let (advice, fix) = match to_compare.checked_sub(around) {
            Some(rest) => {
                to_compare = rest;
                undefined.advice()
            }
            None => (BIND_IT.to_owned(), None),
        };
        sink.report(range, format!("undefined variable '{name}'. {advice}"))
            .at_most(level)
            .fix(fix);
    }
}

/// Whether the sets of all `with`s from `scope` outwards are known, and none has the name.
fn lacks(arena: &Arena, scope: ScopeId, name: Symbol) -> bool {
    supplier_of(arena, scope, name) == Some(None)
}

struct Undefined<'a> {
    context: &'a RuleContext<'a>,
    surroundings: &'a Surroundings,
    id: ExprId,
    name: Symbol,
    is_inherited: bool,
}

/// The values that are inherited.
fn inherited_in(arena: &Arena) -> FxHashSet<ExprId> {
    arena.entries().filter(|entry| entry.inherited).map(|entry| entry.value).collect()
}

impl Undefined<'_> {
    /// What to do about it, and the edit that does it.
    fn advice(&self) -> (String, Option<Fix>) {
        let arena = self.context.arena;
        let name = self.name.as_str();
        for set in [KnownSet::Lib, KnownSet::Builtins] {
            if self.is_in_scope(set) && set.has(name) {
                let written = format!("{}.{name}", set.name());
                return (format!("Write `{written}`."), self.replacement(&written));
            }
        }
        if OF_EVERY_MODULE.contains(&name)
            && let Some(edit) = new_module_argument(arena, name)
        {
            let title = format!("Take `{name}` as an argument");
            let fix = Fix::to_review(title, self.context.file, vec![edit]);
            return ("Add it to the module's arguments.".to_owned(), Some(fix));
        }
        if self.is_package() {
            let written = format!("pkgs.{name}");
            return (format!("Write `{written}`."), self.replacement(&written));
        }
        if KnownSet::Lib.has(name) {
            return (format!("Add `lib` to the arguments and write `lib.{name}`."), None);
        }
        if let Membership::Until(release) = KnownSet::Lib.membership(name) {
            return (
                format!("`lib.{name}` is gone: NixOS {release} was the last to have it."),
                None,
            );
        }
        match self.nearest() {
            Some(meant) => (format!("Did you mean `{meant}`?"), self.replacement(&meant)),
            None => (BIND_IT.to_owned(), None),
        }
    }

    fn is_in_scope(&self, set: KnownSet) -> bool {
        let name = Symbol::new(set.name());
        let is_bound =
            self.scopes().any(|scope| names_in(self.context.arena, scope).contains(&name));
        match set {
            KnownSet::Builtins => !is_bound,
            _ => is_bound,
        }
    }

    /// Whether it stands where a package does, in `${name}/bin/…`, and there are packages.
    fn is_package(&self) -> bool {
        let arena = self.context.arena;
        let after = &arena.text[usize::from(arena.range(self.id).end())..];
        let has_packages =
            self.scopes().any(|scope| names_in(arena, scope).contains(&Symbol::new("pkgs")));
        has_packages && after.trim_start().strip_prefix('}').is_some_and(crate::shell::is_package)
    }

    fn scopes(&self) -> impl Iterator<Item = ScopeId> {
        self.surroundings.of_expr(self.context.arena, self.id)
    }

    /// A name around it, or one that a `with` supplies, that is spelt almost alike.
    fn nearest(&self) -> Option<String> {
        let arena = self.context.arena;
        let name = self.name.as_str();
        let bound: Vec<&str> =
            self.scopes().flat_map(|scope| names_in(arena, scope)).map(Symbol::as_str).collect();
        if let Some(meant) = nearest(name, bound) {
            return Some(meant.to_owned());
        }
        let is_with = |scope: ScopeId| matches!(arena.scope(scope).kind, ScopeKind::With(_));
        let innermost = self.scopes().find(|&scope| is_with(scope))?;
        withs(arena, innermost)
            .filter_map(|(_, env)| nearest_member(crate::libraries::known_set(arena, env)?, name))
            .map(str::to_owned)
            .next()
    }

    /// `written` in its place; `None` in an `inherit`, where only a name can stand.
    fn replacement(&self, written: &str) -> Option<Fix> {
        if self.is_inherited {
            return None;
        }
        let edit = TextEdit::replace(self.context.arena.range(self.id), written);
        Some(Fix::to_review(format!("Change to `{written}`"), self.context.file, vec![edit]))
    }
}
