//! What one module says. Plain data: no syntax, no environments, safe to send and to compare.

use crate::demands::Demands;
use crate::types::Type;
use crate::{ExprId, FileId, Location, OptionPath, Symbol};
use syntax::TextRange;

/// The facts of one file read as a module.
///
/// Positions may lie in other files: an option set that a module imports from a library file belongs
/// to that module, at the place in the library file where it is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    pub shape: Shape,
    pub imports: Vec<Import>,
    pub disabled_modules: Vec<FileId>,
    pub declarations: Vec<Declaration>,
    pub definitions: Vec<Definition>,
    pub reads: Vec<Read>,
    /// Names that stand for a part of `config`: `let cfg = config.hypervisor.web;`.
    pub aliases: Vec<Alias>,
    /// What definitions and reads stand under; each points at the next one outwards.
    pub conditions: Vec<Condition>,
    pub demands: Demands,
    /// A configuration with this module takes definitions of options that nothing declares: it has a
    /// `freeformType` at its top, or `_module.check = false`; or it may.
    pub takes_undeclared: bool,
    pub unknown: Unknown,
    /// The files that this module uses as values: functions it calls, sets it takes options from. Their
    /// options belong here.
    pub uses: Vec<FileId>,
    /// The other files whose content (or absence) these facts depend on, sorted.
    pub looked_into: Vec<FileId>,
    /// What the file offers to evaluate: the outputs of a flake, and what any file puts together with
    /// `evalModules` or `nixosSystem`. Unless it is a module itself, the other facts are those of the
    /// modules that are written in it.
    pub outputs: Option<Outputs>,
    pub(crate) by_path: ByPath,
}

/// Where to find what is said of an option, without looking at all that is said of others.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ByPath {
    declarations: Box<[u32]>,
    definitions: Box<[u32]>,
    reads: Box<[u32]>,
}

impl Facts {
    /// To be called when the facts are complete.
    pub(crate) fn index_paths(&mut self) {
        self.by_path = ByPath {
            declarations: sorted(&self.declarations, |fact| &fact.path),
            definitions: sorted(&self.definitions, |fact| &fact.path),
            reads: sorted(&self.reads, |fact| &fact.path),
        };
    }

    /// They stay for as long as their file is what it is.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.imports.shrink_to_fit();
        self.declarations.shrink_to_fit();
        self.definitions.shrink_to_fit();
        self.reads.shrink_to_fit();
        self.aliases.shrink_to_fit();
        self.conditions.shrink_to_fit();
        self.demands.shrink_to_fit();
        self.looked_into.shrink_to_fit();
    }

    /// The declarations at this very path, in the order of [`Facts::declarations`].
    pub fn declarations_at(&self, path: &OptionPath) -> impl Iterator<Item = &Declaration> {
        at(&self.declarations, &self.by_path.declarations, path, |fact| &fact.path)
    }

    /// The declarations at or below this path, in the order of [`Facts::declarations`].
    pub fn declarations_below(&self, path: &OptionPath) -> impl Iterator<Item = &Declaration> {
        let order = &self.by_path.declarations;
        let first = order.partition_point(|&at| self.declarations[at as usize].path < *path);
        let rest = &order[first..];
        let is_below = |&at: &u32| self.declarations[at as usize].path.starts_with(path);
        let mut below = rest[..rest.partition_point(is_below)].to_vec();
        below.sort_unstable();
        below.into_iter().map(|at| &self.declarations[at as usize])
    }

    /// The definitions written for this very path, in the order of [`Facts::definitions`].
    pub fn definitions_at(&self, path: &OptionPath) -> impl Iterator<Item = &Definition> {
        at(&self.definitions, &self.by_path.definitions, path, |fact| &fact.path)
    }

    /// The reads written for this very path, in the order of [`Facts::reads`].
    pub fn reads_at(&self, path: &OptionPath) -> impl Iterator<Item = &Read> {
        at(&self.reads, &self.by_path.reads, path, |fact| &fact.path)
    }
}

fn sorted<T>(facts: &[T], path: impl Fn(&T) -> &OptionPath) -> Box<[u32]> {
    let mut order: Box<[u32]> = (0..facts.len() as u32).collect();
    order.sort_by(|&a, &b| path(&facts[a as usize]).cmp(path(&facts[b as usize])));
    order
}

fn at<'a, T>(
    facts: &'a [T],
    order: &'a [u32],
    wanted: &OptionPath,
    path: impl Fn(&T) -> &OptionPath,
) -> impl Iterator<Item = &'a T> {
    let first = order.partition_point(|&at| path(&facts[at as usize]) < wanted);
    let rest = &order[first..];
    let count = rest.partition_point(|&at| path(&facts[at as usize]) == wanted);
    rest[..count].iter().map(|&at| &facts[at as usize])
}

