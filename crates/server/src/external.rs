//! Options from outside the trees: read once their settings are known, on a thread of their own.

use crate::disk::ExternalReading;
use crate::main_loop::MainLoop;
use crate::pool::contain;
use index::ExternalOptions;
use module::FileId;
use std::sync::Arc;

/// What one root knows of them.
#[derive(Default)]
pub(crate) struct External {
    pub options: Arc<ExternalOptions>,
    /// The settings that `options` come from or will come from; `None` before they are known.
    sources: Option<Option<Vec<String>>>,
    /// The reading that counts.
    reading: u64,
}

impl MainLoop {
    /// Reads them unless just these sources have been read already, or are being read.
    pub(crate) fn read_external(&mut self, folder: FileId, sources: Option<Vec<String>>) {
        let Some(root) = self.roots.get_mut(folder) else { return };
        if root.external.sources.as_ref() == Some(&sources) {
            return;
        }
        root.external.sources = Some(sources.clone());
        root.external.reading += 1;
        let reading = root.external.reading;

        let (disk, events) = (self.disk.clone(), self.events.clone());
        self.workers.external.spawn(move || {
            let token = format!("{}/options/{}/{reading}", crate::NAME, folder.path());
            let on_read = |name: &str| {
                let (token, title) = (token.clone(), format!("Reading options of {name}"));
                events.update(move |state| state.begin_progress(&token, title));
            };
            let read = contain(|| disk.external_options(folder, sources.as_deref(), &on_read));
            events.update(move |state| match read {
                Ok(read) => {
                    let count = read.options.len();
                    state.external_read(folder, reading, read);
                    state.end_progress(&token, format!("{count} options"));
                }
                Err(panic) => {
                    tracing::error!("reading the options for {folder:?} panicked: {panic}");
                    state.end_progress(&token, "failed".to_owned());
                }
            });
        });
    }

    fn external_read(&mut self, folder: FileId, reading: u64, read: ExternalReading) {
        let root = self.roots.get_mut(folder);
        let Some(root) = root.filter(|root| root.external.reading == reading) else { return };
        root.external.options = Arc::new(read.options);
        root.world.set_external(root.external.options.clone());
        for problem in read.problems {
            self.show(problem);
        }
        self.touch();
    }
}
