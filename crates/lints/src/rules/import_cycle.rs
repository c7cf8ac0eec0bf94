use crate::import_edits::entry;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level, Related};
use index::Snapshot;
use module::FileId;
use module::facts::{Import, ImportTarget};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an import that leads back to the module itself, directly or over other modules. The
    /// whole chain is attached. Imports under a condition that is not known do not count.
    ///
    /// ## Why is this bad?
    ///
    /// Nix collects the imports of imports until there are none left. In a cycle it never ends: "stack
    /// overflow (possible infinite recursion)".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- web.nix
    /// {
    ///   imports = [ ./tls.nix ];
    /// }
    /// #- tls.nix
    /// {
    ///   imports = [ ./web.nix ];
    /// }
    /// ```
    ///
    /// Use instead, with both in the imports of whoever wants them:
    ///
    /// ```nix
    /// #- configuration.nix
    /// {
    ///   imports = [ ./web.nix ./tls.nix ];
    /// }
    /// #- web.nix
    /// { services.nginx.enable = true; }
    /// #- tls.nix
    /// { security.acme.acceptTerms = true; }
    /// ```
    name: "import-cycle",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Modules whose imports lead back to themselves.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if !context.snapshot.reach().may_be_in_cycle(context.file) {
        return;
    }
    for import in &facts.imports {
        let (Some(range), Some(target)) =
            (context.here(import.at), certain_target(context.snapshot, import))
        else {
            continue;
        };
        let Some(chain) = way_back(context.snapshot, target, context.file) else { continue };
        let root = context.snapshot.setup().root;
        let mut names = vec![format!("`{}`", context.file.relative_to(root))];
        names.push(format!("`{}`", target.relative_to(root)));
        names.extend(chain.iter().map(|(_, to)| format!("`{}`", to.relative_to(root))));
        sink.report(
            range,
            format!(
                "infinite recursion: this import leads back to this module ({}). Nix follows it \
                 until its stack overflows. Remove one of these imports; let a third module import \
                 both.",
                names.join(" → "),
            ),
        )
        .all_related(chain.iter().map(|(import, to)| Related {
            at: import.at,
            message: format!("… which imports `{}`", to.relative_to(root)),
        }))
        .fix(Some(Fix::to_review(
            "Remove this import",
            context.file,
            vec![TextEdit::delete(entry(&context.data.text, range))],
        )));
    }
}

fn certain_target(snapshot: &Snapshot, import: &Import) -> Option<FileId> {
    match import.target {
        ImportTarget::Path(path) if !import.conditional => snapshot.import_target(path),
        _ => None,
    }
}

/// The shortest chain of imports from one module to another, each with where it leads; empty if they
/// are the same.
fn way_back(snapshot: &Snapshot, from: FileId, to: FileId) -> Option<Vec<(&Import, FileId)>> {
    let mut came_by: FxHashMap<FileId, (FileId, &Import)> = FxHashMap::default();
    let mut waiting = VecDeque::from([from]);
    while let Some(file) = waiting.pop_front() {
        if file == to {
            let mut chain = Vec::new();
            let mut here = to;
            while here != from {
                let (previous, import) = *came_by.get(&here)?;
                chain.push((import, here));
                here = previous;
            }
            chain.reverse();
            return Some(chain);
        }
        let Some(facts) = snapshot.file(file).and_then(|data| data.module()) else { continue };
        for import in &facts.imports {
            let Some(target) = certain_target(snapshot, import) else { continue };
            let is_new = target != from && !came_by.contains_key(&target);
            if is_new && snapshot.reach().may_be_in_cycle(target) {
                came_by.insert(target, (file, import));
                waiting.push_back(target);
            }
        }
    }
    None
}
