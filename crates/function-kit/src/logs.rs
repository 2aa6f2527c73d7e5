//! One JSON object a line, as CloudWatch Logs Insights reads them.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Starts logging. Our own words from `info` on, others' from `warn` on: the HTTP and AWS crates would log addresses,
/// and an address can hold a token. The runtime would say every error of ours a second time, in its own words.
pub(crate) fn start() {
    let ours = ["notifier", "function_kit"].map(|target| (target, LevelFilter::INFO));
    let filter = Targets::new().with_targets(ours).with_target("lambda_runtime", LevelFilter::OFF);
    let filter = filter.with_default(LevelFilter::WARN);
    let format = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false);
    // Fails only where a logger is installed already.
    let _ = tracing_subscriber::registry().with(format.with_filter(filter)).try_init();
}
