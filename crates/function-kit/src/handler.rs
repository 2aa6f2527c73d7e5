//! One invocation: bytes in, report out.

use std::collections::BTreeSet;

use aws_lambda_events::sqs::BatchItemFailure;
use futures::future::join_all;
use lambda_runtime::{Context, LambdaEvent};
use notifier::delivery::{Afterwards, Ignored, Invocation};
use notifier::{Notifier, Report, clock};
use serde_json::value::RawValue;
use sources::{Item, ItemOutcome, Reading};
use tokio::time::timeout_at;
use tracing::Instrument;

use crate::configuration::Configuration;
use crate::metrics::Counted;
use crate::output::{InvocationError, Output};
use crate::plan::{self, Manner, Plan};
use crate::stack::Stack;
use crate::task::Task;
use crate::times::Times;
use crate::{follow_ups, own_alarms, redelivery, rehearsal};

/// One function.
pub(crate) struct Handler {
    pub(crate) task: Task,
    pub(crate) configuration: Configuration,
    pub(crate) stack: Stack,
    /// What is done when Lambda has its answer.
    pub(crate) afterwards: Afterwards,
}

impl Handler {
    pub(crate) fn new(task: Task, configuration: Configuration) -> Self {
        let stack = Stack::new(configuration.environment());
        Self { task, configuration, stack, afterwards: Afterwards::default() }
    }

    /// What can be done before the first event: the configuration, and connections to the ledger and the providers.
    pub(crate) async fn start(&self) {
        let environment = self.configuration.environment();
        // All else waits for the configuration, so nothing comes before it. The rest is done while SSM answers.
        environment.open_origin().await;
        let meanwhile = async {
            environment.open_ledger().await;
            if self.task.tells_events() {
                rehearsal::run(self.task, environment.clients.clone()).await;
            }
        };
        tokio::join!(self.configuration.open_connections(), meanwhile);
    }

