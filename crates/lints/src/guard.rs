//! Putting a module's definitions under `lib.mkIf`: which expressions, under which condition, and what
//! that is called in the file.
//!
//! The edit only inserts: not a byte of what the author has written moves or changes. Where it is not
//! certain to keep the module's meaning, there is none.

mod split;
mod whole;

pub(crate) use split::split_config;
pub(crate) use whole::guard_all;

use crate::Fix;
use crate::scopes::{binding, last_name};
use index::Snapshot;
use module::arena::{Entry, Expr, Param, Resolved, ScopeKind, Set};
use module::facts::{ConditionKind, Declaration, DeclarationKind, Definition, Read, ReadOf};
use module::types::{Leaf, Type};
use module::{Arena, ExprId, Facts, FileId, OptionPath, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

/// Puts everything unguarded in the file's `config` under the module's own enable option. `None`: the
/// file is no module, there is nothing to guard, or no edit is certain to be what is meant.
pub fn wrap_config(snapshot: &Snapshot, file: FileId) -> Option<Fix> {
    let enable = enable_option(snapshot.file(file)?.module()?, file)?;
    let (names, edits) = wrapping(snapshot, file, &Switch::of(enable))?;
    let title = format!("Wrap config in `{} {}`", names.function, names.condition);
    Some(Fix::to_review(title, file, edits))
}

/// The option that everything is to be put under.
struct Switch<'a> {
    path: &'a OptionPath,
    default: Option<TextRange>,
}

impl<'a> Switch<'a> {
    fn of(enable: &'a Declaration) -> Switch<'a> {
        let default = enable.default.as_ref().map(|default| default.at.text_range());
        Switch { path: &enable.path, default }
    }

    /// The options that Nix has to know before it knows this one: itself, and what its default reads.
    fn needed<'m>(&'m self, module: &'m Module<'_>) -> Vec<&'m OptionPath> {
        let default = self.default;
        let read = module
            .reads()
            .filter_map(|read| default?.contains_range(read.at.text_range()).then_some(&read.path));
        std::iter::once(self.path).chain(read).collect()
    }
}

/// Whether a definition of `defined` gives a value to one of the options, or to a part of one.
fn decides(needed: &[&OptionPath], defined: &OptionPath) -> bool {
    needed.iter().any(|needed| needed.starts_with(defined) || defined.starts_with(needed))
}

fn wrapping(
    snapshot: &Snapshot,
    file: FileId,
    enable: &Switch<'_>,
) -> Option<(Names, Vec<TextEdit>)> {
    let data = snapshot.file(file)?;
    let module = Module { snapshot, file, facts: data.module()?, arena: &data.arena };
    let facts = module.facts;
    let unguarded: Vec<&Definition> =
        facts.definitions.iter().filter(|it| is_unguarded(facts, file, it)).collect();
    if unguarded.is_empty()
        || facts.shape.config.is_empty()
        || !module.arena.syntax_errors.is_empty()
        || may_need_itself(&module, enable, &unguarded)
    {
        return None;
    }
    let (body, _) = facts.shape.body?;
    let arena = module.arena;
    let Expr::Set(body) = arena.expr(body) else { return None };
    let config = arena.set(*body).entry(Symbol::new("config"))?;
    let mut wrapping = Wrapping { module: &module, enable: enable.path, places: Vec::new() };
    wrapping.entry(config, &OptionPath::root())?;
    let places = wrapping.places;
    let names = Names::of(&module, enable.path, places.first()?.at)?;
    // One condition for all: a name that only some of the places see would not do.
    let same = |place: &Place| {
        Names::of(&module, enable.path, place.at).is_some_and(|other| other == names)
    };
    if !places.iter().all(same) {
        return None;
    }
    let mut edits = names.new_arguments(arena)?;
    for place in &places {
        place.wrap(&names, &mut edits);
    }
    Some((names, edits))
}

/// A file that is a module of its own.
struct Module<'a> {
    snapshot: &'a Snapshot,
    file: FileId,
    facts: &'a Facts,
    arena: &'a Arena,
}

