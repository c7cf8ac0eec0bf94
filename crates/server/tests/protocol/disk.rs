//! A disk in memory that tells what is asked of it, and the tests of what is asked.

use crate::connect;
use index::Setup;
use module::FileId;
use serde_json::{Value, json};
use server::{Configuration, Disk, Entry, ExternalReading, NotFormatted, Scan};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use test_support::in_time;
use tokio::sync::watch;

pub struct TestDisk {
    /// What the settings file says.
    pub settings: &'static str,
    /// Folders marked as roots.
    pub roots: Vec<&'static str>,
    /// What is wrong with any settings.
    pub problems: Vec<&'static str>,
    pub scan_panics: bool,
    /// Where given, a scan waits here.
    pub gate: Option<Mutex<Receiver<()>>>,
    /// What is found at any option source.
    pub options_json: &'static str,
    /// What is found when a path is read again; a scan finds nothing.
    pub files: Vec<(&'static str, &'static str)>,
    pub log: watch::Sender<Vec<String>>,
}

impl TestDisk {
    pub fn new() -> TestDisk {
        TestDisk {
            settings: "",
            roots: vec!["/r", "/other"],
            problems: Vec::new(),
            scan_panics: false,
            gate: None,
            options_json: "",
            files: Vec::new(),
            log: watch::channel(Vec::new()).0,
        }
    }

    /// One whose scans take until the sender has sent.
    pub fn held_up() -> (TestDisk, Sender<()>) {
        let (go, gate) = channel();
        (TestDisk { gate: Some(Mutex::new(gate)), ..TestDisk::new() }, go)
    }

    fn log(&self, line: String) {
        self.log.send_modify(|log| log.push(line));
    }

    /// Waits until this has been asked `times` times.
    pub async fn asked(&self, line: &str, times: usize) {
        let mut log = self.log.subscribe();
        let often = |log: &Vec<String>| log.iter().filter(|it| *it == line).count() >= times;
        in_time(line, log.wait_for(often)).await.expect("the disk lives");
    }

    pub fn everything_asked(&self) -> Vec<String> {
        self.log.borrow().clone()
    }
}

impl Disk for TestDisk {
    fn find_root(&self, start: FileId) -> Option<FileId> {
        let roots = self.roots.iter().map(|root| FileId::new(root));
        roots.filter(|&root| start == root || start.is_below(root)).max()
    }

    fn configure(&self, root: FileId, editor: &Value) -> Configuration {
        self.log(format!("configure {} {editor}", root.path()));
        let texts = |key: &str| -> Option<Vec<String>> {
            let texts = editor[key].as_array()?.iter().filter_map(Value::as_str);
            Some(texts.map(str::to_owned).collect())
        };
        let hints = &editor["inlay-hints"];
        Configuration {
            hints: ide::HintSettings {
                types: hints["types"].as_bool().unwrap_or(false),
                aliases: hints["aliases"].as_bool().unwrap_or(false),
                closings: hints["closings"].as_bool().unwrap_or(false),
            },
            lints: ide::Settings::default(),
            setup: Setup { root, namespaces: vec!["hypervisor".to_owned()], roots: Vec::new() },
            exclude: texts("exclude").unwrap_or_default(),
            option_sources: texts("option-sources"),
            settings_text: Some(Arc::from(self.settings)),
            formatter: texts("formatter"),
            problems: self.problems.iter().map(|problem| (*problem).to_owned()).collect(),
        }
    }

    fn scan(&self, root: FileId, exclude: &[String], on_progress: &(dyn Fn(usize) + Sync)) -> Scan {
        self.log(format!("scan {} {exclude:?}", root.path()));
        assert!(!self.scan_panics, "on purpose");
        if let Some(gate) = &self.gate {
            let gate = gate.lock().expect("no scan panics here");
            gate.recv().expect("the test lets every scan go on");
        }
        on_progress(500);
        Scan::default()
    }

