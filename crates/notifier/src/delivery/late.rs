//! What a delivery has to say of its own lateness. Pure.

use alert::{Alert, Text};
use jiff::{SignedDuration, Timestamp};

use super::ledger::{Claim, Standing};
use crate::render::Remarks;

/// What the platform's own ways take is not late.
const LATE: SignedDuration = SignedDuration::from_mins(2);
/// Why an alert is late that an earlier invocation has not delivered.
const EARLIER_FAILED: Text = Text::new("앞선 전송이 실패했습니다", "an earlier delivery failed");

/// How an alert stands to the clock and to what is known.
pub(super) fn remarks(
    alert: &Alert,
    claim: &Claim,
    first_at: Option<Timestamp>,
    standing: Standing,
    why: Option<Text>,
) -> Remarks {
    let over = matches!(standing, Standing::Over(_));
    let met_before = first_at.is_some_and(|first| claim.now.duration_since(first) >= LATE);
    let why = why.or(met_before.then_some(EARLIER_FAILED));
    let since = alert.time.or(first_at).unwrap_or(claim.now);
    let late = claim.now.duration_since(since);
    Remarks { late: why.filter(|_| late >= LATE).map(|why| (late.as_mins(), why)), over }
}