impl<'a> Module<'a> {
    /// What it reads in its own text.
    fn reads(&self) -> impl Iterator<Item = &'a Read> {
        let file = self.file;
        self.facts.reads.iter().filter(move |read| read.at.file == file)
    }
}

/// The option that turns the module in `file` on: of those named `enable` the one with the shortest path.
pub fn enable_option(facts: &Facts, file: FileId) -> Option<&Declaration> {
    let is_candidate = |declaration: &&Declaration| {
        !declaration.in_submodule
            && declaration.name.file == file
            && declaration.path.last().is_some_and(|name| name.as_str() == "enable")
            && !matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
            && matches!(declaration.ty, Type::Leaf(Leaf::Bool) | Type::Unknown)
    };
    let candidates: Vec<&Declaration> = facts.declarations.iter().filter(is_candidate).collect();
    let shortest = candidates.iter().map(|declaration| declaration.path.len()).min()?;
    let mut shortest = candidates.into_iter().filter(|it| it.path.len() == shortest);
    let first = shortest.next()?;
    // The switch of a part of the module is not that of all of it.
    let group = first.path.parent()?;
    let options = || facts.declarations.iter().filter(|declaration| !declaration.in_submodule);
    let covered = options().filter(|declaration| declaration.path.starts_with(&group)).count();
    if covered * 2 < options().count() {
        return None;
    }
    // Two switches of equal standing: which of them is meant only the author knows.
    shortest.all(|other| other.path == first.path).then_some(first)
}

fn is_unguarded(facts: &Facts, file: FileId, definition: &Definition) -> bool {
    let mut next = definition.condition;
    while let Some(condition) = next.and_then(|id| facts.conditions.get(id.0 as usize)) {
        if condition.kind == ConditionKind::MkIf {
            return false;
        }
        next = condition.outer;
    }
    // A set is as guarded as its members, which follow.
    !definition.is_group && !is_in_options(facts, file, definition)
}

/// Whether a submodule in the module's options defines it: it is not the module's own.
fn is_in_options(facts: &Facts, file: FileId, definition: &Definition) -> bool {
    let is_in = |range: &TextRange| range.contains_range(definition.at.text_range());
    definition.at.file == file && facts.shape.options.iter().any(is_in)
}

/// Whether the enable option may depend on what would then depend on it: on a definition of its own,
/// or of what its default reads.
fn may_need_itself(module: &Module<'_>, enable: &Switch<'_>, unguarded: &[&Definition]) -> bool {
    let needed = enable.needed(module);
    unguarded.iter().any(|definition| decides(&needed, &definition.path))
        || module.facts.unknown.definitions.iter().any(|path| decides(&needed, path))
}

/// One expression to put under the condition.
struct Place {
    /// Its start, parentheses included.
    at: TextSize,
    end: TextSize,
    /// `lib.mkIf c x` takes `x` as it stands; other expressions need parentheses.
    is_atomic: bool,
    /// It is an element of a list, so the call itself needs parentheses.
    in_list: bool,
}

impl Place {
    fn of(arena: &Arena, expr: ExprId, in_list: bool) -> Place {
        let range = arena.full_range(expr);
        let is_atomic = range != arena.range(expr)
            || matches!(
                arena.expr(expr),
                Expr::Set(_)
                    | Expr::List(_)
                    | Expr::Str { .. }
                    | Expr::Path { .. }
                    | Expr::Name { .. }
                    | Expr::Int(_)
                    | Expr::Float(_)
                    | Expr::Select { default: None, .. }
            );
        Place { at: range.start(), end: range.end(), is_atomic, in_list }
    }

    fn wrap(&self, names: &Names, edits: &mut Vec<TextEdit>) {
        let outer = if self.in_list { ["(", ")"] } else { ["", ""] };
        let inner = if self.is_atomic { ["", ""] } else { ["(", ")"] };
        let Names { function, condition, .. } = names;
        let before = format!("{}{function} {condition} {}", outer[0], inner[0]);
        edits.push(TextEdit::insert(self.at, before));
        let after = format!("{}{}", inner[1], outer[1]);
        if !after.is_empty() {
            edits.push(TextEdit::insert(self.end, after));
        }
    }
}

