//! The one thread that owns the documents and the indexes. It takes events strictly in the order in
//! which they came, does nothing slow, and hands immutable `View`s to everyone who asks.

use crate::cancel::{Cancel, Generation};
use crate::capabilities::Client;
use crate::configuration::EditorSettings;
use crate::diagnostics::Diagnostics;
use crate::disk::Disk;
use crate::documents::Documents;
use crate::handlers::{NoAnswer, Question, Run};
use crate::pool::{Pool, contain, spawn_thread};
use crate::progress::Progress;
use crate::roots::Roots;
use crate::token_results::TokenResults;
use crate::transport::lsp_types::{InitializeParams, InitializeResult};
use crate::transport::{Outbox, Outgoing};
use crate::view::{OpenDocument, View};
use module::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::{Duration, Instant};

/// How long questions about one place wait for the first scan before they are answered from what is
/// known so far. Usually the scan takes a fraction of this, and the answers are then complete; where the disk is
/// slow, it is waited for once, and not for each question.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) enum Event {
    /// Something that changes the state: a notification, or what a worker brought back.
    Update(Box<dyn FnOnce(&mut MainLoop) + Send>),
    Asked(Box<dyn Asked>),
    Exit,
}

/// Where events go in. The channel keeps their order.
#[derive(Clone)]
pub(crate) struct Events(Sender<Event>);

impl Events {
    pub fn new(sender: Sender<Event>) -> Events {
        Events(sender)
    }

    pub fn send(&self, event: Event) {
        if self.0.send(event).is_err() {
            tracing::debug!("an event came after the end");
        }
    }

    pub fn update(&self, update: impl FnOnce(&mut MainLoop) + Send + 'static) {
        self.send(Event::Update(Box::new(update)));
    }
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    ContentModified,
    /// What was asked for cannot be done; the sentence tells the user why.
    Refused(String),
    Internal(String),
}

/// A question on its way, whatever its type.
pub(crate) trait Asked: Send {
    fn run(&self) -> Run;

    /// See [`Question::about`].
    fn about(&self) -> Option<FileId>;

    fn flag(&self) -> Arc<AtomicBool>;

    /// Answers; gives the question back if it has to be asked again.
    fn answer(self: Box<Self>, view: &View, cancel: &Cancel) -> Option<Box<dyn Asked>>;
}

/// Takes an answer to whoever waits for it.
type Reply<R> = Box<dyn FnOnce(Result<R, Failure>) + Send>;

/// A question of one type, and who waits for the answer.
struct Asking<Q: Question> {
    about: Option<FileId>,
    params: Q::Params,
    /// Set once nobody waits any more.
    flag: Arc<AtomicBool>,
    reply: Reply<Q::Result>,
}

/// The event that asks `Q`. The answer is given to `reply`, on the thread that has worked it out.
pub(crate) fn ask<Q: Question>(
    params: Q::Params,
    flag: Arc<AtomicBool>,
    reply: impl FnOnce(Result<Q::Result, Failure>) + Send + 'static,
) -> Event {
    let about = Q::about(&params);
    Event::Asked(Box::new(Asking::<Q> { about, params, flag, reply: Box::new(reply) }))
}

impl<Q: Question> Asked for Asking<Q> {
    fn run(&self) -> Run {
        Q::RUN
    }

    fn about(&self) -> Option<FileId> {
        self.about
    }

    fn flag(&self) -> Arc<AtomicBool> {
        self.flag.clone()
    }

    fn answer(self: Box<Self>, view: &View, cancel: &Cancel) -> Option<Box<dyn Asked>> {
        if cancel.by_client() {
            return None;
        }
        let answer = match contain(|| Q::answer(view, self.params.clone(), cancel)) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(NoAnswer::Refused(reason))) => Err(Failure::Refused(reason)),
            Ok(Err(NoAnswer::Stopped)) if cancel.by_client() => return None,
            Ok(Err(NoAnswer::Stopped)) if Q::RUN != Run::Once => return Some(self),
            Ok(Err(NoAnswer::Stopped)) => Err(Failure::ContentModified),
            Err(panic) => {
                tracing::error!("{} panicked: {panic}", Q::METHOD);
                Err(Failure::Internal(format!("{} failed: {panic}", Q::METHOD)))
            }
        };
        (self.reply)(answer);
        None
    }
}

