//! What in a value its type refuses, in as deep as Nix would look for the whole of it.

use super::accepts::{accepts, is_plain_format, is_string_like};
use super::expected::declared_type;
use index::Snapshot;
use module::facts::{Known, KnownPart};
use module::types::Type;
use module::{Location, OptionPath, Symbol};
use std::borrow::Cow;

/// Something in a value that Nix refuses.
#[derive(Debug, Clone)]
pub(crate) struct Refusal<'a> {
    /// Where the part is written; `None`: it is the value itself.
    pub at: Option<Location>,
    /// What leads to the part: names, `[…]` for an element of a list.
    pub inside: Vec<Cow<'static, str>>,
    pub value: &'a Known,
    pub reason: Reason<'a>,
    /// Neither a condition nor another definition can make Nix pass it over.
    pub is_certain: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Reason<'a> {
    /// The type does not accept it.
    Type(&'a Type),
    /// A submodule declares no such option.
    Undeclared,
    /// It is a set of options in a submodule.
    Group,
}

/// What `ty` refuses in `value`. `declared` is the option that has the type, by its declared path, where
/// the options of its submodules are declared below it.
pub(crate) fn refusals<'a>(
    snapshot: &'a Snapshot,
    ty: &'a Type,
    value: &'a Known,
    declared: Option<OptionPath>,
) -> Vec<Refusal<'a>> {
    let mut search = Search { snapshot, found: Vec::new() };
    let part = Part { at: None, inside: Vec::new(), value, is_certain: true };
    search.value(ty, &part, declared);
    search.found
}

struct Search<'a> {
    snapshot: &'a Snapshot,
    found: Vec<Refusal<'a>>,
}

/// The part of the value that is looked at.
#[derive(Clone)]
struct Part<'a> {
    at: Option<Location>,
    inside: Vec<Cow<'static, str>>,
    value: &'a Known,
    is_certain: bool,
}

impl<'a> Part<'a> {
    fn member(&self, name: impl Into<Cow<'static, str>>, part: &'a KnownPart) -> Part<'a> {
        let mut inside = self.inside.clone();
        inside.push(name.into());
        Part {
            at: Some(part.at),
            inside,
            value: &part.value,
            is_certain: self.is_certain && part.is_certain,
        }
    }
}

/// Names that make a submodule's value more than a set of definitions.
const MODULE_KEYS: [&str; 8] =
    ["_module", "config", "options", "imports", "freeformType", "disabledModules", "_file", "key"];

impl<'a> Search<'a> {
    fn value(&mut self, ty: &'a Type, part: &Part<'a>, declared: Option<OptionPath>) {
        match accepts(ty, part.value) {
            Some(false) => self.refuse(Reason::Type(ty), part),
            _ => self.inside(ty, part, declared),
        }
    }

    fn refuse(&mut self, reason: Reason<'a>, part: &Part<'a>) {
        self.found.push(Refusal {
            at: part.at,
            inside: part.inside.clone(),
            value: part.value,
            reason,
            // What looks like a package may be something else.
            is_certain: part.is_certain && *part.value != Known::Package,
        });
    }