/// Finds what to wrap. `None` from any of its functions: there is no certain edit.
struct Wrapping<'m, 'a> {
    module: &'m Module<'a>,
    enable: &'m OptionPath,
    places: Vec<Place>,
}

impl Wrapping<'_, '_> {
    /// One name of a set of definitions; `path` is its option path.
    fn entry(&mut self, entry: &Entry, path: &OptionPath) -> Option<()> {
        let arena = self.module.arena;
        if let Expr::Set(set) = arena.expr(entry.value) {
            let set = arena.set(*set);
            // Several statements that Nix merges: there is no one expression to wrap.
            if set.implicit || !entry.more.is_empty() {
                return self.entries(set, path);
            }
        }
        if entry.inherited || self.is_plain_data(path) {
            return None;
        }
        self.value(entry.value, path, false)
    }

    fn entries(&mut self, set: &Set, path: &OptionPath) -> Option<()> {
        if !set.computed.is_empty() {
            return None;
        }
        for entry in &set.entries {
            let name = entry.name.as_str();
            // Arguments and the module's own settings have to be there before any condition is.
            if path.is_empty() && name == "_module" {
                continue;
            }
            self.entry(entry, &path.child(entry.name))?;
        }
        Some(())
    }

    fn value(&mut self, expr: ExprId, path: &OptionPath, in_list: bool) -> Option<()> {
        let arena = self.module.arena;
        match arena.expr(expr) {
            Expr::Missing => return None,
            Expr::Let { body, .. } | Expr::With { body, .. } if !in_list => {
                return self.value(*body, path, false);
            }
            Expr::Set(id) => {
                let set = arena.set(*id);
                if set.entries.is_empty() && set.computed.is_empty() {
                    return Some(());
                }
                let has_module = path.is_empty() && set.entry(Symbol::new("_module")).is_some();
                if has_module || set.entries.iter().any(|entry| self.is_guarded(entry.value)) {
                    // Some of its names have the condition already; the others lack it.
                    return self.entries(set, path);
                }
            }
            Expr::Apply { .. } => match self.call(expr) {
                Some(("mkIf", _)) => return Some(()),
                Some(("mkMerge", list)) => {
                    if let Expr::List(items) = arena.expr(list) {
                        return items.iter().try_for_each(|&item| self.value(item, path, true));
                    }
                }
                _ => {}
            },
            _ => {}
        }
        self.places.push(Place::of(arena, expr, in_list));
        Some(())
    }

    fn call(&self, expr: ExprId) -> Option<(&'static str, ExprId)> {
        let arena = self.module.arena;
        let Expr::Apply { function, argument } = arena.expr(expr) else { return None };
        let mut head = *function;
        while let Expr::Apply { function, .. } = arena.expr(head) {
            head = *function;
        }
        Some((last_name(arena, head)?, *argument))
    }

    /// Whether a value stands under the very condition that it would be wrapped in.
    fn is_guarded(&self, value: ExprId) -> bool {
        let arena = self.module.arena;
        match arena.expr(value) {
            Expr::Apply { function, .. } => {
                let Expr::Apply { function, argument: condition } = arena.expr(*function) else {
                    return false;
                };
                let range = arena.full_range(*condition);
                last_name(arena, *function) == Some("mkIf")
                    && self.module.reads().any(|read| {
                        read.path == *self.enable && range.contains_range(read.at.text_range())
                    })
            }
            Expr::Set(set) => {
                let set = arena.set(*set);
                set.implicit && set.entries.iter().any(|entry| self.is_guarded(entry.value))
            }
            _ => false,
        }
    }

    /// Below an option that takes any set as it is, `mkIf` would be data like any other.
    fn is_plain_data(&self, path: &OptionPath) -> bool {
        let snapshot = self.module.snapshot;
        match snapshot.resolve(path) {
            index::Resolved::Inside { option, .. } => matches!(
                snapshot.option_type(&option),
                Some(Type::Leaf(Leaf::Attrs | Leaf::Raw | Leaf::Unspecified))
            ),
            // The enable option stands in what would be wrapped.
            _ => path == self.enable,
        }
    }
}

