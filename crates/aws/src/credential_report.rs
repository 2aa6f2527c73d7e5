//! IAM's credential report: who has which passwords and access keys.
//!
//! IAM makes a report when it is asked to, which takes some seconds, and then gives the same one for four hours.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html>

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use notifier::aws::{CallError, QueryClient, element};
use notifier::http::{ATTEMPT_TIMEOUT, Http};
use notifier::{Variables, clock};
use tokio::time::{Instant, sleep, timeout};

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
    client: QueryClient,
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
        // We ask again anyway.
        Self { client: QueryClient::iam(variables, credentials, http).once() }
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
        let answer = self.call("GenerateCredentialReport").await?;
        let state = element(&answer, "State");
        if state.as_deref() != Some("COMPLETE") {
            let state = state.as_deref().unwrap_or("nothing");
            return Err(Refusal::NotYet(format!("IAM said {state}")));
        }
        let report = self.call("GetCredentialReport").await?;
        read(&report).ok_or_else(|| Refusal::NotYet("its answer was empty".to_owned()))
    }

    async fn call(&self, action: &str) -> Result<String, Refusal> {
        self.client.call(action, &[]).await.map_err(|error| explain(&error))
    }
}

fn read(answer: &str) -> Option<CredentialReport> {
    let content: String = element(answer, "Content")?.split_ascii_whitespace().collect();
    let csv = String::from_utf8_lossy(&STANDARD.decode(content).ok()?).into_owned();
    let time: Timestamp = element(answer, "GeneratedTime")?.parse().ok()?;
    let generated = Timestamp::from_second(time.as_second()).ok()?;
    (!csv.trim().is_empty()).then_some(CredentialReport { generated, csv })
}

/// `ReportNotPresent`, `ReportExpired` and `ReportInProgress` are answers like others: the next question has a report made.
fn explain(error: &CallError) -> Refusal {
    match error.code() {
        Some("AccessDenied" | "AccessDeniedException") => {
            Refusal::Denied("this role may not have it (iam:GenerateCredentialReport, iam:GetCredentialReport)")
        }
        _ => Refusal::NotYet(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content: &str, time: &str) -> String {
        format!(
            r#"<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetCredentialReportResult><Content>{content}</Content><GeneratedTime>{time}</GeneratedTime><ReportFormat>text/csv</ReportFormat></GetCredentialReportResult></GetCredentialReportResponse>"#
        )
    }

    #[test]
    fn a_report_is_its_rows_and_the_second_in_which_it_was_made() {
        let report = read(&answer("dXNlcixh\ncm4K", "2026-03-10T02:14:09.123Z")).unwrap();
        assert_eq!(report.csv, "user,arn\n");
        assert_eq!(report.generated.to_string(), "2026-03-10T02:14:09Z");
    }

    #[test]
    fn what_has_no_rows_or_no_time_is_no_report() {
        for (content, time) in [
            ("", "2026-03-10T02:14:09Z"),
            ("Cg==", "2026-03-10T02:14:09Z"),
            ("dXNlcgo=", ""),
            ("?", "2026-03-10T02:14:09Z"),
        ] {
            assert_eq!(read(&answer(content, time)), None, "{content:?} {time:?}");
        }
        assert_eq!(read("<GetCredentialReportResponse/>"), None);
    }
}
