//! Somebody who works on a tree of modules, on disk and in an editor.

use super::tree::{copy, row_start, uri};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use test_support::{LspClient, Random};

/// What is typed; the rest of a file makes sense of it, or does not. `NAME` is one of the author's many names.
const LINES: [&str; 9] = [
    "  # a remark\n",
    "  config.hypervisor.web.port = 8080;\n",
    "  options.hypervisor.NAME.enable = lib.mkEnableOption \"NAME\";\n",
    "  let NAME = config.hypervisor.NAME; in\n",
    "  networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];\n",
    "  environment.etc.\"x\".text = ''\n    ${toString config.hypervisor.web.port}\n  '';\n",
    "  hypervisor.web.enable = lib.mkDefault true;\n",
    "}\n",
    "  let cfg = config.hypervisor; in {\n",
];

/// How many names the author can think of.
const NAMES: usize = 500;

/// Bytes that a text may grow by before the author takes everything back.
const GROWTH: usize = 4_000;

/// How JSON-RPC calls a defect of the server.
const INTERNAL_ERROR: i64 = -32603;

/// How long two servers may take to agree.
const TO_SETTLE: Duration = Duration::from_secs(20);

pub struct Author {
    client: LspClient,
    /// Two workspace folders with a copy of the tree in each.
    folders: [PathBuf; 2],
    /// Modules by path, as the first branch has them.
    texts: BTreeMap<PathBuf, String>,
    open: BTreeMap<PathBuf, Document>,
    other_branch: bool,
    second_folder: bool,
    other_settings: bool,
    random: Random,
    minute: Minute,
}

/// What the author has seen since the last line of the table.
#[derive(Default)]
pub struct Minute {
    pub actions: usize,
    pub latencies: Vec<Duration>,
    /// How often the server has sent a file's diagnostics.
    pub published: usize,
}

/// By file, as JSON.
type Findings = BTreeMap<String, String>;

struct Document {
    version: i32,
    text: String,
}

impl Author {
    pub async fn start(
        mut client: LspClient,
        tree: &Path,
        place: &Path,
        seed: u64,
    ) -> Result<Author> {
        let place = place.canonicalize()?;
        let folders = [place.join("one"), place.join("two")];
        let mut texts = BTreeMap::new();
        for folder in &folders {
            copy(tree, folder, &mut texts)?;
        }
        ensure!(!texts.is_empty(), "{} has no modules in it", tree.display());
        initialize(&mut client, &folders[..1]).await;
        Ok(Author {
            client,
            folders,
            texts,
            open: BTreeMap::new(),
            other_branch: false,
            second_folder: false,
            other_settings: false,
            random: Random::new(seed),
            minute: Minute::default(),
        })
    }

    /// The next thing that comes to mind.
    pub async fn act(&mut self) -> Result<()> {
        self.minute.actions += 1;
        match self.random.below(40) {
            0 => self.switch_branch()?,
            1 => self.rename_a_file().await?,
            2 => self.toggle_second_folder(),
            3 => self.change_settings(),
            4..7 => self.close_a_document()?,
            7..11 => self.save()?,
            11..28 => self.write_a_line().await?,
            _ => self.look_around().await?,
        }
        self.minute.published += self.client.forget();
        Ok(())
    }

    /// What has been seen since this was asked last.
    pub fn take_minute(&mut self) -> Minute {
        std::mem::take(&mut self.minute)
    }

    /// Whether the server says of all files what one says that has just been started with the same folders and open
    /// texts; what is under way on disk gets a little time to arrive.
    pub async fn compare_with_fresh(&mut self, mut other: LspClient) -> Result<()> {
        let folders = if self.second_folder { &self.folders[..] } else { &self.folders[..1] };
        initialize(&mut other, folders).await;
        tell_settings(&other, self.other_settings);
        for (path, document) in &self.open {
            other.open(&uri(path), 1, &document.text);
        }
        let began = Instant::now();
        loop {
            let (ours, fresh) = (findings(&mut self.client).await?, findings(&mut other).await?);
            ensure!(!fresh.is_empty(), "a fresh server finds no files");
            if ours == fresh {
                break;
            }
            ensure!(began.elapsed() < TO_SETTLE, "{}", difference(&ours, &fresh));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        other.shut_down().await;
        other.end().await;
        Ok(())
    }

    pub async fn leave(&mut self) {
        self.client.shut_down().await;
        self.client.end().await;
    }

    fn some_file(&mut self) -> PathBuf {
        let index = self.random.below(self.texts.len());
        self.texts.keys().nth(index).cloned().unwrap_or_default()
    }

    /// A document, opened if need be.
    fn some_document(&mut self) -> PathBuf {
        if self.open.len() >= 8 {
            let index = self.random.below(self.open.len());
            return self.open.keys().nth(index).cloned().unwrap_or_default();
        }
        let path = self.some_file();
        if !self.open.contains_key(&path) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            self.client.open(&uri(&path), 1, &text);
            self.open.insert(path.clone(), Document { version: 1, text });
        }
        path
    }

