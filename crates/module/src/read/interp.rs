//! The interpreter's state: files looked into, the heap, conditions, what was read and demanded.

use super::demands::DemandedAt;
use super::value::*;
use super::{Existence, Files};
use crate::facts::*;
use crate::{Arena, ExprId, FileId, Location, OptionPath};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use syntax::TextRange;

/// Steps of evaluation that one module may take, next to what its size warrants. Real modules take
/// a few a line; this is for hostile ones.
const FUEL: u32 = 200_000;
const FUEL_A_NODE: u32 = 64;
/// Nested evaluations before a value counts as unknown.
const MAX_DEPTH: u32 = 2_000;

pub(super) struct Interp<'a> {
    files: &'a dyn Files,
    sources: Vec<(FileId, &'a Arena)>,
    source_of: FxHashMap<FileId, Option<SourceId>>,
    /// The value of each source's root expression.
    roots: Vec<Option<ThunkId>>,
    pub heap: Vec<Thunk>,
    pub conditions: Vec<Condition>,
    condition_ids: FxHashMap<(Option<ConditionId>, Location, ConditionKind), ConditionId>,
    pub reads: Vec<Read>,
    seen_reads: FxHashSet<(Code, OptionPath)>,
    pub looked_into: FxHashSet<FileId>,
    /// What the evaluation under way has asked of the configuration; one list for each thunk being forced.
    pub collectors: Vec<Vec<DemandedAt>>,
    /// The modules of each submodule type, and the options of each `attrTag`, that were met so far.
    pub submodules: Vec<SubmoduleParts>,
    pub tag_sets: Vec<Rc<Set>>,
    pub closures: Vec<Rc<Closure>>,
    /// What the tree adds to `lib`, once it was asked for.
    pub library_additions: Option<Rc<[Rc<Set>]>>,
    /// The configurations that were put together so far.
    pub evaluations: Vec<Rc<Evaluation>>,
    pub applied: FxHashSet<(SourceId, crate::arena::LambdaId)>,
    /// What the call under way stands under.
    pub call_condition: Option<ConditionId>,
    pub fuel: u32,
    depth: u32,
}

pub(super) struct Thunk {
    /// The expression it is the value of, where there is one.
    pub code: Option<Code>,
    pub state: State,
}

pub(super) enum State {
    Delayed { env: Env, condition: Option<ConditionId> },
    Applied { function: Value, arguments: Vec<ThunkId> },
    Forcing,
    Done(Value, Option<Rc<[DemandedAt]>>),
}

