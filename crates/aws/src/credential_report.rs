//! IAM's credential report: who has which passwords and access keys.
//!
//! IAM makes a report when it is asked to, which takes some seconds, and then gives the same one for four hours.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html>

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::Builder;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::get_credential_report::GetCredentialReportOutput;
use aws_sdk_iam::types::ReportStateType;
use aws_types::sdk_config::RetryConfig;
use jiff::Timestamp;
use notifier::http::{ATTEMPT_TIMEOUT, Http};
use notifier::{Variables, clock};
use tokio::time::{Instant, sleep, timeout};

use crate::sdk;

/// How often IAM is asked whether the report is ready.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialReport {
    /// When IAM made it.
    pub generated: Timestamp,
    /// One user a row: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
    pub csv: String,
}

/// There is no report. Says why, and what the role needs where that is why.
#[derive(Debug, thiserror::Error)]
#[error("IAM gave no credential report: {0}")]
pub struct ReportError(String);

impl ReportError {
    /// There is nothing to ask with.
    pub fn without_credentials() -> Self {
        Self("there are no AWS credentials to ask with".to_owned())
    }
}

/// The reports of one account.
#[derive(Debug, Clone)]
pub struct CredentialReports {
    client: Client,
}

/// Why IAM gave none.
enum Refusal {
    /// It never will.
    Denied(&'static str),
    /// It may, a little later.
    NotYet(String),
}

impl CredentialReports {
    /// A client with these credentials. Nothing is asked yet. Whatever the Region is, IAM has one endpoint in its partition.
    /// <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>
    pub fn new(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let settings = Builder::from(&sdk::settings("IAM", variables, credentials, http));
        // We ask again anyway.
        Self { client: Client::from_conf(settings.retry_config(RetryConfig::disabled()).build()) }
    }

    /// Has a report made, where the last one is over four hours old, and gets it. Has ended at `until`.
    ///
    /// # Errors
    /// It was not ready by then, or this role may not have it.
    pub async fn fetch(&self, until: Instant) -> Result<CredentialReport, ReportError> {
        loop {
            let left = until.saturating_duration_since(clock::instant());
            let answer = timeout(left.min(ATTEMPT_TIMEOUT), self.ask()).await;
            let why = match answer.unwrap_or_else(|_| Err(Refusal::NotYet("it does not answer".to_owned()))) {
                Ok(report) => return Ok(report),
                Err(Refusal::Denied(why)) => return Err(ReportError(why.to_owned())),
                Err(Refusal::NotYet(why)) => why,
            };
            if clock::instant() + LOOK_AGAIN >= until {
                return Err(ReportError(format!("it was not ready in time; at last {why}")));
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// The report, if it is ready. One that is not, or is too old, is on its way after this.
    async fn ask(&self) -> Result<CredentialReport, Refusal> {
        let answer = self.client.generate_credential_report().send().await.map_err(|error| explain(&error))?;
        if answer.state != Some(ReportStateType::Complete) {
            let state = answer.state.as_ref().map_or("nothing", ReportStateType::as_str);
            return Err(Refusal::NotYet(format!("IAM said {state}")));
        }
        let report = self.client.get_credential_report().send().await.map_err(|error| explain(&error))?;
        read(&report).ok_or_else(|| Refusal::NotYet("its answer was empty".to_owned()))
    }
}

fn read(answer: &GetCredentialReportOutput) -> Option<CredentialReport> {
    let csv = String::from_utf8_lossy(answer.content.as_ref()?.as_ref()).into_owned();
    let time = answer.generated_time.as_ref()?;
    let generated = Timestamp::from_second(time.secs()).ok()?;
    (!csv.trim().is_empty()).then_some(CredentialReport { generated, csv })
}

/// By code alone: an error about a signature would repeat what was signed. `ReportNotPresent`, `ReportExpired` and
/// `ReportInProgress` are answers like others: the next question has a report made.
fn explain<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Refusal {
    match error {
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some("AccessDenied" | "AccessDeniedException") => {
                Refusal::Denied("this role may not have it (iam:GenerateCredentialReport, iam:GetCredentialReport)")
            }
            code => Refusal::NotYet(format!("IAM said {}", code.unwrap_or("nothing that we know"))),
        },
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => Refusal::NotYet("it does not answer".to_owned()),
        _ => Refusal::NotYet("the request to IAM or its answer is broken".to_owned()),
    }
}
