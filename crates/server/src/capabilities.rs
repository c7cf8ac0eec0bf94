//! What the client can do, and what we offer it.

use crate::NAME;
use crate::convert;
use crate::convert::structure::{SHOW_DEFINITIONS, SHOW_REFERENCES};
use crate::convert::to_lsp::FIX_ALL;
use crate::handlers::command::COMMANDS;
use crate::transport::lsp_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionKind, CodeActionOptions,
    CodeActionProviderCapability, CodeLensOptions, CompletionItemTag, CompletionOptions,
    DeclarationCapability, DiagnosticOptions, DiagnosticServerCapabilities, DiagnosticTag,
    DocumentLinkOptions, DocumentOnTypeFormattingOptions, ExecuteCommandOptions,
    FileOperationFilter, FileOperationPattern, FileOperationPatternKind,
    FileOperationRegistrationOptions, FoldingRangeProviderCapability, GotoCapability,
    HoverProviderCapability, ImplementationProviderCapability, InitializeResult, InsertTextMode,
    MarkupKind, OneOf, PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions,
    ServerCapabilities, ServerInfo, SignatureHelpOptions, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    TypeDefinitionProviderCapability, WorkDoneProgressOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use serde_json::Value;
use syntax::Encoding;

/// What matters to us of a client's capabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub encoding: Encoding,
    /// It asks for diagnostics itself.
    pub pulls_diagnostics: bool,
    pub refreshes_diagnostics: bool,
    pub related_information: bool,
    pub diagnostic_tags: Vec<DiagnosticTag>,
    pub definition_links: bool,
    pub declaration_links: bool,
    pub implementation_links: bool,
    pub type_definition_links: bool,
    /// It asks what would be renamed before it asks for a new name.
    pub prepares_rename: bool,
    /// It shows an outline as a tree.
    pub symbol_trees: bool,
    /// It folds whole lines only.
    pub folds_lines: bool,
    /// It has said that it can show a list of places on its own.
    pub shows_references: bool,
    /// It asks itself where an option is set, and shows what decides about each place.
    pub shows_definitions: bool,
    pub hover_markdown: bool,
    pub completion_markdown: bool,
    pub completion_tags: bool,
    pub snippets: bool,
    /// It tells inserting from replacing the word under the cursor.
    pub insert_replace: bool,
    /// It indents what is inserted as the line is.
    pub adjusts_indentation: bool,
    /// A list of completions may say once what is replaced.
    pub default_edit_range: bool,
    /// It may say once what its items are about.
    pub default_data: bool,
    pub signature_markdown: bool,
    /// It takes a parameter's place in the signature instead of its text.
    pub label_offsets: bool,
    /// It knows an active parameter for each signature.
    pub active_parameter_each: bool,
    pub refreshes_hints: bool,
    pub refreshes_tokens: bool,
    pub refreshes_lenses: bool,
    /// It takes edits of versioned documents.
    pub document_changes: bool,
    pub creates_files: bool,
    /// It makes edits that nobody has asked for.
    pub applies_edits: bool,
    pub shows_progress: bool,
    /// It answers `workspace/configuration`.
    pub tells_configuration: bool,
    /// It watches the files that we name.
    pub watches_files: bool,
    /// It wants to be told when there is something new to be known of the trees.
    pub follows_status: bool,
}

