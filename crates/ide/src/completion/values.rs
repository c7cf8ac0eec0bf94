//! Values that fit the place: by the type of the option that they are given to.

use super::templates::{self, template};
use super::{CompletionItem, CompletionKind, names, paths};
use crate::library::{self, Shelf, type_spelled_at};
use crate::role::{Role, Walk, role_below};
use crate::scope::Scope;
use crate::view::View;
use crate::written::{Slot, SlotKind};
use index::{Resolved, Shown};
use module::facts::{DeclarationKind, Known};
use module::types::{Leaf, Members, Type};
use module::{OptionPath, Symbol, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

/// Longer defaults are not offered: they are hardly what somebody would write again.
const MAX_DEFAULT: usize = 60;
/// Members of a submodule that have to be given are written out, so many at most.
const MAX_REQUIRED: usize = 8;
/// Types within types are followed so far.
const MAX_DEPTH: usize = 8;

/// What can be put into a slot; `word` is replaced, and `at` is where the value starts.
pub(super) fn of_slot(
    view: &View<'_>,
    slot: &Slot,
    word: TextRange,
    at: TextSize,
) -> Vec<CompletionItem> {
    let mut values = Values { view, word, at, items: Vec::new() };
    match &slot.kind {
        SlotKind::Binding { names, start } => values.binding(names, *start, slot),
        SlotKind::Beside { names, start } => values.beside(names, *start),
        SlotKind::Argument { function, index, start } => {
            values.argument(function, *index, *start);
        }
    }
    values.items
}

struct Values<'v, 'a> {
    view: &'v View<'a>,
    word: TextRange,
    at: TextSize,
    items: Vec<CompletionItem>,
}

impl Values<'_, '_> {
    fn binding(&mut self, names: &[Symbol], start: TextSize, slot: &Slot) {
        let walk = Walk::to_statement(self.view, start);
        let Some((set, container)) = walk.container else { return };
        let set = set.map(|set| self.view.arena().set(set));
        if let (Role::Arguments(_), [name]) = (&container, names)
            && Shelf::OptionArguments
                .documentation()
                .entry("", name.as_str())
                .is_some_and(|entry| entry.result == "Bool")
        {
            return self.of_type(&Type::BOOL, MAX_DEPTH);
        }
        match role_below(container, set, names) {
            Role::Definitions(path) => self.of_option(&path, slot),
            Role::Declarations(_) if slot.elements == 0 => {
                self.items.extend(templates::declaring(self.view, self.word, self.at));
            }
            Role::Type(_) => self.types(),
            Role::Modules(_) => self.items.extend(paths::here(self.view, self.word)),
            _ => {}
        }
    }

    /// The value of an option, by its path as written.
    fn of_option(&mut self, written: &OptionPath, slot: &Slot) {
        let snapshot = self.view.snapshot;
        match snapshot.resolve(written) {
            Resolved::Option(path) => {
                if slot.elements == 0 {
                    self.default_of(&path);
                }
                let Some(ty) = snapshot.option_type(&path) else { return };
                self.element(ty, slot.elements, &path);
            }
            Resolved::Inside { option, rest } => {
                let Some(ty) = snapshot.option_type(&option) else { return };
                self.element(ty, rest.len() + slot.elements, &option);
            }
            Resolved::Group(path) => self.submodule(&path),
            Resolved::Undeclared { .. } | Resolved::Unknown => self.of_external(written, slot),
        }
    }

    fn of_external(&mut self, written: &OptionPath, slot: &Slot) {
        let external = self.view.snapshot.external();
        let (path, inside) = match external.resolve(written) {
            Resolved::Option(path) => (path, 0),
            Resolved::Inside { option, rest } => (option, rest.len()),
            _ => return,
        };
        let Some(option) = external.option(&path) else { return };
        if inside + slot.elements == 0
            && let Some(Shown::Code(code)) = &option.default
        {
            self.default(code);
        }
        if let Some(ty) = &option.ty {
            self.element(&ty.ty, inside + slot.elements, &path);
        }
    }

    /// The type of what is `depth` lists and sets further in.
    fn element(&mut self, ty: &Type, depth: usize, path: &OptionPath) {
        let mut ty = ty;
        for _ in 0..depth {
            let Some(inner) = inner(ty) else { return };
            ty = inner;
        }
        self.of_type(ty, MAX_DEPTH);
        if let Some((Members::Submodule(_), segments)) = ty.members() {
            let above: Vec<Symbol> = std::iter::repeat_n(Symbol::ANY_NAME, depth).collect();
            let members = path.join(&above).join(&segments);
            match segments.last() {
                None => self.submodule(&members),
                Some(&Symbol::ANY_ELEMENT) => self.snippet("[ ]", "[\n  {\n    $0\n  }\n]"),
                Some(_) => self.snippet("{ }", "{\n  ${1:name} = {\n    $0\n  };\n}"),
            }
        }
    }

    /// The default that an option of the workspace has, if it is short.
    fn default_of(&mut self, path: &OptionPath) {
        let snapshot = self.view.snapshot;
        let declarations = snapshot.declarations(path);
        let default = declarations.iter().find_map(|found| found.fact.default.as_ref());
        // Of a text for the manual the value is not known.
        let is_value = |argument: &&module::facts::Argument| argument.value != Known::Unknown;
        let kind = declarations.first().map(|found| found.fact.kind);
        if kind == Some(DeclarationKind::Option)
            && let Some(text) = default.filter(is_value).and_then(|it| snapshot.source(it.at))
        {
            self.default(text);
        }
    }

    fn default(&mut self, text: &str) {
        let is_plain = text != "{ }" && text != "[ ]" && !matches!(text, "true" | "false");
        if is_plain && text.len() <= MAX_DEFAULT && !text.contains('\n') {
            self.value(text, "default");
        }
    }

    fn of_type(&mut self, ty: &Type, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match ty {
            Type::Leaf(Leaf::Bool | Leaf::BoolByOr) => {
                self.value("true", "boolean");
                self.value("false", "boolean");
            }
            Type::Enum(Some(values)) => {
                for text in values.iter().filter_map(literal) {
                    self.value(&text, "one of the option's values");
                }
            }
            Type::NullOr(inner) => {
                self.of_type(inner, depth);
                self.value("null", "no value");
            }
            Type::Either(first, second) => {
                self.of_type(first, depth);
                self.of_type(second, depth);
            }
            Type::Coerced { from, to } => {
                self.of_type(to, depth);
                self.of_type(from, depth);
            }
            Type::Unique(inner) | Type::Checked(inner) | Type::Described { ty: inner, .. } => {
                self.of_type(inner, depth);
            }
            Type::List { .. } => self.snippet("[ ]", "[ $0 ]"),
            Type::Attrs { .. } | Type::AttrTag(_) | Type::Leaf(Leaf::Attrs)
                if ty.submodule().is_none() =>
            {
                self.snippet("{ }", "{\n  $0\n}");
            }
            Type::Leaf(Leaf::Str | Leaf::NonEmptyStr | Leaf::SingleLineStr)
            | Type::StrMatching(_)
            | Type::PasswdEntry(_) => self.snippet("\"\"", "\"$0\""),
            Type::SeparatedString(Some(separator)) if separator == "\n" => {
                self.snippet("''''", "''\n  $0\n''");
            }
            Type::SeparatedString(_) => self.snippet("\"\"", "\"$0\""),
            Type::Leaf(Leaf::Package | Leaf::ShellPackage) if self.has_pkgs() => {
                self.snippet("pkgs.", "pkgs.$0");
            }
            _ => {}
        }
    }

    fn has_pkgs(&self) -> bool {
        let pkgs = self.view.arena().resolve_at(Symbol::new("pkgs"), self.at);
        pkgs != module::arena::Resolved::Unresolved
    }

    /// A set with the members that have to be given.
    fn submodule(&mut self, members: &OptionPath) {
        let snapshot = self.view.snapshot;
        let mut lines = String::new();
        let mut number = 0;
        for child in snapshot.children(members) {
            let declarations = snapshot.declarations(&child.path);
            let Some(found) = declarations.first() else { continue };
            let is_required = found.fact.default.is_none()
                && found.fact.kind == DeclarationKind::Option
                && !found.fact.read_only
                && !found.fact.internal;
            if is_required && number < MAX_REQUIRED && is_identifier(child.name.as_str()) {
                number += 1;
                lines.push_str(&format!("  {} = ${number};\n", child.name));
            }
        }
        self.snippet("{ }", &format!("{{\n{lines}  $0\n}}"));
    }

    /// What stands on the other side of `==`, or after `or`.
    fn beside(&mut self, names: &[Symbol], start: TextSize) {
        let Some((&first, rest)) = names.split_first() else { return };
        let resolved = self.view.arena().resolve_at(first, start);
        let place = Scope::at(self.view, start).place_of_name(first, resolved);
        let Some(place) = place else { return };
        let kind = SlotKind::Beside { names: names.to_vec(), start };
        let slot = Slot { kind, elements: 0, is_wrapped: false };
        self.of_option(&place.path.join(rest), &slot);
    }

    fn argument(&mut self, function: &[Symbol], index: usize, start: TextSize) {
        let Some(path) = library::library_path_at(self.view, function, start) else { return };
        let Some((_, ty)) = path.entry().and_then(|entry| entry.parameters.get(index)) else {
            return;
        };
        match *ty {
            "OptionType" => self.types(),
            "Bool" => self.conditions(),
            _ => {}
        }
    }

    /// What usually decides: the module's own switch.
    fn conditions(&mut self) {
        let Some(facts) = self.view.own else { return };
        let switches = facts.declarations.iter().filter(|declaration| {
            declaration.kind == DeclarationKind::Enable && !declaration.in_submodule
        });
        let scope = Scope::at(self.view, self.at);
        for switch in switches {
            let Some((name, group)) = switch.path.split_last() else { continue };
            let alias = facts.aliases.iter().find(|alias| {
                let resolved = self.view.arena().resolve_at(alias.name, self.at);
                let place = scope.place_of_name(alias.name, resolved);
                *alias.path == *group && place.is_some_and(|place| *place.path == *group)
            });
            let text = match alias {
                Some(alias) => format!("{}.{name}", alias.name),
                None => format!("config.{}", switch.path),
            };
            self.value(&text, "boolean");
        }
    }

    /// The types that options can have.
    fn types(&mut self) {
        let Some(types) = type_spelled_at(self.view, "", self.at) else { return };
        let Some(path) = library::LibraryPath::parse(&[Symbol::new("lib"), Symbol::new("types")])
        else {
            return;
        };
        for mut item in names::of_library(self.word, &path) {
            let is_used = matches!(item.kind, CompletionKind::Type)
                || COMMON_TYPES.contains(&item.label.as_str());
            let common = COMMON_TYPES.iter().position(|name| *name == item.label);
            item.sort = match (common, is_used) {
                (Some(place), _) => format!("!{place:02}"),
                (None, true) => format!("1{}", item.label),
                (None, false) => format!("7{}", item.label),
            };
            item.label = format!("{types}{}", item.label);
            item.edit = TextEdit::replace(self.word, item.label.clone());
            self.items.push(item);
        }
    }

    fn value(&mut self, text: &str, detail: &str) {
        self.items.push(CompletionItem {
            label: text.to_owned(),
            kind: CompletionKind::Value,
            detail: Some(detail.to_owned()),
            about: None,
            edit: TextEdit::replace(self.word, text),
            snippet: None,
            sort: format!("!{:02}", self.items.len()),
            deprecated: false,
        });
    }

    fn snippet(&mut self, label: &str, snippet: &str) {
        let sort = format!("!{:02}", self.items.len());
        let mut item = template(self.word, label, "", snippet.to_owned(), sort);
        item.kind = CompletionKind::Value;
        item.detail = None;
        if !snippet.contains("${") && !snippet.contains("= $") {
            item.edit = TextEdit::replace(self.word, label);
        }
        self.items.push(item);
    }
}

const COMMON_TYPES: [&str; 14] = [
    "str",
    "bool",
    "int",
    "port",
    "path",
    "package",
    "listOf",
    "attrsOf",
    "nullOr",
    "enum",
    "submodule",
    "lines",
    "either",
    "ints",
];

/// What a list or a set of this type holds.
fn inner(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List { element, .. } | Type::Attrs { element, .. } | Type::AttrList(element) => {
            Some(element)
        }
        Type::NullOr(inner)
        | Type::Coerced { to: inner, .. }
        | Type::Unique(inner)
        | Type::Checked(inner)
        | Type::Described { ty: inner, .. } => self::inner(inner),
        Type::Either(first, second) => self::inner(first).or_else(|| self::inner(second)),
        Type::Submodule(submodule) => submodule.freeform.as_deref(),
        _ => None,
    }
}

/// A known value as Nix source.
fn literal(value: &Known) -> Option<String> {
    Some(match value {
        Known::Str(text) => {
            let text = text.as_ref()?.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", text.replace("${", "\\${").replace('\n', "\\n"))
        }
        Known::Int(number) => number.to_string(),
        Known::Bool(value) => value.to_string(),
        Known::Null => "null".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_nix_source() {
        let text = |text: &str| literal(&Known::Str(Some(text.to_owned()))).unwrap();
        assert_eq!(text("a\"b\\${c}"), "\"a\\\"b\\\\\\${c}\"");
        assert_eq!(literal(&Known::Int(-1)).unwrap(), "-1");
    }
}
