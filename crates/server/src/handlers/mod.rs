//! What each message of the protocol does. A question's handler is a plain function of a `View`, its
//! parameters and a `Cancel`; it runs on a worker thread and may panic without harm. A
//! notification's handler changes the `MainLoop` and is quick.

mod code_action;
mod completion;
mod definition;
mod diagnostic;
mod hover;
mod inlay_hint;
pub(crate) mod notifications;
mod semantic_tokens;
mod signature_help;

use crate::cancel::{Cancel, Stopped};
use crate::transport::lsp_types::request;
use crate::view::View;

/// A request of the protocol that we answer.
pub(crate) trait Question:
    request::Request<Params: Clone + Send, Result: Send> + 'static
{
    const RUN: Run;

    fn answer(view: &View, params: Self::Params, cancel: &Cancel) -> Result<Self::Result, Stopped>;
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
            ) -> Result<Self::Result, Stopped> {
                $answer(view, params, cancel)
            }
        }
    )*};
}

questions! {
    // request                  how it runs         what answers it
    HoverRequest,               Once,               hover::hover;
    GotoDefinition,             Once,               definition::definition;
    Completion,                 Again,              completion::completion;
    ResolveCompletionItem,      Once,               completion::resolve;
    SignatureHelpRequest,       Once,               signature_help::signature_help;
    InlayHintRequest,           Again,              inlay_hint::inlay_hint;
    SemanticTokensFullRequest,  Again,              semantic_tokens::full;
    SemanticTokensFullDeltaRequest, Again,          semantic_tokens::delta;
    SemanticTokensRangeRequest, Again,              semantic_tokens::range;
    CodeActionRequest,          Once,               code_action::code_action;
    DocumentDiagnosticRequest,  AgainWithWholeTree, diagnostic::document;
    WorkspaceDiagnosticRequest, AgainWithWholeTree, diagnostic::workspace;
}
