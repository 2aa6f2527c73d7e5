//! The credential audit: on a schedule, IAM's report becomes an event, which is read like any other.
//!
//! People are told once of the same findings, since their alert has the same key. A later run that finds no others says
//! so in one line, where that costs nothing. It is a later run, and no second try, where people were told before both
//! the schedule's event and IAM's report: a run that is tried again, and its twin, have those of the first try.

use std::time::Duration;

use aws::{CredentialReport, CredentialReports, ReportError};
use futures::future::BoxFuture;
use lambda_runtime::Context;
use notifier::delivery::{Invocation, Outcome};
use notifier::{Notifier, Report, clock};
use serde_json::Value;
use sources::Reading;
use sources::credential_audit::{self, Repeat};
use tokio::time::{Instant, timeout, timeout_at};

use crate::environment::Environment;
use crate::handler::Handler;
use crate::metrics::Counted;
use crate::output::{InvocationError, Output};
use crate::times::Times;

/// What of the time belongs to the delivery. Where there is less than twice as much, it has half.
const DELIVERY: Duration = Duration::from_secs(12);
/// How long the ledger may take to say when people were told.
const LEDGER_ASKED: Duration = Duration::from_secs(2);
/// The longest message that is sent, in bytes: below the 262,144 of older queues.
const LONGEST: usize = 250_000;

/// Gets the report. Only the function that audits names the one that does, so that no other binary has IAM's client in it.
pub(crate) type Fetch = fn(&Environment, Instant) -> BoxFuture<'_, Result<CredentialReport, ReportError>>;

/// Gets the report from IAM, before `until`.
pub(crate) fn fetch(environment: &Environment, until: Instant) -> BoxFuture<'_, Result<CredentialReport, ReportError>> {
    Box::pin(async move {
        let credentials = environment.clients.credentials.clone().ok_or_else(ReportError::without_credentials)?;
        let http = environment.clients.http.clone();
        CredentialReports::new(&environment.variables, credentials, http).fetch(until).await
    })
}

impl Handler {
    /// Tells what is wrong with the credentials in the account. An event that carries a report itself is read as it is.
    ///
    /// # Errors
    /// There is no report, or somebody has not been told: the platform must invoke us again.
    pub(crate) async fn audit(
        &self,
        fetch: Fetch,
        payload: &[u8],
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        let notifier = self.configuration.notifier().await?;
        let policy = &notifier.config().policy;
        if carries_report(&self.task.read(payload, policy)) {
            return self.work(payload, context, times).await;
        }
        let report = fetch(self.configuration.environment(), until(times)).await?;
        let asked_by = serde_json::from_slice(payload).unwrap_or_default();
        let account = context.invoked_function_arn.split(':').nth(4);
        let event = credential_audit::event(&asked_by, account, report.generated, &report.csv);
        match self.work(event.to_string().as_bytes(), context, times).await {
            Ok(output) => match credential_audit::nothing_new(&event, policy) {
                Some(repeat) => self.say_that_nothing_is_new(&notifier, repeat, output, context, times).await,
                None => Ok(output),
            },
            Err(InvocationError::Owed(output)) => self.hand_over(&event, output, context, times).await,
            Err(error) => Err(error),
        }
    }

    async fn say_that_nothing_is_new(
        &self,
        notifier: &Notifier,
        repeat: Repeat,
        mut output: Output,
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        if !everybody_had(&repeat, &output.report) || !self.were_told_before(&repeat).await {
            return Ok(output);
        }
        let renewal = &self.configuration;
        let invocation = Invocation { id: &context.request_id, renewal, ..Invocation::until(times.deadline) };
        let report = notifier.deliver(&[repeat.alert], invocation).await;
        self.stack.metrics.write(&Counted::digest(&report, clock::now(), times.took()));
        output.report.alerts.extend(report.alerts);
        output.report.notices.extend(report.notices);
        if output.report.owed() { Err(InvocationError::Owed(Box::new(output))) } else { Ok(output) }
    }

    /// Whether they were told by an earlier run. Where nobody knows, nothing is said: it is only a line of comfort.
    async fn were_told_before(&self, repeat: &Repeat) -> bool {
        let ledger = &self.configuration.environment().ledger;
        match timeout(LEDGER_ASKED, ledger.read(&repeat.findings)).await {
            Ok(Ok(record)) => record.is_some_and(|record| record.first_at < repeat.before),
            Ok(Err(error)) => {
                tracing::warn!(%error, "nobody is told that nothing is new");
                false
            }
            Err(_) => {
                tracing::warn!("the ledger did not answer in time: nobody is told that nothing is new");
                false
            }
        }
    }

    /// What is still owed of a report goes on in the queue of what was not delivered. Lambda would put the schedule's event
    /// there, and people who have not heard of a finding would hear of it a week later. Where the queue does not take the
    /// report, Lambda asks us again.
    pub(crate) async fn hand_over(
        &self,
        event: &Value,
        output: Box<Output>,
        context: &Context,
        times: Times,
    ) -> Result<Output, InvocationError> {
        let message = sources::owed(&event.to_string(), &context.invoked_function_arn);
        let queue = self.stack.queue.as_ref().zip(self.stack.follow_ups.as_ref());
        let Some((queue, url)) = queue.filter(|_| message.len() <= LONGEST) else {
            return Err(InvocationError::Owed(output));
        };
        match timeout_at(times.afterwards(), queue.send_later(url, &message, Duration::ZERO)).await {
            Ok(Ok(())) => {
                tracing::warn!("what is still owed is in the queue of undelivered events");
                return Ok(*output);
            }
            Ok(Err(error)) => tracing::warn!(%error, "the report is not in the queue of undelivered events"),
            Err(_) => tracing::warn!("SQS did not answer in time"),
        }
        Err(InvocationError::Owed(output))
    }
}

/// When the report must be there.
fn until(times: Times) -> Instant {
    let now = clock::instant();
    let left = times.deadline.saturating_duration_since(now);
    now + left.saturating_sub(DELIVERY).max(left / 2)
}

fn carries_report(reading: &Reading) -> bool {
    let is_report = |event: &String| serde_json::from_str(event).is_ok_and(|event| credential_audit::is_report(&event));
    reading.items.iter().filter_map(|item| item.event.as_ref()).any(is_report)
}

/// Whether the findings were there already, wherever they had to be.
fn everybody_had(repeat: &Repeat, report: &Report) -> bool {
    let of_findings = report.alerts.iter().filter(|alert| alert.key == repeat.findings);
    let outcomes: Vec<_> = of_findings.flat_map(|alert| &alert.deliveries).map(|delivery| delivery.outcome).collect();
    let known = |outcome: &Outcome| matches!(outcome, Outcome::Duplicate | Outcome::Skipped | Outcome::Undelivered);
    outcomes.contains(&Outcome::Duplicate) && outcomes.iter().all(known)
}
