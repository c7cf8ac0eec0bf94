use super::*;
use crate::cancel::{CancelOnDrop, Stopped};
use crate::disk::{Configuration, Entry, ExternalReading, NotFormatted, Scan};
use crate::transport::lsp_types::request::Request;
use module::FileId;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

/// A disk with nothing on it.
struct NoDisk;

impl Disk for NoDisk {
    fn find_root(&self, _: FileId) -> Option<FileId> {
        None
    }

    fn configure(&self, root: FileId, _: &serde_json::Value) -> Configuration {
        Configuration {
            hints: Default::default(),
            lints: ide::Settings::default(),
            setup: index::Setup { root, namespaces: Vec::new(), roots: Vec::new() },
            exclude: Vec::new(),
            option_sources: None,
            formatter: None,
            settings_text: None,
            problems: Vec::new(),
        }
    }

    fn scan(&self, _: FileId, _: &[String], _: &(dyn Fn(usize) + Sync)) -> Scan {
        Scan::default()
    }

    fn read(&self, _: FileId, _: &[String], _: FileId) -> Entry {
        Entry::Missing
    }

    fn external_options(
        &self,
        _: FileId,
        _: Option<&[String]>,
        _: &dyn Fn(&str),
    ) -> ExternalReading {
        ExternalReading::default()
    }

    fn format(&self, _: &[String], _: FileId, _: &str) -> Result<String, NotFormatted> {
        Err(NotFormatted::Failed("there is none".to_owned()))
    }
}

/// A running main loop.
fn started() -> Events {
    let (sender, incoming) = channel();
    let events = Events::new(sender);
    let (outbox, _) = Outbox::new();
    start(events.clone(), incoming, outbox, Arc::new(NoDisk)).unwrap();
    events.update(MainLoop::start);
    events
}

/// The way in and out of a question that a test holds up: it says when it runs, and goes on when told.
#[derive(Clone)]
struct Gate {
    running: Sender<u64>,
    go_on: Arc<Mutex<Receiver<()>>>,
}

impl Gate {
    fn pass(&self, view: &View) {
        self.running.send(view.generation).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
    }
}

fn gate() -> (Gate, Receiver<u64>, Sender<()>) {
    let (running, is_running) = channel();
    let (go, go_on) = channel();
    (Gate { running, go_on: Arc::new(Mutex::new(go_on)) }, is_running, go)
}

/// A question for tests: its parameters are the gate it stops at, its answer the generation it saw.
macro_rules! test_question {
    ($name:ident, $run:expr, $answer:expr) => {
        struct $name;

        impl Request for $name {
            type Params = TestParams;
            type Result = u64;
            const METHOD: &'static str = stringify!($name);
        }

        impl Question for $name {
            const RUN: Run = $run;

            fn about(_: &TestParams) -> Option<FileId> {
                None
            }

            fn answer(view: &View, params: TestParams, cancel: &Cancel) -> Result<u64, NoAnswer> {
                let answer: fn(&View, &Gate, &Cancel) -> Result<u64, Stopped> = $answer;
                answer(view, &params.0, cancel).map_err(NoAnswer::from)
            }
        }
    };
}

#[derive(Clone)]
struct TestParams(Gate);

// `lsp_types` wants every request's parameters to be JSON; these never are.
impl serde::Serialize for TestParams {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> serde::Deserialize<'de> for TestParams {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<TestParams, D::Error> {
        Err(serde::de::Error::custom("never read"))
    }
}

test_question!(Panicking, Run::Once, |_, _, _| panic!("on purpose"));
test_question!(Finishing, Run::Once, |view, gate, _| {
    gate.pass(view);
    Ok(view.generation)
});
test_question!(StoppingOnce, Run::Once, |view, gate, cancel| {
    gate.pass(view);
    cancel.check().map(|()| view.generation)
});
test_question!(StoppingAgain, Run::Again, |view, gate, cancel| {
    gate.pass(view);
    cancel.check().map(|()| view.generation)
});

fn asked<Q: Question>(
    events: &Events,
    params: Q::Params,
) -> (oneshot::Receiver<Result<Q::Result, Failure>>, CancelOnDrop) {
    let guard = CancelOnDrop::default();
    let (reply, answer) = oneshot::channel();
    events.send(ask::<Q>(params, guard.flag(), |answer| drop(reply.send(answer))));
    (answer, guard)
}

fn edit(events: &Events) {
    events.update(MainLoop::touch);
}

#[test]
fn a_panic_in_a_question_is_its_answer_and_nothing_else() {
    let events = started();
    let (gate, _running, go) = gate();
    let (answer, _guard) = asked::<Panicking>(&events, TestParams(gate.clone()));
    let failure = answer.blocking_recv().unwrap().unwrap_err();
    assert_eq!(failure, Failure::Internal("Panicking failed: on purpose".to_owned()));

    go.send(()).unwrap();
    let (answer, _guard) = asked::<Finishing>(&events, TestParams(gate));
    assert!(answer.blocking_recv().unwrap().is_ok());
}

