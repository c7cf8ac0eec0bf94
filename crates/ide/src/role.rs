//! What a place in a module's text is for: the names in `config` define options, those in `options`
//! declare them. Found by walking from the file's start to the place, so it holds for lines that are
//! still broken and of which no facts speak.

use crate::properties::{Passed, passed};
use crate::view::View;
use index::FileKind;
use module::arena::{BinaryOp, Expr, LambdaId, Param, ScopeId, Set, Site};
use module::{ExprId, OptionPath, SetId, Symbol};
use syntax::{TextRange, TextSize};

/// Names of an option's path, at most. Nobody's are longer, and each step further copies them all.
pub(crate) const MAX_PATH: usize = 256;
/// Expressions inside each other that are followed, at most; a program's text may be deeper.
const MAX_STEPS: usize = 1024;

/// What an expression is in its module.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    /// A module's own set; its options begin with this path (empty but in submodules).
    Module(OptionPath),
    /// A list of modules: `imports`, `submoduleWith`'s `modules`.
    Modules(OptionPath),
    /// A set of modules by their names, as flakes have it.
    NamedModules,
    /// A set whose names declare options below this path.
    Declarations(OptionPath),
    /// A set whose names define options below this path, or an option's value.
    Definitions(OptionPath),
    /// A function, of one argument or several, that returns such a set or value.
    Returns(OptionPath),
    /// The list under a `mkMerge`.
    Merged(OptionPath),
    /// What `mkOption` is given.
    Arguments(OptionPath),
    /// An option's type.
    Type(OptionPath),
    Other,
}

/// The way from the file's start to a place in it.
pub(crate) struct Walk<'v, 'a> {
    view: &'v View<'a>,
    at: TextSize,
    stop: Stop,
    /// The module functions around the place, with the path that their `config` stands for.
    pub functions: Vec<(ScopeId, OptionPath)>,
    /// The names of the bindings that the place lies in, with the role of each one's value.
    pub names: Vec<(Symbol, Site, Role)>,
    /// The calls that the place lies in, each with what its value is.
    pub calls: Vec<(ExprId, Role)>,
    /// The innermost braces around the place: the set that they are, and its role.
    pub container: Option<(Option<SetId>, Role)>,
}

/// Where a walk to a binding's name ends.
#[derive(Clone, Copy, PartialEq)]
enum Stop {
    /// At the name: it is the last of [`Walk::names`].
    AtName,
    /// Before the statement that begins there, which may be broken.
    BeforeStatement,
}

impl<'v, 'a> Walk<'v, 'a> {
    /// To a place inside an expression or on a binding's name.
    pub fn to(view: &'v View<'a>, at: TextSize) -> Walk<'v, 'a> {
        Walk::start(view, at, Stop::AtName)
    }

    /// To the start of a statement that may not be one yet.
    pub fn to_statement(view: &'v View<'a>, at: TextSize) -> Walk<'v, 'a> {
        Walk::start(view, at, Stop::BeforeStatement)
    }

    fn start(view: &'v View<'a>, at: TextSize, stop: Stop) -> Walk<'v, 'a> {
        let mut walk = Walk {
            view,
            at,
            stop,
            functions: Vec::new(),
            names: Vec::new(),
            calls: Vec::new(),
            container: None,
        };
        // A flake is no module itself, but has some in it.
        let is_around_modules = view
            .own
            .and_then(|facts| facts.outputs.as_ref())
            .is_some_and(|outputs| !outputs.beside_module);
        let role = match view.data.kind {
            FileKind::Value => Role::Other,
            _ if is_around_modules => Role::Other,
            FileKind::Module | FileKind::Other => Role::Module(OptionPath::root()),
        };
        let mut next = Some((view.arena().root, role));
        for _ in 0..MAX_STEPS {
            let Some((expr, role)) = next else { break };
            next = walk.step(expr, role);
        }
        walk
    }

