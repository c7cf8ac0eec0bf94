use crate::Level;
use crate::import_edits::import_into;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::FileId;
use syntax::{TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a module that no root imports, directly or through others. Roots are what the settings
    /// name, else `configuration.nix` and `modules/default.nix`. Where a module that is reached has
    /// imports that cannot be known, nothing is reported.
    ///
    /// ## Why is this bad?
    ///
    /// Its options do not exist and its definitions do nothing. Mostly the import was forgotten.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ]; }
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
    name: "unreachable-module",
    level: Level::Information,
    nixos_level: Some(Level::Information),
    summary: "A module that no root imports.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let reach = context.snapshot.reach();
    let has_roots = !reach.roots().is_empty();
    if context.facts.is_none() || !has_roots || reach.is_reached(context.file) {
        return;
    }
    // What a root imports and cannot be seen may lead here.
    if reach.roots().iter().any(|root| !root.is_complete()) {
        return;
    }
    let mut roots: Vec<&str> = reach.roots().iter().map(|root| root.name()).collect();
    roots.sort_unstable();
    let start = context.arena.full_range(context.arena.root).start();
    let text = &context.data.text[usize::from(start)..];
    let line = text.lines().next().unwrap_or_default().trim_end();
    sink.report(
        TextRange::at(start, TextSize::of(line)),
        format!(
            "no root imports this module ({}): what it declares and defines does not count. Import \
             it, or name its root in the settings.",
            roots.join(", ")
        ),
    )
    .fix(root_file(context).and_then(|root| import_into(context.snapshot, root, context.file)));
}

/// The root that collects modules, if it is a file; a whole configuration before parts of one.
fn root_file(context: &RuleContext<'_>) -> Option<FileId> {
    let roots = context.snapshot.reach().roots().iter().filter(|root| root.at().is_none());
    let files = roots.map(|root| (root.is_configuration(), root.file()));
    files
        .min_by_key(|(is_configuration, file)| (!is_configuration, file.path()))
        .map(|(_, file)| file)
}
