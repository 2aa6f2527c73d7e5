//! One invocation: bytes in, report out.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lambda_events::sqs::BatchItemFailure;
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use notifier::delivery::{Ignored, Invocation};
use notifier::{Notifier, Report, clock};
use serde_json::value::RawValue;
use sources::{Item, ItemOutcome, Reading, Source};
use tokio::time::Instant;
use tracing::Instrument;

use crate::configuration::Configuration;
use crate::output::{InvocationError, Output};

/// What is kept of the time that Lambda gives, so that the report is out before it is over.
const RESERVE: Duration = Duration::from_millis(1500);

/// One source's function.
pub(crate) struct Handler {
    source: &'static Source,
    configuration: Configuration,
}

impl Handler {
    pub(crate) fn new(source: &'static Source, configuration: Configuration) -> Self {
        Self { source, configuration }
    }

    /// What can be done before the first event: the configuration, and connections to the ledger and the providers.
    pub(crate) async fn start(&self) {
        self.configuration.open_connections().await;
    }

    /// Delivers what an event holds.
    ///
    /// # Errors
    /// Something is still owed, or there is no configuration: the platform must invoke us again. In an SQS batch only
    /// the messages at fault are named.
    pub(crate) async fn handle(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Output, InvocationError> {
        let LambdaEvent { payload, context } = event;
        let span = tracing::info_span!("invocation", requestId = %context.request_id, source = self.source.slug);
        async {
            let result = self.deliver(payload.get().as_bytes(), &context).await;
            log(&result);
            result
        }
        .instrument(span)
        .await
    }

    async fn deliver(&self, event: &[u8], context: &Context) -> Result<Output, InvocationError> {
        let reading = sources::read(event, &[*self.source], self.source.slug);
        let notifier = self.configuration.notifier().await?;
        let invocation = Invocation {
            id: &context.request_id,
            renewal: &self.configuration,
            ..Invocation::until(deadline(context))
        };
        let report = report(&notifier, &reading, invocation).await;
        finish(&reading, report)
    }
}

async fn report(notifier: &Notifier, reading: &Reading, invocation: Invocation<'_>) -> Report {
    let alerts: Vec<_> = reading.items.iter().flat_map(alerts).cloned().collect();
    let mut report = notifier.deliver(&alerts, invocation).await;
    report.ignored = reading.items.iter().filter_map(|item| ignored(item, &report)).collect();
    report
}

/// The moment at which everything has ended.
fn deadline(context: &Context) -> Instant {
    let now = clock::now();
    let deadline =
        i64::try_from(context.deadline).ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(now);
    let left = Duration::try_from(deadline.duration_since(now)).unwrap_or_default();
    clock::instant() + left.saturating_sub(RESERVE)
}

fn alerts(item: &Item) -> &[alert::Alert] {
    match &item.outcome {
        ItemOutcome::Alerts(alerts) => alerts,
        ItemOutcome::IfFiring(alert, _) => std::slice::from_ref(alert),
        ItemOutcome::Ignored(_) => &[],
    }
}

/// What was not told: the end of nothing is not in the report.
fn ignored(item: &Item, report: &Report) -> Option<Ignored> {
    match &item.outcome {
        ItemOutcome::Alerts(_) => None,
        ItemOutcome::IfFiring(alert, _) if report.alerts.iter().any(|told| told.key == alert.key) => None,
        ItemOutcome::IfFiring(_, reason) | ItemOutcome::Ignored(reason) => Some(Ignored { reason: reason.to_string() }),
    }
}

/// An SQS batch names the messages that must come again; any other event fails as a whole.
fn finish(reading: &Reading, report: Report) -> Result<Output, InvocationError> {
    let owed = |item: &&Item| {
        let keys = alerts(item).iter().map(|alert| &alert.key);
        keys.into_iter().any(|key| report.alerts.iter().any(|alert| alert.owed && alert.key == *key))
    };
    let failed: Vec<_> = reading.items.iter().filter(owed).collect();
    let named = failed.iter().all(|item| item.message_id.as_ref().is_some_and(|id| !id.is_empty()));
    if failed.is_empty() || (reading.batch && named) {
        // A message can hold several events.
        let ids: BTreeSet<_> = failed.iter().filter_map(|item| item.message_id.clone()).collect();
        let failures = ids.into_iter().map(failure).collect();
        return Ok(Output { report, batch_item_failures: reading.batch.then_some(failures) });
    }
    Err(InvocationError::Owed(Box::new(Output { report, batch_item_failures: None })))
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}

fn log(result: &Result<Output, InvocationError>) {
    match result {
        Ok(output) => {
            let report = serde_json::to_string(output).unwrap_or_default();
            if output.report.owed() {
                tracing::error!(%report, "part of the batch is still owed");
            } else {
                tracing::info!(%report, "done");
            }
        }
        Err(error) => tracing::error!(%error, "must be invoked again"),
    }
}