    fn read(&self, root: FileId, _: &[String], path: FileId) -> Entry {
        self.log(format!("read {} in {}", path.path(), root.path()));
        let found = self.files.iter().find(|(file, _)| *file == path.path());
        found.map_or(Entry::Missing, |(_, text)| Entry::Text((*text).into()))
    }

    fn external_options(
        &self,
        root: FileId,
        sources: Option<&[String]>,
        on_read: &dyn Fn(&str),
    ) -> ExternalReading {
        let Some(sources) = sources else { return ExternalReading::default() };
        self.log(format!("options {} {sources:?}", root.path()));
        let mut reading = ExternalReading::default();
        for source in sources {
            on_read(source);
            match workspace::options_of_json(self.options_json) {
                Ok(options) => reading.options = options,
                Err(reason) => reading.problems.push(format!("{source}: {reason}")),
            }
        }
        reading
    }

    fn format(
        &self,
        command: &[String],
        folder: FileId,
        text: &str,
    ) -> Result<String, NotFormatted> {
        self.log(format!("format in {} with {command:?}", folder.path()));
        match command {
            [replace, old, new] if replace == "replace" => Ok(text.replace(old, new)),
            [missing] if missing == "nixfmt" => {
                Err(NotFormatted::Missing("nixfmt is not there".to_owned()))
            }
            _ => Err(NotFormatted::Failed(format!("{command:?} failed"))),
        }
    }
}

#[tokio::test]
async fn each_folder_is_read_from_its_root_and_none_twice() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r/modules", "file:///r", "file:///loose"]).await;
    disk.asked("scan /r []", 1).await;
    disk.asked("scan /loose []", 1).await;

    let event = json!({
        "added": [{"uri": "file:///other/x", "name": "x"}],
        "removed": [{"uri": "file:///loose", "name": "loose"}],
    });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    disk.asked("scan /other []", 1).await;
    let scans = disk.everything_asked();
    let scans: Vec<_> = scans.iter().filter(|line| line.starts_with("scan")).collect();
    assert_eq!(scans, ["scan /r []", "scan /loose []", "scan /other []"]);
}

#[tokio::test]
async fn a_document_outside_all_folders_brings_its_own_root() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &[]).await;
    client.open("file:///r/modules/a.nix", 1, "{ }");
    disk.asked("scan /r []", 1).await;
    client.open("file:///loose/b.nix", 1, "{ }");
    disk.asked("scan /loose []", 1).await;
}

#[tokio::test]
async fn older_ways_to_name_the_folder_work() {
    for params in [
        json!({"capabilities": {}, "rootUri": "file:///r", "rootPath": "/elsewhere"}),
        json!({"capabilities": {}, "rootUri": null, "rootPath": "/r"}),
    ] {
        let disk = Arc::new(TestDisk::new());
        let (mut client, _server) = connect(disk.clone());
        client.initialize_with(params).await;
        disk.asked("scan /r []", 1).await;
    }
}