impl Client {
    pub fn new(capabilities: &ClientCapabilities) -> Client {
        let text_document = capabilities.text_document.clone().unwrap_or_default();
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let publish = text_document.publish_diagnostics.unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        let markdown = |formats: Option<&Vec<MarkupKind>>| {
            formats.is_none_or(|formats| formats.contains(&MarkupKind::Markdown))
        };
        let links =
            |goto: Option<GotoCapability>| goto.and_then(|it| it.link_support) == Some(true);
        let hover = text_document.hover.unwrap_or_default();
        let completion = text_document.completion.unwrap_or_default();
        let defaults = completion.completion_list.and_then(|it| it.item_defaults);
        let has_default = |name: &str| defaults.iter().flatten().any(|known| known == name);
        let item = completion.completion_item.unwrap_or_default();
        let signature = text_document.signature_help.and_then(|it| it.signature_information);
        let signature = signature.unwrap_or_default();
        let parameter = signature.parameter_information.as_ref();
        let modes = item.insert_text_mode_support.as_ref().map(|it| &it.value_set[..]);
        Client {
            encoding: encoding(capabilities),
            pulls_diagnostics: text_document.diagnostic.is_some(),
            refreshes_diagnostics: workspace
                .diagnostic
                .and_then(|diagnostic| diagnostic.refresh_support)
                .unwrap_or(false),
            related_information: publish.related_information.unwrap_or(false),
            diagnostic_tags: publish.tag_support.map(|tags| tags.value_set).unwrap_or_default(),
            definition_links: links(text_document.definition),
            declaration_links: links(text_document.declaration),
            implementation_links: links(text_document.implementation),
            type_definition_links: links(text_document.type_definition),
            symbol_trees: text_document
                .document_symbol
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)
                .unwrap_or(false),
            folds_lines: text_document
                .folding_range
                .and_then(|folding| folding.line_folding_only)
                .unwrap_or(false),
            shows_references: runs_command(capabilities, SHOW_REFERENCES),
            shows_definitions: runs_command(capabilities, SHOW_DEFINITIONS),
            follows_status: capabilities
                .experimental
                .as_ref()
                .is_some_and(|it| it["statusNotification"] == true),
            prepares_rename: text_document
                .rename
                .and_then(|rename| rename.prepare_support)
                .unwrap_or(false),
            hover_markdown: markdown(hover.content_format.as_ref()),
            completion_markdown: markdown(item.documentation_format.as_ref()),
            completion_tags: item
                .tag_support
                .is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::DEPRECATED)),
            snippets: item.snippet_support.unwrap_or(false),
            insert_replace: item.insert_replace_support.unwrap_or(false),
            adjusts_indentation: modes
                .is_some_and(|modes| modes.contains(&InsertTextMode::ADJUST_INDENTATION)),
            default_edit_range: has_default("editRange"),
            default_data: has_default("data"),
            signature_markdown: markdown(signature.documentation_format.as_ref()),
            label_offsets: parameter.and_then(|it| it.label_offset_support).unwrap_or(false),
            active_parameter_each: signature.active_parameter_support.unwrap_or(false),
            refreshes_hints: workspace
                .inlay_hint
                .and_then(|hints| hints.refresh_support)
                .unwrap_or(false),
            refreshes_tokens: workspace
                .semantic_tokens
                .and_then(|tokens| tokens.refresh_support)
                .unwrap_or(false),
            refreshes_lenses: workspace
                .code_lens
                .and_then(|lenses| lenses.refresh_support)
                .unwrap_or(false),
            document_changes: edit.document_changes.unwrap_or(false),
            creates_files: edit
                .resource_operations
                .is_some_and(|known| known.contains(&ResourceOperationKind::Create)),
            applies_edits: workspace.apply_edit.unwrap_or(false),
            shows_progress: capabilities
                .window
                .as_ref()
                .and_then(|window| window.work_done_progress)
                .unwrap_or(false),
            tells_configuration: workspace.configuration.unwrap_or(false),
            watches_files: workspace
                .did_change_watched_files
                .and_then(|watched| watched.dynamic_registration)
                .unwrap_or(false),
        }
    }

    pub fn initialize_result(&self) -> InitializeResult {
        InitializeResult {
            capabilities: self.server_capabilities(),
            server_info: Some(ServerInfo {
                name: NAME.to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    fn server_capabilities(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: Some(match self.encoding {
                Encoding::Utf8 => PositionEncodingKind::UTF8,
                Encoding::Utf16 => PositionEncodingKind::UTF16,
                Encoding::Utf32 => PositionEncodingKind::UTF32,
            }),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
                        include_text: Some(false),
                    })),
                    ..TextDocumentSyncOptions::default()
                },
            )),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            declaration_provider: Some(DeclarationCapability::Simple(true)),
            implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
            type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
            references_provider: Some(OneOf::Left(true)),
            document_highlight_provider: Some(OneOf::Left(true)),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: COMMANDS.map(str::to_owned).to_vec(),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            document_formatting_provider: Some(OneOf::Left(true)),
            document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
                first_trigger_character: "}".to_owned(),
                more_trigger_character: Some(["]", ")", ";"].map(str::to_owned).to_vec()),
            }),
            document_symbol_provider: Some(OneOf::Left(true)),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
            selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true) }),
            call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
            rename_provider: Some(match self.prepares_rename {
                true => OneOf::Right(RenameOptions {
                    prepare_provider: Some(true),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                }),
                // Options are for clients that know of them.
                false => OneOf::Left(true),
            }),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some([".", "\"", "/"].map(str::to_owned).to_vec()),
                resolve_provider: Some(true),
                ..CompletionOptions::default()
            }),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some([" ", "{", "("].map(str::to_owned).to_vec()),
                retrigger_characters: Some([";", "=", ")", "]"].map(str::to_owned).to_vec()),
                ..SignatureHelpOptions::default()
            }),
            inlay_hint_provider: Some(OneOf::Left(true)),
            semantic_tokens_provider: Some(
                SemanticTokensOptions {
                    legend: convert::tokens::legend(),
                    full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
                    range: Some(true),
                    ..SemanticTokensOptions::default()
                }
                .into(),
            ),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QUICKFIX,
                    CodeActionKind::REFACTOR_REWRITE,
                    FIX_ALL,
                ]),
                ..CodeActionOptions::default()
            })),
            diagnostic_provider: self.pulls_diagnostics.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    identifier: Some(NAME.to_owned()),
                    inter_file_dependencies: true,
                    workspace_diagnostics: true,
                    ..DiagnosticOptions::default()
                })
            }),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: Some(file_operations()),
            }),
            ..ServerCapabilities::default()
        }
    }
}

