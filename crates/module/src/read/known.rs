//! What a value is known to be, as facts say it: without the interpreter, and without properties.

use super::interp::Interp;
use super::value::*;
use crate::facts::*;
use crate::{FileId, Location, Symbol};

/// Elements and members of one value that are kept; larger ones are data that nobody types by hand.
const MAX_PARTS: usize = 512;
/// Lists in sets in lists.
const MAX_DEPTH: usize = 8;
/// Values that one definition may give.
const MAX_DISCHARGED: usize = 32;

/// What is known of a definition's value.
pub(super) struct KnownDefinition {
    pub value: Known,
    /// That of the value's own property, where it has one; `Some(None)`: not known which.
    pub priority: Option<Option<i64>>,
    pub discharged: Box<[Discharged]>,
}

/// How far Nix has come in taking off a value's properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// `mkMerge`, `mkIf` and a `mkOverride` may follow.
    Free,
    /// There was a `mkOverride`; a `mkOrder` may follow.
    Overridden,
    Ordered,
}

/// What a value stands under.
#[derive(Clone, Copy)]
struct Around {
    at: Location,
    stage: Stage,
    priority: Option<i64>,
    condition: Option<ConditionId>,
}

impl Interp<'_> {
    /// What is known of a value.
    pub(super) fn known(&mut self, thunk: ThunkId) -> Known {
        let mut left = MAX_PARTS;
        self.known_to(thunk, MAX_DEPTH, &mut left)
    }

    fn known_to(&mut self, thunk: ThunkId, depth: usize, left: &mut usize) -> Known {
        match self.force(thunk) {
            Value::Null => Known::Null,
            Value::Bool(value) => Known::Bool(value),
            Value::Int(value) => Known::Int(value),
            Value::Float(value) => Known::Float(value),
            // Where nixpkgs is, only an evaluation knows.
            Value::Str(text) => {
                let text = text.filter(|text| !is_in_nixpkgs(text));
                Known::Str(text.map(|text| text.to_string()))
            }
            Value::Path(path) => Known::Path(path.filter(|path| !is_in_nixpkgs(path.path()))),
            Value::List(list) => {
                let mut complete = list.complete;
                let mut items = Vec::new();
                for item in &list.items {
                    let Some(value) = self.known_part(item.thunk, item.condition, depth, left)
                    else {
                        complete = false;
                        break;
                    };
                    complete &= item.condition.is_none();
                    items.push(value);
                }
                Known::List { items, complete }
            }
            Value::Set(set) => {
                let mut complete = set.complete;
                let mut members: Vec<(Symbol, KnownPart)> = Vec::new();
                for slot in &set.slots {
                    let Some(mut value) = self.known_part(slot.thunk, slot.condition, depth, left)
                    else {
                        complete = false;
                        break;
                    };
                    // The unknown rest of a set may have another value for the name.
                    value.is_certain &= set.complete;
                    complete &= slot.condition.is_none();
                    members.push((slot.name, value));
                }
                Known::Attrs { members, complete }
            }
            Value::Closure(_) | Value::Prim(..) => Known::Function,
            Value::Place(place) if is_package(&place) => Known::Package,
            _ => Known::Unknown,
        }
    }

    /// An element or a member; `None` if there is no room for it.
    fn known_part(
        &mut self,
        thunk: ThunkId,
        condition: Option<ConditionId>,
        depth: usize,
        left: &mut usize,
    ) -> Option<KnownPart> {
        let depth = depth.checked_sub(1)?;
        *left = left.checked_sub(1)?;
        let at = self.code(thunk).map_or_else(
            || Location::new(FileId::new("/"), syntax::TextRange::default()),
            |code| self.location(code),
        );
        let mut is_certain = condition.is_none_or(|id| self.is_always_true(id));
        let mut inner = thunk;
        let mut stage = Stage::Free;
        let mut is_known = true;
        // A part is a value of its own, whose priority and order change nothing.
        while let Value::Property(property) = self.force(inner) {
            stage = match (property.kind, stage) {
                (PropertyKind::If(_, _, condition), Stage::Free) => {
                    is_certain &= condition == Some(true);
                    Stage::Free
                }
                (PropertyKind::Override(_), Stage::Free) => Stage::Overridden,
                (PropertyKind::Order, Stage::Free | Stage::Overridden) => Stage::Ordered,
                // Several values, or one that stays a property.
                _ => {
                    is_known = false;
                    break;
                }
            };
            inner = property.content;
        }
        let value = match is_known {
            true => self.known_to(inner, depth, left),
            false => Known::Unknown,
        };
        Some(KnownPart { at, value, is_certain })
    }

    fn is_always_true(&self, id: ConditionId) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            let condition = &self.conditions[id.0 as usize];
            if condition.value != Some(true) {
                return false;
            }
            next = condition.outer;
        }
        true
    }

    /// What a definition's value is known to be behind `mkDefault`, `mkIf` and their kin. `stage` says
    /// whether a property around the definition has been pushed down to it.
    pub(super) fn known_definition(
        &mut self,
        thunk: ThunkId,
        stage: Stage,
        condition: Option<ConditionId>,
    ) -> KnownDefinition {
        let value = self.force(thunk);
        if !matches!(value, Value::Property(_) | Value::Choice(_)) {
            let value = self.known_of_definition(thunk);
            return KnownDefinition { value, priority: None, discharged: Box::default() };
        }
        let at = self.place(thunk);
        let around = Around { at, stage, priority: Some(100), condition };
        let mut discharged = Vec::new();
        self.discharge(thunk, around, &mut discharged);
        let value = match discharged.as_slice() {
            [only] => only.known.clone(),
            _ => Known::Unknown,
        };
        KnownDefinition { value, priority: self.own_priority(thunk), discharged: discharged.into() }
    }

    /// Of a set only that it is one: its names follow as definitions of their own.
    fn known_of_definition(&mut self, thunk: ThunkId) -> Known {
        match self.force(thunk) {
            Value::Set(_) => Known::Attrs { members: Vec::new(), complete: false },
            _ => self.known(thunk),
        }
    }

    /// The innermost priority that the value is given by its own properties.
    fn own_priority(&mut self, thunk: ThunkId) -> Option<Option<i64>> {
        let mut thunk = thunk;
        let mut priority = None;
        for _ in 0..MAX_DEPTH {
            let Value::Property(property) = self.force(thunk) else { break };
            match property.kind {
                PropertyKind::Override(level) => priority = Some(level),
                PropertyKind::Merge => break,
                PropertyKind::If(..) | PropertyKind::Order => {}
            }
            thunk = property.content;
        }
        priority
    }

    fn place(&self, thunk: ThunkId) -> Location {
        match self.code(thunk) {
            Some(code) => self.location(code),
            None => Location::new(FileId::new("/"), syntax::TextRange::default()),
        }
    }

    fn discharge(&mut self, thunk: ThunkId, around: Around, out: &mut Vec<Discharged>) {
        if out.len() >= MAX_DISCHARGED {
            return;
        }
        let at = if self.code(thunk).is_some() { self.place(thunk) } else { around.at };
        let around = Around { at, ..around };
        let value = self.force(thunk);
        let property = match value {
            Value::Property(property) => property,
            Value::Choice(choice) => {
                for (branch, negated) in [(choice.then, false), (choice.otherwise, true)] {
                    let kind = ConditionKind::Shape { negated };
                    let condition = self.condition(around.condition, choice.condition, kind, None);
                    self.discharge(branch, Around { condition: Some(condition), ..around }, out);
                }
                return;
            }
            _ => {
                let known = self.known_of_definition(thunk);
                return out.push(self.discharged(thunk, known, around));
            }
        };
        match (property.kind, around.stage) {
            (PropertyKind::If(_, code, value), Stage::Free) => {
                let kind = ConditionKind::MkIf;
                let condition = self.condition(around.condition, code, kind, value);
                let around = Around { condition: Some(condition), ..around };
                self.discharge(property.content, around, out);
            }
            (PropertyKind::Merge, Stage::Free) => {
                let code = self.code(property.content);
                let list = code.and_then(|code| self.list_of(property.content, code));
                for item in list.iter().flat_map(|list| &list.items) {
                    let condition = self.under(around.condition, item.condition);
                    self.discharge(item.thunk, Around { condition, ..around }, out);
                }
                if list.is_none_or(|list| !list.complete) {
                    out.push(self.discharged(thunk, Known::Unknown, around));
                }
            }
            (PropertyKind::Override(priority), Stage::Free) => {
                let around = Around { stage: Stage::Overridden, priority, ..around };
                self.discharge(property.content, around, out);
            }
            (PropertyKind::Order, Stage::Free | Stage::Overridden) => {
                let around = Around { stage: Stage::Ordered, ..around };
                self.discharge(property.content, around, out);
            }
            _ => out.push(self.discharged(thunk, Known::Unknown, around)),
        }
    }

    fn discharged(&self, thunk: ThunkId, known: Known, around: Around) -> Discharged {
        let expr = self.code(thunk).map_or(crate::ExprId::ELSEWHERE, |code| code.expr);
        let Around { at, priority, condition, .. } = around;
        Discharged { at, expr, known, priority, condition }
    }
}

