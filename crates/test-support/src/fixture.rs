//! A test's files in one text.
//!
//! ```text
//! #- modules/web.nix
//! { config, ... }: { a = config.hypervisor.w$0eb.port; }
//! #                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[some-rule]: what is expected here
//! #- configuration.nix
//! { imports = [ ./modules/web.nix ]; }
//! ```
//!
//! `#- path` begins a file (below the root `/ws`); without one, the text is `/ws/module.nix`. `$0` is the
//! cursor and is removed. A comment line of `^^^` says something about the line above it; it stays in the
//! text, being a comment. `#- options.json` holds the options of a release, in the form that NixOS publishes:
//! `{ "services.nginx.enable": { "type": "boolean" } }`.

use index::{Change, ExternalOption, ExternalOptions, Setup, Snapshot, TypeTable, World};
use module::{FileId, OptionPath};
use std::sync::Arc;
use syntax::{TextRange, TextSize};

pub struct Fixture {
    pub world: World,
    /// In the order in which they are written.
    pub files: Vec<FileId>,
    /// Where `$0` stood.
    pub cursor: Option<(FileId, TextSize)>,
    pub annotations: Vec<Annotation>,
}

/// `^^^ text` under a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub file: FileId,
    pub range: TextRange,
    pub text: String,
}

impl Fixture {
    /// The folder that all files of fixtures are in.
    pub fn root() -> FileId {
        FileId::new("/ws")
    }

    pub fn setup() -> Setup {
        Setup {
            root: Fixture::root(),
            namespaces: vec!["hypervisor".to_owned()],
            roots: Vec::new(),
        }
    }

    pub fn new(text: &str) -> Fixture {
        let mut fixture = Fixture {
            world: World::new(Fixture::setup()),
            files: Vec::new(),
            cursor: None,
            annotations: Vec::new(),
        };
        let mut changes = Vec::new();
        for (path, text) in split(text) {
            if path == "options.json" {
                fixture.world.set_external(Arc::new(external_options(&text)));
                continue;
            }
            let file = Fixture::root().join(&path);
            let text = fixture.take_cursor(file, text);
            fixture.annotations.extend(annotations(file, &text));
            fixture.files.push(file);
            changes.push(match file.is_nix() {
                true => Change::Text { file, text: text.into() },
                false => Change::Exists { file },
            });
        }
        fixture.world.apply(changes);
        fixture
    }

    pub fn snapshot(&self) -> Snapshot {
        self.world.snapshot()
    }

    pub fn file(&self, path: &str) -> FileId {
        Fixture::root().join(path)
    }

    pub fn text(&self, file: FileId) -> String {
        self.snapshot().file(file).map(|data| data.text.to_string()).unwrap_or_default()
    }

    /// The cursor; the test is wrong if its text has none.
    #[track_caller]
    pub fn cursor(&self) -> (FileId, TextSize) {
        match self.cursor {
            Some(cursor) => cursor,
            None => panic!("the fixture has no $0"),
        }
    }

    fn take_cursor(&mut self, file: FileId, text: String) -> String {
        match text.split_once("$0") {
            Some((before, after)) => {
                assert!(self.cursor.is_none() && !after.contains("$0"), "two cursors");
                self.cursor = Some((file, TextSize::of(before)));
                format!("{before}{after}")
            }
            None => text,
        }
    }
}

/// The paths with their types and descriptions.
fn external_options(text: &str) -> ExternalOptions {
    let mut types = TypeTable::default();
    let read: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).expect("options.json is an object");
    let options = read.iter().map(|(path, option)| ExternalOption {
        path: OptionPath::parse(path),
        origin: "nixpkgs".into(),
        ty: option["type"].as_str().map(|words| types.get(words)),
        default: None,
        example: None,
        description: option["description"].as_str().map(Into::into),
        declared_at: Box::default(),
        read_only: false,
        internal: false,
        deprecated: option["description"]
            .as_str()
            .is_some_and(|text| text.starts_with("Renamed to")),
    });
    ExternalOptions::new(options.collect(), Vec::new())
}

fn split(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("#- ") {
            files.push((path.trim().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            if line.trim().is_empty() {
                continue;
            }
            files.push(("module.nix".to_owned(), String::new()));
        }
        if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    files
}

fn annotations(file: FileId, text: &str) -> Vec<Annotation> {
    let mut found = Vec::new();
    let mut offset = 0;
    // The last line that is no annotation itself, by its start.
    let mut above = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let comment = line.trim_start();
        let carets = comment.strip_prefix('#').map(str::trim_start);
        match carets.filter(|carets| carets.starts_with('^')) {
            Some(carets) => {
                let column = line.find('^').unwrap_or(0);
                let width = carets.len() - carets.trim_start_matches('^').len();
                let range = TextRange::at(
                    TextSize::new((above + column) as u32),
                    TextSize::new(width as u32),
                );
                let text = carets.trim_start_matches('^').trim().to_owned();
                found.push(Annotation { file, range, text });
            }
            None => above = start,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_cursor_and_annotations() {
        let fixture = Fixture::new(
            "#- a.nix\n{ x = f$0oo; }\n#     ^^^ note\n#- b/c.nix\n{ }\n#- d.txt\nhello\n",
        );
        assert_eq!(fixture.cursor(), (fixture.file("a.nix"), TextSize::new(7)));
        assert_eq!(fixture.text(fixture.file("a.nix")), "{ x = foo; }\n#     ^^^ note\n");
        let [note] = &fixture.annotations[..] else { panic!("{:?}", fixture.annotations) };
        assert_eq!(&fixture.text(note.file)[note.range], "foo");
        assert_eq!(note.text, "note");
        assert!(fixture.snapshot().file(fixture.file("b/c.nix")).is_some());
    }
}