    fn step(&mut self, expr: ExprId, role: Role) -> Option<(ExprId, Role)> {
        let arena = self.view.arena();
        match arena.expr(expr) {
            Expr::Lambda(lambda) => self.lambda(*lambda, role),
            Expr::Let { bindings, body } => {
                if self.is_in(*body) || self.is_past_bindings(*bindings, *body) {
                    return Some((*body, role));
                }
                self.container = Some((Some(*bindings), Role::Other));
                self.set(*bindings, Role::Other)
            }
            Expr::With { env, body, .. } => match self.is_in(*env) {
                true => Some((*env, Role::Other)),
                false => Some((*body, role)),
            },
            Expr::Assert { condition, body } => match self.is_in(*condition) {
                true => Some((*condition, Role::Other)),
                false => Some((*body, role)),
            },
            Expr::If { condition, then, otherwise } => match self.is_in(*condition) {
                true => Some((*condition, Role::Other)),
                false if self.is_in(*otherwise) => Some((*otherwise, role)),
                false => Some((*then, role)),
            },
            Expr::Binary { op, left, right } => {
                let keeps = match op {
                    BinaryOp::Update => true,
                    BinaryOp::Concat => {
                        matches!(role, Role::Modules(_) | Role::Merged(_) | Role::Definitions(_))
                    }
                    _ => false,
                };
                let role = if keeps { role } else { Role::Other };
                Some((if self.is_in(*right) { *right } else { *left }, role))
            }
            Expr::Apply { .. } => {
                self.calls.push((expr, role.clone()));
                self.apply(expr, role)
            }
            Expr::List(items) => {
                let item = items.iter().copied().rfind(|&item| self.is_in(item))?;
                let role = match role {
                    Role::Merged(path) => Role::Definitions(path),
                    Role::Modules(path) => Role::Module(path),
                    Role::Definitions(path) => Role::Definitions(path.child(Symbol::ANY_ELEMENT)),
                    _ => Role::Other,
                };
                Some((item, role))
            }
            Expr::Set(set) => {
                let role = match role {
                    Role::Modules(path) => Role::Module(path),
                    Role::Merged(path) => Role::Definitions(path),
                    Role::Other | Role::Type(_) => self.role_by_facts(*set).unwrap_or(Role::Other),
                    role => role,
                };
                if !arena.set(*set).implicit && self.is_in_braces(arena.set(*set)) {
                    self.container = Some((Some(*set), role.clone()));
                }
                self.set(*set, role)
            }
            _ => {
                let inside = arena.children(expr).into_iter().rfind(|&child| self.is_in(child))?;
                Some((inside, Role::Other))
            }
        }
    }

    fn lambda(&mut self, id: LambdaId, role: Role) -> Option<(ExprId, Role)> {
        let arena = self.view.arena();
        let lambda = arena.lambda(id);
        // `{ na }`: a set with the beginning of its first name looks like a function's arguments.
        if let Param::Pattern { range, .. } = &lambda.param
            && range.contains(self.at)
            && !matches!(role, Role::Other | Role::Type(_) | Role::Modules(_) | Role::Returns(_))
            && !arena.text[usize::from(range.end())..].trim_start().starts_with([':', '@'])
        {
            let role = match role {
                Role::Merged(path) => Role::Definitions(path),
                role => role,
            };
            self.container = Some((None, role));
            return None;
        }
        let role = match role {
            Role::Module(path) | Role::Modules(path) => Role::Module(path),
            // A submodule's value may be a function, as any module may.
            Role::Definitions(path) | Role::Merged(path) => Role::Module(path),
            Role::Returns(path) => match arena.expr(lambda.body) {
                Expr::Lambda(_) => Role::Returns(path),
                _ => Role::Definitions(path),
            },
            Role::Other | Role::Type(_) => match self.module_of(lambda.body) {
                Some(path) => Role::Module(path),
                None => Role::Other,
            },
            role => role,
        };
        if let Role::Module(path) = &role {
            self.functions.push((lambda.scope, path.clone()));
        }
        if let Param::Pattern { formals, range, .. } = &lambda.param
            && range.contains(self.at)
        {
            self.container = None;
            let defaults = formals.iter().filter_map(|formal| formal.default);
            return defaults.into_iter().find(|&expr| self.is_in(expr)).map(|it| (it, Role::Other));
        }
        Some((lambda.body, role))
    }

