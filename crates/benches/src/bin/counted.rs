//! `counted`: each stage, for a tool that counts instructions. It prints the stages' names in their order. What is to
//! be counted is between the beginning of [`counted_stage`] and that of [`stage_ends`]; the tool knows the two by name.

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
        stage_ends(&mut out, stage)?;
    }
    Ok(())
}

#[inline(never)]
fn counted_stage(stages: &mut Stages, stage: Stage) {
    for _ in 0..RUNS {
        black_box(stages.run(stage));
    }
}

#[inline(never)]
fn stage_ends(out: &mut impl Write, stage: Stage) -> std::io::Result<()> {
    writeln!(out, "{}", stage.name())
}