/// All that changes. Its parts' methods stand where their subject does: `roots`, `diagnostics`,
/// `progress`, `handlers::notifications`.
pub(crate) struct MainLoop {
    pub events: Events,
    pub outbox: Outbox,
    pub disk: Arc<dyn Disk>,
    pub client: Arc<Client>,
    pub editor_settings: EditorSettings,
    pub documents: Documents,
    pub roots: Roots,
    /// Files that the user has made in the editor and that have not been looked at yet.
    pub created: FxHashSet<FileId>,
    pub diagnostics: Diagnostics,
    pub progress: FxHashMap<String, Progress>,
    pub tokens: Arc<TokenResults>,
    pub generation: Generation,
    /// The view of this generation, once somebody has asked for it.
    view: Option<View>,
    /// Since when some tree is not read.
    unread_since: Option<Instant>,
    /// Questions that wait for the first scan, each with the time at which it has waited enough.
    waiting: Vec<(Instant, Box<dyn Asked>)>,
    pub workers: Workers,
}

/// Threads by what may wait for what.
pub(crate) struct Workers {
    /// What somebody is looking at the screen for.
    pub questions: Pool,
    /// Diagnostics of the whole tree.
    pub background: Pool,
    /// Everything that touches the disk below a root; one thread, so that what is read later is newer.
    pub disk: Pool,
    /// Options from outside, which may take many seconds and must not hold up the tree's own files.
    pub external: Pool,
}

impl Workers {
    fn new() -> std::io::Result<Workers> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Workers {
            questions: Pool::new("question", cores.clamp(2, 4))?,
            background: Pool::new("background", 1)?,
            disk: Pool::new("disk", 1)?,
            external: Pool::new("external", 1)?,
        })
    }
}

/// Starts the thread; it ends on [`Event::Exit`].
pub(crate) fn start(
    events: Events,
    incoming: Receiver<Event>,
    outbox: Outbox,
    disk: Arc<dyn Disk>,
) -> std::io::Result<()> {
    let mut state = MainLoop::new(events, outbox, disk)?;
    spawn_thread("main-loop", move || state.run(&incoming))?;
    Ok(())
}

impl MainLoop {
    pub(crate) fn new(
        events: Events,
        outbox: Outbox,
        disk: Arc<dyn Disk>,
    ) -> std::io::Result<MainLoop> {
        Ok(MainLoop {
            events,
            outbox,
            disk,
            client: Arc::new(Client::new(&Default::default())),
            editor_settings: EditorSettings::default(),
            documents: Documents::default(),
            roots: Roots::default(),
            created: FxHashSet::default(),
            diagnostics: Diagnostics::default(),
            progress: FxHashMap::default(),
            tokens: Arc::default(),
            generation: Generation::default(),
            view: None,
            unread_since: None,
            waiting: Vec::new(),
            workers: Workers::new()?,
        })
    }

