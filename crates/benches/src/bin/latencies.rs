//! `latencies DIR PROGRAM…`: how long language servers take to answer, as a list of [`ServerFigures`] in JSON. Each step
//! is done by one server after the other, so that they have the same noise.

use benches::Places;
use benches::figures::{AnswerFigures, ServerFigures, Spread, milliseconds};
use benches::latency::{Open, Server};
use index::{Setup, World};
use lints::Settings;
use module::FileId;
use serde_json::Value;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use syntax::{Encoding, LineColumn};

const ROUNDS: usize = 40;
/// From one step to the next, as someone types who is in no hurry: what a server does behind its answer is in the way.
const PACE: Duration = Duration::from_millis(100);
/// Changes of what another file says; each is taken back, and both are timed.
const RENAMINGS: usize = 6;
const STORMS: usize = 5;
/// Keystrokes of a storm.
const STORM: u32 = 200;
const QUESTIONS: [(&str, &str); 4] = [
    ("completion after an edit", "textDocument/completion"),
    ("hover after an edit", "textDocument/hover"),
    ("definition after an edit", "textDocument/definition"),
    ("references after an edit", "textDocument/references"),
];
const KEYSTROKE: &str = "keystroke to the file's findings";
const OTHERS: &str = "edit to another file's findings";
const SETTLED: &str = "200 keystrokes to the findings";

/// What breaks a line when it stands at its start.
const MISTAKE: &str = "}";
/// After this a server is taken for one that has nothing to say of files that are not open.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let tree = std::path::absolute(arguments.next().ok_or("usage: latencies DIR PROGRAM...")?)?;
    let task = Task::of(&tree)?;
    let mut runners = Vec::new();
    for program in arguments {
        let runner = Runner::start(Path::new(&program), &tree, &task);
        runners.push(runner.map_err(|error| format!("{program}: {error}"))?);
    }
    for _ in 0..ROUNDS {
        for runner in &mut runners {
            let time = runner.keystroke(&task)?;
            runner.note(KEYSTROKE, time, true);
            for (what, method) in QUESTIONS {
                runner.question(&task, what, method)?;
            }
        }
    }
    for _ in 0..STORMS {
        for runner in &mut runners {
            runner.storm(&task)?;
        }
    }
    if let Some(named) = &task.named {
        for runner in &mut runners {
            runner.renamings(named)?;
        }
    }
    let mut figures = Vec::new();
    for runner in runners {
        figures.push(runner.figures()?);
    }
    writeln!(io::stdout(), "{}", serde_json::to_string(&figures)?)?;
    Ok(())
}

/// What is done in a tree.
struct Task {
    file: PathBuf,
    /// With a mistake in it: of a text without any some servers say nothing.
    broken: String,
    /// Where somebody asks.
    asked: LineColumn,
    /// Where mistakes are made.
    line: u32,
    named: Option<Named>,
}

/// See [`benches::Places`].
struct Named {
    end: LineColumn,
    reader: PathBuf,
}

impl Task {
    fn of(tree: &Path) -> Result<Task, Box<dyn Error>> {
        let root = FileId::new(tree.to_str().ok_or("the path of the tree is not UTF-8")?);
        let namespaces = Settings::default().namespaces;
        let mut world = World::new(Setup { root, namespaces, roots: Vec::new() });
        world.apply(workspace::scan(tree, &[], &|_| {}).changes());
        let snapshot = world.snapshot();
        let places = Places::of(&snapshot).ok_or("the tree has no module to ask about")?;
        let data = snapshot.file(places.file).ok_or("the module is gone")?;
        let position = |offset| data.lines.position(&data.text, offset, Encoding::Utf16);
        let line = data.lines.line_count() / 2;
        let start = data.lines.line_range(&data.text, line).start();
        let (before, behind) = data.text.split_at(usize::from(start));
        Ok(Task {
            file: places.file.path().into(),
            broken: format!("{before}{MISTAKE}{behind}"),
            asked: position(places.asked),
            line,
            named: places.named.map(|named| Named {
                end: position(named.end),
                reader: named.reader.path().into(),
            }),
        })
    }
}

/// A server with the file open.
struct Runner {
    name: String,
    server: Server,
    open: Open,
    first: f64,
    idle: Option<f64>,
    /// That the server finds in the file as it is.
    errors: usize,
    answers: Vec<Answers>,
}

/// All answers to the same question.
struct Answers {
    what: &'static str,
    times: Vec<Duration>,
    says_something: bool,
}

