//! Questions to a report.

use serde_json::Value;

/// The deliveries of the `index`th alert.
pub fn deliveries(report: &Value, index: usize) -> &[Value] {
    report["alerts"][index]["deliveries"].as_array().map_or(&[], Vec::as_slice)
}

/// What became of the first alert in a channel.
pub fn delivery<'a>(report: &'a Value, channel: &str) -> &'a Value {
    let found = deliveries(report, 0).iter().find(|delivery| delivery["channel"] == channel);
    found.unwrap_or_else(|| panic!("no delivery to {channel}: {report:#}"))
}

/// The outcomes of the first alert: `telegram accepted`, in the order of the channels.
pub fn outcomes(report: &Value) -> Vec<String> {
    let told = |delivery: &Value| format!("{} {}", text(&delivery["channel"]), text(&delivery["outcome"]));
    deliveries(report, 0).iter().map(told).collect()
}

/// A string, or nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