    fn apply(&mut self, expr: ExprId, role: Role) -> Option<(ExprId, Role)> {
        let (head, arguments) = self.view.call(expr);
        let Some(index) = arguments.iter().rposition(|&argument| self.is_in(argument)) else {
            return Some((head, Role::Other));
        };
        let argument = arguments[index];
        let role = match (self.view.callee(head).unwrap_or(""), index) {
            ("mkOption", 0) => match role {
                Role::Declarations(path) => Role::Arguments(path),
                _ => Role::Other,
            },
            ("submodule", 0) => match role {
                Role::Type(path) => Role::Module(self.members_of(path)),
                _ => Role::Other,
            },
            ("submoduleWith", 0) => match role {
                Role::Type(path) => Role::Modules(self.members_of(path)),
                _ => Role::Other,
            },
            ("nixosSystem" | "darwinSystem" | "homeManagerConfiguration" | "evalModules", 0)
                if self.modules_given(argument).is_some() =>
            {
                Role::Modules(OptionPath::root())
            }
            (function, index) => match (passed(function, index), role) {
                // `lib.mkMerge [ … ]` in place of a module is its `config`.
                (Some(Passed::Value), Role::Module(path)) if function.starts_with("mk") => {
                    Role::Definitions(path)
                }
                (Some(Passed::Merged), Role::Module(path)) => Role::Merged(path),
                (Some(Passed::Value), role) => role,
                (Some(Passed::Element), Role::Modules(path)) => Role::Module(path),
                (Some(Passed::Element), Role::Merged(path)) => Role::Definitions(path),
                (Some(Passed::Element), Role::Definitions(path)) => {
                    Role::Definitions(path.child(Symbol::ANY_ELEMENT))
                }
                (Some(Passed::Merged), Role::Definitions(path) | Role::Merged(path)) => {
                    Role::Merged(path)
                }
                (Some(Passed::EachElement), Role::Merged(path)) => Role::Returns(path),
                (Some(Passed::EachElement), Role::Definitions(path)) => {
                    Role::Returns(path.child(Symbol::ANY_ELEMENT))
                }
                (Some(Passed::EachMember), Role::Definitions(path)) => {
                    Role::Returns(path.child(Symbol::ANY_NAME))
                }
                (Some(Passed::Merged), role) => role,
                (None, Role::Type(path)) => Role::Type(path),
                _ => Role::Other,
            },
        };
        // `submoduleWith { modules = [ … ]; }`: the set is no module itself.
        Some(match (self.modules_given(argument), role) {
            (Some(modules), role @ Role::Modules(_)) if self.is_in(modules) => (modules, role),
            (Some(_), Role::Modules(_)) => (argument, Role::Other),
            (_, role) => (argument, role),
        })
    }

    /// The value of `modules` in a set that a function is given.
    fn modules_given(&self, argument: ExprId) -> Option<ExprId> {
        let Expr::Set(set) = self.view.arena().expr(argument) else { return None };
        let entry = self.view.arena().set(*set).entry(Symbol::new("modules"))?;
        Some(entry.value)
    }

