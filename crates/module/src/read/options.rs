//! A module's `options` walked: what it declares, submodules included.

use super::demands::Standing;
use super::interp::Interp;
use super::module::{Context, Reading};
use super::value::*;
use crate::arena::Expr;
use crate::demands::Asker;
use crate::facts::*;
use crate::types::{Members, Type};
use crate::{Location, OptionPath, Symbol};
use std::rc::Rc;

/// Submodules inside submodules; deeper ones contain themselves.
const MAX_SUBMODULES: usize = 8;
const MAX_NESTING: usize = 40;
/// What marks a text that stands for an expression.
const LITERALS: [&str; 4] = ["literalExpression", "literalExample", "literalMD", "literalDocBook"];

impl Reading<'_> {
    /// The options that stand under `path` in a module's `options`.
    pub(super) fn options(
        &mut self,
        thunk: ThunkId,
        path: &OptionPath,
        slot: Slot,
        context: &Context,
    ) {
        if path.len() > MAX_NESTING {
            return;
        }
        let (value, demands) = self.interp.demands_of(|interp| {
            let value = interp.force(thunk);
            if let Some(code) = interp.code(thunk) {
                interp.demand(&value, code);
            }
            value
        });
        let standing = context.standing.perhaps_if(slot.condition.is_some());
        self.note_asking(Asker::Options, path, standing, &demands);
        match value {
            Value::Option(option) => self.declaration(&option, path, slot, context),
            Value::Set(set) => {
                for &slot in &set.slots {
                    self.options(slot.thunk, &path.child(slot.name), slot, context);
                }
                if !set.complete {
                    self.facts.unknown.options.push(path.clone());
                }
            }
            Value::Choice(choice) => {
                // Both may be declared; which of them is not known.
                self.facts.unknown.options.push(path.clone());
                for branch in [choice.then, choice.otherwise] {
                    self.options(branch, path, slot, context);
                }
            }
            Value::Type(_) | Value::Bool(_) | Value::Int(_) | Value::Str(_) | Value::List(_) => {}
            _ => self.facts.unknown.options.push(path.clone()),
        }
    }

    fn declaration(
        &mut self,
        option: &Rc<OptionValue>,
        path: &OptionPath,
        slot: Slot,
        context: &Context,
    ) {
        let call_at = self.interp.location(option.call);
        let (at, name) = match slot.site {
            Some((source, site)) => {
                let value = self.interp.code(slot.thunk).map(|code| self.interp.location(code));
                let end = value
                    .filter(|value| value.file == self.interp.file(source))
                    .map_or(site.statement.end(), |value| value.text_range().end());
                let start = site.path.start();
                let whole = syntax::TextRange::new(start, end.max(start));
                (self.interp.location_of(source, whole), self.interp.location_of(source, site.key))
            }
            None => (call_at, call_at),
        };
        let ty = self.option_type(option);
        let text = |reading: &mut Self, name: &str| {
            let slot = reading.argument(option, name)?;
            match reading.interp.force(slot.thunk) {
                Value::Str(text) => text.map(|text| text.to_string()),
                _ => None,
            }
        };
        let flag = |reading: &mut Self, name: &str| {
            let slot = reading.argument(option, name);
            slot.is_some_and(|slot| matches!(reading.interp.force(slot.thunk), Value::Bool(true)))
        };
        let described = text(self, "description");
        let description = match (option.kind, &option.label) {
            (DeclarationKind::Enable, Some(label)) => {
                described.or_else(|| Some(format!("Whether to enable {label}.")))
            }
            (DeclarationKind::Package, Some(label)) => {
                described.or_else(|| Some(format!("The {label} package to use.")))
            }
            _ => described,
        };
        let known_arguments = option.arguments.as_ref().is_some_and(|set| set.complete);
        let has = |reading: &Self, name: &str| {
            !known_arguments || reading.argument(option, name).is_some()
        };
        let is_plain = option.kind == DeclarationKind::Option;
        let default_text = self.argument_fact(option, "defaultText");
        let hides_members = self.hides_members(option);
        let declaration = Declaration {
            path: path.clone(),
            at,
            name,
            kind: option.kind,
            default: self.argument_fact(option, "default").map(|default| match default_text {
                // The text is what the author wants to be shown, the value still that of the default.
                Some(text) => Argument { at: text.at, expr: text.expr, value: default.value },
                None => default,
            }),
            example: self.argument_fact(option, "example"),
            description,
            has_description: !is_plain || has(self, "description"),
            has_type: !is_plain || has(self, "type"),
            read_only: flag(self, "readOnly"),
            internal: flag(self, "internal"),
            has_apply: has(self, "apply") && option.arguments.is_some(),
            hides_members,
            in_submodule: context.in_submodule,
            successor: None,
            value: match call_at.file == at.file {
                true => option.call.expr,
                false => crate::ExprId::ELSEWHERE,
            },
            ty: ty.clone(),
        };
        self.facts.declarations.push(declaration);
        let thunk = |name| self.argument(option, name).map(|slot| slot.thunk);
        let (default, apply) = (thunk("default"), thunk("apply"));
        self.ask_declaration(path, default, apply);
        // A type that contains itself is hidden from some depth on, or Nix could not list it either.
        if hides_members && context.is_hidden {
            return self.unlisted_members(&ty, path);
        }
        self.suboptions(&ty, path, context.is_hidden || hides_members);
    }

    /// `visible = "shallow"`, or not visible at all.
    fn hides_members(&mut self, option: &OptionValue) -> bool {
        let visible = self.argument(option, "visible").map(|slot| self.interp.force(slot.thunk));
        match visible {
            Some(Value::Str(Some(how))) => &*how == "shallow",
            Some(Value::Bool(visible)) => !visible,
            _ => false,
        }
    }

    fn option_type(&mut self, option: &OptionValue) -> Type {
        match option.kind {
            DeclarationKind::Enable => Type::BOOL,
            DeclarationKind::Package => {
                let nullable = option
                    .arguments
                    .as_ref()
                    .and_then(|set| set.get(Symbol::new("nullable")).copied());
                match nullable.map(|slot| self.interp.force(slot.thunk)) {
                    Some(Value::Bool(true)) => Type::NullOr(Box::new(Type::PACKAGE)),
                    Some(Value::Bool(false)) | None => Type::PACKAGE,
                    Some(_) => Type::Unknown,
                }
            }
            _ => match self.argument(option, "type") {
                Some(slot) => self.interp.type_of(slot.thunk),
                None if option.arguments.as_ref().is_some_and(|set| set.complete) => {
                    Type::Leaf(crate::types::Leaf::Unspecified)
                }
                None => Type::Unknown,
            },
        }
    }

    fn argument(&self, option: &OptionValue, name: &str) -> Option<Slot> {
        option.arguments.as_ref()?.get(Symbol::new(name)).copied()
    }

    fn argument_fact(&mut self, option: &OptionValue, name: &str) -> Option<Argument> {
        let slot = self.argument(option, name)?;
        let code = self.interp.code(slot.thunk)?;
        let value = self.interp.known(slot.thunk);
        Some(Argument { at: self.shown(code), expr: code.expr, value })
    }

    /// What documentation shows of an argument: of `literalExpression "…"` the text alone.
    fn shown(&self, code: Code) -> Location {
        let whole = self.interp.location(code);
        let arena = self.interp.arena(code.source);
        let Expr::Apply { function, argument } = arena.expr(code.expr) else { return whole };
        let name = match arena.expr(*function) {
            Expr::Name { name, .. } => Some(*name),
            Expr::Select { path, .. } => path.last().and_then(|name| name.symbol()),
            _ => None,
        };
        let is_literal = name.is_some_and(|name| LITERALS.contains(&name.as_str()));
        match arena.expr(*argument) {
            Expr::Str { parts, indented } if is_literal => {
                let quotes = syntax::TextSize::from(if *indented { 2 } else { 1 });
                let range = arena.range(*argument);
                // A string that nobody closed has no second quotes, and one may have no parts.
                match parts.is_empty() || range.len() < quotes + quotes {
                    true => whole,
                    false => {
                        let (start, end) = (range.start() + quotes, range.end() - quotes);
                        self.interp.location_of(code.source, syntax::TextRange::new(start, end))
                    }
                }
            }
            _ => whole,
        }
    }

    /// The members are there, but nobody says which.
    fn unlisted_members(&mut self, ty: &Type, path: &OptionPath) {
        if let Some((_, segments)) = ty.members() {
            self.facts.unknown.options.push(path.join(&segments));
        }
    }

    fn suboptions(&mut self, ty: &Type, path: &OptionPath, is_hidden: bool) {
        let Some((members, segments)) = ty.members() else { return };
        let prefix = path.join(&segments);
        let nested = prefix.iter().filter(|name| name.is_wildcard()).count();
        if nested > MAX_SUBMODULES || self.nesting > MAX_SUBMODULES {
            return self.unlisted_members(ty, path);
        }
        let mut context = Context {
            prefix,
            in_submodule: true,
            is_hidden,
            arguments: None,
            standing: Standing::default(),
        };
        match members {
            Members::Submodule(submodule) => {
                if submodule.open {
                    self.facts.unknown.options.push(context.prefix.clone());
                }
                let parts = self.interp.submodules[submodule.id as usize].clone();
                context.arguments = parts.arguments;
                for &module in parts.modules.iter() {
                    self.module(module, &context);
                }
            }
            Members::Tags(tags) => {
                let set = self.interp.tag_sets[tags.id as usize].clone();
                self.nesting += 1;
                for &slot in &set.slots {
                    self.options(slot.thunk, &context.prefix.child(slot.name), slot, &context);
                }
                self.nesting -= 1;
                if !set.complete {
                    self.facts.unknown.options.push(context.prefix.clone());
                }
            }
        }
    }
}

impl Interp<'_> {
    /// `inner`'s chain of conditions, hung under `outer`.
    pub(super) fn under(
        &mut self,
        outer: Option<ConditionId>,
        inner: Option<ConditionId>,
    ) -> Option<ConditionId> {
        let Some(inner) = inner else { return outer };
        let condition = self.conditions[inner.0 as usize].clone();
        let outer = self.under(outer, condition.outer);
        Some(self.add_condition(Condition { outer, ..condition }))
    }
}