impl Runner {
    fn start(program: &Path, tree: &Path, task: &Task) -> io::Result<Runner> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut server = Server::start(program, tree)?;
        let open = server.open(&task.file, &task.broken)?;
        server.diagnostics(&open, |found| errors(found) > 0)?;
        let first = milliseconds(server.age());
        let idle = if server.settle()? { server.resident() } else { None };
        let mut runner = Runner { name, server, open, first, idle, errors: 0, answers: Vec::new() };
        runner.server.edit(&mut runner.open, task.line, [0, 1], "")?;
        runner.server.diagnostics(&runner.open, |found| {
            runner.errors = errors(found);
            true
        })?;
        runner.server.settle()?;
        Ok(runner)
    }

    fn note(&mut self, what: &'static str, time: Duration, says_something: bool) {
        let at = self.answers.iter().position(|it| it.what == what).unwrap_or_else(|| {
            self.answers.push(Answers { what, times: Vec::new(), says_something: false });
            self.answers.len() - 1
        });
        self.answers[at].times.push(time);
        self.answers[at].says_something |= says_something;
    }

    /// A mistake is typed, and taken back; how long it took to be found.
    fn keystroke(&mut self, task: &Task) -> io::Result<Duration> {
        let start = Instant::now();
        self.server.edit(&mut self.open, task.line, [0, 0], MISTAKE)?;
        self.server.diagnostics(&self.open, |found| errors(found) > self.errors)?;
        let time = start.elapsed();
        self.server.edit(&mut self.open, task.line, [0, 1], "")?;
        self.server.diagnostics(&self.open, |found| errors(found) == self.errors)?;
        std::thread::sleep(PACE);
        Ok(time)
    }

    /// Asked right after an edit that changes nothing of what is asked about.
    fn question(&mut self, task: &Task, what: &'static str, method: &str) -> io::Result<()> {
        let line = task.asked.line + 1;
        self.server.edit(&mut self.open, line, [0, 0], " ")?;
        let start = Instant::now();
        let answer = self.server.ask(method, &self.open, task.asked.line, task.asked.column)?;
        self.note(what, start.elapsed(), says_something(&answer["result"]));
        self.server.edit(&mut self.open, line, [0, 1], "")?;
        std::thread::sleep(PACE);
        Ok(())
    }

    /// Keystrokes faster than anyone types; from the last of them to its findings.
    fn storm(&mut self, task: &Task) -> io::Result<()> {
        for _ in 0..STORM {
            self.server.edit(&mut self.open, task.line, [0, 0], MISTAKE)?;
        }
        let start = Instant::now();
        self.server.diagnostics(&self.open, |found| errors(found) > self.errors)?;
        self.note(SETTLED, start.elapsed(), true);
        self.server.edit(&mut self.open, task.line, [0, STORM], "")?;
        self.server.diagnostics(&self.open, |found| errors(found) == self.errors)
    }

    /// An option gets another name in its declaration, and its own again: the module that reads it has something to
    /// hear each time.
    fn renamings(&mut self, named: &Named) -> io::Result<()> {
        let LineColumn { line, column } = named.end;
        for _ in 0..RENAMINGS {
            for (range, text) in [([column, column], "q"), ([column, column + 1], "")] {
                if !self.server.settle()? {
                    return Ok(());
                }
                let start = Instant::now();
                self.server.edit(&mut self.open, line, range, text)?;
                match self.server.news_of(&named.reader, PATIENCE) {
                    Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(()),
                    heard => heard?,
                }
                self.note(OTHERS, start.elapsed(), true);
            }
        }
        Ok(())
    }

    fn figures(mut self) -> io::Result<ServerFigures> {
        let worked = if self.server.settle()? { self.server.resident() } else { None };
        let of_answers = |mut answers: Answers| {
            Some(AnswerFigures {
                what: answers.what.to_owned(),
                spread: Spread::of(&mut answers.times)?,
                says_something: answers.says_something,
            })
        };
        Ok(ServerFigures {
            name: self.name,
            first: self.first,
            idle: self.idle,
            worked,
            answers: self.answers.into_iter().filter_map(of_answers).collect(),
        })
    }
}

fn errors(found: &[Value]) -> usize {
    found.iter().filter(|diagnostic| diagnostic["severity"] == 1).count()
}

fn says_something(answer: &Value) -> bool {
    let is_empty = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    !answer.is_null() && !is_empty(answer) && !is_empty(&answer["items"])
}
