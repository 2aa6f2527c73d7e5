//! `limit = { per = "1h", count = 20 }`.

use jiff::SignedDuration;

use super::Reader;
use crate::delivery::Limit;

const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// More than anybody reads, and than any provider takes.
const MOST: i64 = 100_000;

/// The limit in a channel's table, or the one of its provider.
pub(super) fn read(channel: &Reader<'_>, default: Limit) -> Limit {
    let Some(table) = channel.table("limit") else { return default };
    let per = table.required("per").map_or(default.per, |value| {
        let per = value.text.parse().ok().filter(|per: &SignedDuration| {
            (SHORTEST..=LONGEST).contains(per) && per.as_secs() % SHORTEST.as_secs() == 0
        });
        if per.is_none() && !value.invented {
            table.fault_at(&value, format!("{:?} is no time: use whole minutes from \"1m\" to \"1d\"", value.shown));
        }
        per.unwrap_or(default.per)
    });
    let count = table.whole_number("count", 1..=MOST, i64::from(default.count));
    table.refuse_unknown_keys();
    Limit { per, count: u32::try_from(count).unwrap_or(default.count) }
}
