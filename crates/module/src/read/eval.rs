//! What an expression is worth, as far as that is known.

use super::interp::Interp;
use super::prims::{self, Prim};
use super::value::*;
use crate::arena::{AttrName, BinaryOp, Expr, Param, PathKind, Resolved, ScopeId, StrPart};
use crate::facts::{ConditionId, ConditionKind, ReadKind};
use crate::lower::{Piece, string_text};
use crate::types::Type;
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
                self.apply(function, argument, code)
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
    fn eval_base(&mut self, code: Code, env: &Env, condition: Option<ConditionId>) -> Value {
        match self.arena(code.source).expr(code.expr) {
            Expr::Name { name, resolved } => self.eval_name(*name, *resolved, env, code).0,
            _ => self.eval(code, env, condition),
        }
    }

    /// The value of a name, and how many segments of an option path the name itself writes (1 where a
    /// `with` supplies it).
    fn eval_name(
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
            let set = self.force(here.slots[0]);
            match &set {
                Value::Set(set) => match set.get(name) {
                    Some(slot) => return self.force(slot.thunk),
                    None if set.complete => {}
                    None => perhaps = perhaps.or(Some(Value::Unknown)),
                },
                Value::Namespace(namespace) => match prims::lookup(*namespace, name) {
                    Some(value) => return value,
                    None => perhaps = perhaps.or(Some(Value::Unknown)),
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

    // ---- attributes ----

    fn eval_attr_name(
        &mut self,
        source: SourceId,
        name: AttrName,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Symbol {
        match name {
            AttrName::Static(name, _) => name,
            AttrName::Computed(expr, _) => {
                let code = Code { source, expr };
                let value = self.eval(code, env, condition);
                self.demand(&value, code);
                match value {
                    Value::Str(Some(name)) => Symbol::new(&name),
                    _ => Symbol::COMPUTED,
                }
            }
        }
    }

    fn eval_select(
        &mut self,
        code: Code,
        base: ExprId,
        path: &[AttrName],
        default: Option<ExprId>,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let base = Code { source: code.source, expr: base };
        let default =
            default.map(|expr| self.delay(Code { source: code.source, expr }, env, condition));
        let mut value = self.eval_base(base, env, condition);
        for &segment in path {
            let name = self.eval_attr_name(code.source, segment, env, condition);
            match self.select(value, name, base) {
                Some(found) => value = found,
                None => {
                    return default.map_or(Value::Unknown, |default| self.force(default));
                }
            }
        }
        if let Value::Place(place) = &value {
            let kind = if default.is_some() { ReadKind::OrDefault } else { ReadKind::Plain };
            self.record_read(code, &place.clone(), path.len(), kind, condition);
        }
        value
    }

    /// `value.name`; `None` if there is certainly no such attribute.
    pub fn select(&mut self, value: Value, name: Symbol, at: Code) -> Option<Value> {
        let value = self.flatten(value);
        match &value {
            Value::Set(set) => match set.get(name) {
                Some(slot) => Some(self.force(slot.thunk)),
                None if set.complete && set.has(name) == Some(false) => None,
                None => Some(Value::Unknown),
            },
            Value::Namespace(namespace) => {
                Some(prims::lookup(*namespace, name).unwrap_or(Value::Unknown))
            }
            Value::Place(place) => Some(place.child(name)),
            Value::Option(option) => {
                let found = option.arguments.as_ref().and_then(|set| set.get(name).copied());
                Some(found.map_or(Value::Unknown, |slot| self.force(slot.thunk)))
            }
            _ => {
                self.demand(&value, at);
                Some(Value::Unknown)
            }
        }
    }

    fn eval_has(
        &mut self,
        code: Code,
        mut value: Value,
        path: &[AttrName],
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        for (index, &segment) in path.iter().enumerate() {
            let name = self.eval_attr_name(code.source, segment, env, condition);
            value = self.flatten(value);
            match &value {
                Value::Set(set) => match set.has(name) {
                    Some(false) => return Value::Bool(false),
                    Some(true) if index + 1 == path.len() => return Value::Bool(true),
                    None if index + 1 == path.len() => return Value::Unknown,
                    _ => value = self.select(value.clone(), name, code).unwrap_or(Value::Unknown),
                },
                Value::Place(place) => value = place.child(name),
                _ => return Value::Unknown,
            }
        }
        if let Value::Place(place) = &value {
            self.record_read(code, &place.clone(), path.len(), ReadKind::Probe, condition);
            // Asking whether a name is there needs the names beside it, not the value.
            if let Some(parent) = place.path.parent() {
                let around = Value::Place(Rc::new(Place { root: place.root, path: parent }));
                self.demand(&around, code);
            }
        }
        Value::Unknown
    }

    /// A choice between sets or lists as one set or list whose members stand under conditions.
    pub fn flatten(&mut self, value: Value) -> Value {
        let Value::Choice(choice) = &value else { return value };
        let then = self.force(choice.then);
        let otherwise = self.force(choice.otherwise);
        let (then, otherwise) = (self.flatten(then), self.flatten(otherwise));
        let kind = |negated| ConditionKind::Shape { negated };
        match (then, otherwise) {
            (Value::Set(left), Value::Set(right)) => {
                let mut slots = Vec::with_capacity(left.slots.len() + right.slots.len());
                for (set, negated) in [(&left, false), (&right, true)] {
                    for slot in &set.slots {
                        let condition =
                            self.condition(slot.condition, choice.condition, kind(negated), None);
                        slots.push(Slot { condition: Some(condition), ..*slot });
                    }
                }
                let complete = left.complete && right.complete;
                Value::Set(Rc::new(Set { slots, complete }))
            }
            (Value::List(left), Value::List(right)) => {
                let mut items = Vec::with_capacity(left.items.len() + right.items.len());
                for (list, negated) in [(&left, false), (&right, true)] {
                    for item in &list.items {
                        let condition =
                            self.condition(item.condition, choice.condition, kind(negated), None);
                        items.push(Item { condition: Some(condition), ..*item });
                    }
                }
                let complete = left.complete && right.complete;
                Value::List(Rc::new(List { items, complete }))
            }
            _ => value,
        }
    }

    // ---- application ----

    /// What the next argument of `function` stands under.
    fn argument_condition(
        &mut self,
        function: &Value,
        outer: Option<ConditionId>,
    ) -> Option<ConditionId> {
        let Value::Prim(prim, arguments) = function else { return outer };
        let (Some(kind), &[decides]) = (prim.conditional(), &arguments[..]) else { return outer };
        let Some(code) = self.code(decides) else { return outer };
        // Standing under a condition asks nothing; the function itself does, if it is strict in it.
        let (value, _) = self.demands_of(|interp| interp.force(decides));
        Some(self.condition(outer, code, kind, bool_of(&value)))
    }

    pub fn apply(&mut self, function: Value, argument: ThunkId, call: Code) -> Value {
        self.step(|interp| match function {
            Value::Closure(closure) => interp.apply_closure(&closure, argument),
            Value::Prim(prim, arguments) => {
                let mut arguments = arguments.to_vec();
                arguments.push(argument);
                if arguments.len() < prim.arity() {
                    Value::Prim(prim, arguments.into())
                } else {
                    interp.apply_prim(prim, &arguments, call)
                }
            }
            Value::Set(set) => {
                // A set with `__functor` is a function.
                match set.get(Symbol::new("__functor")) {
                    Some(slot) => {
                        let functor = interp.force(slot.thunk);
                        let itself = interp.done(Value::Set(set));
                        let function = interp.apply(functor, itself, call);
                        interp.apply(function, argument, call)
                    }
                    None => Value::Unknown,
                }
            }
            other => {
                interp.demand(&other, call);
                interp.apply_place(&other)
            }
        })
        .unwrap_or(Value::Unknown)
    }

    /// The few functions of `pkgs` whose results say something of options: `pkgs.formats.json { }`.
    fn apply_place(&mut self, function: &Value) -> Value {
        let Value::Place(place) = function else { return Value::Unknown };
        let [formats, format] = &place.path[..] else { return Value::Unknown };
        let is_pkgs = place.root == PlaceRoot::Argument(Symbol::new("pkgs"));
        if !is_pkgs || formats.as_str() != "formats" {
            return Value::Unknown;
        }
        let Some(ty) = Type::of_format(format.as_str()) else { return Value::Unknown };
        let thunk = self.done(Value::ty(ty));
        let slot = Slot { name: Symbol::new("type"), thunk, site: None, condition: None };
        Value::Set(Rc::new(Set { slots: vec![slot], complete: false }))
    }

    pub fn apply_closure(&mut self, closure: &Rc<Closure>, argument: ThunkId) -> Value {
        self.applied.insert((closure.source, closure.lambda));
        let source = closure.source;
        let lambda = self.arena(source).lambda(closure.lambda);
        let slots = match &lambda.param {
            Param::Name(..) => vec![argument],
            Param::Pattern { formals, whole, .. } => {
                let value = self.force(argument);
                let value = self.flatten(value);
                // Defaults see the whole frame, whose slots follow each other in the heap: each
                // formal gets a fresh thunk, which may just stand for the argument's.
                let first = self.heap.len() as u32;
                let count = formals.len() as u32 + u32::from(whole.is_some());
                let slots: Vec<ThunkId> = (0..count).map(|slot| ThunkId(first + slot)).collect();
                let frame: Env = Some(Rc::new(Frame {
                    parent: closure.env.clone(),
                    scope: lambda.scope,
                    slots: slots.clone(),
                }));
                for formal in formals {
                    let given = match &value {
                        Value::Set(set) => set.get(formal.name).map(|slot| slot.thunk),
                        _ => None,
                    };
                    let absent =
                        matches!(&value, Value::Set(set) if set.has(formal.name) == Some(false));
                    match (given, formal.default) {
                        (Some(thunk), _) => {
                            let identity = Value::Prim(Prim::Identity, Rc::new([]));
                            let code = self.code(thunk);
                            self.delay_application(identity, vec![thunk], code)
                        }
                        (None, Some(expr)) if absent => {
                            self.delay(Code { source, expr }, &frame, closure.condition)
                        }
                        (None, _) => match &value {
                            Value::Place(place) => {
                                let child = place.child(formal.name);
                                self.done(child)
                            }
                            _ => self.done(Value::Unknown),
                        },
                    };
                }
                if whole.is_some() {
                    self.done(value);
                }
                return self.eval(Code { source, expr: lambda.body }, &frame, closure.condition);
            }
        };
        let frame = Frame { parent: closure.env.clone(), scope: lambda.scope, slots };
        self.eval(Code { source, expr: lambda.body }, &Some(Rc::new(frame)), closure.condition)
    }

    // ---- operators ----

    fn eval_binary(
        &mut self,
        op: BinaryOp,
        left: Code,
        right: Code,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => {
                return self.eval_logic(op, left, right, env, condition);
            }
            BinaryOp::PipeRight | BinaryOp::PipeLeft => {
                let (function, argument) =
                    if op == BinaryOp::PipeRight { (right, left) } else { (left, right) };
                let function = self.eval(function, env, condition);
                let inner = self.argument_condition(&function, condition);
                let argument = self.delay(argument, env, inner);
                return self.apply(function, argument, right);
            }
            _ => {}
        }
        let (a, b) = (self.eval(left, env, condition), self.eval(right, env, condition));
        self.demand(&a, left);
        self.demand(&b, right);
        match op {
            BinaryOp::Concat => self.concat(a, b),
            BinaryOp::Update => self.update(a, b),
            BinaryOp::Add => match (a, b) {
                (Value::Int(a), Value::Int(b)) => {
                    a.checked_add(b).map_or(Value::Unknown, Value::Int)
                }
                (Value::Str(Some(a)), Value::Str(Some(b))) => Value::str(&format!("{a}{b}")),
                (Value::Path(Some(a)), Value::Str(Some(b))) => {
                    Value::Path(Some(a.folder().join(&format!("{}{b}", a.name()))))
                }
                (Value::Path(_), _) => Value::Path(None),
                (Value::Str(_), _) | (_, Value::Str(_)) => Value::Str(None),
                _ => Value::Unknown,
            },
            BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => match (op, a, b) {
                (BinaryOp::Sub, Value::Int(a), Value::Int(b)) => {
                    a.checked_sub(b).map_or(Value::Unknown, Value::Int)
                }
                (BinaryOp::Mul, Value::Int(a), Value::Int(b)) => {
                    a.checked_mul(b).map_or(Value::Unknown, Value::Int)
                }
                (BinaryOp::Div, Value::Int(a), Value::Int(b)) => {
                    a.checked_div(b).map_or(Value::Unknown, Value::Int)
                }
                _ => Value::Unknown,
            },
            BinaryOp::Equal => equal(&a, &b).map_or(Value::Unknown, Value::Bool),
            BinaryOp::NotEqual => equal(&a, &b).map_or(Value::Unknown, |same| Value::Bool(!same)),
            BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::More | BinaryOp::MoreOrEqual => {
                match (a, b) {
                    (Value::Int(a), Value::Int(b)) => Value::Bool(match op {
                        BinaryOp::Less => a < b,
                        BinaryOp::LessOrEqual => a <= b,
                        BinaryOp::More => a > b,
                        _ => a >= b,
                    }),
                    _ => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }

    fn eval_logic(
        &mut self,
        op: BinaryOp,
        left: Code,
        right: Code,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let a = self.eval(left, env, condition);
        self.demand(&a, left);
        let a = bool_of(&a);
        // What stands to the right is only asked when the left side did not decide.
        let kind = match op {
            BinaryOp::Or => ConditionKind::Shape { negated: true },
            _ => ConditionKind::Guard,
        };
        let inner = self.condition(condition, left, kind, a.map(|a| a != (op == BinaryOp::Or)));
        let decided = match (op, a) {
            (BinaryOp::And, Some(false)) => Some(false),
            (BinaryOp::Or, Some(true)) | (BinaryOp::Implies, Some(false)) => Some(true),
            _ => None,
        };
        let right_thunk = self.delay(right, env, Some(inner));
        if let Some(decided) = decided {
            return Value::Bool(decided);
        }
        let b = self.force(right_thunk);
        self.demand(&b, right);
        match (op, a, bool_of(&b)) {
            (_, Some(_), Some(b)) => Value::Bool(b),
            (BinaryOp::And, None, Some(false)) => Value::Bool(false),
            (BinaryOp::Or | BinaryOp::Implies, None, Some(true)) => Value::Bool(true),
            _ => Value::Unknown,
        }
    }

    pub fn concat(&mut self, a: Value, b: Value) -> Value {
        let (a, b) = (self.flatten(a), self.flatten(b));
        let side = |value: &Value| match value {
            Value::List(list) => (**list).clone(),
            _ => List { items: Vec::new(), complete: false },
        };
        let (mut list, right) = (side(&a), side(&b));
        list.items.extend(right.items);
        list.complete &= right.complete;
        Value::List(Rc::new(list))
    }

    /// `a // b`.
    pub fn update(&mut self, a: Value, b: Value) -> Value {
        let (a, b) = (self.flatten(a), self.flatten(b));
        match (&a, &b) {
            (Value::Option(option), Value::Set(more)) => {
                let arguments =
                    option.arguments.as_ref().map(|set| Rc::new(update_sets(set, more)));
                Value::Option(Rc::new(OptionValue {
                    kind: option.kind,
                    arguments: arguments.or_else(|| Some(more.clone())),
                    label: option.label.clone(),
                    call: option.call,
                }))
            }
            (Value::Type(ty), Value::Set(more)) => self.update_type(ty.clone(), more),
            (Value::Set(left), Value::Set(right)) => Value::Set(Rc::new(update_sets(left, right))),
            // What the unknown side overrides is not known, so nothing of the left is certain.
            (Value::Set(left), _) => {
                let mut set = (**left).clone();
                set.complete = false;
                Value::Set(Rc::new(set))
            }
            (_, Value::Set(right)) => {
                let mut set = (**right).clone();
                set.complete = false;
                Value::Set(Rc::new(set))
            }
            _ => Value::Unknown,
        }
    }

    // ---- strings and paths ----

    fn eval_string(
        &mut self,
        code: Code,
        parts: &[StrPart],
        indented: bool,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let mut text = Some(String::new());
        let arena = self.arena(code.source);
        let has_interpolation = parts.iter().any(|part| matches!(part, StrPart::Interpolation(_)));
        if !has_interpolation && parts.iter().map(|part| part.len()).sum::<u32>() > MAX_TEXT {
            return Value::Str(None);
        }
        for piece in string_text(arena, parts, indented) {
            let piece = match piece {
                Piece::Text(piece) => Some(piece),
                Piece::Interpolation(expr) => {
                    let inner = Code { source: code.source, expr };
                    let value = self.eval(inner, env, condition);
                    self.demand(&value, inner);
                    match value {
                        Value::Str(Some(text)) => Some(text.to_string()),
                        _ => None,
                    }
                }
            };
            match (&mut text, piece) {
                (Some(text), Some(piece)) => text.push_str(&piece),
                (text, _) => *text = None,
            }
        }
        Value::Str(text.map(|text| text.into()))
    }

    fn eval_path(
        &mut self,
        code: Code,
        parts: &[StrPart],
        kind: PathKind,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let mut text = Some(String::new());
        for part in parts {
            let piece = match part {
                StrPart::Text(range) => Some(self.arena(code.source).source(*range).to_owned()),
                StrPart::Interpolation(expr) => {
                    let inner = Code { source: code.source, expr: *expr };
                    let value = self.eval(inner, env, condition);
                    self.demand(&value, inner);
                    match value {
                        Value::Str(Some(text)) => Some(text.to_string()),
                        _ => None,
                    }
                }
            };
            text = text.zip(piece).map(|(text, piece)| text + &piece);
        }
        let base = self.file(code.source).folder();
        match (kind, text) {
            (PathKind::Relative, Some(text)) => Value::Path(Some(base.join(&text))),
            (PathKind::Absolute, Some(text)) => Value::Path(Some(crate::FileId::new(&text))),
            (PathKind::Search, _) => Value::Unknown,
            _ => Value::Path(None),
        }
    }
}

/// Bytes of a string literal that are worth keeping as a value; longer ones are scripts.
const MAX_TEXT: u32 = 4096;

impl StrPart {
    fn len(self) -> u32 {
        match self {
            StrPart::Text(range) => range.len().into(),
            StrPart::Interpolation(_) => 0,
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

fn update_sets(left: &Set, right: &Set) -> Set {
    let replaced =
        |name: Symbol| right.slots.iter().any(|slot| slot.name == name && slot.condition.is_none());
    let mut slots: Vec<Slot> =
        left.slots.iter().filter(|slot| !replaced(slot.name)).copied().collect();
    slots.extend(right.slots.iter().copied());
    Set { slots, complete: left.complete && right.complete }
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
