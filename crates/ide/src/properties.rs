//! The functions of `lib` that pass what they are given on to the option: conditions, priorities, merging.

/// What an argument of such a function is to the value that the call stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passed {
    /// The value itself.
    Value,
    /// An element of it, which is a list.
    Element,
    /// A list of values that are merged.
    Merged,
    /// What the function that it is returns is an element of the list.
    EachElement,
    /// What the function that it is returns is a member of the set.
    EachMember,
}

/// How a function passes on its argument at `index` (from 0); `None`: it does not.
pub(crate) fn passed(function: &str, index: usize) -> Option<Passed> {
    Some(match (function, index) {
        ("mkIf" | "optionalAttrs" | "mkOverride" | "mkOrder" | "optionals", 1) => Passed::Value,
        ("optionalString" | "mkAssert", 1) => Passed::Value,
        ("optional", 1) | ("singleton", 0) => Passed::Element,
        ("mkForce" | "mkDefault" | "mkOptionDefault" | "mkVMOverride", 0) => Passed::Value,
        ("mkBefore" | "mkAfter" | "mkImageMediaOverride", 0) => Passed::Value,
        ("recursiveUpdate", 0 | 1) => Passed::Value,
        ("mkMerge", 0) => Passed::Merged,
        ("map" | "mapAttrsToList" | "imap0" | "imap1" | "genList", 0) | ("forEach", 1) => {
            Passed::EachElement
        }
        ("mapAttrs", 0) | ("genAttrs", 1) => Passed::EachMember,
        _ => return None,
    })
}
