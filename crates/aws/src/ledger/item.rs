//! How the ledger's items look in the table. No item has a secret or an event in it.
//!
//! | `pk` | holds |
//! |---|---|
//! | `alert#KEY` | `alert` (the summary), `first_at`, `lease_owner`, `lease_until`, and `to#SLOT` for everybody who is owed it |
//! | `fire#FINGERPRINT` | `status`, `at`, `window`, `changes` of a thing that can burn |
//! | `budget#CHANNEL#CLASS#FROM` | `used` |
//!
//! Times are milliseconds since 1970, but for `expires_at`, which DynamoDB wants in seconds.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html>

use std::collections::HashMap;

use alert::{AlertKey, Status};
use jiff::{SignedDuration, Timestamp};
use notifier::delivery::{Budget, Claim, Entry, Fire, Lease, LedgerError, Record, Slot, Track};
use serde::Serialize;
use serde_json::{Map, Value};

use super::value::{self, as_number, as_text, number, text};

/// An item: its attributes by name.
pub(crate) type Item = Map<String, Value>;

/// The table's key.
pub(crate) const PK: &str = "pk";
/// When DynamoDB may delete the item.
pub(crate) const EXPIRES_AT: &str = "expires_at";
/// The alert in short.
pub(crate) const ALERT: &str = "alert";
/// When it was first claimed.
pub(crate) const FIRST_AT: &str = "first_at";
/// Who is at work on it.
pub(super) const LEASE_OWNER: &str = "lease_owner";
/// Until when at the most.
pub(super) const LEASE_UNTIL: &str = "lease_until";
/// The index of what was held back, and its hash key, which only such items have.
pub(super) const SUPPRESSED: &str = "suppressed";
/// The only value of it.
pub(super) const YES: &str = "yes";
/// When something was last held back: the index's range key.
pub(super) const SUPPRESSED_AT: &str = "suppressed_at";
/// A thing's newest state, when it came to it, the hour in which changes are counted, and their count.
pub(super) const STATUS: &str = "status";
pub(super) const AT: &str = "at";
pub(super) const WINDOW: &str = "window";
pub(super) const CHANGES: &str = "changes";
/// How much of a budget was taken.
pub(super) const USED: &str = "used";

/// How the keys of alerts begin.
pub(crate) const ALERTS: &str = "alert#";
/// How the attributes of slots begin. Each is an attribute of its own, so that one call can write any of them.
const SLOT: &str = "to#";

/// How long a budget is kept after it is over, for whoever wants to know.
const BUDGET_KEPT: SignedDuration = SignedDuration::from_hours(48);

/// How a slot stands, in its attribute.
pub(super) const STATE: &str = "state";

/// The key of an alert's item.
pub(super) fn of_alert(key: &AlertKey) -> Value {
    text(format!("{ALERTS}{key}"))
}

/// The key of a thing's item.
pub(super) fn of_fire(track: &Track) -> Value {
    text(format!("fire#{}", track.fingerprint))
}

/// The key of a budget's item.
pub(super) fn of_budget(budget: &Budget) -> Value {
    text(format!("budget#{}#{}#{}", budget.channel, budget.class.as_str(), budget.from))
}

/// When a budget's item may go.
pub(super) fn end_of_budget(budget: &Budget) -> Value {
    seconds(budget.until.saturating_add(BUDGET_KEPT).unwrap_or(budget.until))
}

/// The attribute of a slot.
pub(super) fn of_slot(slot: &Slot) -> String {
    format!("{SLOT}{}", slot.name())
}

/// A time as the ledger has it.
pub(crate) fn millis(time: Timestamp) -> Value {
    number(time.as_millisecond())
}

/// A time as DynamoDB's own clockwork wants it.
pub(crate) fn seconds(time: Timestamp) -> Value {
    number(time.as_second())
}

/// A part of an item that is a map.
///
/// # Errors
/// It cannot be said, which would be a defect of ours.
pub(super) fn map(part: &impl Serialize) -> Result<Value, LedgerError> {
    value::write(part).map_err(|error| LedgerError(format!("something cannot be written: {error}")))
}