impl<'a> Interp<'a> {
    pub fn new(files: &'a dyn Files, file: FileId, arena: &'a Arena) -> Interp<'a> {
        let nodes = arena.len() as u32;
        let mut interp = Interp {
            files,
            sources: Vec::new(),
            source_of: FxHashMap::default(),
            roots: Vec::new(),
            heap: Vec::with_capacity(nodes as usize),
            conditions: Vec::new(),
            condition_ids: FxHashMap::default(),
            reads: Vec::new(),
            seen_reads: FxHashSet::default(),
            looked_into: FxHashSet::default(),
            collectors: Vec::new(),
            submodules: Vec::new(),
            tag_sets: Vec::new(),
            closures: Vec::new(),
            library_additions: None,
            evaluations: Vec::new(),
            applied: FxHashSet::default(),
            call_condition: None,
            fuel: FUEL.saturating_add(nodes.saturating_mul(FUEL_A_NODE)),
            depth: 0,
        };
        interp.add_source(file, arena);
        interp
    }

    fn add_source(&mut self, file: FileId, arena: &'a Arena) -> SourceId {
        let id = SourceId(self.sources.len() as u32);
        self.sources.push((file, arena));
        self.source_of.insert(file, Some(id));
        self.roots.push(None);
        id
    }

    pub fn arena(&self, source: SourceId) -> &'a Arena {
        self.sources[source.0 as usize].1
    }

    pub fn file(&self, source: SourceId) -> FileId {
        self.sources[source.0 as usize].0
    }

    pub fn location(&self, code: Code) -> Location {
        Location::new(self.file(code.source), self.arena(code.source).full_range(code.expr))
    }

    pub fn location_of(&self, source: SourceId, range: TextRange) -> Location {
        Location::new(self.file(source), range)
    }

    /// Whether `path` is there, remembered as something that this reading depends on.
    pub fn existence(&mut self, path: FileId) -> Existence {
        self.looked_into.insert(path);
        self.files.existence(path)
    }

    /// The names in a folder, remembered as something that this reading depends on.
    pub fn listing(&mut self, folder: FileId) -> Option<Vec<(&'static str, Existence)>> {
        self.looked_into.insert(folder.listing());
        self.files.listing(folder)
    }

    /// The files that extend `lib`, remembered as something that this reading depends on. One does not
    /// extend the `lib` that it is given itself.
    pub fn library_extensions(&mut self) -> Vec<FileId> {
        self.looked_into.insert(super::library_extensions());
        let own = self.file(SourceId(0));
        self.files.library_extensions().into_iter().filter(|&file| file != own).collect()
    }

    /// The value of the file that `import path` reads: `path` itself or its `default.nix`.
    pub fn import(&mut self, path: FileId) -> Option<ThunkId> {
        let file = match self.existence(path) {
            Existence::Folder => path.join("default.nix"),
            _ => path,
        };
        let source = match self.source_of.get(&file) {
            Some(known) => *known,
            None => {
                self.looked_into.insert(file);
                let arena = self.files.arena(file);
                let source = arena.map(|arena| self.add_source(file, arena));
                self.source_of.insert(file, source);
                source
            }
        }?;
        Some(self.root(source))
    }

    /// The file whose value, as a whole, `value` is: `import ./x.nix` and nothing more.
    pub fn file_of(&self, value: &Value) -> Option<FileId> {
        let is_value = |root: &Option<ThunkId>| {
            let Some(root) = root else { return false };
            match (&self.heap[root.0 as usize].state, value) {
                (State::Done(Value::Closure(root), _), Value::Closure(value)) => {
                    Rc::ptr_eq(root, value)
                }
                (State::Done(Value::Set(root), _), Value::Set(value)) => Rc::ptr_eq(root, value),
                _ => false,
            }
        };
        let source = self.roots.iter().skip(1).position(is_value)? + 1;
        Some(self.sources[source].0)
    }

    /// The other files whose values this reading used, sorted.
    pub fn used_files(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.sources.iter().skip(1).map(|source| source.0).collect();
        files.sort_unstable();
        files
    }

    pub fn root(&mut self, source: SourceId) -> ThunkId {
        if let Some(thunk) = self.roots[source.0 as usize] {
            return thunk;
        }
        let expr = self.arena(source).root;
        let thunk = self.delay(Code { source, expr }, &None, None);
        self.roots[source.0 as usize] = Some(thunk);
        thunk
    }

    // ---- heap ----

    fn allocate(&mut self, thunk: Thunk) -> ThunkId {
        let id = ThunkId(self.heap.len() as u32);
        self.heap.push(thunk);
        id
    }

    pub fn delay(&mut self, code: Code, env: &Env, condition: Option<ConditionId>) -> ThunkId {
        let state = State::Delayed { env: env.clone(), condition };
        self.allocate(Thunk { code: Some(code), state })
    }

    pub fn delay_application(
        &mut self,
        function: Value,
        arguments: Vec<ThunkId>,
        code: Option<Code>,
    ) -> ThunkId {
        self.allocate(Thunk { code, state: State::Applied { function, arguments } })
    }

    pub fn done(&mut self, value: Value) -> ThunkId {
        self.done_at(value, None)
    }

    pub fn done_at(&mut self, value: Value, code: Option<Code>) -> ThunkId {
        self.allocate(Thunk { code, state: State::Done(value, None) })
    }

    /// A value that is still being made and may already be referred to; whoever needs it before
    /// [`Interp::complete_cycle`] gets nothing.
    pub fn cyclic(&mut self) -> ThunkId {
        self.allocate(Thunk { code: None, state: State::Forcing })
    }

    pub fn complete_cycle(&mut self, thunk: ThunkId, value: Value) {
        self.heap[thunk.0 as usize].state = State::Done(value, None);
    }

    pub fn code(&self, thunk: ThunkId) -> Option<Code> {
        self.heap[thunk.0 as usize].code
    }

    pub fn force(&mut self, id: ThunkId) -> Value {
        let thunk = &mut self.heap[id.0 as usize];
        let state = match &thunk.state {
            State::Done(value, demands) => {
                let value = value.clone();
                if let Some(demands) = demands.clone() {
                    self.demand_again(&demands);
                }
                return value;
            }
            // A value that needs itself.
            State::Forcing => return Value::Unknown,
            State::Delayed { .. } | State::Applied { .. } => {
                std::mem::replace(&mut thunk.state, State::Forcing)
            }
        };
        let code = thunk.code;
        self.collectors.push(Vec::new());
        let value = match (state, code) {
            (State::Delayed { env, condition }, Some(code)) => self.eval(code, &env, condition),
            (State::Applied { function, arguments }, code) => {
                let code = code.unwrap_or(Code { source: SourceId(0), expr: ExprId(0) });
                arguments
                    .into_iter()
                    .fold(function, |function, argument| self.apply(function, argument, code))
            }
            _ => Value::Unknown,
        };
        let demands = self.collectors.pop().unwrap_or_default();
        self.demand_again(&demands);
        let demands = (!demands.is_empty()).then(|| demands.into());
        self.heap[id.0 as usize].state = State::Done(value.clone(), demands);
        value
    }

    // ---- conditions ----

    /// The condition `code`, under `outer`.
    pub fn condition(
        &mut self,
        outer: Option<ConditionId>,
        code: Code,
        kind: ConditionKind,
        value: Option<bool>,
    ) -> ConditionId {
        let at = self.location(code);
        self.add_condition(Condition { outer, kind, at, expr: code.expr, value })
    }

    /// A condition is known by where it stands and what it stands under.
    pub fn add_condition(&mut self, condition: Condition) -> ConditionId {
        let key = (condition.outer, condition.at, condition.kind);
        let next = ConditionId(self.conditions.len() as u32);
        let id = *self.condition_ids.entry(key).or_insert(next);
        if id == next {
            self.conditions.push(condition);
        }
        id
    }

    // ---- reads ----

    pub fn record_read(
        &mut self,
        code: Code,
        place: &Place,
        written: usize,
        kind: ReadKind,
        condition: Option<ConditionId>,
    ) {
        let of = match place.root {
            PlaceRoot::Config => ReadOf::Config,
            PlaceRoot::Options => ReadOf::Options,
            PlaceRoot::Argument(_) => return,
        };
        if self.seen_reads.insert((code, place.path.clone())) {
            self.reads.push(Read {
                path: place.path.clone(),
                at: Location::new(self.file(code.source), self.arena(code.source).range(code.expr)),
                expr: code.expr,
                written: written as u32,
                of,
                kind,
                condition,
            });
        }
    }

    // ---- limits ----

    /// One step deeper; `None` when the module has used up what it may.
    pub fn step<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.fuel == 0 || self.depth >= MAX_DEPTH {
            return None;
        }
        self.fuel -= 1;
        self.depth += 1;
        let result = stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || run(self));
        self.depth -= 1;
        Some(result)
    }
}
