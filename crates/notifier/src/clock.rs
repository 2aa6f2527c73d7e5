//! The one place that reads the time. Everything else takes it as an argument, so that tests can stop it.

use jiff::Timestamp;
use tokio::time::Instant;

/// The time of day, in UTC.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the time")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A moment of the clock that deadlines are measured with; tests can pause it.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the time")]
pub fn instant() -> Instant {
    Instant::now()
}
