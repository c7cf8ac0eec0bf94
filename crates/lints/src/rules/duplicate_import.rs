use crate::import_edits::entry;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level, Tag};
use module::facts::ImportTarget;
use module::{FileId, Location};
use rustc_hash::FxHashMap;
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a path that stands in `imports` twice.
    ///
    /// ## Why is this bad?
    ///
    /// Nix reads the module once; the second entry does nothing, and hides what was meant to stand
    /// there.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// {
    ///   imports = [
    ///     ./web.nix
    ///     ./web.nix
    ///   ];
    /// }
    /// #- web.nix
    /// { lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption "the dashboard"; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// {
    ///   imports = [
    ///     ./web.nix
    ///   ];
    /// }
    /// #- web.nix
    /// { lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption "the dashboard"; }
    /// ```
    name: "duplicate-import",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A path that stands in `imports` twice.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // A flake's configurations each import for themselves; what two of them share is no repetition.
    if facts.outputs.as_ref().is_some_and(|outputs| !outputs.beside_module) {
        return;
    }
    let mut first: FxHashMap<FileId, TextRange> = FxHashMap::default();
    for import in &facts.imports {
        let (ImportTarget::Path(path), false, Some(range)) =
            (&import.target, import.conditional, context.here(import.at))
        else {
            continue;
        };
        let Some(&before) = first.get(path) else {
            first.insert(*path, range);
            continue;
        };
        // One name for a list that is used twice.
        if before == range {
            continue;
        }
        let text: &str = &context.data.text;
        let fix = Fix::safe("Remove it", context.file, vec![TextEdit::delete(entry(text, range))]);
        sink.report(range, "this module is imported above already: remove one of the two.")
            .tag(Tag::Unnecessary)
            .related(Location::new(context.file, before), "first imported here")
            .fix(Some(fix));
    }
}
