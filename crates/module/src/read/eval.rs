//! What an expression is worth, as far as that is known.

mod application;
mod attributes;
mod operators;
mod strings;

use super::interp::Interp;
use super::prims;
use super::value::*;
use crate::arena::{Expr, Resolved, ScopeId};
use crate::facts::{ConditionId, ConditionKind, ReadKind};
use crate::{ExprId, OptionPath, SetId, Symbol};
use std::rc::Rc;

impl Interp<'_> {
    pub fn eval(&mut self, code: Code, env: &Env, condition: Option<ConditionId>) -> Value {
        self.step(|interp| interp.eval_expr(code, env, condition)).unwrap_or(Value::Unknown)
    }

    fn eval_expr(&mut self, code: Code, env: &Env, condition: Option<ConditionId>) -> Value {
        let arena = self.arena(code.source);
        let at = |expr: ExprId| Code { source: code.source, expr };
        match arena.expr(code.expr) {
            Expr::Missing | Expr::Position => Value::Unknown,
            Expr::Int(value) => Value::Int(*value),
            Expr::Float(value) => Value::Float(*value),
            Expr::Name { name, resolved } => {
                let (value, written) = self.eval_name(*name, *resolved, env, code);
                if let Value::Place(place) = &value {
                    self.record_read(code, &place.clone(), written, ReadKind::Plain, condition);
                }
                value
            }
            Expr::Str { parts, indented } => {
                self.eval_string(code, parts, *indented, env, condition)
            }
            Expr::Path { parts, kind } => self.eval_path(code, parts, *kind, env, condition),
            Expr::List(items) => {
                let thunks: Vec<ThunkId> =
                    items.iter().map(|&item| self.delay(at(item), env, condition)).collect();
                Value::list(thunks)
            }
            Expr::Set(set) => self.eval_set(code.source, *set, env, condition),
            Expr::Let { bindings, body } => {
                let env = self.bind(code.source, *bindings, env, condition);
                self.eval(at(*body), &env, condition)
            }
            Expr::With { env: set, scope, body } => {
                let slot = self.delay(at(*set), env, condition);
                let frame = Frame { parent: env.clone(), scope: *scope, slots: vec![slot] };
                self.eval(at(*body), &Some(Rc::new(frame)), condition)
            }
            Expr::If { condition: decides, then, otherwise } => {
                let decides = at(*decides);
                let value = self.eval(decides, env, condition);
                self.demand(&value, decides);
                let known = bool_of(&value);
                let mut branch = |expr, negated| {
                    let kind = ConditionKind::Shape { negated };
                    let value = known.map(|value| value != negated);
                    let inner = self.condition(condition, decides, kind, value);
                    self.delay(at(expr), env, Some(inner))
                };
                let (then, otherwise) = (branch(*then, false), branch(*otherwise, true));
                self.choose(known, decides, then, otherwise)
            }
            Expr::Assert { condition: decides, body } => {
                let decides = at(*decides);
                let value = self.eval(decides, env, condition);
                self.demand(&value, decides);
                let inner =
                    self.condition(condition, decides, ConditionKind::Guard, bool_of(&value));
                self.eval(at(*body), env, Some(inner))
            }
            Expr::Lambda(lambda) => {
                let closure = Rc::new(Closure {
                    source: code.source,
                    lambda: *lambda,
                    env: env.clone(),
                    condition,
                });
                self.closures.push(closure.clone());
                Value::Closure(closure)
            }
            Expr::Apply { function, argument } => {
                let function = self.eval(at(*function), env, condition);
                let inner = self.argument_condition(&function, condition);
                let argument = self.delay(at(*argument), env, inner);
                let outer = std::mem::replace(&mut self.call_condition, condition);
                let value = self.apply(function, argument, code);
                self.call_condition = outer;
                value
            }
            Expr::Select { base, path, default } => {
                self.eval_select(code, *base, path, *default, env, condition)
            }
            Expr::HasAttr { base, path } => {
                let value = self.eval_base(at(*base), env, condition);
                self.eval_has(code, value, path, env, condition)
            }
            Expr::Binary { op, left, right } => {
                self.eval_binary(*op, at(*left), at(*right), env, condition)
            }
            Expr::Not(operand) => {
                let value = self.eval(at(*operand), env, condition);
                self.demand(&value, at(*operand));
                bool_of(&value).map_or(Value::Unknown, |value| Value::Bool(!value))
            }
            Expr::Negate(operand) => {
                let value = self.eval(at(*operand), env, condition);
                self.demand(&value, at(*operand));
                match value {
                    Value::Int(value) => value.checked_neg().map_or(Value::Unknown, Value::Int),
                    Value::Float(value) => Value::Float(-value),
                    _ => Value::Unknown,
                }
            }
        }
    }

    /// As `eval`, but a name that stands for a place is not yet a read of it: more follows.
    pub(in crate::read) fn eval_base(
        &mut self,
        code: Code,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        match self.arena(code.source).expr(code.expr) {
            Expr::Name { name, resolved } => self.eval_name(*name, *resolved, env, code).0,
            _ => self.eval(code, env, condition),
        }
    }

    /// The value of a name, and how many segments of an option path the name itself writes (1 where a
    /// `with` supplies it).
    pub(in crate::read) fn eval_name(
        &mut self,
        name: Symbol,
        resolved: Resolved,
        env: &Env,
        code: Code,
    ) -> (Value, usize) {
        match resolved {
            Resolved::Local { scope, slot } => match find_slot(env, scope, slot) {
                Some(thunk) => (self.force(thunk), 0),
                None => (Value::Unknown, 0),
            },
            Resolved::With(scope) => (self.eval_with_name(name, scope, env, code), 1),
            Resolved::Builtin => {
                (prims::lookup(Namespace::Builtins, name).unwrap_or(Value::Unknown), 0)
            }
            Resolved::Unresolved => (Value::Unknown, 0),
        }
    }

    /// Asks the `with`s from the inside out. One that is not known to have the name is passed over if
    /// one further out is known to: `with lib; with pkgs;`.
    fn eval_with_name(&mut self, name: Symbol, scope: ScopeId, env: &Env, code: Code) -> Value {
        let arena = self.arena(code.source);
        let mut frame = env.as_ref();
        let mut perhaps = None;
        let mut reached = false;
        while let Some(here) = frame {
            frame = here.parent.as_ref();
            reached |= here.scope == scope;
            let is_with = matches!(arena.scope(here.scope).kind, crate::arena::ScopeKind::With(_));
            if !reached || !is_with {
                continue;
            }
            let slot = here.slots[0];
            // Nix asks one further out only if those inside do not have the name.
            let set = match perhaps {
                None => self.force_whole(slot, code),
                Some(_) => self.perhaps(|interp| interp.force_whole(slot, code)),
            };
            match &set {
                Value::Set(set) => match set.get(name) {
                    Some(slot) => return self.force_under(slot.condition, slot.thunk),
                    None if set.complete => {}
                    None => perhaps = perhaps.or(Some(Value::Unknown)),
                },
                Value::Namespace(namespace) => match self.library_member(*namespace, name) {
                    Some(value) => return value,
                    None => perhaps = perhaps.or(Some(Value::Unknown)),
                },
                Value::Extended(..) => match self.select(set, name, code) {
                    Some(Value::Unknown) | None => perhaps = perhaps.or(Some(Value::Unknown)),
                    Some(value) => return value,
                },
                Value::Place(place) => perhaps = perhaps.or_else(|| Some(place.child(name))),
                _ => perhaps = perhaps.or(Some(Value::Unknown)),
            }
        }
        perhaps.unwrap_or(Value::Unknown)
    }

    fn bind(
        &mut self,
        source: SourceId,
        set: SetId,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Env {
        let set = self.arena(source).set(set);
        let Some(scope) = set.scope else { return env.clone() };
        // The frame is known to its own values, so it must exist before them; its slots are
        // the thunks that follow each other in the heap.
        let first = self.heap.len() as u32;
        let slots = (0..set.entries.len() as u32).map(|slot| ThunkId(first + slot)).collect();
        let frame: Env = Some(Rc::new(Frame { parent: env.clone(), scope, slots }));
        for entry in &set.entries {
            self.delay(Code { source, expr: entry.value }, &frame, condition);
        }
        frame
    }

    fn eval_set(
        &mut self,
        source: SourceId,
        id: SetId,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let set = self.arena(source).set(id);
        let recursive = set.scope.is_some();
        let env = self.bind(source, id, env, condition);
        let mut slots = Vec::with_capacity(set.entries.len() + set.computed.len());
        for (index, entry) in set.entries.iter().enumerate() {
            let thunk = match (&env, recursive) {
                (Some(frame), true) => frame.slots[index],
                _ => self.delay(Code { source, expr: entry.value }, &env, condition),
            };
            slots.push(Slot {
                name: entry.name,
                thunk,
                site: Some((source, entry.site)),
                condition: None,
            });
        }
        let mut complete = true;
        for entry in &set.computed {
            let name_code = Code { source, expr: entry.name };
            let name = self.eval(name_code, &env, condition);
            self.demand(&name, name_code);
            let thunk = self.delay(Code { source, expr: entry.value }, &env, condition);
            let name = match name {
                Value::Str(Some(name)) => Symbol::new(&name),
                // `${null} = …` binds nothing.
                Value::Null => continue,
                _ => {
                    complete = false;
                    Symbol::COMPUTED
                }
            };
            slots.push(Slot { name, thunk, site: Some((source, entry.site)), condition: None });
        }
        Value::Set(Rc::new(Set { slots, complete }))
    }

    /// `then` or `otherwise`, or the choice between the two.
    pub fn choose(
        &mut self,
        known: Option<bool>,
        condition: Code,
        then: ThunkId,
        otherwise: ThunkId,
    ) -> Value {
        match known {
            Some(true) => self.force(then),
            Some(false) => self.force(otherwise),
            None => Value::Choice(Rc::new(Choice { condition, then, otherwise })),
        }
    }
}

