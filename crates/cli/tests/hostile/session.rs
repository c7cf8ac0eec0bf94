use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use test_support::{LspClient, in_time, spawn};
use tokio::process::{Child, Command};

/// A module whose option on line 3 has a hover, as long as the server is in its right mind.
pub const MODULE: &str = "\
{ config, lib, ... }: {
  options.hypervisor.web.port = lib.mkOption { type = lib.types.port; };
  config.networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
}
";

/// Every question about a place in a text.
pub const QUESTIONS_AT: [&str; 13] = [
    "hover",
    "completion",
    "definition",
    "declaration",
    "implementation",
    "typeDefinition",
    "references",
    "documentHighlight",
    "signatureHelp",
    "prepareRename",
    "rename",
    "prepareCallHierarchy",
    "selectionRange",
];

/// Every question about a whole text.
pub const QUESTIONS: [&str; 7] = [
    "documentSymbol",
    "foldingRange",
    "documentLink",
    "codeLens",
    "semanticTokens/full",
    "inlayHint",
    "codeAction",
];

/// A folder with a root and [`MODULE`] in it, and the program serving it.
pub struct Session {
    pub client: LspClient,
    pub server: Child,
    pub root: PathBuf,
    _folder: tempfile::TempDir,
}

impl Session {
    /// Initialized, and with the module open.
    pub async fn start() -> Session {
        Session::start_in(|_| {}).await
    }

    /// The same with something more in the folder.
    pub async fn start_in(furnish: impl FnOnce(&Path)) -> Session {
        let mut session = Session::uninitialized(furnish);
        session.initialize().await;
        session.client.open(&session.uri("module.nix"), 1, MODULE);
        session
    }

    pub fn uninitialized(furnish: impl FnOnce(&Path)) -> Session {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::write(root.join("configuration.nix"), "{ imports = [ ./module.nix ]; }").unwrap();
        fs::write(root.join("module.nix"), MODULE).unwrap();
        furnish(&root);
        let (client, server) = spawn(program(&["serve"], &root).stderr(Stdio::null())).unwrap();
        Session { client, server, root, _folder: folder }
    }

    pub async fn initialize(&mut self) {
        let root = format!("file://{}", self.root.display());
        let capabilities = json!({
            "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } },
        });
        self.client.initialize(capabilities, &[&root]).await;
    }

    pub fn uri(&self, file: &str) -> String {
        format!("file://{}/{file}", self.root.display())
    }

    /// Panics unless the server answers a sensible question sensibly.
    pub async fn is_alive(&mut self) {
        let uri = self.uri("module.nix");
        knows(&mut self.client, &uri).await;
    }

    /// Panics unless the server answers at all: what it can know may be nothing.
    pub async fn answers(&mut self) {
        let uri = self.uri("module.nix");
        self.client.request("textDocument/hover", hover_in(&uri)).await;
    }

    /// Asks everything about a text and a place in it. Errors are answers, silence is none.
    pub async fn ask_everything(&mut self, uri: &str, place: &Value) {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": place });
        let mut asked = Vec::new();
        for question in QUESTIONS_AT.into_iter().chain(QUESTIONS) {
            let params = json!({
                "textDocument": { "uri": uri },
                "position": place,
                "positions": [place],
                "range": range,
                "context": { "includeDeclaration": true, "diagnostics": [] },
                "newName": "renamed",
            });
            asked.push(self.client.ask(&format!("textDocument/{question}"), params));
        }
        asked.push(self.client.ask("workspace/symbol", json!({ "query": "a" })));
        for id in asked {
            self.client.response(id).await;
        }
    }

    /// The code that the program ends with.
    pub async fn exit_code(&mut self) -> Option<i32> {
        exit_code(&mut self.server).await
    }
}

/// The same of any program.
pub async fn exit_code(server: &mut Child) -> Option<i32> {
    in_time("the program's end", server.wait()).await.unwrap().code()
}

/// The question about the option in the last line of [`MODULE`], in a document that holds it.
pub fn hover_in(uri: &str) -> Value {
    let place = json!({ "line": 2, "character": 71 });
    json!({ "textDocument": { "uri": uri }, "position": place })
}

/// Panics unless the server knows the option in a document that holds [`MODULE`].
pub async fn knows(client: &mut LspClient, uri: &str) {
    let hover = client.request("textDocument/hover", hover_in(uri)).await;
    let text = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(text.contains("hypervisor.web.port"), "{hover}");
}

/// The program, without what the machine it runs on would tell it.
pub fn program(arguments: &[&str], root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hyper-nixos-ls"));
    command.args(arguments).current_dir(root).env_remove("NIX_PATH").env_remove("RUST_LOG");
    command
}
