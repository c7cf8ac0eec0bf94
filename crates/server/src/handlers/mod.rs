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
use crate::transport::lsp_types::request;
use crate::view::View;

/// A request of the protocol that we answer.
pub(crate) trait Question:
    request::Request<Params: Clone + Send, Result: Send> + 'static
{
    const RUN: Run;

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

macro_rules! questions {
    ($($request:ident, $run:ident, $answer:path;)*) => {$(
        impl Question for request::$request {
            const RUN: Run = Run::$run;

            fn answer(
                view: &View,
                params: Self::Params,
                cancel: &Cancel,
            ) -> Result<Self::Result, NoAnswer> {
                $answer(view, params, cancel).map_err(NoAnswer::from)
            }
        }
    )*};
}

questions! {
    // request                  how it runs         what answers it
    HoverRequest,               Once,               hover::hover;
    GotoDefinition,             Once,               definition::definition;
    GotoDeclaration,            Once,               definition::declaration;
    GotoImplementation,         Once,               definition::implementation;
    GotoTypeDefinition,         Once,               definition::type_definition;
    References,                 AgainWithWholeTree, references::references;
    DocumentHighlightRequest,   Once,               references::highlights;
    PrepareRenameRequest,       Once,               rename::prepare;
    Rename,                     AgainWithWholeTree, rename::rename;
    Completion,                 Again,              completion::completion;
    DocumentSymbolRequest,      Once,               structure::symbols;
    FoldingRangeRequest,        Once,               structure::folds;
    SelectionRangeRequest,      Once,               structure::selections;
    DocumentLinkRequest,        Once,               structure::links;
    WorkspaceSymbolRequest,     AgainWithWholeTree, workspace_symbol::workspace_symbol;
    CodeLensRequest,            Once,               code_lens::code_lens;
    CodeLensResolve,            AgainWithWholeTree, code_lens::resolve;
    CallHierarchyPrepare,       Once,               call_hierarchy::prepare;
    CallHierarchyIncomingCalls, AgainWithWholeTree, call_hierarchy::incoming;
    CallHierarchyOutgoingCalls, AgainWithWholeTree, call_hierarchy::outgoing;
    WillRenameFiles,            AgainWithWholeTree, file_operations::will_rename;
    Formatting,                 Again,              formatting::formatting;
    OnTypeFormatting,           Once,               formatting::on_type;
    ExecuteCommand,             AgainWithWholeTree, command::execute;
    ResolveCompletionItem,      Once,               completion::resolve;
    SignatureHelpRequest,       Once,               signature_help::signature_help;
    InlayHintRequest,           Again,              inlay_hint::inlay_hint;
    SemanticTokensFullRequest,  Again,              semantic_tokens::full;
    SemanticTokensFullDeltaRequest, Again,          semantic_tokens::delta;
    SemanticTokensRangeRequest, Again,              semantic_tokens::range;
    CodeActionRequest,          AgainWithWholeTree, code_action::code_action;
    DocumentDiagnosticRequest,  AgainWithWholeTree, diagnostic::document;
    WorkspaceDiagnosticRequest, AgainWithWholeTree, diagnostic::workspace;
}