    fn set(&mut self, id: SetId, role: Role) -> Option<(ExprId, Role)> {
        let arena = self.view.arena();
        let set = arena.set(id);
        for entry in &set.entries {
            let Some(&site) = entry.sites().find(|site| self.is_in_statement(site, entry.value))
            else {
                continue;
            };
            let inner = child_role(&role, is_shorthand(set), entry.name);
            let on_name = site.key.contains_inclusive(self.at);
            self.names.push((entry.name, site, inner.clone()));
            if on_name && self.stop == Stop::AtName {
                return None;
            }
            // Of a set that several statements make, the braces are those of this one.
            if let Expr::Set(merged) = arena.expr(entry.value)
                && !entry.more.is_empty()
                && self.opens_braces(site)
            {
                self.container = Some((Some(*merged), inner.clone()));
            }
            return Some((entry.value, inner));
        }
        for entry in &set.computed {
            if self.is_in_statement(&entry.site, entry.value) {
                if self.is_in(entry.name) && self.stop == Stop::AtName {
                    return Some((entry.name, Role::Other));
                }
                let inner = child_role(&role, is_shorthand(set), Symbol::COMPUTED);
                self.names.push((Symbol::COMPUTED, entry.site, inner.clone()));
                return Some((entry.value, inner));
            }
        }
        None
    }

    fn is_in(&self, expr: ExprId) -> bool {
        self.view.arena().full_range(expr).contains_inclusive(self.at)
    }

    /// Whether the place is behind a `let`'s last binding, where its body will be.
    fn is_past_bindings(&self, bindings: SetId, body: ExprId) -> bool {
        let arena = self.view.arena();
        let start = arena.full_range(body).start();
        let end = arena.set(bindings).entries.iter().map(|entry| entry.site.statement.end()).max();
        self.at >= start && end.is_some_and(|end| self.at > end)
    }

    fn is_in_statement(&self, site: &Site, value: ExprId) -> bool {
        let range = site.statement;
        match self.stop {
            Stop::AtName => range.contains_inclusive(self.at),
            Stop::BeforeStatement => {
                range.start() < self.at
                    && (self.at < range.end()
                        || self.at == range.end() && !self.is_closed(range, value))
            }
        }
    }

    /// Whether a statement has its own `;`: something follows its value.
    fn is_closed(&self, statement: TextRange, mut value: ExprId) -> bool {
        let arena = self.view.arena();
        while let Expr::Set(set) = arena.expr(value) {
            let set = arena.set(*set);
            let inner = set.entries.iter().find(|entry| {
                set.implicit && entry.sites().any(|site| site.statement == statement)
            });
            match inner {
                Some(inner) => value = inner.value,
                None => break,
            }
        }
        let range = arena.full_range(value);
        if statement.contains_range(range) {
            return range.end() < statement.end();
        }
        // Other statements make the same set: the last `;` may be that of a name in the braces.
        let is_inner = |site: &Site| {
            site.statement.end() == statement.end() && site.statement.start() > statement.start()
        };
        let mut sites = match arena.expr(value) {
            Expr::Set(set) => arena.set(*set).entries.iter().flat_map(|entry| entry.sites()),
            _ => return true,
        };
        arena.source(statement).ends_with(';') && !sites.any(is_inner)
    }

    /// Whether a set in braces follows the name.
    fn opens_braces(&self, site: Site) -> bool {
        let rest = &self.view.text()[usize::from(site.path.end())..];
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        value.is_some_and(|value| value.starts_with('{') || value.starts_with("rec"))
    }

    fn is_in_braces(&self, set: &Set) -> bool {
        let closed = self.view.arena().source(set.range).ends_with('}')
            && set
                .entries
                .iter()
                .all(|entry| entry.sites().all(|site| site.statement.end() != set.range.end()));
        self.at > set.range.start()
            && (self.at < set.range.end() || self.at == set.range.end() && !closed)
            // A set that several statements make has the range of the first one only.
            || set.entries.iter().any(|entry| {
                entry.sites().any(|site| site.statement.contains_inclusive(self.at))
            })
    }

    /// What stands in the path between an option and its submodule's members.
    fn members_of(&self, option: OptionPath) -> OptionPath {
        let ty = self.view.snapshot.option_type(&option);
        match ty.and_then(|ty| ty.submodule()) {
            Some((_, segments)) => option.join(&segments),
            None => option,
        }
    }

