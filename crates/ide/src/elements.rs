//! Functions that look at the elements of a list, or at the members of a set, one after the other: which of
//! the arguments of the function that they are given is such an element.

/// Indexes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Iteration {
    /// The argument that is called for each element.
    pub callback: usize,
    /// Which of the callback's own arguments the element is.
    pub element: usize,
    /// The argument with the elements.
    pub collection: usize,
}

/// How a function of `lib` goes through what it is given; `None`: it does not, or not in this way.
pub(crate) fn iteration(function: &str) -> Option<Iteration> {
    let (callback, element, collection) = match function {
        "map" | "filter" | "concatMap" | "concatMapStrings" | "any" | "all" | "partition"
        | "groupBy" | "count" | "sort" | "sortOn" => (0, 0, 1),
        "imap0" | "imap1" | "concatImapStrings" => (0, 1, 1),
        "concatMapStringsSep" => (1, 0, 2),
        "concatImapStringsSep" | "concatMapAttrsStringSep" => (1, 1, 2),
        "forEach" => (1, 0, 0),
        "findFirst" | "foldr" => (0, 0, 2),
        "findSingle" => (0, 0, 3),
        "foldl'" | "foldl" => (0, 1, 2),
        "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "filterAttrs" | "concatMapAttrs" => (0, 1, 1),
        "foldlAttrs" => (0, 2, 2),
        _ => return None,
    };
    Some(Iteration { callback, element, collection })
}

/// The argument whose elements, or some of them, a function hands out one of, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    /// One element.
    One(usize),
    /// A collection of the same elements.
    Many(usize),
}

pub(crate) fn handed(function: &str) -> Option<Handed> {
    Some(match function {
        "head" | "last" | "elemAt" => Handed::One(0),
        "findFirst" => Handed::One(2),
        "attrValues" | "tail" | "init" | "unique" | "reverseList" | "toList" => Handed::Many(0),
        "filter" | "sort" | "sortOn" | "optionals" | "optionalAttrs" | "take" | "drop"
        | "filterAttrs" | "mkIf" => Handed::Many(1),
        _ => return None,
    })
}