/// A client's own commands are no part of the protocol; several servers read them from here.
fn runs_command(capabilities: &ClientCapabilities, command: &str) -> bool {
    let experimental = capabilities.experimental.as_ref();
    let commands = experimental.and_then(|it| it.pointer("/commands/commands"));
    let commands = commands.and_then(Value::as_array);
    commands.is_some_and(|commands| commands.iter().any(|it| it == command))
}

fn file_operations() -> WorkspaceFileOperationsServerCapabilities {
    let filter = |glob: &str, kind| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern { glob: glob.to_owned(), matches: Some(kind), options: None },
    };
    let nix_files = || filter("**/*.nix", FileOperationPatternKind::File);
    let new = FileOperationRegistrationOptions { filters: vec![nix_files()] };
    // Texts also have the paths of files that are no Nix files.
    let any = FileOperationRegistrationOptions {
        filters: vec![
            filter("**/*", FileOperationPatternKind::File),
            filter("**/*", FileOperationPatternKind::Folder),
        ],
    };
    WorkspaceFileOperationsServerCapabilities {
        did_create: Some(new),
        will_rename: Some(any.clone()),
        did_rename: Some(any.clone()),
        did_delete: Some(any),
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// UTF-8, our own, where we may; UTF-16, which every client must know, unless it says otherwise.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let general = capabilities.general.as_ref();
    let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or(&[]);
    if offered.contains(&PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if offered.contains(&PositionEncodingKind::UTF32)
        && !offered.contains(&PositionEncodingKind::UTF16)
    {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn client(capabilities: serde_json::Value) -> Client {
        Client::new(&serde_json::from_value(capabilities).unwrap())
    }

    #[test]
    fn the_encoding_is_utf8_wherever_the_client_lets_us() {
        let chosen = |offered: serde_json::Value| {
            client(json!({"general": {"positionEncodings": offered}})).encoding
        };
        assert_eq!(chosen(json!(["utf-16", "utf-8"])), Encoding::Utf8);
        assert_eq!(chosen(json!(["utf-32", "utf-16"])), Encoding::Utf16);
        assert_eq!(chosen(json!(["utf-32"])), Encoding::Utf32);
        assert_eq!(chosen(json!([])), Encoding::Utf16);
        assert_eq!(client(json!({})).encoding, Encoding::Utf16);
    }

    #[test]
    fn diagnostics_to_ask_for_are_offered_to_those_who_ask() {
        let pulling = client(json!({"textDocument": {"diagnostic": {}}}));
        assert!(pulling.initialize_result().capabilities.diagnostic_provider.is_some());
        assert!(client(json!({})).initialize_result().capabilities.diagnostic_provider.is_none());
    }
}
