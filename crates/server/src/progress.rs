//! The progress bar of a scan, for clients that show one.

use crate::main_loop::MainLoop;
use crate::transport::Outgoing;
use crate::transport::lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressEnd, WorkDoneProgressReport,
};

/// One progress bar that we have asked the client for.
pub(crate) struct Progress {
    title: String,
    /// The client has agreed, and the bar is shown.
    shown: bool,
    /// The work was done before the bar could be shown: what to say last.
    done: Option<String>,
}

impl MainLoop {
    pub(crate) fn begin_progress(&mut self, token: &str, title: String) {
        if !self.client.shows_progress {
            return;
        }
        self.progress.insert(token.to_owned(), Progress { title, shown: false, done: None });
        self.outbox.send(Outgoing::CreateProgress { token: token.to_owned() });
    }

    /// The client's answer to our wish for a bar.
    pub(crate) fn progress_created(&mut self, token: &str, agreed: bool) {
        if !agreed {
            self.progress.remove(token);
        }
        let Some(progress) = self.progress.get_mut(token) else { return };
        progress.shown = true;
        let begin = WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: progress.title.clone(),
            ..WorkDoneProgressBegin::default()
        });
        let done = progress.done.take();
        self.send_progress(token, begin);
        if let Some(message) = done {
            self.end_progress(token, message);
        }
    }

    pub(crate) fn report_progress(&mut self, token: &str, message: String) {
        if self.progress.get(token).is_some_and(|progress| progress.shown) {
            let report = WorkDoneProgressReport { message: Some(message), ..Default::default() };
            self.send_progress(token, WorkDoneProgress::Report(report));
        }
    }

    pub(crate) fn end_progress(&mut self, token: &str, message: String) {
        let Some(progress) = self.progress.get_mut(token) else { return };
        if progress.shown {
            self.progress.remove(token);
            let end = WorkDoneProgressEnd { message: Some(message) };
            self.send_progress(token, WorkDoneProgress::End(end));
        } else {
            progress.done = Some(message);
        }
    }

    fn send_progress(&self, token: &str, value: WorkDoneProgress) {
        self.outbox.send(Outgoing::Progress(ProgressParams {
            token: NumberOrString::String(token.to_owned()),
            value: ProgressParamsValue::WorkDone(value),
        }));
    }
}
