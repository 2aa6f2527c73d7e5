//! Email by an SNS topic. <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

mod check;

use async_trait::async_trait;
use jiff::SignedDuration;
use secrecy::SecretString;

use super::{Clients, Letter, Provider, Sent, address};
use crate::aws::{self, CallError, Cause, Endpoint, QueryClient};
use crate::config::Reader;
use crate::delivery::Limit;
use crate::error::{Failure, Kind};
use crate::render;

/// SNS sends 10 mails a second to an address (<https://docs.aws.amazon.com/general/latest/gr/sns.html>): three classes of
/// alerts, and the digest, stay below that.
pub(super) const LIMIT: Limit = Limit { per: SignedDuration::from_mins(5), count: 3 };

/// A topic with email subscriptions.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The ARN of the topic.
    pub topic_arn: String,
    /// A topic takes messages in its own Region only, wherever the function runs.
    region: String,
    /// Where SNS is.
    pub base_url: String,
}

impl Settings {
    /// What is over is told: it costs nothing.
    #[expect(clippy::unused_self, reason = "every provider is asked, and paid ones look at their settings")]
    pub(crate) const fn tells_resolved(&self) -> bool {
        true
    }

    pub(crate) fn read(table: &Reader<'_>) -> Option<Self> {
        let topic = table.required("topic_arn");
        let region = topic.as_ref().map(|topic| region_of_topic(&topic.text));
        if let (Some(topic), Some(Err(message))) = (topic.as_ref().filter(|topic| !topic.invented), &region) {
            table.fault_at(topic, *message);
        }
        let region = region.and_then(Result::ok).unwrap_or_default();
        let base_url = address::read(table, &aws::address("sns", &region));
        Some(Self { topic_arn: topic?.text, region, base_url })
    }
}

impl Settings {
    /// A topic that no channel needs to name, where AWS has it, or at another address.
    ///
    /// # Errors
    /// It is not the ARN of a topic.
    pub fn of_topic(arn: &str, address: Option<&str>) -> Result<Self, &'static str> {
        let region = region_of_topic(arn)?;
        let base_url = address.map_or_else(|| aws::address("sns", &region), str::to_owned);
        Ok(Self { topic_arn: arn.to_owned(), region, base_url })
    }
}

/// The Region in `arn:PARTITION:sns:REGION:ACCOUNT:NAME`.
fn region_of_topic(arn: &str) -> Result<String, &'static str> {
    match arn.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "sns", region, account, name]
            if partition.starts_with("aws") && !region.is_empty() && account.len() == 12 && !name.is_empty() =>
        {
            // <https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-code-examples.html>: such a name ends in `.fifo`.
            if name.split('.').next_back() == Some("fifo") { Err("is a FIFO topic, which cannot send email") } else { Ok((*region).to_owned()) }
        }
        _ => Err("is not the ARN of a topic: it looks like arn:aws:sns:us-east-1:111122223333:alerts"),
    }
}

/// A channel of one topic.
#[derive(Debug)]
pub struct SnsEmail {
    settings: Settings,
    client: Option<QueryClient>,
}

impl SnsEmail {
    pub(crate) fn new(settings: Settings, clients: &Clients) -> Self {
        let endpoint = Endpoint { region: settings.region.clone(), address: settings.base_url.clone() };
        let credentials = clients.credentials.clone();
        // What is tried again, and for how long, is decided in `delivery`.
        let client =
            credentials.map(|credentials| QueryClient::sns(endpoint, credentials, clients.http.clone()).once());
        Self { settings, client }
    }

    /// Publishes a message; gives the id that SNS has given it.
    async fn publish(&self, subject: &str, body: &str) -> Result<Option<String>, Refusal> {
        let client = self.client.as_ref().ok_or_else(|| {
            Refusal::of(Failure::unauthorized("there are no AWS credentials to send email with"))
        })?;
        let parameters = [("TopicArn", self.settings.topic_arn.as_str()), ("Message", body), ("Subject", subject)];
        let answer = client.call("Publish", &parameters).await.map_err(|error| verdict(&error))?;
        Ok(aws::element(&answer, "MessageId"))
    }
}

#[async_trait]
impl Provider for SnsEmail {
    /// The credentials are AWS's, which show themselves nowhere.
    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }

    fn topic(&self) -> Option<&str> {
        Some(&self.settings.topic_arn)
    }

    async fn send(&self, letter: &Letter<'_>) -> Result<Sent, Failure> {
        let email = render::email(letter.document, letter.mark);
        let mut result = self.publish(&email.subject, &email.body).await;
        if matches!(&result, Err(refusal) if refusal.of_subject) {
            result = self.publish(&render::ascii_subject(letter.document, letter.mark), &email.body).await;
        }
        result.map(Sent::whole).map_err(|refusal| refusal.failure)
    }
}

/// A failure, and whether another subject may pass: older topics take ASCII only.
#[derive(Debug)]
struct Refusal {
    failure: Failure,
    of_subject: bool,
}

impl Refusal {
    fn of(failure: Failure) -> Self {
        Self { failure, of_subject: false }
    }
}

/// What an error means. By code, since SNS answers throttling and refusals with the same statuses.
/// <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>
fn verdict(error: &CallError) -> Refusal {
    Refusal::of(match &error.cause {
        Cause::Refused(refusal) => return by_code(&refusal.code, &refusal.message, refusal.status),
        Cause::NoAnswer(failure) => failure.clone(),
        Cause::Unreadable => Failure::uncertain("the answer of SNS cannot be read"),
        Cause::Unasked(missing) => Failure::unauthorized(format!("SNS cannot be asked: {missing}")),
    })
}

/// Which parameter is wrong is worth telling. Other words are not: an error about a signature repeats the signed headers,
/// and the session token is one of them.
fn quotable(words: &str) -> String {
    let short = words.chars().count() < 100 && words.starts_with("Invalid parameter");
    if short { format!(": {words}") } else { String::new() }
}

fn by_code(code: &str, words: &str, status: u16) -> Refusal {
    let message = format!("SNS {status} {code}{}", quotable(words));
    let kind = match code {
        "Throttled" | "Throttling" | "ThrottlingException" | "KMSThrottling" | "KMSThrottlingException" | "RequestThrottled" => {
            Kind::RateLimited(std::time::Duration::from_secs(1))
        }
        "AuthorizationError" | "AccessDenied" | "AccessDeniedException" | "InvalidClientTokenId" | "SignatureDoesNotMatch"
        | "ExpiredToken" | "IncompleteSignature" | "MissingAuthenticationToken" | "NotFound" | "EndpointDisabled" => {
            Kind::Unauthorized
        }
        code if code.starts_with("KMS") => Kind::Unauthorized,
        "RequestExpired" | "RequestTimeTooSkewed" => Kind::Unavailable,
        "InternalError" | "InternalFailure" | "ServiceUnavailable" => Kind::Uncertain,
        _ if status == 429 => Kind::RateLimited(std::time::Duration::from_secs(1)),
        _ if status == 408 => Kind::Unavailable,
        _ if status >= 500 || code.is_empty() => Kind::Uncertain,
        _ => Kind::Rejected,
    };
    let of_subject = code.starts_with("InvalidParameter") && words.to_ascii_lowercase().contains("subject");
    Refusal { failure: Failure::new(kind, message), of_subject }
}

#[cfg(test)]
pub(crate) mod tests;
