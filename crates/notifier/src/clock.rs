//! The one place that reads the time. Everything else takes it as an argument, so that tests can stop it.

use jiff::Timestamp;
use tokio::time::Instant;

/// The time of day, in UTC.
#[cfg(not(test))]
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the time")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The time of day as the tests of this crate have it: it goes on with the clock that they stop.
#[cfg(test)]
pub fn now() -> Timestamp {
    use std::cell::OnceCell;
    thread_local! {
        static START: OnceCell<Instant> = const { OnceCell::new() };
    }
    let start = START.with(|start| *start.get_or_init(instant));
    let passed = i64::try_from(instant().saturating_duration_since(start).as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(1_800_000_000_000_i64.saturating_add(passed)).unwrap_or(Timestamp::MAX)
}

/// A moment of the clock that deadlines are measured with; tests can pause it.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the time")]
pub fn instant() -> Instant {
    Instant::now()
}
