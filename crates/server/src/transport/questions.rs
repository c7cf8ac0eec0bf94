//! Questions of the client that are not answered yet, and their answers on the way out.
//!
//! tower-lsp would make a JSON value of each answer before it writes it, on a thread that has to be woken for that.
//! Here whoever has worked an answer out writes it, and hands bytes over.

use super::frames::encode;
use super::lsp_types::request::{ExecuteCommand, Request as _};
use super::{Line, send};
use crate::cancel::CancelOnDrop;
use crate::handlers::command::RESTART;
use crate::handlers::{Ask, Question, notifications, with_question};
use crate::main_loop::{Events, Failure, ask};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::Value;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::jsonrpc::{Error, Id, Response};

/// Questions under way, by the client's numbers. Whoever takes one out of here answers it.
#[derive(Clone, Default)]
pub(super) struct Pending(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    by_id: Mutex<FxHashMap<Id, CancelOnDrop>>,
    /// Told when the last of them has been answered.
    none: Notify,
}

impl Pending {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Id, CancelOnDrop>> {
        // Nothing that could panic is done under the lock.
        self.0.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `false`: another of this number is under way.
    fn add(&self, id: &Id, guard: CancelOnDrop) -> bool {
        let mut by_id = self.lock();
        let is_new = !by_id.contains_key(id);
        if is_new {
            by_id.insert(id.clone(), guard);
        }
        is_new
    }

    /// Whether the client still waits for this answer.
    fn has(&self, reply: &Reply) -> bool {
        self.lock().get(&reply.id).is_some_and(|guard| Arc::ptr_eq(&guard.flag(), &reply.flag))
    }

    /// Has the answer sent, if the client still waits for it, before it counts as answered: the output does not end
    /// in between.
    fn finish(&self, reply: &Reply, send: impl FnOnce()) {
        let mut by_id = self.lock();
        if by_id.get(&reply.id).is_some_and(|guard| Arc::ptr_eq(&guard.flag(), &reply.flag)) {
            send();
            by_id.remove(&reply.id);
            self.tell_if_none(&by_id);
        }
    }

    /// Nobody waits for this any more.
    pub fn cancel(&self, id: &Id, output: &UnboundedSender<Line>) {
        let mut by_id = self.lock();
        if by_id.remove(id).is_some() {
            send(output, &Response::from_error(id.clone(), Error::request_cancelled()));
            self.tell_if_none(&by_id);
        }
    }

    /// Nobody waits for anything any more.
    pub fn cancel_all(&self, output: &UnboundedSender<Line>) {
        let mut by_id = self.lock();
        for (id, _) in by_id.drain() {
            send(output, &Response::from_error(id, Error::request_cancelled()));
        }
        self.tell_if_none(&by_id);
    }

    fn tell_if_none(&self, by_id: &FxHashMap<Id, CancelOnDrop>) {
        if by_id.is_empty() {
            self.0.none.notify_one();
        }
    }

    pub async fn all_answered(&self) {
        while !self.lock().is_empty() {
            self.0.none.notified().await;
        }
    }
}

/// Puts a request to the main loop, if it is one of our questions. `false`: it is none.
pub(super) fn put(
    method: &str,
    id: &Id,
    message: &mut Value,
    pending: &Pending,
    output: &UnboundedSender<Line>,
    events: &Events,
) -> bool {
    let asking = Asking { id, message, pending, output, events };
    with_question(method, asking).is_some()
}

struct Asking<'a> {
    id: &'a Id,
    message: &'a mut Value,
    pending: &'a Pending,
    output: &'a UnboundedSender<Line>,
    events: &'a Events,
}

impl Asking<'_> {
    fn refuse(&self, error: Error) {
        send(self.output, &Response::from_error(self.id.clone(), error));
    }
}

impl Ask for Asking<'_> {
    fn ask<Q: Question>(self) {
        let params = match self.message.get_mut("params") {
            Some(params) => params.take(),
            None => return self.refuse(Error::invalid_params("Missing params field")),
        };
        if Q::METHOD == ExecuteCommand::METHOD && params["command"] == RESTART {
            self.events.update(|state| notifications::rescan(state, ()));
        }
        let params = match serde_json::from_value(params) {
            Ok(params) => params,
            Err(error) => return self.refuse(Error::invalid_params(error.to_string())),
        };
        let guard = CancelOnDrop::default();
        let flag = guard.flag();
        if !self.pending.add(self.id, guard) {
            return self.refuse(Error::invalid_request());
        }
        let (pending, output) = (self.pending.clone(), self.output.clone());
        let reply = Reply { id: self.id.clone(), flag: flag.clone(), pending, output };
        self.events.send(ask::<Q>(params, flag, move |answer| reply.send(answer)));
    }
}

/// Where one answer goes. Dropped without one, it says so.
struct Reply {
    id: Id,
    /// By which the question is told from a later one of the same number.
    flag: Arc<AtomicBool>,
    pending: Pending,
    output: UnboundedSender<Line>,
}

#[derive(Serialize)]
struct Answer<'a, R> {
    jsonrpc: &'static str,
    result: R,
    id: &'a Id,
}

impl Reply {
    fn send(self, answer: Result<impl Serialize, Failure>) {
        self.write(|id| match answer {
            Ok(result) => encode(&Answer { jsonrpc: "2.0", result, id }),
            Err(failure) => encode(&Response::from_error(id.clone(), failure.into())),
        });
    }

    fn write(&self, answer: impl FnOnce(&Id) -> Vec<u8>) {
        if !self.pending.has(self) {
            return;
        }
        let bytes = answer(&self.id);
        // The client may have given up meanwhile, and has then been answered.
        self.pending.finish(self, || {
            if self.output.send(Line::Message(bytes)).is_err() {
                tracing::debug!("an answer was to be written after the end");
            }
        });
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.write(|id| {
            let failure = Failure::Internal("the server is ending".to_owned());
            encode(&Response::from_error(id.clone(), failure.into()))
        });
    }
}
