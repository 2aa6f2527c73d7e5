//! What an invocation ends with.

use aws::ReportError;
use aws_lambda_events::sqs::BatchItemFailure;
use lambda_runtime::Diagnostic;
use notifier::Report;
use notifier::delivery::{AlertReport, LedgerError};
use serde::Serialize;

use crate::configuration::ConfigurationError;

/// The return value of an invocation.
#[derive(Debug, Serialize)]
pub(crate) struct Output {
    #[serde(flatten)]
    pub(crate) report: Report,
    /// The messages of an SQS batch that must come again.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>
    #[serde(rename = "batchItemFailures", skip_serializing_if = "Option::is_none")]
    pub(crate) batch_item_failures: Option<Vec<BatchItemFailure>>,
}

impl Output {
    /// There was nothing to tell.
    pub(crate) fn nothing() -> Self {
        Self { report: Report::default(), batch_item_failures: None }
    }

    /// The messages that must come again.
    pub(crate) fn failures(&self) -> &[BatchItemFailure] {
        self.batch_item_failures.as_deref().unwrap_or_default()
    }
}

/// Why the platform must invoke us again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvocationError {
    /// There is no configuration to work with.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// Nobody knows what there is to tell.
    #[error("what was held back cannot be told now: {0}")]
    Ledger(#[from] LedgerError),
    /// There is nothing to judge credentials by.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Nobody can say whether bongsu itself works.
    #[error("AWS and the providers together did not answer in time: nobody knows whether all is well")]
    Silent,
    /// Something is still owed, and the report says what.
    #[error("{}; report: {}", owed(.0), serde_json::to_string(.0).unwrap_or_default())]
    Owed(Box<Output>),
}

/// Which alerts are owed to whom, in words.
fn owed(output: &Output) -> String {
    let lines = output.report.alerts.iter().filter(|alert| alert.owed).map(line);
    format!("not everybody has been told: {}", lines.collect::<Vec<_>>().join("; "))
}

fn line(alert: &AlertReport) -> String {
    let channels = alert.deliveries.iter().filter(|delivery| delivery.error.is_some()).map(|delivery| {
        let error = delivery.error.as_deref().unwrap_or_default();
        format!("{} {} ({error})", delivery.channel, delivery.outcome.as_str())
    });
    format!("alert #{}: {}", alert.key.short_id(), channels.collect::<Vec<_>>().join(", "))
}

impl From<InvocationError> for Diagnostic {
    fn from(error: InvocationError) -> Self {
        let error_type = match &error {
            InvocationError::Configuration(_) => "ConfigurationError",
            InvocationError::Ledger(_) => "LedgerError",
            InvocationError::Report(_) => "ReportError",
            InvocationError::Silent => "NoAnswer",
            InvocationError::Owed(_) => "AlertOwed",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}
