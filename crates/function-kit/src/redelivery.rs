//! Undelivered events: why they come late, and when they come again.

use std::collections::BTreeMap;
use std::time::Duration;

use alert::Text;
use aws::Queue;
use futures::future::join_all;
use notifier::delivery::{Ledger, LedgerError};
use sources::{Arrival, Failure, Item};
use tokio::time::timeout;

use crate::plan::{Manner, Plan};

/// How long the ledger may take to say whether it knows an alert. Nobody waits for it.
const LEDGER_ASKED: Duration = Duration::from_secs(2);
/// The name of the function that tells what was held back ends like this.
const DIGEST: &str = "-digest";

/// What is done with an undelivered event.
///
/// A follow-up is about texts that the ledger knows. Of an alert that it does not know nothing can be asked, and to deliver
/// it like a new one would be to deliver it twice.
pub(crate) async fn plan(item: &Item, ledger: &dyn Ledger) -> Plan {
    if item.arrival.meant_for.as_deref().is_some_and(|function| function.ends_with(DIGEST)) {
        return Plan::Leave("a digest failed: the next one tells what it had to tell");
    }
    if !item.arrival.follow_up {
        return Plan::Deliver(Manner { why_late: Some(why(item.arrival.failure)), receipts: false });
    }
    match is_known(item, ledger).await {
        Ok(true) => Plan::Deliver(Manner { why_late: None, receipts: true }),
        Ok(false) => Plan::Leave("a follow-up of an alert that the ledger does not know"),
        Err(error) => {
            tracing::warn!(%error, "a follow-up waits for the ledger");
            Plan::Again
        }
    }
}

async fn is_known(item: &Item, ledger: &dyn Ledger) -> Result<bool, LedgerError> {
    for alert in item.outcome.alerts() {
        let answer = timeout(LEDGER_ASKED, ledger.read(&alert.key)).await;
        if answer.map_err(|_| LedgerError("no answer in time".to_owned()))??.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn why(failure: Option<Failure>) -> Text {
    match failure {
        Some(Failure::Unconfigured) => Text::new("함수에 설정이 없었습니다", "the function had no configuration"),
        Some(Failure::NoReport) => Text::new("IAM 보고서를 받지 못했습니다", "IAM gave no report"),
        Some(Failure::Owed) => Text::new("채널 전송이 실패했습니다", "channels failed"),
        Some(Failure::NotStarted) => Text::new("함수가 시작되지 못했습니다", "the function was not started"),
        Some(Failure::Crashed) => Text::new("함수가 도중에 멈췄습니다", "the function crashed or timed out"),
        None => Text::new("앞선 전송이 실패했습니다", "an earlier delivery failed"),
    }
}

/// Lets messages that failed come again sooner than their queue would. Where that fails, the queue's own time holds.
pub(crate) async fn shorten_the_wait<'a>(queue: &Queue, failed: impl Iterator<Item = &'a Arrival>) {
    // A message can hold several events.
    let messages: BTreeMap<_, _> = failed.map(|arrival| (&arrival.receipt_handle, arrival)).collect();
    let change = async |arrival: &Arrival| {
        let (Some(from), Some(receipt)) = (&arrival.queue, &arrival.receipt_handle) else { return };
        if let Err(error) = queue.change_visibility(from, receipt, wait(arrival.received)).await {
            tracing::warn!(%error, "the message comes again when its queue says");
        }
    };
    join_all(messages.into_values().map(change)).await;
}

/// How long a message waits that was received so often: half a minute, then twice as long each time, at last a quarter of
/// an hour.
fn wait(received: u32) -> Duration {
    const STEPS: [u64; 5] = [30, 60, 120, 240, 480];
    let step = usize::try_from(received.saturating_sub(1)).ok().and_then(|place| STEPS.get(place));
    step.map_or(Duration::from_mins(15), |seconds| Duration::from_secs(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_twice_as_long_each_time_up_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (0..8).map(|received| wait(received).as_secs()).collect();
        assert_eq!(waits, [30, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait(u32::MAX), Duration::from_mins(15));
    }

    #[test]
    fn each_reason_is_said_in_both_languages() {
        use Failure::{Crashed, NoReport, NotStarted, Owed, Unconfigured};
        let reasons = [Some(Unconfigured), Some(NoReport), Some(Owed), Some(NotStarted), Some(Crashed), None].map(why);
        for (place, reason) in reasons.iter().enumerate() {
            assert!(reason.en.is_ascii() && !reason.ko.is_ascii());
            assert!(reasons.iter().skip(place + 1).all(|other| other.ko != reason.ko && other.en != reason.en));
        }
    }
}
