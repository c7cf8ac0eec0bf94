use crate::Level;
use crate::libraries::evaluated;
use crate::paths::{asked_for, is_missing, nearest_file};
use crate::rule::{RuleContext, Sink, declare_rule};
use module::Existence;
use module::facts::ImportTarget;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an entry of `imports` that leads to no file, or to a folder without a `default.nix`.
    /// Paths outside the workspace, in hidden folders and behind a `pathExists` are not judged; what
    /// git may ignore is a warning.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the configuration: "path '…' does not exist".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./modules/wbe.nix ]; }
    /// #- modules/web.nix
    /// { lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption "the dashboard"; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./modules/web.nix ]; }
    /// #- modules/web.nix
    /// { lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption "the dashboard"; }
    /// ```
    name: "missing-import",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An entry of `imports` that leads to no file.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let mut asked = None;
    for import in &facts.imports {
        let (ImportTarget::Path(path), Some(range)) = (&import.target, context.here(import.at))
        else {
            continue;
        };
        let default = path.join("default.nix");
        let is_folder = context.snapshot.existence(*path) == Existence::Folder;
        let missing = if is_folder { default } else { *path };
        let Some(level) = is_missing(context, missing) else { continue };
        let asked = asked.get_or_insert_with(|| asked_for(context.file, context.arena));
        if asked.contains(path) || asked.contains(&default) {
            continue;
        }
        let condition = if import.conditional { Level::Warning } else { Level::Error };
        let nearest = nearest_file(context, missing, range);
        let advice = match &nearest {
            Some((name, _)) => format!("Did you mean `{name}`?"),
            None if is_folder => "The folder is there; it needs a `default.nix`.".to_owned(),
            None => "Create the file, or remove it from `imports`.".to_owned(),
        };
        let shown = missing.relative_to(context.snapshot.setup().root);
        sink.report(range, format!("path '{shown}' does not exist. {advice}"))
            .at_most(level.min(condition).min(evaluated(context)))
            .fix(nearest.map(|(_, fix)| fix));
    }
}