#[tokio::test]
async fn the_client_is_asked_to_watch_and_what_it_sees_is_read() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    let watched = json!({"didChangeWatchedFiles": {"dynamicRegistration": true}});
    client.initialize(json!({ "workspace": watched }), &["file:///r"]).await;
    let asked = client.wait_for("client/registerCapability", |_| true).await;
    let registration = &asked["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    let watchers = &registration["registerOptions"]["watchers"];
    assert_eq!(watchers[0]["globPattern"], "**/*.nix");
    assert_eq!(watchers[1]["globPattern"], "**/hyper-nixos-ls.toml");

    disk.asked("scan /r []", 1).await;
    let changes = json!([
        {"uri": "file:///r/a.nix", "type": 1},
        {"uri": "file:///r/gone", "type": 3},
        {"uri": "file:///r/hyper-nixos-ls.toml", "type": 2},
        {"uri": "file:///elsewhere/b.nix", "type": 2},
        {"uri": "git:/r/c.nix", "type": 2},
    ]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    disk.asked("read /r/gone in /r", 1).await;
    disk.asked("read /r/a.nix in /r", 1).await;
    disk.asked("configure /r {}", 2).await;
    assert!(!disk.everything_asked().iter().any(|line| line.contains("b.nix")));
}

#[tokio::test]
async fn what_watchers_see_and_folders_that_come_and_go_is_in_the_answers() {
    let files = vec![
        ("/r/a.nix", "{ lib, ... }: { options.hypervisor.a = lib.mkOption { }; }"),
        ("/other/b.nix", "{ lib, ... }: { options.hypervisor.b = lib.mkOption { }; }"),
    ];
    let disk = Arc::new(TestDisk { files, ..TestDisk::new() });
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r", "file:///other"]).await;
    disk.asked("scan /r []", 1).await;
    disk.asked("scan /other []", 1).await;
    for uri in ["file:///r/a.nix", "file:///other/b.nix"] {
        let changes = json!([{"uri": uri, "type": 1}]);
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        // Its findings are told, although nobody has opened it.
        let of_file = |params: &Value| params["uri"] == uri && params["version"].is_null();
        let told = client.wait_for("textDocument/publishDiagnostics", of_file).await;
        assert_ne!(told["diagnostics"], json!([]));
    }
    let names = async |client: &mut test_support::LspClient| -> Vec<String> {
        let found = client.request("workspace/symbol", json!({"query": "hypervisor"})).await;
        let names = found.as_array().cloned().unwrap_or_default();
        names.iter().map(|it| it["name"].as_str().unwrap_or("?").to_owned()).collect()
    };
    assert_eq!(names(&mut client).await, ["hypervisor.a", "hypervisor.b"]);
    let removed = json!([{"uri": "file:///other", "name": "other"}]);
    let event = json!({"added": [], "removed": removed});
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    assert_eq!(names(&mut client).await, ["hypervisor.a"]);
    // What is shown of it is taken back.
    let of_file = |params: &Value| params["uri"] == "file:///other/b.nix";
    let told = client.wait_for("textDocument/publishDiagnostics", of_file).await;
    assert_eq!(told["diagnostics"], json!([]));
}

#[tokio::test]
async fn the_disk_counts_again_when_a_document_is_closed() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    client.open("file:///r/a.nix", 1, "{ }");
    client.diagnostics("file:///r/a.nix", 1).await;
    client.close("file:///r/a.nix");
    disk.asked("read /r/a.nix in /r", 1).await;
}

#[tokio::test]
async fn a_defect_while_reading_is_told_and_survived() {
    let disk = Arc::new(TestDisk { scan_panics: true, ..TestDisk::new() });
    let (mut client, _server) = connect(disk);
    client.initialize(json!({}), &["file:///r"]).await;
    client.open("file:///r/a.nix", 1, "{ }");
    let told = client.wait_for("window/showMessage", |_| true).await;
    assert!(told["message"].as_str().unwrap().contains("/r could not be read"), "{told}");
    client.diagnostics("file:///r/a.nix", 1).await;
}

#[tokio::test]
async fn a_scan_shows_its_progress_to_clients_that_want_it() {
    let (disk, go) = TestDisk::held_up();
    let (mut client, _server) = connect(Arc::new(disk));
    let window = json!({"window": {"workDoneProgress": true}});
    client.initialize(window, &["file:///r"]).await;
    let created = client.wait_for("window/workDoneProgress/create", |_| true).await;
    let of_kind = |kind: &'static str| move |params: &Value| params["value"]["kind"] == kind;
    let begin = client.wait_for("$/progress", of_kind("begin")).await;
    assert_eq!(begin["token"], created["token"]);
    assert_eq!(begin["value"]["title"], "Reading r");
    go.send(()).unwrap();
    let report = client.wait_for("$/progress", of_kind("report")).await;
    assert_eq!(report["value"]["message"], "500 files");
    let end = client.wait_for("$/progress", of_kind("end")).await;
    assert_eq!(end["token"], created["token"]);
}

