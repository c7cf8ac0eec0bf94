//! The functions of `lib` and `builtins` that shape modules, by what they do and not by how nixpkgs
//! writes them.
//!
//! The table below is all that a name needs: where it is found, which function it is, how many
//! arguments it takes. A function that is not here gives an unknown result.

mod collections;
mod files;
mod flakes;
mod formats;
mod kinds;
mod lists;
mod options;
mod strict;
mod strings;
mod types;

pub(super) use flakes::is_evaluation;

use super::interp::Interp;
use super::value::*;
use crate::facts::ConditionKind;
use crate::types::Type;
use crate::{OptionPath, Symbol};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::LazyLock;

macro_rules! prims {
    ($($prim:ident $arity:literal: $($name:literal)*;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Prim { $($prim,)* }

        impl Prim {
            pub fn arity(self) -> usize {
                match self { $(Prim::$prim => $arity,)* }
            }
        }

        const NAMED: &[(&str, Prim)] = &[$($(($name, Prim::$prim),)*)*];
    };
}

prims! {
    // options
    MkOption 1: "mkOption";
    MkEnableOption 1: "mkEnableOption";
    MkPackageOption 3: "mkPackageOption" "mkPackageOptionMD";
    MkSinkUndeclaredOptions 1: "mkSinkUndeclaredOptions";
    LiteralText 1: "literalExpression" "literalMD" "literalDocBook";
    RenamedModule 2: "mkRenamedOptionModule" "mkAliasOptionModule" "mkAliasOptionModuleMD";
    RenamedModuleWith 1: "mkRenamedOptionModuleWith" "doRename";
    RemovedModule 2: "mkRemovedOptionModule";
    ChangedModule 3: "mkChangedOptionModule";
    MergedModule 3: "mkMergedOptionModule";
    // properties
    MkIf 2: "mkIf";
    MkMerge 1: "mkMerge";
    MkOverride 2: "mkOverride";
    MkDefault 1: "mkDefault";
    MkOptionDefault 1: "mkOptionDefault";
    MkForce 1: "mkForce";
    MkVmOverride 1: "mkVMOverride";
    MkImageMediaOverride 1: "mkImageMediaOverride";
    MkOrder 2: "mkOrder";
    MkBeforeOrAfter 1: "mkBefore" "mkAfter";
    MkAssert 3: "mkAssert";
    // control
    Identity 1: "id" "toFunction" "lazyDerivation" "mdDoc" "dontRecurseIntoAttrs" "recurseIntoAttrs";
    Const 2: "const";
    Flip 3: "flip";
    Pipe 2: "pipe";
    Second 2: "warn" "trace" "traceVal" "seq" "deepSeq" "traceSeq" "addErrorContext" "setDefaultModuleLocation";
    WarnIf 3: "warnIf" "warnIfNot" "throwIf" "throwIfNot" "assertMsg";
    Import 1: "import";
    ImportApply 2: "importApply";
    // files
    ReadDir 1: "readDir";
    ListFilesRecursive 1: "listFilesRecursive";
    ReadFileType 1: "readFileType";
    PathExists 1: "pathExists";
    PathAppend 2: "append";
    BaseNameOf 1: "baseNameOf";
    DirOf 1: "dirOf";
    // what flakes offer, found through their `lib`
    Evaluate 1: ;
    EachSystem 2: ;
    EachDefaultSystem 1: ;
    MkFlake 2: ;
    ExtendLib 1: ;
    Extend 2: ;
    // attribute sets
    MapAttrs 2: "mapAttrs";
    MapAttrsPairs 2: "mapAttrs'";
    ConcatMapAttrs 2: "concatMapAttrs";
    MapAttrsToList 2: "mapAttrsToList";
    GenAttrs 2: "genAttrs";
    ListToAttrs 1: "listToAttrs";
    NameValuePair 2: "nameValuePair";
    OptionalAttrs 2: "optionalAttrs";
    FilterAttrs 2: "filterAttrs";
    AttrNames 1: "attrNames";
    AttrValues 1: "attrValues";
    RecursiveUpdate 2: "recursiveUpdate";
    MergeAttrsList 1: "mergeAttrsList";
    MergeAttrs 2: "mergeAttrs";
    IntersectAttrs 2: "intersectAttrs";
    GenAttrsPairs 2: "genAttrs'";
    AttrsToList 1: "attrsToList";
    FoldlAttrs 3: "foldlAttrs";
    ZipAttrsWith 2: "zipAttrsWith";
    HasAttrByPath 2: "hasAttrByPath";
    RemoveAttrs 2: "removeAttrs";
    GetAttrs 2: "getAttrs";
    GetAttr 2: "getAttr";
    HasAttr 2: "hasAttr";
    AttrByPath 3: "attrByPath";
    GetAttrFromPath 2: "getAttrFromPath";
    SetAttrByPath 2: "setAttrByPath";
    // lists
    Map 2: "map";
    Imap0 2: "imap0";
    Imap1 2: "imap1";
    ConcatMap 2: "concatMap";
    Concat 1: "concatLists" "flatten";
    Optional 2: "optional";
    Optionals 2: "optionals";
    Singleton 1: "singleton";
    ToList 1: "toList";
    Filter 2: "filter";
    Range 2: "range";
    Length 1: "length";
    Head 1: "head";
    Foldl 3: "foldl'" "foldl";
    Elem 2: "elem";
    Unique 1: "unique" "uniqueStrings";
    Reversed 1: "reverseList";
    Sorted 1: "naturalSort";
    Sort 2: "sort";
    LessThan 2: "lessThan";
    ForEach 2: "forEach";
    Foldr 3: "foldr" "fold";
    All 2: "all";
    Any 2: "any";
    Last 1: "last";
    Tail 1: "tail";
    Init 1: "init";
    ElemAt 2: "elemAt";
    Take 2: "take";
    Drop 2: "drop";
    GenList 2: "genList";
    CatAttrs 2: "catAttrs";
    Remove 2: "remove";
    Subtract 2: "subtractLists";
    Intersect 2: "intersectLists";
    // strings
    ToString 1: "toString";
    OptionalString 2: "optionalString";
    ConcatStringsSep 2: "concatStringsSep";
    ConcatStrings 1: "concatStrings";
    ToUpper 1: "toUpper";
    ToLower 1: "toLower";
    ToSentenceCase 1: "toSentenceCase";
    RemovePrefix 2: "removePrefix";
    RemoveSuffix 2: "removeSuffix";
    HasPrefix 2: "hasPrefix";
    HasSuffix 2: "hasSuffix";
    HasInfix 2: "hasInfix";
    SplitString 2: "splitString";
    StringLength 1: "stringLength";
    BoolToString 1: "boolToString";
    ShowOption 1: "showOption";
    ConcatMapStrings 2: "concatMapStrings";
    ConcatMapStringsSep 3: "concatMapStringsSep";
    ConcatLines 1: "concatLines";
    ReplaceStrings 3: "replaceStrings";
    Substring 3: "substring";
    StringResult1 1: "escapeShellArg" "escapeShellArgs" "toJSON" "readFile" "escapeNixIdentifier" "escapeNixString" "getName" "getVersion";
    StringResult2 2: "escape" "versions";
    StringResult3 3: "concatImapStringsSep" "fixedWidthString" "concatMapAttrsStringSep";
    StringToCharacters 1: "stringToCharacters";
    // kinds of values
    IsAttrs 1: "isAttrs";
    IsList 1: "isList";
    IsString 1: "isString";
    IsBool 1: "isBool";
    IsInt 1: "isInt";
    IsFloat 1: "isFloat";
    IsPath 1: "isPath";
    IsFunction 1: "isFunction";
    IsNull 1: "isNull";
    TypeOf 1: "typeOf";
    // types with arguments
    TypeListOf 1: ;
    TypeNonEmptyListOf 1: ;
    TypeAttrsOf 1: ;
    TypeLazyAttrsOf 1: ;
    TypeAttrsWith 1: ;
    TypeAttrListOf 1: ;
    TypeNullOr 1: ;
    TypeEither 2: ;
    TypeOneOf 1: ;
    TypeEnum 1: ;
    TypeUniq 1: ;
    TypeUnique 2: ;
    TypeCoercedTo 3: ;
    TypeFunctionTo 1: ;
    TypeStrMatching 1: ;
    TypeSeparatedString 1: ;
    TypePasswdEntry 1: ;
    TypeAddCheck 2: ;
    TypeSubmodule 1: ;
    TypeSubmoduleWith 1: ;
    TypeAttrTag 1: ;
    TypeIntsBetween 2: ;
    TypeNumbersBetween 2: ;
    TypePathWith 1: ;
    TypeDeferredModuleWith 1: ;
    TypeCustom 1: "mkOptionType";
    DescriptionPhrase 2: "optionDescriptionPhrase";
}

/// The members of `lib.types` that take arguments.
const TYPE_FUNCTIONS: &[(&str, Prim)] = &[
    ("listOf", Prim::TypeListOf),
    ("nonEmptyListOf", Prim::TypeNonEmptyListOf),
    ("attrsOf", Prim::TypeAttrsOf),
    ("lazyAttrsOf", Prim::TypeLazyAttrsOf),
    ("attrsWith", Prim::TypeAttrsWith),
    ("attrListOf", Prim::TypeAttrListOf),
    ("loaOf", Prim::TypeAttrsOf),
    ("nullOr", Prim::TypeNullOr),
    ("either", Prim::TypeEither),
    ("oneOf", Prim::TypeOneOf),
    ("enum", Prim::TypeEnum),
    ("uniq", Prim::TypeUniq),
    ("unique", Prim::TypeUnique),
    ("coercedTo", Prim::TypeCoercedTo),
    ("functionTo", Prim::TypeFunctionTo),
    ("strMatching", Prim::TypeStrMatching),
    ("separatedString", Prim::TypeSeparatedString),
    ("passwdEntry", Prim::TypePasswdEntry),
    ("addCheck", Prim::TypeAddCheck),
    ("submodule", Prim::TypeSubmodule),
    ("submoduleWith", Prim::TypeSubmoduleWith),
    ("attrTag", Prim::TypeAttrTag),
    ("pathWith", Prim::TypePathWith),
    ("deferredModuleWith", Prim::TypeDeferredModuleWith),
    ("mkOptionType", Prim::TypeCustom),
    ("optionDescriptionPhrase", Prim::DescriptionPhrase),
];

/// What `namespace.name` is; `None` if it is nothing that we know.
pub(super) fn lookup(namespace: Namespace, name: Symbol) -> Option<Value> {
    static PRIMS: LazyLock<FxHashMap<Symbol, Prim>> = LazyLock::new(|| index(NAMED));
    static TYPE_PRIMS: LazyLock<FxHashMap<Symbol, Prim>> = LazyLock::new(|| index(TYPE_FUNCTIONS));
    fn index(table: &[(&str, Prim)]) -> FxHashMap<Symbol, Prim> {
        table.iter().map(|&(name, prim)| (Symbol::new(name), prim)).collect()
    }
    let prim = |prims: &FxHashMap<Symbol, Prim>| {
        prims.get(&name).map(|&prim| Value::Prim(prim, Rc::new([])))
    };
    let text = name.as_str();
    match namespace {
        Namespace::Lib => match text {
            "types" => Some(Value::Namespace(Namespace::Types)),
            // `lib.mkIf` is `lib.modules.mkIf`; each function has its full name too.
            "options" | "modules" | "attrsets" | "lists" | "strings" | "trivial" | "debug"
            | "customisation" | "path" | "filesystem" => Some(Value::Namespace(Namespace::Lib)),
            _ if is_evaluation(name) => flakes::lookup(name),
            _ => prim(&PRIMS),
        },
        Namespace::Builtins => match text {
            "builtins" => Some(Value::Namespace(Namespace::Builtins)),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => prim(&PRIMS).filter(|_| BUILTIN_NAMES.contains(&text)),
        },
        Namespace::FlakeLib => flakes::lookup(name).or_else(|| lookup(Namespace::Lib, name)),
        Namespace::Types => match text {
            "ints" => Some(Value::Namespace(Namespace::Ints)),
            "numbers" => Some(Value::Namespace(Namespace::Numbers)),
            // `with lib.types; types.str`
            "types" => Some(Value::Namespace(Namespace::Types)),
            _ => Type::named(text).map(Value::ty).or_else(|| prim(&TYPE_PRIMS)),
        },
        Namespace::Ints => match text {
            "between" => Some(Value::Prim(Prim::TypeIntsBetween, Rc::new([]))),
            _ => Type::named_int(text).map(Value::ty),
        },
        Namespace::Numbers => match text {
            "between" => Some(Value::Prim(Prim::TypeNumbersBetween, Rc::new([]))),
            _ => Type::named_number(text).map(Value::ty),
        },
    }
}

/// Of the functions above, those that `builtins` has too.
const BUILTIN_NAMES: &[&str] = &[
    "import",
    "map",
    "toString",
    "mapAttrs",
    "listToAttrs",
    "attrNames",
    "attrValues",
    "removeAttrs",
    "getAttr",
    "hasAttr",
    "concatMap",
    "concatLists",
    "filter",
    "length",
    "head",
    "foldl'",
    "all",
    "any",
    "catAttrs",
    "elemAt",
    "genList",
    "intersectAttrs",
    "lessThan",
    "sort",
    "stringLength",
    "tail",
    "zipAttrsWith",
    "elem",
    "concatStringsSep",
    "toJSON",
    "readFile",
    "isAttrs",
    "isList",
    "isString",
    "isBool",
    "isInt",
    "isFloat",
    "isPath",
    "isFunction",
    "isNull",
    "typeOf",
    "replaceStrings",
    "substring",
    "baseNameOf",
    "dirOf",
    "readDir",
    "readFileType",
    "pathExists",
    "seq",
    "deepSeq",
    "trace",
    "warn",
    "addErrorContext",
];

impl Prim {
    /// Whether the second argument stands under the first one, and how.
    pub fn conditional(self) -> Option<ConditionKind> {
        match self {
            Prim::MkIf => Some(ConditionKind::MkIf),
            Prim::OptionalAttrs | Prim::Optional | Prim::Optionals | Prim::OptionalString => {
                Some(ConditionKind::Shape { negated: false })
            }
            _ => None,
        }
    }
}

impl Interp<'_> {
    pub fn apply_prim(&mut self, prim: Prim, arguments: &[ThunkId], call: Code) -> Value {
        if prim.passes_on() {
            return self.compute_prim(prim, arguments, call);
        }
        // What is done here to learn more of the result is not what Nix does.
        let value = self.perhaps(|interp| interp.compute_prim(prim, arguments, call));
        self.demand_strict(prim, arguments, call);
        value
    }

    fn compute_prim(&mut self, prim: Prim, arguments: &[ThunkId], call: Code) -> Value {
        match prim {
            Prim::Identity => self.force(arguments[0]),
            Prim::Const => self.force(arguments[0]),
            Prim::Second => self.force(arguments[1]),
            Prim::WarnIf => {
                self.force_whole(arguments[0], call);
                self.force(arguments[2])
            }
            Prim::MkAssert => self.force(arguments[2]),
            Prim::Flip => {
                let function = self.force(arguments[0]);
                let function = self.apply(function, arguments[2], call);
                self.apply(function, arguments[1], call)
            }
            Prim::Pipe => self.pipe(arguments[0], arguments[1], call),
            Prim::Import => self.import_value(arguments[0], call),
            Prim::ImportApply => {
                let function = self.import_value(arguments[0], call);
                self.apply(function, arguments[1], call)
            }
            _ if prim.is_file() => self.apply_file_prim(prim, arguments, call),
            _ if prim.is_flake() => self.apply_flake_prim(prim, arguments, call),
            Prim::Extend => self.extend(arguments[0], arguments[1], call),
            _ if prim.is_kind() => self.apply_kind_prim(prim, arguments, call),
            _ if prim.is_option() => self.apply_option_prim(prim, arguments, call),
            _ if prim.is_type() => self.apply_type_prim(prim, arguments, call),
            _ if prim.is_string() => self.apply_string_prim(prim, arguments, call),
            _ => self.apply_collection_prim(prim, arguments, call),
        }
    }

    fn pipe(&mut self, value: ThunkId, functions: ThunkId, call: Code) -> Value {
        let functions = self.force(functions);
        let Value::List(list) = functions else { return Value::Unknown };
        // Functions may be lazy in what they are applied to.
        let mut value = self.perhaps(|interp| interp.force(value));
        for item in &list.items {
            let argument = self.done(value);
            let function = self.force(item.thunk);
            value = self.apply(function, argument, call);
        }
        if list.complete { value } else { Value::Unknown }
    }

    fn import_value(&mut self, path: ThunkId, call: Code) -> Value {
        let value = self.force(path);
        self.demand(&value, call);
        let Some(path) = value.path() else { return Value::Unknown };
        if is_in_nixpkgs(path.path()) {
            return flakes::import_of_nixpkgs(path);
        }
        match self.import(path) {
            Some(root) => self.force(root),
            None => Value::Unknown,
        }
    }

    /// `lib.extend (final: prev: { … })`.
    fn extend(&mut self, lib: ThunkId, overlay: ThunkId, call: Code) -> Value {
        let last = self.cyclic();
        let overlay = self.force(overlay);
        let overlay = self.apply(overlay, last, call);
        let more = self.apply(overlay, lib, call);
        let more = self.flatten(more);
        let lib = self.force(lib);
        let extended = self.update(lib, more);
        self.complete_cycle(last, extended.clone());
        extended
    }

    /// The set that a thunk is, as far as it is one.
    pub(in crate::read) fn set_of(&mut self, thunk: ThunkId, at: Code) -> Option<Rc<Set>> {
        let value = self.force(thunk);
        self.demand(&value, self.code(thunk).unwrap_or(at));
        match self.flatten(value) {
            Value::Set(set) => Some(set),
            _ => None,
        }
    }

    pub(in crate::read) fn list_of(&mut self, thunk: ThunkId, at: Code) -> Option<Rc<List>> {
        let value = self.force(thunk);
        self.demand(&value, self.code(thunk).unwrap_or(at));
        match self.flatten(value) {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(in crate::read) fn string_of(&mut self, thunk: ThunkId, at: Code) -> Option<Rc<str>> {
        let value = self.force(thunk);
        self.demand(&value, self.code(thunk).unwrap_or(at));
        match value {
            Value::Str(text) => text,
            _ => None,
        }
    }

    fn path_of(&mut self, thunk: ThunkId) -> Option<OptionPath> {
        super::eval::path_of_strings(self, thunk)
    }
}