    /// Key by key, at the beginning of a line, with a completion in between; and takes most of it back.
    async fn write_a_line(&mut self) -> Result<()> {
        let path = self.some_document();
        let name = format!("soak{}", self.random.below(NAMES));
        let line = self.random.choose(&LINES).replace("NAME", &name);
        let Some(document) = self.open.get_mut(&path) else { return Ok(()) };
        let row = self.random.below(document.text.matches('\n').count() + 1);
        let start = row_start(&document.text, row);
        let (mut at_row, mut column) = (row, 0);
        for key in line.chars() {
            self.edit(&path, [(at_row, column); 2], &key.to_string());
            (at_row, column) =
                if key == '\n' { (at_row + 1, 0) } else { (at_row, column + key.len_utf16()) };
            if key == '.' || self.random.percent(10) {
                self.ask("completion", &path, at_row, column).await?;
            }
        }
        let original = self.texts.get(&path).map_or(0, String::len);
        let keeps = self.random.percent(25);
        let Some(document) = self.open.get_mut(&path) else { return Ok(()) };
        document.text.insert_str(start, &line);
        if document.text.len() > original + GROWTH {
            document.text = self.texts.get(&path).cloned().unwrap_or_default();
            document.version += 1;
            self.client.change(&uri(&path), document.version, &document.text);
        } else if !keeps {
            document.text.replace_range(start..start + line.len(), "");
            self.edit(&path, [(row, 0), (at_row, column)], "");
        }
        Ok(())
    }

    /// Tells the server; the author's own text is the caller's.
    fn edit(&mut self, path: &Path, range: [(usize, usize); 2], text: &str) {
        let Some(document) = self.open.get_mut(path) else { return };
        document.version += 1;
        let [start, end] = range.map(|(line, column)| json!({ "line": line, "character": column }));
        let change = json!([{ "range": { "start": start, "end": end }, "text": text }]);
        self.client.edit(&uri(path), document.version, change);
    }

    async fn look_around(&mut self) -> Result<()> {
        let path = self.some_document();
        let rows = self.open.get(&path).map_or(1, |document| document.text.lines().count().max(1));
        let (row, column) = (self.random.below(rows), self.random.below(40));
        for question in [
            "hover",
            "definition",
            "references",
            "documentSymbol",
            "semanticTokens/full",
            "codeLens",
        ] {
            self.ask(question, &path, row, column).await?;
        }
        Ok(())
    }

    async fn ask(
        &mut self,
        question: &str,
        path: &Path,
        line: usize,
        character: usize,
    ) -> Result<()> {
        let params = json!({
            "textDocument": { "uri": uri(path) },
            "position": { "line": line, "character": character },
            "context": { "includeDeclaration": true },
        });
        let began = Instant::now();
        let id = self.client.ask(&format!("textDocument/{question}"), params);
        let answer = self.client.response(id).await;
        ensure!(answer["error"]["code"] != INTERNAL_ERROR, "{question}: {answer}");
        self.minute.latencies.push(began.elapsed());
        Ok(())
    }