#[tokio::test]
async fn a_client_that_never_answers_holds_up_nothing() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    for method in ["window/workDoneProgress/create", "workspace/configuration"] {
        client.reply_to(method, |_| None);
    }
    let capabilities = json!({
        "window": {"workDoneProgress": true},
        "workspace": {"configuration": true},
    });
    client.initialize(capabilities, &["file:///r"]).await;
    client.open("file:///r/a.nix", 1, "{ }");
    client.diagnostics("file:///r/a.nix", 1).await;
    assert_eq!(client.seen("$/progress"), Vec::<Value>::new());
}

/// The root of a folder is looked for on the disk; that may take longer than the user needs to close the folder.
#[tokio::test]
async fn a_folder_closed_while_its_root_is_looked_for_is_left() {
    let (disk, go) = TestDisk::held_up();
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    // The one thread for the disk is held up by the scan, so this has to wait.
    let folder = json!([{ "uri": "file:///other", "name": "other" }]);
    for (added, removed) in [(&folder, &json!([])), (&json!([]), &folder)] {
        let event = json!({ "event": { "added": added, "removed": removed } });
        client.notify("workspace/didChangeWorkspaceFolders", event);
    }
    for _ in 0..8 {
        let _ = go.send(());
    }
    client.open("file:///other/a.nix", 1, "{ }");
    client.diagnostics("file:///other/a.nix", 1).await;
    client.close("file:///other/a.nix");
    client.open("file:///r/b.nix", 1, "{ }");
    client.diagnostics("file:///r/b.nix", 1).await;
    // Both messages may have come before the disk had time for either.
    let scan = "scan /other []";
    let before = disk.everything_asked().iter().filter(|it| *it == scan).count();
    client.open("file:///other/a.nix", 2, "{ }");
    disk.asked(scan, before + 1).await;
}

/// A disk that takes its time holds up nobody who asks about a document whose tree has been read.
#[tokio::test]
async fn a_slow_disk_holds_up_no_question_about_another_tree() {
    let (disk, go) = TestDisk::held_up();
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    go.send(()).unwrap();
    let module =
        "{ lib, ... }: {\n  options.hypervisor.a = lib.mkOption { };\n  config.x = lib.;\n}";
    client.open("file:///r/a.nix", 1, module);
    client.diagnostics("file:///r/a.nix", 1).await;
    client.open("file:///other/b.nix", 1, "{ }");
    disk.asked("scan /other []", 1).await;
    // The scan of the other tree does not end; a question that needs all of this one is answered all the same.
    let params = json!({
        "textDocument": { "uri": "file:///r/a.nix" },
        "position": { "line": 2, "character": 17 },
        "context": { "includeDeclaration": true, "triggerKind": 1 },
    });
    let option = json!({
        "textDocument": { "uri": "file:///r/a.nix" },
        "position": { "line": 1, "character": 21 },
    });
    client.request("textDocument/references", params.clone()).await;
    // So are those that name their document in another place.
    let lenses = client.request("textDocument/codeLens", params.clone()).await;
    client.request("codeLens/resolve", lenses[0].clone()).await;
    let items = client.request("textDocument/completion", params.clone()).await;
    let with_text = |item: &&Value| item["data"]["document"] == "file:///r/a.nix";
    let item = items["items"].as_array().unwrap().iter().find(with_text).unwrap();
    client.request("completionItem/resolve", item.clone()).await;
    let callers = client.request("textDocument/prepareCallHierarchy", option).await;
    for direction in ["incomingCalls", "outgoingCalls"] {
        let method = format!("callHierarchy/{direction}");
        client.request(&method, json!({ "item": callers[0] })).await;
    }
    for uri in ["file:///r/a.nix", "file:///r"] {
        let command = json!({ "command": "hyper-nixos-ls.optionList", "arguments": [uri] });
        client.request("workspace/executeCommand", command).await;
    }
    assert_eq!(disk.everything_asked().iter().filter(|it| it.starts_with("scan")).count(), 2);
}
