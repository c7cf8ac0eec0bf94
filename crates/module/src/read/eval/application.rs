//! Functions applied to arguments.

use super::super::interp::Interp;
use super::super::value::*;
use super::bool_of;
use crate::Symbol;
use crate::arena::Param;
use crate::facts::ConditionId;
use crate::read::prims::Prim;
use std::rc::Rc;

impl Interp<'_> {
    /// What the next argument of `function` stands under.
    pub(in crate::read) fn argument_condition(
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
                interp.apply_place(&other, argument, call)
            }
        })
        .unwrap_or(Value::Unknown)
    }

    /// The few functions of `pkgs` whose results say something of options: `pkgs.formats.json { }`.
    fn apply_place(&mut self, function: &Value, argument: ThunkId, call: Code) -> Value {
        let Value::Place(place) = function else { return Value::Unknown };
        let [formats, format] = &place.path[..] else { return Value::Unknown };
        let is_pkgs = place.root == PlaceRoot::Argument(Symbol::new("pkgs"));
        if !is_pkgs || formats.as_str() != "formats" {
            return Value::Unknown;
        }
        self.format(format.as_str(), argument, call)
    }

    pub fn apply_closure(&mut self, closure: &Rc<Closure>, argument: ThunkId) -> Value {
        self.applied.insert((closure.source, closure.lambda));
        let source = closure.source;
        let lambda = self.arena(source).lambda(closure.lambda);
        let slots = match &lambda.param {
            Param::Name(..) => vec![argument],
            Param::Pattern { formals, whole, .. } => {
                let code = self.code(argument).unwrap_or(Code { source, expr: lambda.body });
                let value = self.force_whole(argument, code);
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
}
