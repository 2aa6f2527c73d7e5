//! A text that a provider has accepted is not yet on a phone. Where it matters most, the event comes again, to see.

use std::collections::BTreeSet;
use std::time::Duration;

use alert::Severity;
use aws::Queue;
use futures::future;
use notifier::Report;
use notifier::delivery::{AlertReport, Delivery, Outcome};
use sources::Reading;

/// Carriers need seconds; what they cannot deliver they know after some minutes.
const DELAYS: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(5)];
/// The longest message that is sent, in bytes: whatever SQS counts besides, it is below the 262,144 of older queues.
const LONGEST: usize = 250_000;

/// Messages that bring back the events of which something critical was texted to somebody just now, each once. Drills too:
/// they show that it works.
pub(crate) fn of(reading: &Reading, report: &Report) -> Vec<String> {
    let mut texted: BTreeSet<_> =
        report.alerts.iter().filter(|alert| is_texted(alert)).map(|alert| &alert.key).collect();
    let mut events = Vec::new();
    for item in &reading.items {
        // All of its alerts are looked at, so that none of them brings the event back a second time.
        let found = item.outcome.alerts().iter().filter(|alert| texted.remove(&alert.key)).count();
        events.extend(item.event.as_deref().filter(|_| found > 0));
    }
    events.into_iter().map(sources::follow_up).collect()
}

fn is_texted(alert: &AlertReport) -> bool {
    let accepted = |delivery: &Delivery| delivery.recipients.iter().any(|line| line.outcome == Outcome::Accepted);
    alert.severity == Severity::Critical && alert.deliveries.iter().any(accepted)
}

/// Puts messages into the queue of this URL, for a minute and for five. Without it the texts are only not looked after.
pub(crate) async fn send(queue: &Queue, url: &str, messages: &[String]) {
    let (short, long): (Vec<_>, Vec<_>) = messages.iter().partition(|body| body.len() <= LONGEST);
    if !long.is_empty() {
        tracing::warn!(events = long.len(), "too long to be followed up: nobody sees what became of the texts");
    }
    let messages = short.iter().flat_map(|body| DELAYS.map(|delay| queue.send_later(url, body, delay)));
    for error in future::join_all(messages).await.into_iter().filter_map(Result::err) {
        tracing::warn!(%error, "not followed up: nobody sees what became of the texts");
    }
}
