//! Completion items and the questions about them.

use super::to_lsp::{markup, position, range};
use crate::capabilities::Client;
use crate::transport::lsp_types::{
    self as lsp, CompletionItemKind, CompletionItemTag, CompletionTextEdit, Documentation,
    InsertReplaceEdit, InsertTextFormat, InsertTextMode, Url,
};
use ide::{About, CompletionItem, CompletionKind};
use index::FileData;
use module::{OptionPath, Symbol};
use serde_json::{Value, json};
use syntax::TextSize;

pub(crate) fn item(
    item: CompletionItem,
    file: &FileData,
    cursor: TextSize,
    document: &Url,
    client: &Client,
) -> lsp::CompletionItem {
    let snippet = item.snippet.filter(|_| client.snippets);
    let is_snippet = snippet.is_some();
    let is_on_one_line = !item.edit.new_text.contains('\n');
    // Names in quotes are compared with what is written, quotes included. Said even where it is the label:
    // to Neovim an edit without this means that nothing is to be filtered.
    let filter = match is_on_one_line && !is_snippet {
        true => item.edit.new_text.clone(),
        false => item.label.clone(),
    };
    let text = snippet.unwrap_or(item.edit.new_text);
    let whole = range(file, item.edit.range, client.encoding);
    let edit = match client.insert_replace {
        true => {
            let insert = lsp::Range::new(whole.start, position(file, cursor, client.encoding));
            CompletionTextEdit::InsertAndReplace(InsertReplaceEdit {
                new_text: text,
                insert,
                replace: whole,
            })
        }
        false => CompletionTextEdit::Edit(lsp::TextEdit::new(whole, text)),
    };
    let deprecated = item.deprecated;
    lsp::CompletionItem {
        label: item.label,
        kind: Some(kind(item.kind)),
        detail: item.detail,
        sort_text: Some(item.sort),
        filter_text: Some(filter),
        tags: (deprecated && client.completion_tags).then(|| vec![CompletionItemTag::DEPRECATED]),
        deprecated: (deprecated && !client.completion_tags).then_some(true),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: (!is_on_one_line && client.adjusts_indentation)
            .then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(edit),
        data: item.about.map(|about| question(&about, document)),
        ..lsp::CompletionItem::default()
    }
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
    let texts = |names: &[Symbol]| names.iter().map(|name| name.as_str()).collect::<Vec<_>>();
    match about {
        About::Option(path) => json!({ "document": document, "option": texts(path) }),
        About::Library(names) => json!({ "document": document, "library": texts(names) }),
        About::OptionArgument(name) => json!({ "document": document, "argument": name }),
    }
}

/// The document that an item was offered in, and what it stands for. `None`: it is none of ours.
pub(crate) fn asked(data: &Value) -> Option<(Url, About)> {
    let document = Url::parse(data["document"].as_str()?).ok()?;
    let names = |key: &str| -> Option<Vec<Symbol>> {
        data[key].as_array()?.iter().map(|name| Some(Symbol::new(name.as_str()?))).collect()
    };
    let about = if let Some(path) = names("option") {
        About::Option(OptionPath::from(&path[..]))
    } else if let Some(path) = names("library") {
        About::Library(path)
    } else {
        About::OptionArgument(data["argument"].as_str()?.to_owned())
    };
    Some((document, about))
}
