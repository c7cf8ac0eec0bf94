//! Completion items and the questions about them.
//!
//! A list of all that `lib` has is long, and is sent after every letter. So what its items have in common is said once
//! where the client can take that, in `itemDefaults` of version 3.17, which the types that come with tower-lsp do not
//! know: the types of what is sent are here.

use super::to_lsp::{markup, position, range};
use crate::capabilities::Client;
use crate::transport::lsp_types::{
    self as lsp, CompletionItemKind, CompletionItemTag, Documentation, InsertTextFormat,
    InsertTextMode, Url, request,
};
use ide::{About, CompletionItem, CompletionKind, Completions};
use index::FileData;
use module::{OptionPath, Symbol};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use syntax::{TextRange, TextSize};

/// `textDocument/completion`.
pub(crate) enum Completion {}

impl request::Request for Completion {
    type Params = lsp::CompletionParams;
    type Result = Option<List>;
    const METHOD: &'static str = "textDocument/completion";
}

/// `completionItem/resolve`. An item comes back with all that the client knows of it, and maybe we do not.
pub(crate) enum Resolve {}

impl request::Request for Resolve {
    type Params = Value;
    type Result = Value;
    const METHOD: &'static str = "completionItem/resolve";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List {
    pub is_incomplete: bool,
    #[serde(default, skip_serializing_if = "Defaults::is_empty")]
    item_defaults: Defaults,
    items: Vec<Item>,
}

/// What holds for every item that does not say it otherwise.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_range: Option<EditRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

impl Defaults {
    fn is_empty(&self) -> bool {
        self.edit_range.is_none() && self.data.is_none()
    }
}

/// What is replaced.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum EditRange {
    Whole(lsp::Range),
    /// For a client that tells inserting from replacing the word under the cursor.
    Either {
        insert: lsp::Range,
        replace: lsp::Range,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    label: String,
    kind: CompletionItemKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    sort_text: String,
    filter_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<[CompletionItemTag; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insert_text_format: Option<InsertTextFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insert_text_mode: Option<InsertTextMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit: Option<Edit>,
    /// In place of the label, where the range is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_edit_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edit {
    new_text: String,
    #[serde(flatten)]
    range: Ranges,
}

/// [`EditRange`] as a part of an edit.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Ranges {
    Whole { range: lsp::Range },
    Either { insert: lsp::Range, replace: lsp::Range },
}

pub(crate) fn list(
    found: Completions,
    file: &FileData,
    cursor: TextSize,
    document: &Url,
    client: &Client,
) -> List {
    let edit_range = |of: TextRange| {
        let whole = range(file, of, client.encoding);
        match client.insert_replace {
            false => EditRange::Whole(whole),
            true => EditRange::Either {
                insert: lsp::Range::new(whole.start, position(file, cursor, client.encoding)),
                replace: whole,
            },
        }
    };
    // Nearly all replace the same word.
    let word = found.items.first().map(|item| item.edit.range);
    let word = word.map(|word| (word, edit_range(word)));
    let of_all = found.items.first().and_then(|item| above(item.about.as_ref()?));
    let of_all = of_all.filter(|of_all| {
        let is_below = |item: &CompletionItem| {
            let above = item.about.as_ref().and_then(above);
            above == Some(*of_all) && item.about.as_ref().and_then(name) == Some(&item.label)
        };
        client.default_data && found.items.iter().all(is_below)
    });
    let item_defaults = Defaults {
        edit_range: word.map(|(_, range)| range).filter(|_| client.default_edit_range),
        data: of_all.map(|of_all| of_all.question(document)),
    };
    let has_data = item_defaults.data.is_some();
    let item = |item: CompletionItem| {
        let range = match word {
            Some((word, range)) if word == item.edit.range => range,
            _ => edit_range(item.edit.range),
        };
        let is_default =
            client.default_edit_range && word.is_some_and(|(word, _)| word == item.edit.range);
        self::item(item, (range, is_default), (document, has_data), client)
    };
    List {
        is_incomplete: found.is_incomplete,
        items: found.items.into_iter().map(item).collect(),
        item_defaults,
    }
}

