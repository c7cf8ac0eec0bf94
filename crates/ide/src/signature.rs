use crate::library::{Entry, Shelf, library_path_at};
use crate::view::View;
use crate::written::Call;
use crate::{FilePosition, Snapshot, describe};
use module::Symbol;
use module::arena::{Expr, Param, Resolved};
use std::ops::Range;

/// What the function around the cursor takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signature {
    pub label: String,
    /// Bytes of the label.
    pub parameters: Vec<Range<usize>>,
    /// Which of them the cursor is at; `None`: none of them yet.
    pub active: Option<usize>,
    /// Markdown.
    pub documentation: Option<String>,
}

/// The innermost call around the cursor of which it is known what it takes.
pub fn signature(snapshot: &Snapshot, at: FilePosition) -> Option<Signature> {
    let view = View::new(snapshot, at.file)?;
    let calls = Call::all_at(view.text(), at.offset).into_iter();
    let mut known =
        calls.filter_map(|call| of_library(&view, &call).or_else(|| local(&view, &call)));
    known.next()
}

fn of_library(view: &View<'_>, call: &Call) -> Option<Signature> {
    let path = library_path_at(view, &call.function, call.start)?;
    let entry = path.entry()?;
    match call.set {
        Some(attribute) if entry.name == "mkOption" => Some(option_arguments(attribute)),
        // Of a set that a function merely passes on, the function knows nothing.
        Some(_) if entry.parameters.get(call.index)?.0 != "arguments" => None,
        _ => of_entry(entry, call.index),
    }
}

fn of_entry(entry: &Entry, index: usize) -> Option<Signature> {
    let (label, parameters) = entry.signature();
    let documentation = Some(entry.text.to_owned());
    let active = (index < parameters.len()).then_some(index)?;
    Some(Signature { label, parameters, active: Some(active), documentation })
}

/// `mkOption`'s set: each of its names is a parameter.
fn option_arguments(attribute: Option<Symbol>) -> Signature {
    let documentation = Shelf::OptionArguments.documentation();
    let mut signature = Signature { label: "mkOption { ".to_owned(), ..Signature::default() };
    for name in ARGUMENTS {
        let start = signature.label.len();
        signature.label.push_str(name);
        let ty = documentation.entry("", name).map_or("Any", |entry| entry.result);
        signature.label.push_str(&format!(" : {ty}"));
        if attribute.is_some_and(|attribute| attribute.as_str() == name) {
            signature.active = Some(signature.parameters.len());
            signature.documentation = describe::option_argument(name);
        }
        signature.parameters.push(start..signature.label.len());
        signature.label.push_str("; ");
    }
    signature.label.push('}');
    signature
}

/// In the order in which they are usually written.
const ARGUMENTS: [&str; 10] = [
    "type",
    "default",
    "defaultText",
    "example",
    "description",
    "apply",
    "internal",
    "visible",
    "readOnly",
    "relatedPackages",
];

/// A function that the file itself binds.
fn local(view: &View<'_>, call: &Call) -> Option<Signature> {
    let [name] = call.function[..] else { return None };
    let arena = view.arena();
    let Resolved::Local { scope, slot } = arena.resolve_at(name, call.start) else { return None };
    let mut value = view.binding(scope, slot)?.value?;
    let mut signature = Signature { label: name.to_string(), ..Signature::default() };
    while let Expr::Lambda(lambda) = arena.expr(value) {
        let lambda = arena.lambda(*lambda);
        signature.label.push(' ');
        let start = signature.label.len();
        match &lambda.param {
            Param::Name(name, _) => signature.label.push_str(name.as_str()),
            Param::Pattern { formals, ellipsis, .. } => {
                let mut names: Vec<String> = formals
                    .iter()
                    .map(|formal| match formal.default {
                        Some(_) => format!("{} ? …", formal.name),
                        None => formal.name.to_string(),
                    })
                    .collect();
                names.extend(ellipsis.then(|| "...".to_owned()));
                signature.label.push_str(&format!("{{ {} }}", names.join(", ")));
            }
        }
        signature.parameters.push(start..signature.label.len());
        value = lambda.body;
    }
    let is_inside = call.index < signature.parameters.len();
    signature.active = Some(call.index);
    is_inside.then_some(signature)
}
