//! What each message of the protocol does. A question's handler is a plain function of a `View`, its
//! parameters and a `Cancel`; it runs on a worker thread and may panic without harm. A
//! notification's handler changes the `MainLoop` and is quick.

mod call_hierarchy;
mod code_action;
mod code_lens;
pub(crate) mod command;
mod completion;
mod definition;
mod diagnostic;
mod file_operations;
mod formatting;
mod hover;
mod inlay_hint;
pub(crate) mod notifications;
mod references;
mod rename;
mod safe_fixes;
mod semantic_tokens;
mod signature_help;
mod structure;
mod workspace_symbol;

use crate::cancel::{Cancel, Stopped};
use crate::convert;
use crate::convert::completion::{Completion, Resolve};
use crate::transport::lsp_types::request::{self, *};
use crate::transport::lsp_types::{TextDocumentIdentifier, TextDocumentPositionParams};
use crate::view::View;
use module::FileId;
use serde::Serialize;

/// A request of the protocol that we answer.
pub(crate) trait Question:
    request::Request<Params: Clone + Send, Result: Serialize + Send> + 'static
{
    const RUN: Run;

    /// The document or folder whose tree is enough for the answer; `None`: that takes all trees.
    fn about(params: &Self::Params) -> Option<FileId>;

    fn answer(view: &View, params: Self::Params, cancel: &Cancel)
    -> Result<Self::Result, NoAnswer>;
}

/// Why a handler has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    Stopped,
    /// What was asked for cannot be done; the sentence tells the user why.
    Refused(String),
}

impl From<Stopped> for NoAnswer {
    fn from(_: Stopped) -> NoAnswer {
        NoAnswer::Stopped
    }
}

/// How a question runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    /// With what was known when it arrived. If an edit stops it early, the client hears that the
    /// content was modified.
    Once,
    /// If an edit stops it early, it starts again with what is known then.
    Again,
    /// As `Again`, and never before the whole tree has been read: from half a tree it would conclude
    /// what is not so.
    AgainWithWholeTree,
}

fn text(document: &TextDocumentIdentifier) -> Option<FileId> {
    convert::file_id(&document.uri)
}

fn place(place: &TextDocumentPositionParams) -> Option<FileId> {
    text(&place.text_document)
}

fn all_trees<P>(_: &P) -> Option<FileId> {
    None
}

/// What is done with a question once its type is known.
pub(crate) trait Ask {
    fn ask<Q: Question>(self);
}

macro_rules! questions {
    ($($request:ident, $run:ident, $about:expr, $answer:path;)*) => {$(
        impl Question for $request {
            const RUN: Run = Run::$run;

            fn about(params: &Self::Params) -> Option<FileId> {
                let about: fn(&Self::Params) -> Option<FileId> = $about;
                about(params)
            }

            fn answer(
                view: &View,
                params: Self::Params,
                cancel: &Cancel,
            ) -> Result<Self::Result, NoAnswer> {
                $answer(view, params, cancel).map_err(NoAnswer::from)
            }
        }
    )*

        /// Has `ask` ask the question that this method is; `None`: it is none.
        pub(crate) fn with_question(method: &str, ask: impl Ask) -> Option<()> {
            match method {
                $(<$request as request::Request>::METHOD => {
                    ask.ask::<$request>();
                })*
                _ => return None,
            }
            Some(())
        }
    };
}

questions! {
    // request                      how it runs         what it is about                               what answers it
    HoverRequest,                   Once,               |it| place(&it.text_document_position_params), hover::hover;
    GotoDefinition,                 Once,               |it| place(&it.text_document_position_params), definition::definition;
    GotoDeclaration,                Once,               |it| place(&it.text_document_position_params), definition::declaration;
    GotoImplementation,             Once,               |it| place(&it.text_document_position_params), definition::implementation;
    GotoTypeDefinition,             Once,               |it| place(&it.text_document_position_params), definition::type_definition;
    References,                     AgainWithWholeTree, |it| place(&it.text_document_position),        references::references;
    DocumentHighlightRequest,       Once,               |it| place(&it.text_document_position_params), references::highlights;
    PrepareRenameRequest,           Once,               place,                                         rename::prepare;
    Rename,                         AgainWithWholeTree, |it| place(&it.text_document_position),        rename::rename;
    Completion,                     Again,              |it| place(&it.text_document_position),        completion::completion;
    DocumentSymbolRequest,          Once,               |it| text(&it.text_document),                  structure::symbols;
    FoldingRangeRequest,            Once,               |it| text(&it.text_document),                  structure::folds;
    SelectionRangeRequest,          Once,               |it| text(&it.text_document),                  structure::selections;
    DocumentLinkRequest,            Once,               |it| text(&it.text_document),                  structure::links;
    WorkspaceSymbolRequest,         AgainWithWholeTree, all_trees,                                     workspace_symbol::workspace_symbol;
    CodeLensRequest,                Once,               |it| text(&it.text_document),                  code_lens::code_lens;
    CodeLensResolve,                AgainWithWholeTree, code_lens::about,                              code_lens::resolve;
    CallHierarchyPrepare,           Once,               |it| place(&it.text_document_position_params), call_hierarchy::prepare;
    CallHierarchyIncomingCalls,     AgainWithWholeTree, |it| convert::file_id(&it.item.uri),           call_hierarchy::incoming;
    CallHierarchyOutgoingCalls,     AgainWithWholeTree, |it| convert::file_id(&it.item.uri),           call_hierarchy::outgoing;
    WillRenameFiles,                AgainWithWholeTree, all_trees,                                     file_operations::will_rename;
    Formatting,                     Again,              |it| text(&it.text_document),                  formatting::formatting;
    OnTypeFormatting,               Once,               |it| place(&it.text_document_position),        formatting::on_type;
    ExecuteCommand,                 AgainWithWholeTree, command::about,                                command::execute;
    Resolve,                        Once,               completion::about,                             completion::resolve;
    SignatureHelpRequest,           Once,               |it| place(&it.text_document_position_params), signature_help::signature_help;
    InlayHintRequest,               Again,              |it| text(&it.text_document),                  inlay_hint::inlay_hint;
    SemanticTokensFullRequest,      Again,              |it| text(&it.text_document),                  semantic_tokens::full;
    SemanticTokensFullDeltaRequest, Again,              |it| text(&it.text_document),                  semantic_tokens::delta;
    SemanticTokensRangeRequest,     Again,              |it| text(&it.text_document),                  semantic_tokens::range;
    CodeActionRequest,              AgainWithWholeTree, |it| text(&it.text_document),                  code_action::code_action;
    DocumentDiagnosticRequest,      AgainWithWholeTree, |it| text(&it.text_document),                  diagnostic::document;
    WorkspaceDiagnosticRequest,     AgainWithWholeTree, all_trees,                                     diagnostic::workspace;
}
