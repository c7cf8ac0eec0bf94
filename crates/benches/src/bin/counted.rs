//! `counted`: each stage, for a tool that counts instructions. It prints the stages' names in the order in which
//! [`counted_stage`] is called for them; what is outside of that function is not to be counted.

use benches::{RUNS, Stage, Stages};
use std::hint::black_box;
use std::io::{Error, Write};

/// Enough for every question to have something to find, and few enough for a tool that makes everything fifty times
/// slower.
const MODULES: usize = 60;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut stages = Stages::new(MODULES).ok_or_else(|| Error::other("nothing to measure"))?;
    for stage in Stage::ALL {
        // What is made once and kept is made here.
        stages.run(stage);
        counted_stage(&mut stages, stage);
        writeln!(out, "{}", stage.name())?;
    }
    Ok(())
}

/// The tool knows it by its name.
#[inline(never)]
fn counted_stage(stages: &mut Stages, stage: Stage) {
    for _ in 0..RUNS {
        black_box(stages.run(stage));
    }
}
