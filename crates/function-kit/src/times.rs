//! The time that an invocation has.

use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::Context;
use notifier::clock;
use tokio::time::Instant;

/// What is kept of the time that Lambda gives, so that the report is out before it is over.
const RESERVE: Duration = Duration::from_millis(1500);
/// What is kept of that for the report itself, when everything else has its time behind the delivery.
const LAST: Duration = Duration::from_millis(300);
/// What is done behind the delivery is worth no longer wait than this.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// The time that an invocation has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    began: Instant,
    /// When every channel has ended.
    pub(crate) deadline: Instant,
}

impl Times {
    /// From now on, until shortly before Lambda ends it.
    pub(crate) fn of(context: &Context) -> Self {
        let now = clock::now();
        let end =
            i64::try_from(context.deadline).ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(now);
        let left = Duration::try_from(end.duration_since(now)).unwrap_or_default();
        let began = clock::instant();
        Self { began, deadline: began + left.saturating_sub(RESERVE) }
    }

    /// How long it has been at work.
    pub(crate) fn took(&self) -> Duration {
        clock::instant().saturating_duration_since(self.began)
    }

    /// When what comes behind the delivery has ended.
    pub(crate) fn afterwards(&self) -> Instant {
        (self.deadline + RESERVE.saturating_sub(LAST)).min(clock::instant() + AFTERWARDS)
    }
}