fn find_slot(env: &Env, scope: ScopeId, slot: u32) -> Option<ThunkId> {
    let mut frame = env.as_ref();
    while let Some(here) = frame {
        if here.scope == scope {
            return here.slots.get(slot as usize).copied();
        }
        frame = here.parent.as_ref();
    }
    None
}

pub(super) fn bool_of(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        _ => None,
    }
}

/// `a == b`, where both are plain and known.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Str(Some(a)), Value::Str(Some(b))) => a == b,
        (Value::Path(Some(a)), Value::Path(Some(b))) => a == b,
        (
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Str(_)
            | Value::Path(_)
            | Value::List(_),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Str(_)
            | Value::Path(_)
            | Value::List(_),
        ) if std::mem::discriminant(a) != std::mem::discriminant(b) => false,
        _ => return None,
    })
}

/// The path that a list of known strings writes (`[ "services" "foo" ]`).
pub(super) fn path_of_strings(interp: &mut Interp<'_>, thunk: ThunkId) -> Option<OptionPath> {
    let value = interp.force(thunk);
    let Value::List(list) = value else { return None };
    if !list.complete {
        return None;
    }
    let mut path = OptionPath::root();
    for item in &list.items {
        match interp.force(item.thunk) {
            Value::Str(Some(name)) => path = path.child(Symbol::new(&name)),
            _ => return None,
        }
    }
    Some(path)
}