/// Modules that are put together, or offered to others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outputs {
    /// A flake's in the order in which its outputs have them.
    pub roots: Vec<OutputRoot>,
    /// There are no other configurations than those.
    pub complete: bool,
    /// The file is a module, and makes these configurations on its own.
    pub beside_module: bool,
}

/// Something from which an evaluation starts.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputRoot {
    /// The path of a flake's output, `nixosConfigurations.web1`; of what is no such output, the name that
    /// it is bound to.
    pub name: String,
    pub kind: RootKind,
    /// Where the output gets its name.
    pub at: Location,
    /// Its modules, and what those that are written in place import.
    pub imports: Vec<Import>,
    /// Paths as written, like those of imports.
    pub disabled_modules: Vec<FileId>,
    /// Every module of it is among `imports` and is known, except that a path may lead nowhere.
    pub complete: bool,
    /// One of those that are written in place takes options that nothing declares.
    pub takes_undeclared: bool,
    pub special_args: SpecialArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RootKind {
    /// Nix evaluates these modules and no others (`nixosSystem { modules = …; }`).
    Configuration,
    /// A module for others to import (`nixosModules.web = …`).
    Module,
    /// A call of `evalModules` or its kin outside of flakes: who makes it, and with which other modules, is
    /// not known.
    Evaluation,
}

/// The arguments that a configuration gives its modules next to the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpecialArgs {
    pub names: Vec<Symbol>,
    /// There are no others.
    pub complete: bool,
}

/// What the file is, as a module.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Whether the file's own form says that it is a module: a function of `config`, `lib`, …, or a set
    /// with `options`, `config` or `imports`. A file with [`Facts::outputs`] counts as one for the modules
    /// written in it.
    pub looks_like_module: bool,
    /// The bindings of every `let` between the file's start and the module's own set.
    pub outer_bindings: Vec<OuterBinding>,
    /// The module's set itself, in this file.
    pub body: Option<(ExprId, TextRange)>,
    /// The binding of `options` in the body (`options = { … }` or `options.a = …`), whole statements.
    pub options: Vec<TextRange>,
    /// The binding of `config`, whole statements; empty in a module that defines at its top level.
    pub config: Vec<TextRange>,
    /// The `imports` binding, whole statement.
    pub imports: Option<TextRange>,
    /// The set's own definitions count as `config`: it has neither `options` nor `config`.
    pub shorthand: bool,
}

/// One binding of a `let` around a module's body.
#[derive(Debug, Clone, PartialEq)]
pub struct OuterBinding {
    pub name: Symbol,
    pub name_range: TextRange,
    pub value: ExprId,
    /// The whole statement with its `;`; for a name in an `inherit`, that name.
    pub statement: TextRange,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub at: Location,
    pub target: ImportTarget,
    /// Under `optional`/`if` with a condition that is not known.
    pub conditional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportTarget {
    /// A path as written, before it is known whether it is a file or a folder with `default.nix`.
    Path(FileId),
    /// A module written in place; its facts are among this file's own.
    Inline,
    /// A file of nixpkgs itself (`"${modulesPath}/…"`): it declares options of NixOS, none of the
    /// workspace's own.
    External,
    /// Something else: a flake input, a channel, a computed path.
    Unknown,
}

/// An option that the module declares, at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    pub path: OptionPath,
    /// From the start of the binding's whole attribute path, where Nix puts it, to the end of its value.
    pub at: Location,
    /// The last name of the path alone.
    pub name: Location,
    pub kind: DeclarationKind,
    pub ty: Type,
    /// The default's expression (or `defaultText`'s).
    pub default: Option<Argument>,
    pub example: Option<Argument>,
    /// Where `description` is known it is its text.
    pub description: Option<String>,
    /// Whether the call gives `description` and `type` at all, known or not.
    pub has_description: bool,
    pub has_type: bool,
    pub read_only: bool,
    pub internal: bool,
    /// What is read is not the value that was defined, but what `apply` makes of it.
    pub has_apply: bool,
    /// Documentation leaves out what the option's submodule declares (`visible = "shallow"` or `false`).
    pub hides_members: bool,
    /// The option lies below another one, in a submodule.
    pub in_submodule: bool,
    /// Where a renamed option has gone.
    pub successor: Option<OptionPath>,
    /// The call that makes it, in `at.file`; [`ExprId::ELSEWHERE`] if a helper of another file makes it.
    pub value: ExprId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeclarationKind {
    Option,
    Enable,
    Package,
    Renamed,
    Removed,
}

/// An argument of `mkOption`: where it is written, and its value where that is known without evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub at: Location,
    pub expr: ExprId,
    pub value: Known,
}

