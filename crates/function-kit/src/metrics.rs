//! What CloudWatch counts: lines in its embedded metric format on standard output, which Lambda passes on.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use alert::AlertKey;
use jiff::Timestamp;
use notifier::Report;
use notifier::delivery::{AlertReport, Delivery, Outcome};
use serde_json::{Map, Value, json};
use sources::{Item, Reading};

const NAMESPACE: &str = "bongsu";
/// The most values of one metric in one line.
const VALUES: usize = 100;

/// What an invocation did, as far as it is counted.
#[derive(Debug)]
pub(crate) struct Counted<'a> {
    pub(crate) report: &'a Report,
    /// When each alert happened.
    pub(crate) times: HashMap<&'a AlertKey, Timestamp>,
    /// What tells nothing new: it was counted when it came first.
    pub(crate) known: BTreeSet<&'a AlertKey>,
    /// An earlier delivery of these alerts has failed.
    pub(crate) redelivered: bool,
    /// When the last channel had ended.
    pub(crate) ended: Timestamp,
    /// How long that took since we were invoked.
    pub(crate) took: Duration,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(
        report: &'a Report,
        reading: &'a Reading,
        redelivered: bool,
        ended: Timestamp,
        took: Duration,
    ) -> Self {
        let of = |item: &'a Item| item.outcome.alerts().iter().map(move |alert| (item, alert));
        let all = || reading.items.iter().flat_map(of);
        let times = all().filter_map(|(_, alert)| Some((&alert.key, alert.time?))).collect();
        let known = all().filter(|(item, _)| redelivered && item.arrival.follow_up);
        let known = known.map(|(_, alert)| &alert.key).collect();
        Self { report, times, known, redelivered, ended, took }
    }

    /// A digest is about alerts that were counted when they were held back.
    pub(crate) fn digest(report: &'a Report, ended: Timestamp, took: Duration) -> Self {
        let known = report.alerts.iter().map(|alert| &alert.key).collect();
        Self { report, times: HashMap::new(), known, redelivered: false, ended, took }
    }
}

/// Where the lines go.
pub(crate) struct Metrics {
    /// Without a stack nobody would look at them.
    pub(crate) stack: Option<String>,
    pub(crate) output: Mutex<Box<dyn Write + Send>>,
}

impl Metrics {
    pub(crate) fn new(stack: Option<&str>) -> Self {
        Self { stack: stack.map(str::to_owned), output: Mutex::new(Box::new(std::io::stdout())) }
    }

    /// Writes what was counted, where anything was told. An invocation that had nothing to tell writes nothing: CloudWatch
    /// takes money for each metric and hour that has a value.
    pub(crate) fn write(&self, counted: &Counted<'_>) {
        let Some(stack) = self.stack.as_deref().filter(|_| !counted.report.alerts.is_empty()) else { return };
        let text = lines(stack, counted).iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        // A count that cannot be written is not worth an alert.
        let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    }
}

impl Metrics {
    /// Says that the heartbeat has looked at the whole chain. An alarm calls people where this is missing.
    pub(crate) fn beat(&self, now: Timestamp) {
        let Some(stack) = &self.stack else { return };
        let beat = [("Heartbeat", "Count", json!(1))];
        let text = line(now.as_millisecond(), &[("Stack", stack)], &beat).to_string() + "\n";
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        // The alarm tells of a beat that could not be written.
        let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    }
}

/// One line for all that has no dimension but the stack, one for each channel and outcome, and more where there are more
/// latencies than a line may hold.
fn lines(stack: &str, counted: &Counted<'_>) -> Vec<Value> {
    let at = counted.ended.as_millisecond();
    let latencies = latencies(counted);
    let mut chunks = latencies.chunks(VALUES);
    let mut first = counts(counted);
    first.extend(chunks.next().map(|chunk| ("LatencyFromEvent", "Milliseconds", json!(chunk))));
    if told_now(counted).next().is_some() {
        first.push(("LatencyFromInvocation", "Milliseconds", json!(millis(counted.took))));
    }
    let whole = [("Stack", stack)];
    let rest = chunks.map(|chunk| line(at, &whole, &[("LatencyFromEvent", "Milliseconds", json!(chunk))]));
    let mut lines = vec![line(at, &whole, &first)];
    lines.extend(rest);
    for ((channel, outcome), count) in deliveries(counted.report) {
        let channel = dimension(channel);
        let dimensions = [("Stack", stack), ("Channel", &channel), ("Outcome", outcome)];
        lines.push(line(at, &dimensions, &[("Deliveries", "Count", json!(count))]));
    }
    lines
}