    /// Nix's merge of a value that the type's `check` has let through.
    fn inside(&mut self, ty: &'a Type, part: &Part<'a>, declared: Option<OptionPath>) {
        let below = |name: Symbol| declared.as_ref().map(|path| path.child(name));
        match (ty, part.value) {
            (Type::List { element, .. } | Type::AttrList(element), Known::List { items, .. }) => {
                let is_attr_list = matches!(ty, Type::AttrList(_));
                for item in items {
                    let item = part.member("[…]", item);
                    match item.value {
                        // Each element is a set of one name.
                        Known::Attrs { members, .. } if is_attr_list => {
                            for (name, member) in members {
                                let member = item.member(name.as_str(), member);
                                self.value(element, &member, below(Symbol::ANY_NAME));
                            }
                        }
                        Known::Unknown | Known::Package if is_attr_list => {}
                        _ if is_attr_list => self.refuse(Reason::Type(ty), &item),
                        _ => self.value(element, &item, below(Symbol::ANY_ELEMENT)),
                    }
                }
            }
            (
                Type::Attrs { element, .. } | Type::AttrList(element),
                Known::Attrs { members, .. },
            ) => {
                for (name, member) in members {
                    let member = part.member(name.as_str(), member);
                    self.value(element, &member, below(Symbol::ANY_NAME));
                }
            }
            (Type::NullOr(_), Known::Null) => {}
            (
                Type::NullOr(inner)
                | Type::Unique(inner)
                | Type::Checked(inner)
                | Type::Described { ty: inner, .. },
                _,
            ) => self.inside(inner, part, declared),
            // The first that accepts the outer shape decides. Neither's options are declared below.
            (Type::Either(left, right), value) => match accepts(left, value) {
                Some(true) => self.inside(left, part, None),
                Some(false) => self.inside(right, part, None),
                None => {}
            },
            (Type::Coerced { from, to }, value) if accepts(from, value) == Some(false) => {
                self.inside(to, part, declared);
            }
            (Type::Submodule(submodule), Known::Attrs { members, .. }) => {
                let is_plain =
                    !members.iter().any(|(name, _)| MODULE_KEYS.contains(&name.as_str()));
                if let (Some(path), true) = (declared, is_plain) {
                    let rest =
                        Rest { freeform: submodule.freeform.as_deref(), is_open: submodule.open };
                    self.members(members, part, &path, rest);
                }
            }
            (Type::AttrTag(_), Known::Attrs { members, .. }) => {
                for (name, member) in members {
                    let Some(path) = below(*name) else { continue };
                    let Some(ty) = declared_type(self.snapshot, &path) else { continue };
                    self.value(ty, &part.member(name.as_str(), member), Some(path));
                }
            }
            (Type::Serializable(format), value) if is_plain_format(format) => {
                self.serializable(ty, value, part);
            }
            _ => {}
        }
    }

    fn serializable(&mut self, ty: &'a Type, value: &'a Known, part: &Part<'a>) {
        match value {
            Known::List { items, .. } => {
                for item in items {
                    self.value(ty, &part.member("[…]", item), None);
                }
            }
            Known::Attrs { members, .. } if is_string_like(value) == Some(false) => {
                for (name, member) in members {
                    self.value(ty, &part.member(name.as_str(), member), None);
                }
            }
            _ => {}
        }
    }

    /// The members of a submodule, or of a group of options in one, whose options are declared below `path`.
    fn members(
        &mut self,
        members: &'a [(Symbol, KnownPart)],
        part: &Part<'a>,
        path: &OptionPath,
        rest: Rest<'a>,
    ) {
        let snapshot = self.snapshot;
        for (name, member) in members {
            if *name == Symbol::COMPUTED {
                continue;
            }
            let declared = path.child(*name);
            let member = part.member(name.as_str(), member);
            if snapshot.is_option(&declared) {
                if let Some(ty) = declared_type(snapshot, &declared) {
                    self.value(ty, &member, Some(declared));
                }
            } else if snapshot.has_options_below(&declared) {
                // What a freeform type makes of the rest of a group is its own affair.
                let is_open = rest.is_open || rest.freeform.is_some();
                match member.value {
                    Known::Attrs { members, .. } => {
                        self.members(members, &member, &declared, Rest { freeform: None, is_open });
                    }
                    Known::Unknown | Known::Package => {}
                    _ => self.refuse(Reason::Group, &member),
                }
            } else if rest.is_open || snapshot.may_have_more(path) {
                continue;
            } else if let Some(freeform) = rest.freeform {
                self.free(freeform, *name, &member);
            } else if snapshot.has_options_below(path) {
                self.refuse(Reason::Undeclared, &member);
            }
        }
    }

    /// A member that nobody declares, which a freeform type allows.
    fn free(&mut self, freeform: &'a Type, name: Symbol, member: &Part<'a>) {
        if let Some(ty) = super::expected::member_type(freeform, name) {
            self.value(ty, member, None);
        }
    }
}

/// What a submodule does with members that nobody declares.
#[derive(Clone, Copy)]
struct Rest<'a> {
    freeform: Option<&'a Type>,
    is_open: bool,
}