#[test]
fn a_panic_in_an_update_ends_nothing() {
    let events = started();
    events.update(|_| panic!("on purpose"));
    let (gate, _running, go) = gate();
    go.send(()).unwrap();
    let (answer, _guard) = asked::<Finishing>(&events, TestParams(gate));
    assert!(answer.blocking_recv().unwrap().is_ok());
}

#[test]
fn a_finished_answer_is_sent_although_an_edit_outdated_it() {
    let events = started();
    let (gate, running, go) = gate();
    let (answer, _guard) = asked::<Finishing>(&events, TestParams(gate));
    let generation = running.recv().unwrap();
    edit(&events);
    go.send(()).unwrap();
    assert_eq!(answer.blocking_recv().unwrap(), Ok(generation));
}

#[test]
fn a_question_that_an_edit_stopped_says_so() {
    let events = started();
    let (gate, running, go) = gate();
    let (answer, _guard) = asked::<StoppingOnce>(&events, TestParams(gate));
    running.recv().unwrap();
    settled_edit(&events);
    go.send(()).unwrap();
    assert_eq!(answer.blocking_recv().unwrap(), Err(Failure::ContentModified));
}

#[test]
fn a_question_that_can_be_asked_again_is() {
    let events = started();
    let (gate, running, go) = gate();
    let (answer, _guard) = asked::<StoppingAgain>(&events, TestParams(gate));
    let first = running.recv().unwrap();
    settled_edit(&events);
    go.send(()).unwrap();
    let second = running.recv().unwrap();
    assert!(second > first, "the second attempt sees the edit");
    go.send(()).unwrap();
    assert_eq!(answer.blocking_recv().unwrap(), Ok(second));
}

#[test]
fn a_question_that_nobody_waits_for_is_not_asked() {
    let events = started();
    let (gate, running, go) = gate();
    let (answer, guard) = asked::<StoppingAgain>(&events, TestParams(gate.clone()));
    running.recv().unwrap();
    drop(guard);
    go.send(()).unwrap();
    assert!(answer.blocking_recv().is_err(), "stopped, and not asked again");
}

/// An edit that the main loop has certainly seen.
fn settled_edit(events: &Events) {
    let (done, wait) = channel();
    events.update(move |state| {
        state.touch();
        done.send(()).unwrap();
    });
    wait.recv().unwrap();
}

#[test]
fn a_question_sees_all_edits_before_it_and_none_after() {
    let events = started();
    let (gate, _running, go) = gate();
    for _ in 0..8 {
        go.send(()).unwrap();
    }
    let mut answers = Vec::new();
    for _ in 0..8 {
        edit(&events);
        answers.push(asked::<Finishing>(&events, TestParams(gate.clone())));
    }
    let seen: Vec<u64> = answers
        .into_iter()
        .map(|(answer, _guard)| answer.blocking_recv().unwrap().unwrap())
        .collect();
    let expected: Vec<u64> = (0..8).map(|n| seen[0] + n).collect();
    assert_eq!(seen, expected);
}

/// One that has not been started, so that nothing has been read; with what it tells the client.
fn unread() -> (MainLoop, UnboundedReceiver<Outgoing>) {
    let (sender, _) = channel();
    let (outbox, told) = Outbox::new();
    (MainLoop::new(Events::new(sender), outbox, Arc::new(NoDisk)).unwrap(), told)
}

#[test]
fn a_slow_disk_is_waited_for_once_and_not_for_each_question() {
    let (mut state, _told) = unread();
    let (gate, _running, _go) = gate();
    let mut takes = |since: Option<Instant>| {
        state.unread_since = since.or(state.unread_since);
        let event = ask::<Finishing>(TestParams(gate.clone()), Arc::default(), drop);
        let Event::Asked(question) = event else { unreachable!("it is a question") };
        state.take(question);
        state.waiting.last().unwrap().0
    };
    assert_eq!(takes(None), takes(None), "the second has waited for some of the time already");
    let long_ago = Instant::now().checked_sub(PATIENCE);
    assert!(takes(Some(long_ago.unwrap())) <= Instant::now(), "there is nothing left to wait");
}

#[test]
fn a_file_that_an_index_stumbles_over_is_told_once() {
    let (mut state, mut told) = unread();
    let [a, b] = ["/r/a.nix", "/r/b.nix"].map(FileId::new);
    for files in [vec![a], vec![a, b], vec![b, a]] {
        state.tell_left_out(files);
    }
    for file in [a, b] {
        let Ok(Outgoing::Warning(message)) = told.try_recv() else { panic!("{file:?} is told") };
        assert!(message.starts_with(file.path()), "{message}");
    }
    assert!(told.try_recv().is_err(), "and nothing else");
}
