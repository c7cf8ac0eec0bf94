//! Names in lists of strings that are paths: those of `mkRenamedOptionModule`, of `attrByPath` and their kin.

use super::CompletionItem;
use super::options::{Offered, members};
use crate::role::{Role, Walk};
use crate::scope::Scope;
use crate::view::View;
use crate::written::{Call, Position, Written, listed_before};
use module::{ExprId, OptionPath, Symbol};
use syntax::{TextRange, TextSize};

/// What a list is the path of.
enum Listed {
    /// An option, from the configuration's root.
    Option(Offered),
    /// A member of a set, which is the argument at this index.
    MemberOf(usize),
    /// Something in the set that the call makes.
    Made,
}

/// The list that a function is given at an index (from 0).
fn listed(function: &str, index: usize) -> Option<Listed> {
    Some(match (function, index) {
        // The first is the old path, whose option is gone.
        ("mkRenamedOptionModule" | "mkAliasOptionModule" | "mkChangedOptionModule", 0) => {
            Listed::Option(Offered::Groups)
        }
        ("mkRenamedOptionModule" | "mkAliasOptionModule" | "mkChangedOptionModule", _) => {
            Listed::Option(Offered::All)
        }
        ("attrByPath", 0) => Listed::MemberOf(2),
        ("getAttrFromPath" | "hasAttrByPath", 0) => Listed::MemberOf(1),
        ("setAttrByPath", 0) => Listed::Made,
        _ => return None,
    })
}

/// What can be written in a string of such a list. `None`: the string stands somewhere else.
pub(super) fn names(view: &View<'_>, string: TextRange) -> Option<Vec<CompletionItem>> {
    let (before, list) = listed_before(view.text(), string.start())?;
    let call = Call::all_at(view.text(), list).into_iter().next()?;
    let function = *call.function.last()?;
    let (path, offered) = match listed(function.as_str(), call.index)? {
        Listed::Option(offered) => (OptionPath::root(), offered),
        Listed::MemberOf(index) => {
            let call = call_around(view, function, string.start());
            let from = call.map(|(call, _)| view.call(call).1.get(index).copied());
            (place_of(view, from.flatten(), string.start())?, Offered::All)
        }
        Listed::Made => (made_at(view, function, string.start())?, Offered::All),
    };
    let path = path.join(&before);
    let position = Position::Expression;
    let written = Written { before, base: None, word: string, start: string.start(), position };
    let mut items = members(view, &written, &path, &[], offered);
    for item in &mut items {
        if !item.edit.new_text.starts_with('"') {
            item.edit.new_text = format!("\"{}\"", item.edit.new_text);
        }
    }
    Some(items)
}

/// The call of a function around a place, with all that it is given; the innermost. And what its value is.
fn call_around(view: &View<'_>, function: Symbol, at: TextSize) -> Option<(ExprId, Role)> {
    let is_it = |call: ExprId| view.callee(view.call(call).0) == Some(function.as_str());
    Walk::to(view, at).calls.into_iter().rfind(|(call, _)| is_it(*call))
}

/// The part of the configuration that an expression is; where it is still to be written, most likely all of it.
fn place_of(view: &View<'_>, from: Option<ExprId>, at: TextSize) -> Option<OptionPath> {
    let scope = Scope::at(view, at);
    let place = match from {
        Some(from) => scope.place_of(from),
        None => {
            let config = Symbol::new("config");
            scope.place_of_name(config, view.arena().resolve_at(config, at))
        }
    };
    place.map(|place| place.path)
}

/// The path of the set that a call in the configuration makes.
fn made_at(view: &View<'_>, function: Symbol, at: TextSize) -> Option<OptionPath> {
    match call_around(view, function, at)?.1 {
        Role::Definitions(path) | Role::Module(path) => Some(path),
        _ => None,
    }
}