/// A name as CloudWatch takes it: 1 to 255 ASCII characters.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html>
fn dimension(name: &str) -> String {
    if name.is_empty() { "-".to_owned() } else { name.escape_default().take(255).collect() }
}

type Metric = (&'static str, &'static str, Value);

fn line(at: i64, dimensions: &[(&str, &str)], metrics: &[Metric]) -> Value {
    let names: Vec<_> = dimensions.iter().map(|(name, _)| name).collect();
    let definitions: Vec<_> = metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [names], "Metrics": definitions });
    let mut root = Map::new();
    root.insert("_aws".to_owned(), json!({ "Timestamp": at, "CloudWatchMetrics": [directive] }));
    root.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    root.extend(metrics.iter().map(|(name, _, value)| ((*name).to_owned(), value.clone())));
    Value::Object(root)
}

fn counts(counted: &Counted<'_>) -> Vec<Metric> {
    let report = counted.report;
    let news: Vec<_> = report.alerts.iter().filter(|alert| !counted.known.contains(&alert.key)).collect();
    let with = |outcome: Outcome| move |delivery: &&Delivery| delivery.outcome == outcome;
    let suppressed = |alert: &&AlertReport| alert.deliveries.iter().any(|it| it.outcome == Outcome::Suppressed);
    let counts = [
        ("Alerts", news.len()),
        ("Suppressed", report.alerts.iter().filter(suppressed).count()),
        ("Unguarded", report.alerts.iter().filter(|alert| alert.unguarded).count()),
        ("Redelivered", if counted.redelivered { news.len() } else { 0 }),
        ("Unauthorized", all(report).filter(with(Outcome::Unauthorized)).count()),
        ("RefusedChannels", refused(report)),
    ];
    counts.into_iter().map(|(name, count)| (name, "Count", json!(count))).collect()
}

/// What was sent, to the operators about broken channels too.
fn all(report: &Report) -> impl Iterator<Item = &Delivery> {
    report.alerts.iter().chain(&report.notices).flat_map(|alert| &alert.deliveries)
}

fn deliveries(report: &Report) -> BTreeMap<(&str, &'static str), u32> {
    let mut counts = BTreeMap::new();
    for delivery in all(report) {
        *counts.entry((delivery.channel.as_str(), delivery.outcome.as_str())).or_default() += 1;
    }
    counts
}

/// How many channels refused all that they were given, or took it and could not bring it to anybody's phone.
fn refused(report: &Report) -> usize {
    let mut channels: BTreeMap<&str, bool> = BTreeMap::new();
    for delivery in all(report) {
        let undelivered = delivery.outcome == Outcome::Undelivered;
        if delivery.attempts > 0 || undelivered {
            *channels.entry(&delivery.channel).or_insert(true) &=
                (delivery.outcome.is_refused() || undelivered) && !delivery.reached_somebody();
        }
    }
    channels.into_values().filter(|refused| *refused).count()
}

/// The news that somebody was told in this invocation.
fn told_now<'a>(counted: &'a Counted<'_>) -> impl Iterator<Item = &'a AlertReport> {
    let accepted = |alert: &AlertReport| alert.deliveries.iter().any(|delivery| delivery.outcome == Outcome::Accepted);
    let alerts = counted.report.alerts.iter();
    alerts.filter(move |alert| accepted(alert) && !counted.known.contains(&alert.key))
}

/// From when something happened until everybody was told. Drills are left out: what they say may have happened years ago.
fn latencies(counted: &Counted<'_>) -> Vec<i64> {
    let since = |alert: &AlertReport| counted.times.get(&alert.key).map(|time| counted.ended.duration_since(*time));
    let told = told_now(counted).filter(|alert| !alert.drill).filter_map(since);
    // Clocks differ.
    told.map(|passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX).max(0)).collect()
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
