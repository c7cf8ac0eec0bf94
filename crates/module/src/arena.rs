//! One file's expressions in one vector: names resolved, attribute paths unfolded, ranges kept.
//!
//! This is what any later question needs of a file, without its syntax tree. Dotted bindings are
//! unfolded to nested sets and merged the way Nix merges them, so that `a.b = 1; a = { c = 2; };` is
//! one set here as it is there.

use crate::Symbol;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use syntax::{SyntaxError, TextRange, TextSize};

/// An expression of one file's [`Arena`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

impl ExprId {
    /// Stands for an expression that is in no arena of the file in question.
    pub const ELSEWHERE: ExprId = ExprId(u32::MAX);
}

/// The bindings of a set or of a `let`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LambdaId(pub u32);

/// Where names come from: a `let`, a `rec` set, a function's arguments, a `with`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

#[derive(Debug)]
pub struct Arena {
    pub text: Arc<str>,
    pub root: ExprId,
    pub(crate) exprs: Vec<Expr>,
    pub(crate) ranges: Vec<TextRange>,
    pub(crate) sets: Vec<Set>,
    pub(crate) lambdas: Vec<Lambda>,
    pub(crate) scopes: Vec<Scope>,
    /// The outermost parentheses around an expression, where it has any.
    pub(crate) parenthesized: FxHashMap<ExprId, TextRange>,
    pub duplicates: Vec<DuplicateAttribute>,
    pub syntax_errors: Arc<[SyntaxError]>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// Something that the text lacks or that could not be read.
    Missing,
    Name {
        name: Symbol,
        resolved: Resolved,
    },
    Int(i64),
    Float(f64),
    Str {
        parts: Box<[StrPart]>,
        indented: bool,
    },
    Path {
        parts: Box<[StrPart]>,
        kind: PathKind,
    },
    List(Box<[ExprId]>),
    Set(SetId),
    Let {
        bindings: SetId,
        body: ExprId,
    },
    With {
        env: ExprId,
        scope: ScopeId,
        body: ExprId,
    },
    If {
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    Assert {
        condition: ExprId,
        body: ExprId,
    },
    Lambda(LambdaId),
    Apply {
        function: ExprId,
        argument: ExprId,
    },
    Select {
        base: ExprId,
        path: Box<[AttrName]>,
        default: Option<ExprId>,
    },
    HasAttr {
        base: ExprId,
        path: Box<[AttrName]>,
    },
    Binary {
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    },
    Not(ExprId),
    Negate(ExprId),
    /// `__curPos`.
    Position,
}

/// What a name means, as far as the file itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// Slot of a `let`, a `rec` set or a function's arguments.
    Local {
        scope: ScopeId,
        slot: u32,
    },
    /// Supplied by one of the `with`s around it, this one first.
    With(ScopeId),
    /// Nix supplies it everywhere (`map`, `toString`, `builtins`).
    Builtin,
    Unresolved,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrPart {
    /// Bytes of the source, escapes and indentation still in them.
    Text(TextRange),
    Interpolation(ExprId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    Relative,
    Absolute,
    Home,
    /// `<nixpkgs>`.
    Search,
}

/// A segment of an attribute path, with its place in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AttrName {
    Static(Symbol, TextRange),
    Computed(ExprId, TextRange),
}

impl AttrName {
    pub fn range(self) -> TextRange {
        match self {
            AttrName::Static(_, range) | AttrName::Computed(_, range) => range,
        }
    }

    pub fn symbol(self) -> Option<Symbol> {
        match self {
            AttrName::Static(name, _) => Some(name),
            AttrName::Computed(..) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Concat,
    Update,
    Add,
    Sub,
    Mul,
    Div,
    And,
    Or,
    Implies,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    PipeLeft,
    PipeRight,
}

#[derive(Debug, Default)]
pub struct Set {
    pub range: TextRange,
    /// The scope that a `rec` set or a `let` opens; its slots are the entries, in order.
    pub scope: Option<ScopeId>,
    /// Made by a dotted path, without braces of its own.
    pub implicit: bool,
    pub entries: Vec<Entry>,
    pub computed: Vec<ComputedEntry>,
}

#[derive(Debug)]
pub struct Entry {
    pub name: Symbol,
    pub site: Site,
    pub value: ExprId,
    pub inherited: bool,
    /// A second binding of a name that the set has already; Nix refuses the file.
    pub duplicate: bool,
    /// Further statements that add to the same name (`a.b = 1; a.c = 2;`).
    pub more: Vec<Site>,
}

/// `${name} = …`.
#[derive(Debug)]
pub struct ComputedEntry {
    pub name: ExprId,
    pub site: Site,
    pub value: ExprId,
}

/// Where a name of a binding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The name alone.
    pub key: TextRange,
    /// From the start of the statement's attribute path to the end of this name; Nix's position of the
    /// attribute is its start.
    pub path: TextRange,
    /// The whole statement, with its `;`.
    pub statement: TextRange,
}

#[derive(Debug)]
pub struct Lambda {
    pub range: TextRange,
    pub scope: ScopeId,
    pub body: ExprId,
    pub param: Param,
}

#[derive(Debug)]
pub enum Param {
    /// `x: …`, slot 0.
    Name(Symbol, TextRange),
    /// `{ a, b ? c, ... }@x: …`: the formals' slots in order, then the whole's.
    Pattern {
        formals: Vec<Formal>,
        ellipsis: bool,
        whole: Option<(Symbol, TextRange)>,
        range: TextRange,
    },
}

#[derive(Debug)]
pub struct Formal {
    pub name: Symbol,
    pub range: TextRange,
    pub default: Option<ExprId>,
}

#[derive(Debug)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    pub kind: ScopeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    Let(SetId),
    Rec(SetId),
    Lambda(LambdaId),
    With(ExprId),
}

/// One name bound twice in a set: "attribute 'x' already defined at …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateAttribute {
    /// From the set that both statements stand in.
    pub path: Vec<Symbol>,
    /// The attribute path of the first binding, and that of the second.
    pub first: TextRange,
    pub second: TextRange,
    /// The whole second statement.
    pub second_statement: TextRange,
}