/// One name given a value in `config`. A set in that value is not one definition but several: each
/// name that is written has its own entry, `parent` first.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub path: OptionPath,
    /// The whole binding, from its attribute path to the end of its value.
    pub at: Location,
    /// The attribute path up to and with this name.
    pub name: Location,
    /// The value as written, properties (`mkIf`, `mkDefault`, …) and all.
    pub value: ExprId,
    pub value_at: Location,
    /// What it is known to be behind its properties; of a set whose names follow as definitions, only
    /// that it is one.
    pub known: Known,
    /// The value is a set whose names follow as definitions of their own.
    pub is_group: bool,
    /// 100 as written plainly, 1000 under `mkDefault`, 50 under `mkForce`; `None`: not known.
    pub priority: Option<i64>,
    pub condition: Option<ConditionId>,
    /// Index of the definition whose value this one stands in.
    pub parent: Option<u32>,
    /// What is left of the value when its properties are taken off, one for each element of a
    /// `mkMerge` and each branch of an `if`; empty where it has none.
    pub discharged: Box<[Discharged]>,
}

/// A value that a definition gives, without the properties around it.
///
/// Nix takes them off in one order: `mkMerge` and `mkIf`, then one `mkOverride`, then one `mkOrder`. What
/// is left then is the value, a property or not; such a one is not known here.
#[derive(Debug, Clone, PartialEq)]
pub struct Discharged {
    pub at: Location,
    pub expr: ExprId,
    pub known: Known,
    /// As that of a definition.
    pub priority: Option<i64>,
    pub condition: Option<ConditionId>,
}

/// One of the values that a definition gives.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub at: Location,
    pub expr: ExprId,
    pub known: &'a Known,
    pub priority: Option<i64>,
    /// Everything that it stands under, the definition's own conditions included.
    pub condition: Option<ConditionId>,
}

impl Definition {
    /// The values that the definition gives, in the order in which they are written.
    pub fn given(&self) -> Vec<Given<'_>> {
        if self.discharged.is_empty() {
            return vec![Given {
                at: self.value_at,
                expr: self.value,
                known: &self.known,
                priority: self.priority,
                condition: self.condition,
            }];
        }
        self.discharged.iter().map(Discharged::as_given).collect()
    }
}

impl Discharged {
    pub(crate) fn unknown(self) -> Discharged {
        Discharged { known: Known::Unknown, priority: None, ..self }
    }

    fn as_given(&self) -> Given<'_> {
        Given {
            at: self.at,
            expr: self.expr,
            known: &self.known,
            priority: self.priority,
            condition: self.condition,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionId(pub u32);

/// Something that decides whether what stands under it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub outer: Option<ConditionId>,
    pub kind: ConditionKind,
    /// The expression that decides.
    pub at: Location,
    pub expr: ExprId,
    /// What it is known to be.
    pub value: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionKind {
    /// `lib.mkIf c`: the definitions stay, and are dropped when `c` is false.
    MkIf,
    /// `if c then …`, `optionalAttrs c`, `optional c`: decides which definitions there are.
    Shape { negated: bool },
    /// To the right of `c &&`, or under `assert c`.
    Guard,
}

/// One place that asks for a part of `config` (or of `options`).
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub path: OptionPath,
    /// The whole expression: `config.hypervisor.web.port`, `cfg.port`, or the name under a `with`.
    pub at: Location,
    pub expr: ExprId,
    /// How many of the path's last segments are written here (`cfg.port`: 1).
    pub written: u32,
    pub of: ReadOf,
    pub kind: ReadKind,
    pub condition: Option<ConditionId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadOf {
    Config,
    Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadKind {
    Plain,
    /// `config.x or d`: what is missing does not fail.
    OrDefault,
    /// `config ? x`.
    Probe,
}

/// A name bound to a part of `config`.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    pub name: Symbol,
    pub name_at: Location,
    pub path: OptionPath,
    pub of: ReadOf,
}

/// A value known without evaluation, as far as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Known {
    #[default]
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A string; `None` where a part of it is not known.
    Str(Option<String>),
    Path(Option<FileId>),
    /// `complete` if there are no other elements.
    List {
        items: Vec<KnownPart>,
        complete: bool,
    },
    /// `complete` if there are no other members. Of a definition whose names follow as definitions of
    /// their own there are none here, and it is not complete.
    Attrs {
        members: Vec<(Symbol, KnownPart)>,
        complete: bool,
    },
    /// What is written as a package: `pkgs.hello`. That it is one is very probable and not certain.
    Package,
    Function,
}

/// An element of a list or a member of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPart {
    /// Where it is written.
    pub at: Location,
    pub value: Known,
    /// It is there for sure, and it is this one.
    pub is_certain: bool,
}

/// What could not be known, so that nobody concludes from what is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unknown {
    /// Some `imports` may bring modules that we cannot see.
    pub imports: bool,
    /// Below these paths the module may declare more options.
    pub options: Vec<OptionPath>,
    /// Below these paths it may define more.
    pub definitions: Vec<OptionPath>,
    /// The file could not be read as a module at all.
    pub module: bool,
}
