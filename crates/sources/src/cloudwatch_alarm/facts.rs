//! What is told of an alarm.

use alert::{Fact, Text};
use serde_json::Value;

use super::change::Change;
use super::measure;
use crate::fields::Fields;

/// Dimensions, attributes and children beyond this many are counted, not named.
const NAMED: usize = 6;

/// Facts that a text message of 90 bytes has room for.
const BRIEF: usize = 3;

const MUTED: Text = Text::new("음소거된 알람", "muted alarm");
const SUPPRESSED: Text = Text::new("알람 동작 억제 중", "alarm actions suppressed");

pub(super) fn facts(change: &Change<'_>) -> Vec<Fact> {
    let foreign = |label, value: Option<String>| value.map(|value| Fact::foreign(label, value));
    let children = joined(&change.children, ", ");
    // Without a number or a child, a reason that somebody wrote tells most.
    let counted = measure::value(change).is_some() || children.is_some();
    let telling = counted || change.reason.as_deref().is_none_or(measure::is_evaluation);
    let measured = foreign(Text::new("측정값", "Measured"), measure::summary(change));
    let reason = foreign(Text::new("이유", "Reason"), change.reason.clone());
    let (first, later) = if telling { (measured, reason) } else { (reason, measured) };
    let mut facts: Vec<_> = [
        change.muted_by.as_ref().map(|_| Fact::words(Text::new("음소거", "Muted"), MUTED).brief()),
        // Only the alarm's own actions are held back; the event comes all the same.
        change.suppressed.as_ref().map(|_| Fact::words(Text::new("억제", "Suppressed"), SUPPRESSED).brief()),
        first.map(Fact::brief),
        foreign(Text::new("원인 알람", "Caused by"), children).map(Fact::brief),
        foreign(Text::new("해당 항목", "Contributor"), change.contributor.and_then(pairs)).map(Fact::brief),
        foreign(Text::new("측정 대상", "Dimensions"), dimensions(change))
            .map(|fact| if counted { fact } else { fact.brief() }),
        foreign(Text::new("설명", "Description"), change.description.clone()),
        later,
        foreign(Text::new("지표 종류", "Namespace"), namespace(change)),
        foreign(Text::new("알람 규칙", "Alarm rule"), change.rule.clone()),
        foreign(Text::new("음소거 규칙", "Mute rule"), change.muted_by.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    facts.iter_mut().filter(|fact| fact.brief).skip(BRIEF).for_each(|fact| fact.brief = false);
    facts
}

fn namespace(change: &Change<'_>) -> Option<String> {
    let configuration = change.configuration?;
    let fields = ["/metricStat/metric/namespace", "/MetricStat/Metric/Namespace"];
    let of_metrics = measure::entries(configuration).iter().find_map(|entry| entry.first(&fields, |_| true));
    configuration.text("/Namespace").or(of_metrics)
}

/// `{"InstanceId": "i-0abc"}` from EventBridge, `[{"name": "InstanceId", "value": "i-0abc"}]` from SNS.
fn dimensions(change: &Change<'_>) -> Option<String> {
    let configuration = change.configuration?;
    let fields = ["/metricStat/metric/dimensions", "/MetricStat/Metric/Dimensions"];
    let of_metrics = || {
        measure::entries(configuration).iter().find_map(|entry| fields.iter().find_map(|field| entry.pointer(field)))
    };
    pairs(configuration.get("Dimensions").or_else(of_metrics)?)
}

fn pairs(value: &Value) -> Option<String> {
    let pair = |name: &str, value: &Value| Some(format!("{name}={}", value.text("")?));
    let pairs: Vec<_> = match value {
        Value::Object(fields) => fields.iter().filter_map(|(name, value)| pair(name, value)).collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                pair(&item.first(&["/name", "/Name"], |_| true)?, item.get("value").or_else(|| item.get("Value"))?)
            })
            .collect(),
        _ => Vec::new(),
    };
    joined(&pairs, " ")
}

fn joined(items: &[String], separator: &str) -> Option<String> {
    let shown = items.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(separator);
    let more = if items.len() > NAMED { format!(" (+{})", items.len() - NAMED) } else { String::new() };
    (!items.is_empty()).then(|| shown + &more)
}