/// The item of an alert that is claimed: everybody in it is claimed.
///
/// # Errors
/// It cannot be said.
pub(super) fn claimed(claim: &Claim) -> Result<Item, LedgerError> {
    let mut item = Item::from_iter([
        (PK.to_owned(), of_alert(&claim.key)),
        (ALERT.to_owned(), map(&claim.summary)?),
        (FIRST_AT.to_owned(), millis(claim.now)),
        (LEASE_OWNER.to_owned(), text(&claim.owner)),
        (LEASE_UNTIL.to_owned(), millis(claim.lease_until)),
        (EXPIRES_AT.to_owned(), seconds(claim.forget_at)),
    ]);
    for (slot, entry) in claim.claimed(&HashMap::new()) {
        item.insert(of_slot(&slot), map(&entry)?);
    }
    Ok(item)
}

/// The item of a thing.
pub(super) fn burning(track: &Track, fire: &Fire, forget_at: Timestamp) -> Item {
    Item::from_iter([
        (PK.to_owned(), of_fire(track)),
        (STATUS.to_owned(), text(fire.status.as_str())),
        (AT.to_owned(), millis(fire.at)),
        (WINDOW.to_owned(), millis(fire.window)),
        (CHANGES.to_owned(), number(fire.changes)),
        (EXPIRES_AT.to_owned(), seconds(forget_at)),
    ])
}

/// What an item says of an alert; `None` where its time is over, which DynamoDB takes some days to see.
///
/// # Errors
/// It is not an alert's item as we write it.
pub(crate) fn record(item: &Item, now: Timestamp) -> Result<Option<Record>, LedgerError> {
    if is_over(item, now) {
        return Ok(None);
    }
    let key = read(item, PK, |value| as_text(value)?.strip_prefix(ALERTS).map(AlertKey::stored))?;
    let summary = read(item, ALERT, value::read)?;
    let lease = match item.get(LEASE_OWNER) {
        Some(_) => Some(Lease { owner: read_text(item, LEASE_OWNER)?, until: read_time(item, LEASE_UNTIL)? }),
        None => None,
    };
    let mut entries = HashMap::new();
    for name in item.keys().filter_map(|name| name.strip_prefix(SLOT)) {
        let entry: Entry = read(item, &format!("{SLOT}{name}"), value::read)?;
        entries.insert(Slot::named(name), entry);
    }
    Ok(Some(Record { key, summary, first_at: read_time(item, FIRST_AT)?, lease, entries }))
}

/// What an item says of a thing; `None` where its time is over.
///
/// # Errors
/// It is not a thing's item as we write it.
pub(super) fn fire(item: &Item, now: Timestamp) -> Result<Option<Fire>, LedgerError> {
    if is_over(item, now) {
        return Ok(None);
    }
    let status = |value: &Value| {
        let name = as_text(value)?;
        Status::ALL.into_iter().find(|status| status.as_str() == name)
    };
    Ok(Some(Fire {
        status: read(item, STATUS, status)?,
        at: read_time(item, AT)?,
        window: read_time(item, WINDOW)?,
        changes: read_count(item, CHANGES)?,
    }))
}

/// How much of a budget was taken.
///
/// # Errors
/// There is no count in it.
pub(super) fn used(item: &Item) -> Result<u32, LedgerError> {
    read_count(item, USED)
}

/// Whether nobody asks for an item any more.
pub(super) fn is_over(item: &Item, now: Timestamp) -> bool {
    read_number(item, EXPIRES_AT).is_ok_and(|second| second <= now.as_second())
}

fn read<T>(item: &Item, name: &str, of: impl Fn(&Value) -> Option<T>) -> Result<T, LedgerError> {
    item.get(name).and_then(of).ok_or_else(|| LedgerError(format!("an item has no {name} that could be read")))
}

fn read_text(item: &Item, name: &str) -> Result<String, LedgerError> {
    read(item, name, |value| as_text(value).map(str::to_owned))
}

fn read_number(item: &Item, name: &str) -> Result<i64, LedgerError> {
    read(item, name, as_number)
}

fn read_count(item: &Item, name: &str) -> Result<u32, LedgerError> {
    read(item, name, as_number)
}

fn read_time(item: &Item, name: &str) -> Result<Timestamp, LedgerError> {
    read(item, name, |value| Timestamp::from_millisecond(as_number(value)?).ok())
}