    /// Does what the function is for.
    ///
    /// # Errors
    /// Something is still owed, or there is no configuration: the platform must invoke us again. In an SQS batch only
    /// the messages at fault are named.
    pub(crate) async fn handle(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Output, InvocationError> {
        let LambdaEvent { payload, context } = event;
        let span = tracing::info_span!("invocation", requestId = %context.request_id, source = self.task.name());
        async {
            let times = Times::of(&context);
            let result = match self.task {
                Task::Digest => self.digest(&context.request_id, times).await,
                Task::Audit(fetch) => self.audit(fetch, payload.get().as_bytes(), &context, times).await,
                Task::Heartbeat(ask) => self.heartbeat(ask, payload.get().as_bytes(), &context, times).await,
                Task::Source(_) | Task::Forwarded(_) | Task::Redeliver(_) => {
                    self.work(payload.get().as_bytes(), &context, times).await
                }
            };
            log(&result);
            result
        }
        .instrument(span)
        .await
    }

    /// Delivers what an event holds, and does what has time until then.
    pub(crate) async fn work(&self, event: &[u8], context: &Context, times: Times) -> Result<Output, InvocationError> {
        self.work_around(&[], event, context, times).await
    }

    /// The same, past channels that are known to be broken.
    pub(crate) async fn work_around(
        &self,
        broken: &[String],
        event: &[u8],
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        let notifier = self.configuration.notifier().await;
        let policy = notifier.as_ref().map(|notifier| notifier.config().policy.clone()).unwrap_or_default();
        let mut reading = self.task.read(event, &policy);
        if let Some((stack, topic)) = &self.stack.own_alarms {
            reading.items.iter_mut().for_each(|item| own_alarms::mark(item.outcome.alerts_mut(), stack, topic));
        }
        let result = match notifier {
            Ok(notifier) => self.deliver(&notifier, &reading, &context.request_id, broken, times).await,
            Err(error) => Err(error.into()),
        };
        self.follow_up(&reading, &result, times);
        if timeout_at(times.afterwards(), self.shorten_the_wait(&reading, &result)).await.is_err() {
            tracing::warn!("SQS did not answer in time");
        }
        result
    }

    async fn deliver(
        &self,
        notifier: &Notifier,
        reading: &Reading,
        id: &str,
        broken: &[String],
        times: Times,
    ) -> Result<Output, InvocationError> {
        let plans = join_all(reading.items.iter().map(|item| self.plan(item))).await;
        let groups = plan::deliveries(reading, &plans);
        let reports = join_all(groups.iter().map(|(manner, alerts)| {
            let Manner { why_late, receipts } = *manner;
            let renewal = &self.configuration;
            let afterwards = Some(&self.afterwards);
            let deadline = times.deadline;
            notifier.deliver(alerts, Invocation { id, deadline, renewal, why_late, receipts, afterwards, broken })
        }));
        let mut report = Report::default();
        for part in reports.await {
            report.alerts.extend(part.alerts);
            report.notices.extend(part.notices);
        }
        let items = reading.items.iter().zip(&plans);
        report.ignored = items.filter_map(|(item, plan)| ignored(item, *plan, &report)).collect();
        let redelivered = matches!(self.task, Task::Redeliver(_));
        self.stack.metrics.write(&Counted::new(&report, reading, redelivered, clock::now(), times.took()));
        finish(reading, &plans, report)
    }

    async fn plan(&self, item: &Item) -> Plan {
        match self.task {
            Task::Redeliver(_) => redelivery::plan(item, &*self.configuration.environment().ledger).await,
            Task::Source(_) | Task::Forwarded(_) | Task::Digest | Task::Audit(_) | Task::Heartbeat(_) => {
                Plan::Deliver(Manner::default())
            }
        }
    }

    fn follow_up(&self, reading: &Reading, result: &Result<Output, InvocationError>, times: Times) {
        let (Some(queue), Some(url)) = (self.stack.queue.clone(), self.stack.follow_ups.clone()) else { return };
        let Some(output) = output(result) else { return };
        let messages = follow_ups::of(reading, &output.report);
        if messages.is_empty() {
            return;
        }
        self.afterwards.begin(async move {
            if timeout_at(times.afterwards(), follow_ups::send(&queue, &url, &messages)).await.is_err() {
                tracing::warn!("SQS did not answer in time: nobody sees what became of the texts");
            }
        });
    }

    /// Undelivered events shall not wait as long as their queue says. The queues of sources decide for themselves.
    async fn shorten_the_wait(&self, reading: &Reading, result: &Result<Output, InvocationError>) {
        let (Task::Redeliver(_), Some(queue)) = (self.task, &self.stack.queue) else { return };
        let failures = result.as_ref().ok().map(Output::failures);
        let failed = |item: &&Item| {
            let is_it = |failure: &BatchItemFailure| item.arrival.message_id.as_ref() == Some(&failure.item_identifier);
            failures.is_none_or(|failures| failures.iter().any(is_it))
        };
        redelivery::shorten_the_wait(queue, reading.items.iter().filter(failed).map(|item| &item.arrival)).await;
    }
}

fn output(result: &Result<Output, InvocationError>) -> Option<&Output> {
    match result {
        Ok(output) => Some(output),
        Err(InvocationError::Owed(output)) => Some(output),
        Err(_) => None,
    }
}

/// What was not told: the end of nothing is not in the report.
fn ignored(item: &Item, plan: Plan, report: &Report) -> Option<Ignored> {
    let reason = match (plan, &item.outcome) {
        (Plan::Leave(reason), _) => reason.to_owned(),
        (Plan::Again, _) | (_, ItemOutcome::Alerts(_)) => return None,
        (_, ItemOutcome::IfFiring(alert, _)) if report.alerts.iter().any(|told| told.key == alert.key) => return None,
        (_, ItemOutcome::IfFiring(_, reason) | ItemOutcome::Ignored(reason)) => reason.to_string(),
    };
    Some(Ignored { reason })
}

/// An SQS batch names the messages that must come again; any other event fails as a whole.
fn finish(reading: &Reading, plans: &[Plan], report: Report) -> Result<Output, InvocationError> {
    let owed = |item: &Item| {
        let keys = item.outcome.alerts().iter().map(|alert| &alert.key);
        keys.into_iter().any(|key| report.alerts.iter().any(|alert| alert.owed && alert.key == *key))
    };
    let items = reading.items.iter().zip(plans);
    let failed: Vec<_> =
        items.filter(|(item, plan)| **plan == Plan::Again || owed(item)).map(|(item, _)| item).collect();
    let named = failed.iter().all(|item| item.arrival.message_id.as_ref().is_some_and(|id| !id.is_empty()));
    if failed.is_empty() || (reading.batch && named) {
        // A message can hold several events.
        let ids: BTreeSet<_> = failed.iter().filter_map(|item| item.arrival.message_id.clone()).collect();
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

/// A digest that had nothing to tell says nothing either, every minute.
fn log(result: &Result<Output, InvocationError>) {
    match result {
        Ok(output) if output.report == Report::default() && output.failures().is_empty() => {}
        Ok(output) => {
            let report = serde_json::to_string(output).unwrap_or_default();
            if output.failures().is_empty() {
                tracing::info!(%report, "done");
            } else {
                tracing::error!(%report, "part of the batch is still owed");
            }
        }
        Err(error) => tracing::error!(%error, "must be invoked again"),
    }
}
