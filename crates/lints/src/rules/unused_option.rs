use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, Tag};
use index::Snapshot;
use module::facts::{DeclarationKind, Read};
use module::{OptionPath, Symbol};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option below the namespaces that no module of the tree reads, neither by itself nor as a
    /// part of a larger set. Options of submodules are left alone: they are read through names that stand
    /// for any of them.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever sets it finds that nothing happens.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   options.hypervisor.web.theme = lib.mkOption { type = lib.types.str; default = "dark"; };
    ///   config.networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config.networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    /// }
    /// ```
    name: "unused-option",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "An option that nothing reads.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for declaration in &facts.declarations {
        let path = &declaration.path;
        let (Some(range), Some(namespace)) =
            (context.here(declaration.name), context.namespace_of(path))
        else {
            continue;
        };
        let is_retired =
            matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
        if is_retired
            || declaration.in_submodule
            || declaration.internal
            || path.contains(&Symbol::COMPUTED)
            || is_read(context.snapshot, namespace.len(), path)
            || !sink.is_first_at(range)
        {
            continue;
        }
        sink.report(range, format!("no module reads `{path}`: setting it does nothing."))
            .tag(Tag::Unnecessary);
    }
}

/// Whether something reads the option, a part of its value, or a set of the namespace that it is in. A read
/// of the whole namespace says nothing: it is how `config` is handed on.
fn is_read(snapshot: &Snapshot, namespace: usize, path: &OptionPath) -> bool {
    snapshot.is_read_around(path)
        || (namespace..path.len()).any(|end| {
            let prefix = OptionPath::from(&path[..end]);
            let computed = prefix.child(Symbol::COMPUTED);
            snapshot.is_read_around(&computed)
                || end > namespace
                    && snapshot
                        .reads_at(&prefix)
                        .iter()
                        .any(|found| reads_all(found.fact, &found.data.arena))
        })
}

/// Whether the read takes the set as a whole, and does not only give it a name.
fn reads_all(read: &Read, arena: &module::Arena) -> bool {
    let is_alias = arena.expr_ids().any(|id| match arena.expr(id) {
        module::arena::Expr::Let { bindings, .. } => {
            arena.set(*bindings).entries.iter().any(|entry| entry.value == read.expr)
        }
        _ => false,
    });
    !is_alias && read.kind != module::facts::ReadKind::Probe
}
