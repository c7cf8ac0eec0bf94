//! Somebody who works on a tree of modules, on disk and in an editor.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use test_support::LspClient;
use tokio::io::{AsyncRead, AsyncWrite};

/// What is typed; the rest of a file makes sense of it, or does not.
const LINES: [&str; 8] = [
    "  # a remark\n",
    "  config.hypervisor.web.port = 8080;\n",
    "  options.hypervisor.soak.enable = lib.mkEnableOption \"soak\";\n",
    "  networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];\n",
    "  environment.etc.\"x\".text = ''\n    ${toString config.hypervisor.web.port}\n  '';\n",
    "  hypervisor.web.enable = lib.mkDefault true;\n",
    "}\n",
    "  let cfg = config.hypervisor; in {\n",
];

pub struct Author {
    client: LspClient,
    /// Two workspace folders with a copy of the tree in each.
    folders: [PathBuf; 2],
    /// Modules by path, as the first branch has them.
    texts: BTreeMap<PathBuf, String>,
    open: BTreeMap<PathBuf, Document>,
    other_branch: bool,
    second_folder: bool,
    dice: Dice,
    latencies: Vec<Duration>,
    actions: usize,
    published: usize,
}

struct Document {
    version: i32,
    text: String,
}

impl Author {
    pub async fn start(
        output: impl AsyncRead + Unpin + Send + 'static,
        input: impl AsyncWrite + Unpin + Send + 'static,
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
        let mut client = LspClient::new(output, input);
        let capabilities = json!({
            "workspace": { "workspaceFolders": true, "fileOperations": { "willRename": true } },
        });
        client.initialize(capabilities, &[&uri(&folders[0])]).await;
        Ok(Author {
            client,
            folders,
            texts,
            open: BTreeMap::new(),
            other_branch: false,
            second_folder: false,
            dice: Dice(seed),
            latencies: Vec::new(),
            actions: 0,
            published: 0,
        })
    }

    /// The next thing that comes to mind.
    pub async fn act(&mut self) -> Result<()> {
        self.actions += 1;
        match self.dice.roll(40) {
            0 => self.switch_branch()?,
            1 => self.rename_a_file().await?,
            2 => self.toggle_second_folder(),
            3..6 => self.close_a_document(),
            6..10 => self.save()?,
            10..28 => self.write_a_line().await,
            _ => self.look_around().await,
        }
        self.published += self.client.forget();
        Ok(())
    }

    /// Whether the server still knows what it is asked about.
    pub async fn check_answers(&mut self) -> Result<()> {
        let found = self.client.request("workspace/symbol", json!({ "query": "" })).await;
        ensure!(
            found.as_array().is_some_and(|found| !found.is_empty()),
            "the server knows nothing any more"
        );
        Ok(())
    }

    /// A line of the table, and the beginning of the next.
    pub fn report(&mut self) -> String {
        let mut latencies = std::mem::take(&mut self.latencies);
        latencies.sort();
        let at = |share: usize| {
            let index = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
            latencies.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        let told = format!(
            "{:>7}  {:>7}  {:>9.2}  {:>7.2}  {:>8.2}  {:>11}",
            std::mem::take(&mut self.actions),
            latencies.len(),
            at(50),
            at(95),
            at(100),
            std::mem::take(&mut self.published),
        );
        told
    }

    pub async fn leave(&mut self) {
        self.client.shut_down().await;
        self.client.end().await;
    }

    fn some_file(&mut self) -> PathBuf {
        let index = self.dice.roll(self.texts.len());
        self.texts.keys().nth(index).cloned().unwrap_or_default()
    }

    /// A document, opened if need be.
    fn some_document(&mut self) -> PathBuf {
        if self.open.len() >= 8 {
            let index = self.dice.roll(self.open.len());
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
    async fn write_a_line(&mut self) {
        let path = self.some_document();
        let line = LINES[self.dice.roll(LINES.len())];
        let Some(document) = self.open.get_mut(&path) else { return };
        let lines = document.text.matches('\n').count();
        let row = self.dice.roll(lines + 1);
        let start = row_start(&document.text, row);
        let mut column = 0;
        let (mut written, mut at_row) = (String::new(), row);
        for key in line.chars() {
            let Some(document) = self.open.get_mut(&path) else { return };
            document.version += 1;
            let place = json!({ "line": at_row, "character": column });
            let change = json!([{ "range": { "start": place, "end": place }, "text": key }]);
            self.client.edit(&uri(&path), document.version, change);
            written.push(key);
            (at_row, column) =
                if key == '\n' { (at_row + 1, 0) } else { (at_row, column + key.len_utf16()) };
            if key == '.' || self.dice.roll(10) == 0 {
                self.ask("completion", &path, at_row, column).await;
            }
        }
        let Some(document) = self.open.get_mut(&path) else { return };
        document.text.insert_str(start, &written);
        let keeps = self.dice.roll(4) == 0 && document.text.len() < 200_000;
        if !keeps {
            document.text.replace_range(start..start + written.len(), "");
            document.version += 1;
            let range = json!({
                "start": { "line": row, "character": 0 },
                "end": { "line": at_row, "character": column },
            });
            self.client.edit(
                &uri(&path),
                document.version,
                json!([{ "range": range, "text": "" }]),
            );
        }
    }

    async fn look_around(&mut self) {
        let path = self.some_document();
        let rows = self.open.get(&path).map_or(1, |document| document.text.lines().count().max(1));
        let row = self.dice.roll(rows);
        let column = self.dice.roll(40);
        for question in [
            "hover",
            "definition",
            "references",
            "documentSymbol",
            "semanticTokens/full",
            "codeLens",
        ] {
            self.ask(question, &path, row, column).await;
        }
    }

    async fn ask(&mut self, question: &str, path: &Path, line: usize, character: usize) {
        let params = json!({
            "textDocument": { "uri": uri(path) },
            "position": { "line": line, "character": character },
            "context": { "includeDeclaration": true },
        });
        let began = Instant::now();
        let id = self.client.ask(&format!("textDocument/{question}"), params);
        self.client.response(id).await;
        self.latencies.push(began.elapsed());
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

    fn close_a_document(&mut self) {
        let index = self.dice.roll(self.open.len().max(1));
        if let Some(path) = self.open.keys().nth(index).cloned() {
            self.open.remove(&path);
            self.client.close(&uri(&path));
        }
    }

    /// A third of the files is different on the other branch, and some are not there.
    fn switch_branch(&mut self) -> Result<()> {
        self.other_branch = !self.other_branch;
        let mut changes = Vec::new();
        for (index, (path, text)) in self.texts.iter().enumerate() {
            if index % 3 != 0 || self.open.contains_key(path) {
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
        if self.open.contains_key(&path) || !path.exists() {
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

    fn changed_on_disk(&self, changes: &[(PathBuf, u8)]) {
        let changes: Vec<Value> =
            changes.iter().map(|(path, kind)| json!({ "uri": uri(path), "type": kind })).collect();
        self.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Where a row begins, in bytes.
fn row_start(text: &str, row: usize) -> usize {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).nth(row).unwrap_or(text.len())
}

fn copy(from: &Path, to: &Path, modules: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() && entry.file_name() != ".git" {
            copy(&entry.path(), &target, modules)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
            if target.extension().is_some_and(|ending| ending == "nix") {
                // The rows and columns above are those of plain line feeds.
                if let Ok(text) = fs::read_to_string(&target)
                    && !text.contains('\r')
                {
                    modules.insert(target, text);
                }
            }
        }
    }
    Ok(())
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}
