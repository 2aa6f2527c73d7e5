//! What was measured, and the line it crossed.

use serde_json::Value;

use super::change::Change;
use crate::fields::Fields;

/// `CPUUtilization 95.2 > 80`, or as much of it as the event tells.
pub(super) fn summary(change: &Change<'_>) -> Option<String> {
    let name = name(change);
    let numbers = value(change).map(|value| match limit(change, value) {
        Some(limit) => format!("{} {} {}", short(value), relation(value, limit), short(limit)),
        None => short(value),
    });
    match (name, numbers) {
        (Some(name), Some(numbers)) => Some(format!("{name} {numbers}")),
        (name, numbers) => name.or(numbers),
    }
}

/// The name of the metric; of an expression, its label or itself.
fn name(change: &Change<'_>) -> Option<String> {
    let configuration = change.configuration?;
    let watched = watched(configuration);
    let named = |metric: &Value| {
        let fields = [
            "/metricStat/metric/name",
            "/MetricStat/Metric/MetricName",
            "/label",
            "/Label",
            "/expression",
            "/Expression",
        ];
        metric.first(&fields, |_| true)
    };
    // An anomaly alarm returns its band as well, and is about the metric in it.
    configuration
        .text("/MetricName")
        .or_else(|| watched.first().and_then(|metric| named(metric)))
        .map(|name| clip(&name))
}

/// The entries whose values the alarm looks at: those with `returnData`, metrics before expressions.
fn watched(configuration: &Value) -> Vec<&Value> {
    let mut watched: Vec<_> = entries(configuration).iter().filter(|entry| returned(entry)).collect();
    watched.sort_by_key(|entry| entry.first(&["/expression", "/Expression"], |_| true).is_some());
    watched
}

fn returned(entry: &Value) -> bool {
    entry.first(&["/returnData", "/ReturnData"], |_| true).as_deref() != Some("false")
}

/// The metrics of a configuration, or of an SNS trigger, which spells everything with capitals.
pub(super) fn entries(configuration: &Value) -> &[Value] {
    let entries = configuration.get("metrics").or_else(|| configuration.get("Metrics"));
    entries.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The latest value, from the data or, where there are none, from the sentence:
/// `Threshold Crossed: 1 datapoint [95.2 (10/03/26 02:10:00)] was greater than the threshold (80.0).`
pub(super) fn value(change: &Change<'_>) -> Option<f64> {
    change.data.as_ref().and_then(latest).or_else(|| number_after(evaluation(change)?, "["))
}

fn latest(data: &Value) -> Option<f64> {
    let evaluated = data.get("evaluatedDatapoints").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let known = evaluated.iter().filter_map(|point| Some((point.moment("/timestamp")?, point.get("value")?.as_f64()?)));
    let latest = known.max_by(|one, other| one.0.cmp(&other.0)).map(|(_, value)| value);
    latest.or_else(|| last_number(data, "recentDatapoints"))
}

fn last_number(data: &Value, field: &str) -> Option<f64> {
    data.get(field)?.as_array()?.iter().rev().find_map(Value::as_f64)
}

/// The threshold; of an anomaly alarm, the edge of the band that was crossed.
fn limit(change: &Change<'_>, value: f64) -> Option<f64> {
    let data = change.data.as_ref();
    let number = |field: &str| data.and_then(|data| data.get(field)?.as_f64());
    let edge = |field: &str| data.and_then(|data| last_number(data, field));
    let upper = edge("recentUpperThresholds").filter(|upper| value > *upper);
    number("threshold")
        .or(upper)
        .or_else(|| edge("recentLowerThresholds").filter(|lower| value < *lower))
        .or_else(|| change.configuration?.get("Threshold")?.as_f64())
        .or_else(|| number_after(evaluation(change)?, "threshold ("))
}

/// The reason, where CloudWatch wrote it; one set by hand may hold any numbers.
fn evaluation<'a>(change: &'a Change<'_>) -> Option<&'a str> {
    change.reason.as_deref().filter(|reason| is_evaluation(reason))
}

/// Whether CloudWatch wrote this reason after looking at the data.
pub(super) fn is_evaluation(reason: &str) -> bool {
    reason.starts_with("Threshold") || reason.starts_with("Insufficient Data")
}

fn number_after(text: &str, mark: &str) -> Option<f64> {
    let (_, rest) = text.split_once(mark)?;
    let number = rest.split([' ', ',', ')', ']']).next()?;
    number.parse().ok().filter(|number: &f64| number.is_finite())
}

fn relation(value: f64, limit: f64) -> char {
    match value.partial_cmp(&limit) {
        Some(std::cmp::Ordering::Less) => '<',
        Some(std::cmp::Ordering::Greater) => '>',
        _ => '=',
    }
}

/// A number as people write it: three decimals at most where they matter, no trailing zeros.
fn short(number: f64) -> String {
    let size = number.abs();
    if size >= 1e15 || (size < 0.001 && size > 0.0) {
        return format!("{number:.2e}");
    }
    let decimals = if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Expressions can be long; of a query (`SELECT AVG(…) FROM …`), what it asks for is enough.
fn clip(text: &str) -> String {
    let text = text.strip_prefix("SELECT ").and_then(|query| query.split(" FROM ").next()).unwrap_or(text);
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { short + ".." } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_lie_about_their_size() {
        let cases = [
            (80.0, "80"),
            (95.234_567, "95.23"),
            (99.501_602_296_934_34, "99.5"),
            (0.020_599, "0.0206"),
            (0.0, "0"),
            (-3.5, "-3.5"),
            (10_000.0, "10000"),
            (1_234_567.89, "1234567.9"),
            (1e300, "1.00e300"),
            (0.000_012, "1.20e-5"),
            (100.0, "100"),
        ];
        for (number, text) in cases {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn a_sentence_gives_its_numbers_and_nothing_else_does() {
        let reason = "Threshold Crossed: 1 datapoint [95.2 (10/03/26 02:10:00)] was greater than the threshold (80.0).";
        assert_eq!(number_after(reason, "["), Some(95.2));
        assert_eq!(number_after(reason, "threshold ("), Some(80.0));
        for odd in ["[DRILL] hello", "[", "[inf]", "[NaN ", "no datapoints were received for 3 periods"] {
            assert_eq!(number_after(odd, "["), None, "{odd}");
        }
    }
}
