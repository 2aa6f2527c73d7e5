//! Many alerts at once, to channels that take them at once: the cost grows with their number, and no faster.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use std::hint::black_box;

use bench::pipeline::{alerts, deliver, notifier};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Builder;

fn storms(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let mut group = criterion.benchmark_group("deliver");
    group.sample_size(20);
    for channels in [1, 4, 16] {
        for count in [1, 10, 100, 1_000_u64] {
            group.throughput(Throughput::Elements(count));
            let alerts = alerts(usize::try_from(count).unwrap()).unwrap();
            let id = BenchmarkId::new(format!("{channels} channels"), count);
            group.bench_function(id, |bencher| {
                bencher.iter_batched(
                    || notifier(channels).unwrap(),
                    |notifier| black_box(runtime.block_on(deliver(&notifier, &alerts))),
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, storms);
criterion_main!(benches);