    /// The path of a submodule's body that stands apart from the option it belongs to.
    fn module_of(&self, mut body: ExprId) -> Option<OptionPath> {
        let arena = self.view.arena();
        loop {
            body = match arena.expr(body) {
                Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
                    *body
                }
                Expr::Set(set) => return self.path_of_module(arena.set(*set)),
                _ => return None,
            }
        }
    }

    fn path_of_module(&self, set: &Set) -> Option<OptionPath> {
        let options = set.entry(Symbol::new("options"))?;
        let Expr::Set(inner) = self.view.arena().expr(options.value) else { return None };
        self.path_of_declarations(self.view.arena().set(*inner))
    }

    /// The path below which a set declares options, by the first of them, however deep in it.
    fn path_of_declarations(&self, set: &Set) -> Option<OptionPath> {
        self.view.declarations().next()?;
        let arena = self.view.arena();
        let mut waiting = vec![(set, OptionPath::root())];
        while let Some((set, inside)) = waiting.pop() {
            for entry in &set.entries {
                if inside.len() == MAX_PATH {
                    break;
                }
                let inside = inside.child(entry.name);
                if let Some(declaration) = self.view.declaration_named(entry.site.key) {
                    let above = declaration.path.strip_suffix(&inside[..]);
                    if let Some(above) = above {
                        return Some(above.into());
                    }
                } else if let Expr::Set(inner) = arena.expr(entry.value) {
                    waiting.push((arena.set(*inner), inside));
                }
            }
        }
        None
    }

    /// What the facts say of a set that the module's form does not explain: bound to a name, made by
    /// a function, written in a library.
    fn role_by_facts(&self, id: SetId) -> Option<Role> {
        let set = self.view.arena().set(id);
        if let Some(path) = self.path_of_module(set) {
            return Some(Role::Module(path));
        }
        if let Some(path) = self.path_of_declarations(set) {
            return Some(Role::Declarations(path));
        }
        let paths = |range: TextRange| set.entries.iter().any(|entry| entry.site.path == range);
        let defined = self.view.definitions().find(|it| paths(it.name.text_range()));
        Some(Role::Definitions(defined?.path.parent()?))
    }
}

/// The role of the value at a path of names below a set, which may not be one yet.
pub(crate) fn role_below(role: Role, set: Option<&Set>, names: &[Symbol]) -> Role {
    let shorthand = set.is_none_or(is_shorthand);
    names.iter().fold(role, |role, &name| child_role(&role, shorthand, name))
}

fn child_role(role: &Role, shorthand: bool, name: Symbol) -> Role {
    match role {
        Role::Declarations(path) | Role::Definitions(path) if path.len() >= MAX_PATH => Role::Other,
        Role::Module(path) => match name.as_str() {
            "options" => Role::Declarations(path.clone()),
            "config" => Role::Definitions(path.clone()),
            "imports" => Role::Modules(path.clone()),
            "disabledModules" | "freeformType" | "_file" | "key" | "_class" | "meta" => Role::Other,
            _ if shorthand => Role::Definitions(path.child(name)),
            _ => Role::Other,
        },
        Role::Declarations(path) => Role::Declarations(path.child(name)),
        Role::Definitions(path) => Role::Definitions(path.child(name)),
        Role::Arguments(path) => match name.as_str() {
            "type" => Role::Type(path.clone()),
            "default" | "example" => Role::Definitions(path.clone()),
            _ => Role::Other,
        },
        Role::NamedModules => Role::Module(OptionPath::root()),
        Role::Other => match name.as_str() {
            "nixosModules" | "darwinModules" | "homeModules" | "homeManagerModules" => {
                Role::NamedModules
            }
            "nixosModule" => Role::Module(OptionPath::root()),
            _ => Role::Other,
        },
        Role::Modules(_) | Role::Returns(_) | Role::Merged(_) | Role::Type(_) => Role::Other,
    }
}

/// Whether a module's own set defines options at its top level.
pub(crate) fn is_shorthand(set: &Set) -> bool {
    ["options", "config"].iter().all(|key| set.entry(Symbol::new(key)).is_none())
}
