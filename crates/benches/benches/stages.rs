//! `cargo bench -p benches`: the time of each stage, with criterion's statistics.

use benches::{Stage, Stages};
use criterion::{Criterion, criterion_group, criterion_main};

fn stages(criterion: &mut Criterion) {
    for modules in [100, 1_000] {
        let Some(mut ready) = Stages::new(modules) else { continue };
        let mut group = criterion.benchmark_group(format!("{modules} modules"));
        for stage in Stage::ALL {
            // A whole tree takes long enough for a few to tell.
            group.sample_size(if stage == Stage::Index { 10 } else { 100 });
            group.bench_function(stage.name(), |bencher| bencher.iter(|| ready.run(stage)));
        }
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
