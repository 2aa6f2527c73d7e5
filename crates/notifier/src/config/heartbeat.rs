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
}

pub(super) fn read(root: &Reader<'_>) -> Heartbeat {
    let table = root.table("heartbeat");
    let texts = table.as_ref().map_or(100, |table| table.whole_number("balance_below", 1..=MOST_TEXTS, 100));
    let ignore = table.as_ref().map(ignored).unwrap_or_default();
    if let Some(table) = &table {
        table.refuse_unknown_keys();
    }
    Heartbeat { balance_below: texts.unsigned_abs(), ignore }
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