/// Whether a place is `pkgs.NAME`; with few exceptions what stands there is a derivation.
fn is_package(place: &Place) -> bool {
    /// Members of `pkgs` that are none. Functions have names of their own: `fetchurl`, `writeText`.
    const OTHERS: [&str; 24] = [
        "appendOverlays",
        "buildPlatform",
        "config",
        "emptyDirectory",
        "extend",
        "formats",
        "haskell",
        "hostPlatform",
        "lib",
        "lixPackageSets",
        "nixosTests",
        "nixVersions",
        "overlays",
        "path",
        "pkgs",
        "stdenvAdapters",
        "system",
        "targetPlatform",
        "testers",
        "theme",
        "types",
        "version",
        "versions",
        "xorg",
    ];
    let is_pkgs = place.root == PlaceRoot::Argument(Symbol::new("pkgs"));
    let [name] = &place.path[..] else { return false };
    let name = name.as_str();
    let makes_something = |prefix: &str| name.starts_with(prefix);
    let is_function = ["fetch", "write", "build", "make", "mk", "run", "call", "override", "with"]
        .into_iter()
        .any(makes_something);
    let is_set = ["Packages", "Plugins", "Extensions", "pkgs"]
        .into_iter()
        .any(|suffix| name.contains(suffix));
    is_pkgs && !is_function && !is_set && !OTHERS.contains(&name)
}