    fn run(&mut self, incoming: &Receiver<Event>) {
        loop {
            // Timers are looked at only when nothing is queued: a burst of edits is read to its end
            // before anything is computed from it.
            let event = match incoming.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.contained("a timer", MainLoop::run_due);
                    match self.next_due() {
                        None => incoming.recv().map_err(|_| RecvTimeoutError::Disconnected),
                        Some(due) => {
                            incoming.recv_timeout(due.saturating_duration_since(Instant::now()))
                        }
                    }
                }
                Err(TryRecvError::Disconnected) => return,
                Ok(event) => Ok(event),
            };
            match event {
                Ok(Event::Update(update)) => self.contained("an update", update),
                Ok(Event::Asked(question)) => self.contained("a question", |it| it.take(question)),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Event::Exit) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// A defect in one message's handling must not cost the user all that is open.
    fn contained(&mut self, what: &str, body: impl FnOnce(&mut MainLoop)) {
        if let Err(panic) = contain(|| body(self)) {
            tracing::error!("{what} panicked on the main loop: {panic}");
            self.touch();
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let waiting = self.waiting.iter().map(|(until, _)| *until).min();
        let diagnostics = self.diagnostics.due().filter(|_| self.roots.are_read());
        [waiting, self.roots.due(), diagnostics].into_iter().flatten().min()
    }

    fn run_due(&mut self) {
        let now = Instant::now();
        self.open_folders_if_due(now);
        self.diagnose_if_due(now);
        self.answer_waiting(now);
    }

    /// Something changed that makes earlier answers doubtful.
    pub(crate) fn touch(&mut self) {
        self.generation.advance();
        self.view = None;
        self.diagnostics.plan(Instant::now());
    }

    pub(crate) fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        self.client = Arc::new(Client::new(&params.capabilities));
        self.editor_settings = EditorSettings::new(params.initialization_options.as_ref());
        self.plan_folders(params);
        self.client.initialize_result()
    }

    /// Everything as it is now, all edits so far included.
    pub(crate) fn view(&mut self) -> View {
        if let Some(view) = &self.view {
            return view.clone();
        }
        self.index_documents();
        let open = self.documents.iter().map(|(file, document)| {
            let (url, version) = (document.url.clone(), document.version);
            (file, OpenDocument { url, version })
        });
        let view = View {
            generation: self.generation.current(),
            client: self.client.clone(),
            roots: self.roots.views(),
            open: Arc::new(open.collect()),
            reports: self.diagnostics.reports(),
            disk: self.disk.clone(),
            tokens: self.tokens.clone(),
            is_whole: self.roots.are_read(),
        };
        self.view = Some(view.clone());
        view
    }

    fn take(&mut self, question: Box<dyn Asked>) {
        if self.can_be_answered(&*question) {
            self.answer(question);
        } else {
            let now = Instant::now();
            let since = *self.unread_since.get_or_insert(now);
            self.waiting.push(((since + PATIENCE).max(now), question));
        }
    }

    /// Whether all that the question is about has been read. A tree that is still being read holds up nobody in
    /// another.
    fn can_be_answered(&self, question: &dyn Asked) -> bool {
        self.roots.are_read()
            || question.about().is_some_and(|file| self.roots.is_read_around(file))
    }

    fn answer(&mut self, question: Box<dyn Asked>) {
        let view = self.view();
        let cancel = Cancel::new(question.flag(), &self.generation);
        let events = self.events.clone();
        self.workers.questions.spawn(move || {
            if let Some(question) = question.answer(&view, &cancel) {
                events.send(Event::Asked(question));
            }
        });
    }

    fn answer_waiting(&mut self, now: Instant) {
        let all = self.roots.are_read();
        if all {
            self.unread_since = None;
        }
        let roots = &self.roots;
        let enough = |(until, question): &mut (Instant, Box<dyn Asked>)| {
            let waits_on = question.run() == Run::AgainWithWholeTree || *until > now;
            all || !waits_on || question.about().is_some_and(|file| roots.is_read_around(file))
        };
        let ready: Vec<_> = self.waiting.extract_if(.., enough).collect();
        for (_, question) in ready {
            self.answer(question);
        }
        for (until, question) in &mut self.waiting {
            if *until <= now && question.run() == Run::AgainWithWholeTree {
                *until = now + PATIENCE;
            }
        }
    }

    pub(crate) fn show(&self, message: String) {
        self.outbox.send(Outgoing::Warning(message));
    }
}

#[cfg(test)]
mod tests;
