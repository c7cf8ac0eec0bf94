//! The names of `lib.types`, as nixpkgs 26.11 has them, and those that it had once.

/// Source: nixpkgs `lib/types.nix`, release 26.11; in the order of the alphabet.
pub(crate) const MEMBERS: &[&str] = &[
    "addCheck",
    "anything",
    "attrListOf",
    "attrListWith",
    "attrTag",
    "attrs",
    "attrsOf",
    "attrsWith",
    "bool",
    "boolByOr",
    "coercedTo",
    "commas",
    "defaultFunctor",
    "defaultTypeMerge",
    "deferredModule",
    "deferredModuleWith",
    "either",
    "enum",
    "envVar",
    "externalPath",
    "fileset",
    "float",
    "functionTo",
    "int",
    "ints",
    "isOptionType",
    "isType",
    "json",
    "lazyAttrsOf",
    "lines",
    "listOf",
    "loaOf",
    "luaInline",
    "mergeTypes",
    "mkOptionType",
    "noCheckForDocsModule",
    "nonEmptyListOf",
    "nonEmptyStr",
    "nullOr",
    "number",
    "numbers",
    "oneOf",
    "optionDeclaration",
    "optionDescriptionPhrase",
    "optionType",
    "package",
    "passwdEntry",
    "path",
    "pathInStore",
    "pathWith",
    "pkgs",
    "port",
    "raw",
    "separatedString",
    "serializableValueWith",
    "setType",
    "shellPackage",
    "singleLineStr",
    "str",
    "strMatching",
    "submodule",
    "submoduleWith",
    "toml",
    "types",
    "uniq",
    "unique",
    "unspecified",
];

/// The members of `lib.types.ints`, of the same release.
pub(crate) const INTS: &[&str] =
    &["between", "positive", "s16", "s32", "s8", "u16", "u32", "u8", "unsigned"];

/// The members of `lib.types.numbers`, of the same release.
pub(crate) const NUMBERS: &[&str] = &["between", "nonnegative", "positive"];

pub(crate) fn is_member_of_types(name: &str) -> bool {
    MEMBERS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The search relies on it.
    #[test]
    fn the_names_are_sorted() {
        assert!(MEMBERS.is_sorted() && is_member_of_types("addCheck"));
        assert!(!is_member_of_types("string"));
    }
}
