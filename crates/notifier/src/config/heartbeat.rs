//! `[heartbeat]`: what `bongsu doctor` and the function `heartbeat` find worth telling.

use super::Reader;

/// What can be left out, as `doctor` calls it.
const IGNORABLE: [&str; 6] = ["trail", "recorder", "analyzer", "topic", "rule", "queue"];
/// More texts than anybody pays for in advance.
const MOST_TEXTS: i64 = 1_000_000;

/// What is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// How many texts an account should still pay for.
    pub balance_below: u64,
    /// What this account does without: `recorder`.
    pub ignore: Vec<String>,
    /// How often people hear that all is quiet.
    pub every: Every,
    /// The channels that say so; by the routes where there are none.
    pub channels: Vec<String>,
}

/// How often people hear that all is quiet: at nine in the morning, in the configuration's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each day.
    Day,
    /// Each Monday.
    Week,
    /// Not at all.
    Never,
}

pub(super) fn read(root: &Reader<'_>, names: &[String]) -> Heartbeat {
    let table = root.table("heartbeat");
    let texts = table.as_ref().map_or(100, |table| table.whole_number("balance_below", 1..=MOST_TEXTS, 100));
    let ignore = table.as_ref().map(ignored).unwrap_or_default();
    let words = [("day", Every::Day), ("week", Every::Week), ("never", Every::Never)];
    let every = table.as_ref().map_or(Every::Week, |table| table.one_of("every", &words, Every::Week));
    let channels = table.as_ref().map(|table| channels(table, names)).unwrap_or_default();
    if let Some(table) = &table {
        table.refuse_unknown_keys();
    }
    Heartbeat { balance_below: texts.unsigned_abs(), ignore, every, channels }
}

fn channels(table: &Reader<'_>, names: &[String]) -> Vec<String> {
    let values = table.strings("channels");
    for value in values.iter().filter(|value| !value.invented && !names.contains(&value.text)) {
        let message = format!("{:?} is not a channel: use some of {}", value.shown, names.join(", "));
        table.fault_at(value, message);
    }
    values.into_iter().map(|value| value.text).collect()
}

fn ignored(table: &Reader<'_>) -> Vec<String> {
    let mut ignored = Vec::new();
    for value in table.strings("ignore") {
        if !IGNORABLE.contains(&value.text.as_str()) && !value.invented {
            let message = format!("{:?} cannot be left out: use some of {}", value.shown, IGNORABLE.join(", "));
            table.fault_at(&value, message);
        }
        ignored.push(value.text);
    }
    ignored
}
