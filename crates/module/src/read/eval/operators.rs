//! Operators: logic with its guards, arithmetic, `++` and `//`.

use super::super::interp::Interp;
use super::super::value::*;
use super::{bool_of, equal};
use crate::Symbol;
use crate::arena::BinaryOp;
use crate::facts::{ConditionId, ConditionKind};
use std::rc::Rc;

impl Interp<'_> {
    pub(in crate::read) fn eval_binary(
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
                // A flake is where it lies.
                (a @ Value::Set(_), Value::Str(Some(b))) => match self.text_of(&a) {
                    Some(a) => Value::str(&format!("{a}{b}")),
                    None => Value::Str(None),
                },
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
        let b = match a {
            Some(_) => self.force_whole(right_thunk, right),
            None => self.perhaps(|interp| interp.force_whole(right_thunk, right)),
        };
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
            (Value::Option(option), Value::Set(more)) => updated_option(option, Some(more)),
            (Value::Option(option), Value::Option(more)) => {
                updated_option(option, more.arguments.as_ref())
            }
            (Value::Type(ty), Value::Set(more)) => self.update_type(ty.clone(), more),
            (Value::Set(left), Value::Set(right)) => Value::Set(Rc::new(update_sets(left, right))),
            (Value::Namespace(Namespace::FlakeLib), _)
            | (_, Value::Namespace(Namespace::FlakeLib)) => {
                let (a, b) = (self.members(a), self.members(b));
                match (&a, &b) {
                    (Value::Set(left), Value::Set(right)) => {
                        Value::Set(Rc::new(update_sets(left, right)))
                    }
                    (known @ Value::Set(_), _) | (_, known) => known.clone(),
                }
            }
            (Value::Namespace(namespace), Value::Set(more)) => {
                Value::Extended(*namespace, more.clone())
            }
            (Value::Extended(namespace, set), Value::Set(more)) => {
                Value::Extended(*namespace, Rc::new(update_sets(set, more)))
            }
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
}

/// `mkEnableOption "…" // { default = true; }`
fn updated_option(option: &OptionValue, more: Option<&Rc<Set>>) -> Value {
    let arguments = match (&option.arguments, more) {
        (Some(set), Some(more)) => Some(Rc::new(update_sets(set, more))),
        (known, more) => known.as_ref().or(more).cloned(),
    };
    Value::Option(Rc::new(OptionValue {
        kind: option.kind,
        arguments,
        label: option.label.clone(),
        call: option.call,
    }))
}

fn update_sets(left: &Set, right: &Set) -> Set {
    let replaced =
        |name: Symbol| right.slots.iter().any(|slot| slot.name == name && slot.condition.is_none());
    let mut slots: Vec<Slot> =
        left.slots.iter().filter(|slot| !replaced(slot.name)).copied().collect();
    slots.extend(right.slots.iter().copied());
    Set { slots, complete: left.complete && right.complete }
}