    fn save(&mut self) -> Result<()> {
        let path = self.some_document();
        let Some(document) = self.open.get(&path) else { return Ok(()) };
        fs::write(&path, &document.text)?;
        self.client
            .notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(&path) } }));
        self.changed_on_disk(&[(path, 2)]);
        Ok(())
    }

    fn close_a_document(&mut self) -> Result<()> {
        let index = self.random.below(self.open.len().max(1));
        if let Some(path) = self.open.keys().nth(index).cloned() {
            self.open.remove(&path);
            self.client.close(&uri(&path));
            // What was saved is taken back, so that the tree stays as large as it is.
            if let Some(text) = self.texts.get(&path) {
                fs::write(&path, text)?;
                self.changed_on_disk(&[(path, 2)]);
            }
        }
        Ok(())
    }

    /// A third of the files is different on the other branch, and some are not there.
    fn switch_branch(&mut self) -> Result<()> {
        self.other_branch = !self.other_branch;
        let mut changes = Vec::new();
        for (index, (path, text)) in self.texts.iter().enumerate() {
            if index % 3 != 0 || self.open.contains_key(path) || marks_a_root(path) {
                continue;
            }
            let kind = match (self.other_branch, index % 2) {
                (true, 0) => {
                    // A file that was renamed is not there already.
                    let _ = fs::remove_file(path);
                    3
                }
                (true, _) => {
                    fs::write(path, format!("# another branch\n{text}"))?;
                    2
                }
                (false, _) => {
                    fs::write(path, text)?;
                    1
                }
            };
            changes.push((path.clone(), kind));
        }
        self.changed_on_disk(&changes);
        Ok(())
    }

    /// There and back, so that the tree stays what it is.
    async fn rename_a_file(&mut self) -> Result<()> {
        let path = self.some_file();
        if self.open.contains_key(&path) || marks_a_root(&path) || !path.exists() {
            return Ok(());
        }
        let other = path.with_extension("renamed.nix");
        for (from, to) in [(&path, &other), (&other, &path)] {
            let files = json!({ "files": [{ "oldUri": uri(from), "newUri": uri(to) }] });
            let id = self.client.ask("workspace/willRenameFiles", files.clone());
            let answer = self.client.response(id).await;
            ensure!(answer.get("result").is_some(), "renaming failed: {answer}");
            fs::rename(from, to).with_context(|| format!("cannot rename {}", from.display()))?;
            self.client.notify("workspace/didRenameFiles", files);
            self.changed_on_disk(&[(from.clone(), 3), (to.clone(), 1)]);
        }
        Ok(())
    }

    fn toggle_second_folder(&mut self) {
        self.second_folder = !self.second_folder;
        let folder = json!([{ "uri": uri(&self.folders[1]), "name": "two" }]);
        let (added, removed) =
            if self.second_folder { (folder, json!([])) } else { (json!([]), folder) };
        let event = json!({ "event": { "added": added, "removed": removed } });
        self.client.notify("workspace/didChangeWorkspaceFolders", event);
    }

    fn change_settings(&mut self) {
        self.other_settings = !self.other_settings;
        tell_settings(&self.client, self.other_settings);
    }

    fn changed_on_disk(&self, changes: &[(PathBuf, u8)]) {
        let changes: Vec<Value> =
            changes.iter().map(|(path, kind)| json!({ "uri": uri(path), "type": kind })).collect();
        self.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }
}

/// Whether a document's tree is found by this file. A server that has found it keeps it for as long as a document in it
/// is open; one that is started when the file is away cannot find the same.
fn marks_a_root(path: &Path) -> bool {
    path.ends_with("flake.nix")
}

async fn initialize(client: &mut LspClient, folders: &[PathBuf]) {
    let capabilities = json!({
        "workspace": { "workspaceFolders": true, "fileOperations": { "willRename": true } },
    });
    let folders: Vec<String> = folders.iter().map(|folder| uri(folder)).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    client.initialize(capabilities, &folders).await;
}

fn tell_settings(client: &LspClient, other: bool) {
    let level = if other { "off" } else { "warning" };
    let settings = json!({ "rules": { "unused-with": level, "undeclared-option": level } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
}

fn difference(ours: &Findings, fresh: &Findings) -> String {
    let files: Vec<&String> =
        ours.keys().chain(fresh.keys().filter(|it| !ours.contains_key(*it))).collect();
    let differing: Vec<&String> =
        files.into_iter().filter(|it| ours.get(*it) != fresh.get(*it)).collect();
    let first = differing.first().copied();
    format!(
        "the server and a fresh one differ about {} of {} files; of {} the one says\n{}\nand the other\n{}",
        differing.len(),
        fresh.len(),
        first.map_or("none", String::as_str),
        first.and_then(|it| ours.get(it)).map_or("nothing", String::as_str),
        first.and_then(|it| fresh.get(it)).map_or("nothing", String::as_str),
    )
}

/// What a server says of each file, in an order that does not depend on which are open.
async fn findings(client: &mut LspClient) -> Result<Findings> {
    let id = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let answer = client.response(id).await;
    let items = answer["result"]["items"].as_array();
    let items = items.with_context(|| format!("no diagnostics: {answer}"))?;
    Ok(items.iter().map(|it| (it["uri"].to_string(), it["items"].to_string())).collect())
}