/// What `mkIf` and the condition are called at a place.
#[derive(PartialEq)]
struct Names {
    function: &'static str,
    condition: String,
    /// Arguments that the module's function has to take in addition.
    missing: Vec<&'static str>,
}

impl Names {
    fn of(module: &Module<'_>, enable: &OptionPath, at: TextSize) -> Option<Names> {
        let arena = module.arena;
        let is_argument = |name: &str| {
            let resolved = arena.resolve_at(Symbol::new(name), at);
            let Resolved::Local { scope, .. } = resolved else { return false };
            matches!(arena.scope(scope).kind, ScopeKind::Lambda(_))
        };
        // A binding of that name that is something else hides the argument.
        let is_hidden = |name: &str| {
            matches!(arena.resolve_at(Symbol::new(name), at), Resolved::Local { .. })
                && !is_argument(name)
        };
        let mut missing = Vec::new();
        let condition = match alias(module, enable, at) {
            Some(condition) => condition,
            None if is_hidden("config") => return None,
            None => {
                if !is_argument("config") {
                    missing.push("config");
                }
                format!("config.{enable}")
            }
        };
        let function = if has_bare_mk_if(arena, at) {
            "mkIf"
        } else if is_hidden("lib") {
            return None;
        } else {
            if !is_argument("lib") {
                missing.push("lib");
            }
            "lib.mkIf"
        };
        Some(Names { function, condition, missing })
    }

    /// The edits that give the module's function the arguments it lacks.
    fn new_arguments(&self, arena: &Arena) -> Option<Vec<TextEdit>> {
        if self.missing.is_empty() {
            return Some(Vec::new());
        }
        let Expr::Lambda(lambda) = arena.expr(arena.root) else { return None };
        let Param::Pattern { formals, ellipsis, range, .. } = &arena.lambda(*lambda).param else {
            return None;
        };
        let at = match formals.first() {
            Some(first) => first.range.start(),
            None if *ellipsis => {
                let offset = arena.source(*range).find("...")?;
                range.start() + TextSize::new(offset as u32)
            }
            None => return None,
        };
        let text: String = self.missing.iter().map(|name| format!("{name}, ")).collect();
        Some(vec![TextEdit::insert(at, text)])
    }
}

/// `cfg.enable`, by the alias that stands for the longest part of the path and is in scope.
fn alias(module: &Module<'_>, enable: &OptionPath, at: TextSize) -> Option<String> {
    let in_scope = |alias: &&module::facts::Alias| {
        let Resolved::Local { scope, slot } = module.arena.resolve_at(alias.name, at) else {
            return false;
        };
        let bound = binding(module.arena, scope, slot);
        alias.of == ReadOf::Config
            && !alias.path.is_empty()
            && alias.path.len() < enable.len()
            && enable.starts_with(&alias.path)
            && bound.is_some_and(|entry| entry.site.key == alias.name_at.text_range())
    };
    let best = module.facts.aliases.iter().filter(in_scope).max_by_key(|alias| alias.path.len())?;
    let rest = module::PathDisplay(&enable[best.path.len()..]);
    Some(format!("{}.{rest}", best.name))
}

/// Whether `mkIf` means nixpkgs' function at a place without `lib.` before it.
fn has_bare_mk_if(arena: &Arena, at: TextSize) -> bool {
    let is_lib = |expr: ExprId| match arena.expr(expr) {
        Expr::Name { name, .. } => name.as_str() == "lib",
        _ => false,
    };
    match arena.resolve_at(Symbol::new("mkIf"), at) {
        Resolved::Local { scope, slot } => {
            let bound = binding(arena, scope, slot);
            bound.is_some_and(|entry| match arena.expr(entry.value) {
                Expr::Select { base, path, .. } => {
                    is_lib(*base)
                        && matches!(&path[..], [name] if name.symbol() == Some(Symbol::new("mkIf")))
                }
                _ => false,
            })
        }
        Resolved::With(innermost) => {
            let mut next = Some(innermost);
            while let Some(scope) = next {
                if let ScopeKind::With(env) = arena.scope(scope).kind
                    && is_lib(env)
                {
                    return true;
                }
                next = arena.scope(scope).parent;
            }
            false
        }
        Resolved::Builtin | Resolved::Unresolved => false,
    }
}
