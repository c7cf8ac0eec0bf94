//! The demand graph: what Nix has to know of the configuration before it knows something else of it.
//!
//! Its nodes are the names that a set of options or definitions has, and the values of options; an edge
//! leads from what is wanted to what is needed for that. It is nowhere stored as a whole: the edges are
//! facts of files, found by path where a question needs them.
//!
//! The laws are those of nixpkgs' `lib/modules.nix` and `lib/types.nix`:
//!
//! - Whoever reads `config.a.b.c` needs the names that all modules define at the root, at `a` and at `a.b`
//!   (`mergeModules'`), for which every property around them is opened, whatever its condition says
//!   (`pushDownProperties`); and then the value.
//! - A value needs the conditions of all its definitions, and the definitions under those that hold, as far
//!   as their outermost set, list or scalar (`dischargeProperties`, `filterOverrides`): what stands inside
//!   an override is needed only if no stronger one wins.
//! - `attrsOf` and `listOf` need the same of each member, `lazyAttrsOf` does not.
//! - A set of options that is not asked for a member needs declarations alone.

mod cycles;
mod difference;
mod graph;
mod knots;
mod node;
mod renewal;
mod steps;

pub use cycles::Cycle;
pub(crate) use difference::ModuleChange;
pub use node::{Node, NodeKind};
pub(crate) use renewal::Demand;
pub use steps::{Step, Way};

use crate::Snapshot;
use module::{FileId, OptionPath};
use rustc_hash::FxHashSet;

impl Snapshot {
    /// What must be known before the option at this path, as it is written, has a value: each place that
    /// asks for something, in the order of modules and positions. Not what that needs in turn.
    pub fn dependencies(&self, option: &OptionPath) -> Vec<Step> {
        let Some(node) = node::way(self, option).nodes.pop() else { return Vec::new() };
        let steps = steps::steps_of(self, &node.0);
        let step = |step: &steps::RawStep| step.on_behalf_of(self, &node.0);
        let mut steps: Vec<Step> = steps.iter().filter_map(step).collect();
        steps.sort_by_key(|step| (step.module.path(), step.at));
        steps
    }

    /// The options and sets of options that need the option at this path to be known, each with the place
    /// that asks for it. Not what needs those in turn.
    pub fn dependants(&self, option: &OptionPath) -> Vec<Step> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        for path in self.read_paths(option) {
            for read in self.reads_at(&path) {
                if seen.insert(read.module) {
                    let steps = self.steps_in(read.module);
                    found.extend(steps.into_iter().filter(|step| step.asks_for(self, option)));
                }
            }
        }
        found.sort_by_key(|step| (step.module.path(), step.at));
        found
    }

    /// Every place in a module that asks for something, with what it does so on behalf of.
    pub fn steps_in(&self, module: FileId) -> Vec<Step> {
        steps::steps_in(self, module)
    }
}
