//! Our own part of the way of one alert, step by step.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use std::hint::black_box;

use bench::pipeline::{EVENT, alerts, config, map, one_alert, render};
use criterion::{Criterion, criterion_group, criterion_main};
use notifier::route::route;

fn steps(criterion: &mut Criterion) {
    let (config, alert) = (config().unwrap(), alerts(1).unwrap().remove(0));
    criterion.bench_function("map a sign-in", |bencher| bencher.iter(|| map(black_box(EVENT))));
    criterion.bench_function("route it", |bencher| bencher.iter(|| route(black_box(&alert), &config)));
    criterion.bench_function("render it for four channels", |bencher| bencher.iter(|| render(&alert, &config)));
    criterion.bench_function("all of it", |bencher| bencher.iter(|| one_alert(black_box(EVENT), &config)));
}

criterion_group!(benches, steps);
criterion_main!(benches);