impl Arena {
    /// It stays for as long as its text does.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.exprs.shrink_to_fit();
        self.ranges.shrink_to_fit();
        self.sets.shrink_to_fit();
        self.lambdas.shrink_to_fit();
        self.scopes.shrink_to_fit();
        self.parenthesized.shrink_to_fit();
    }

    /// [`Expr::Missing`] for an expression of another file.
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.exprs.get(id.0 as usize).unwrap_or(&Expr::Missing)
    }

    /// Without parentheses around it.
    pub fn range(&self, id: ExprId) -> TextRange {
        self.ranges.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// With the parentheses around it.
    pub fn full_range(&self, id: ExprId) -> TextRange {
        self.parenthesized.get(&id).copied().unwrap_or_else(|| self.range(id))
    }

    pub fn set(&self, id: SetId) -> &Set {
        &self.sets[id.0 as usize]
    }

    /// The bindings of every set and every `let`.
    pub fn sets(&self) -> impl Iterator<Item = &Set> {
        self.sets.iter()
    }

    pub fn lambda(&self, id: LambdaId) -> &Lambda {
        &self.lambdas[id.0 as usize]
    }

    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    pub fn source(&self, range: TextRange) -> &str {
        &self.text[range]
    }

    /// How many expressions there are.
    pub fn len(&self) -> usize {
        self.exprs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }

    pub fn expr_ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.exprs.len() as u32).map(ExprId)
    }

    pub fn scope_ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..self.scopes.len() as u32).map(ScopeId)
    }

    /// The bindings of all sets and `let`s, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.sets.iter().flat_map(|set| &set.entries)
    }

    /// The expressions whose range holds `offset` (its end included), outermost first.
    pub fn exprs_at(&self, offset: TextSize) -> Vec<ExprId> {
        let mut found: Vec<ExprId> =
            self.expr_ids().filter(|&id| self.range(id).contains_inclusive(offset)).collect();
        // Children are lowered before their parents, hence the second key.
        found.sort_by_key(|&id| (std::cmp::Reverse(self.range(id).len()), std::cmp::Reverse(id)));
        found
    }

    /// The expressions directly inside `id`.
    pub fn children(&self, id: ExprId) -> Vec<ExprId> {
        let mut out = Vec::new();
        let attr_names = |path: &[AttrName], out: &mut Vec<ExprId>| {
            out.extend(path.iter().filter_map(|name| match name {
                AttrName::Computed(expr, _) => Some(*expr),
                AttrName::Static(..) => None,
            }));
        };
        match self.expr(id) {
            Expr::Missing | Expr::Name { .. } | Expr::Int(_) | Expr::Float(_) | Expr::Position => {}
            Expr::Str { parts, .. } | Expr::Path { parts, .. } => {
                out.extend(parts.iter().filter_map(|part| match part {
                    StrPart::Interpolation(expr) => Some(*expr),
                    StrPart::Text(_) => None,
                }));
            }
            Expr::List(items) => out.extend(items.iter().copied()),
            Expr::Set(set) => self.set_children(*set, &mut out),
            Expr::Let { bindings, body } => {
                self.set_children(*bindings, &mut out);
                out.push(*body);
            }
            Expr::With { env, body, .. } => out.extend([*env, *body]),
            Expr::If { condition, then, otherwise } => out.extend([*condition, *then, *otherwise]),
            Expr::Assert { condition, body } => out.extend([*condition, *body]),
            Expr::Lambda(lambda) => {
                let lambda = self.lambda(*lambda);
                if let Param::Pattern { formals, .. } = &lambda.param {
                    out.extend(formals.iter().filter_map(|formal| formal.default));
                }
                out.push(lambda.body);
            }
            Expr::Apply { function, argument } => out.extend([*function, *argument]),
            Expr::Select { base, path, default } => {
                out.push(*base);
                attr_names(path, &mut out);
                out.extend(*default);
            }
            Expr::HasAttr { base, path } => {
                out.push(*base);
                attr_names(path, &mut out);
            }
            Expr::Binary { left, right, .. } => out.extend([*left, *right]),
            Expr::Not(operand) | Expr::Negate(operand) => out.push(*operand),
        }
        out
    }

    fn set_children(&self, id: SetId, out: &mut Vec<ExprId>) {
        let set = self.set(id);
        out.extend(set.entries.iter().map(|entry| entry.value));
        for entry in &set.computed {
            out.extend([entry.name, entry.value]);
        }
    }
}

impl Set {
    pub fn entry(&self, name: Symbol) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl Entry {
    /// Every statement that contributes to this name.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        std::iter::once(&self.site).chain(&self.more)
    }
}

impl Lambda {
    /// The slot of the argument with this name.
    pub fn slot(&self, name: Symbol) -> Option<u32> {
        match &self.param {
            Param::Name(param, _) => (*param == name).then_some(0),
            Param::Pattern { formals, whole, .. } => formals
                .iter()
                .position(|formal| formal.name == name)
                .or_else(|| whole.filter(|(whole, _)| *whole == name).map(|_| formals.len()))
                .map(|slot| slot as u32),
        }
    }
}