fn item(
    item: CompletionItem,
    (range, is_default): (EditRange, bool),
    (document, has_data): (&Url, bool),
    client: &Client,
) -> Item {
    let snippet = item.snippet.filter(|_| client.snippets);
    let is_snippet = snippet.is_some();
    let is_on_one_line = !item.edit.new_text.contains('\n');
    // Names in quotes are compared with what is written, quotes included. Said even where it is the label:
    // to Neovim an edit without this means that nothing is to be filtered.
    let filter_text = match is_on_one_line && !is_snippet {
        true => item.edit.new_text.clone(),
        false => item.label.clone(),
    };
    let text = snippet.unwrap_or(item.edit.new_text);
    let (text_edit, text_edit_text) = match is_default {
        true => (None, (text != item.label).then_some(text)),
        false => {
            let range = match range {
                EditRange::Whole(range) => Ranges::Whole { range },
                EditRange::Either { insert, replace } => Ranges::Either { insert, replace },
            };
            (Some(Edit { new_text: text, range }), None)
        }
    };
    let deprecated = item.deprecated;
    Item {
        label: item.label,
        kind: kind(item.kind),
        detail: item.detail,
        sort_text: item.sort,
        filter_text,
        tags: (deprecated && client.completion_tags).then_some([CompletionItemTag::DEPRECATED]),
        deprecated: (deprecated && !client.completion_tags).then_some(true),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: (!is_on_one_line && client.adjusts_indentation)
            .then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit,
        text_edit_text,
        data: item.about.filter(|_| !has_data).map(|about| question(&about, document)),
    }
}

/// What items of one kind stand in: the set that they are the members of.
#[derive(Clone, Copy, PartialEq)]
enum Above<'a> {
    Option(&'a [Symbol]),
    Library(&'a [Symbol]),
}

fn above(about: &About) -> Option<Above<'_>> {
    match about {
        About::Option(path) => path.split_last().map(|(_, above)| Above::Option(above)),
        About::Library(names) => names.split_last().map(|(_, above)| Above::Library(above)),
        About::OptionArgument(_) => None,
    }
}

/// The last name of what an item stands for.
fn name(about: &About) -> Option<&str> {
    match about {
        About::Option(path) => path.last().map(|name| name.as_str()),
        About::Library(names) => names.last().map(|name| name.as_str()),
        About::OptionArgument(_) => None,
    }
}

impl Above<'_> {
    /// What the items take along, to be asked about later: with it the label says what is meant.
    fn question(self, document: &Url) -> Value {
        match self {
            Above::Option(path) => json!({ "document": document, "optionsOf": texts(path) }),
            Above::Library(path) => json!({ "document": document, "libraryOf": texts(path) }),
        }
    }
}

fn texts(names: &[Symbol]) -> Vec<&'static str> {
    names.iter().map(|name| name.as_str()).collect()
}

pub(crate) fn documentation(text: String, client: &Client) -> Documentation {
    Documentation::MarkupContent(markup(text, client.completion_markdown))
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Group | CompletionKind::Library => CompletionItemKind::MODULE,
        CompletionKind::Option => CompletionItemKind::FIELD,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Type => CompletionItemKind::CLASS,
        CompletionKind::Binding => CompletionItemKind::VARIABLE,
        CompletionKind::File => CompletionItemKind::FILE,
        CompletionKind::Folder => CompletionItemKind::FOLDER,
        CompletionKind::Template => CompletionItemKind::SNIPPET,
    }
}

/// What an item takes along, to be asked about later.
fn question(about: &About, document: &Url) -> Value {
    match about {
        About::Option(path) => json!({ "document": document, "option": texts(path) }),
        About::Library(names) => json!({ "document": document, "library": texts(names) }),
        About::OptionArgument(name) => json!({ "document": document, "argument": name }),
    }
}

/// The document that an item was offered in. `None`: it is none of ours.
pub(crate) fn document(item: &Value) -> Option<Url> {
    Url::parse(item["data"]["document"].as_str()?).ok()
}

/// What an item stands for.
pub(crate) fn asked(item: &Value) -> Option<About> {
    let data = &item["data"];
    let names = |key: &str| -> Option<Vec<Symbol>> {
        data[key].as_array()?.iter().map(|name| Some(Symbol::new(name.as_str()?))).collect()
    };
    let below = |key: &str| -> Option<Vec<Symbol>> {
        let mut path = names(key)?;
        path.push(Symbol::new(item["label"].as_str()?));
        Some(path)
    };
    if let Some(path) = names("option").or_else(|| below("optionsOf")) {
        return Some(About::Option(OptionPath::from(&path[..])));
    }
    let library = names("library").or_else(|| below("libraryOf")).map(About::Library);
    library.or_else(|| Some(About::OptionArgument(data["argument"].as_str()?.to_owned())))
}
