//! What a function says to SQS: a message for later, and when one that failed shall come again.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use notifier::Variables;
use notifier::http::{AwsHttp, Http};

/// The most messages of one request, and their most bytes. SQS takes four times as many since August 2025; the older limit
/// holds wherever the queue is. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>
const BATCH: (usize, usize) = (10, 262_144);

/// The queues of this environment's Region.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
}

/// A message, and how long nobody receives it: 15 minutes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Later<'a> {
    /// What it says, at most 262,144 bytes.
    pub body: &'a str,
    /// From when on it is received.
    pub delay: Duration,
}

/// SQS did not do it. Says what it answered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct QueueError(String);

impl Queue {
    /// A client with these credentials. Nothing is asked yet.
    pub fn new(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        let region = variables.get("AWS_REGION").or_else(|| variables.get("AWS_DEFAULT_REGION"));
        let endpoint = variables.get("AWS_ENDPOINT_URL_SQS").or_else(|| variables.get("AWS_ENDPOINT_URL"));
        let mut config = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region.map(|region| Region::new(region.to_owned())))
            .credentials_provider(credentials)
            .http_client(AwsHttp(http))
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(endpoint.map(str::to_owned));
        Self { client: Client::from_conf(config.build()) }
    }

    /// Puts messages into the queue of this URL.
    ///
    /// # Errors
    /// SQS has not taken all of them.
    pub async fn send_later(&self, url: &str, messages: &[Later<'_>]) -> Result<(), QueueError> {
        for batch in batches(messages) {
            let entries = batch.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>();
            let entries = entries.map_err(|error| QueueError(error.to_string()))?;
            let send = self.client.send_message_batch().queue_url(url).set_entries(Some(entries));
            let answer = send.send().await.map_err(|error| explain(&error))?;
            if let Some(failed) = answer.failed().first() {
                return Err(QueueError(format!("SQS refused {} of them: {}", answer.failed().len(), failed.code())));
            }
        }
        Ok(())
    }

    /// Lets a message that was received, and is not deleted, come again after `wait` and not when its queue says: 12 hours
    /// at most. `queue` is the ARN of the queue that it came from, `receipt` what it was received with.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html>
    ///
    /// # Errors
    /// SQS has not done it, perhaps because the message was deleted or is another's by now.
    pub async fn change_visibility(&self, queue: &str, receipt: &str, wait: Duration) -> Result<(), QueueError> {
        let url = url(queue).ok_or_else(|| QueueError(format!("{queue:?} is not the ARN of a queue")))?;
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(i32::MAX);
        let change = self.client.change_message_visibility().queue_url(url).receipt_handle(receipt);
        change.visibility_timeout(seconds).send().await.map_err(|error| explain(&error))?;
        Ok(())
    }
}

/// The messages, as many in a request as SQS takes.
fn batches<'a>(messages: &[Later<'a>]) -> Vec<Vec<Later<'a>>> {
    let (count, bytes) = BATCH;
    let mut batches: Vec<Vec<Later<'a>>> = Vec::new();
    for message in messages {
        let fits = |batch: &&mut Vec<Later<'a>>| {
            let size: usize = batch.iter().map(|other| other.body.len()).sum();
            batch.len() < count && size + message.body.len() <= bytes
        };
        match batches.last_mut().filter(fits) {
            Some(batch) => batch.push(*message),
            None => batches.push(vec![*message]),
        }
    }
    batches
}

fn entry((place, message): (usize, &Later<'_>)) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let seconds = i32::try_from(message.delay.as_secs()).unwrap_or(i32::MAX);
    let entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(message.body);
    entry.delay_seconds(seconds).build()
}

/// `arn:aws:sqs:us-east-1:111122223333:name`: <https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>
fn url(arn: &str) -> Option<String> {
    let parts: Vec<_> = arn.split(':').collect();
    let ["arn", partition, "sqs", region, account, name] = parts[..] else { return None };
    let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    Some(format!("https://sqs.{region}.{domain}/{account}/{name}"))
}

/// By code alone: an error about a signature would repeat what was signed.
fn explain<E: ProvideErrorMetadata>(error: &SdkError<E>) -> QueueError {
    QueueError(match error {
        SdkError::ServiceError(answer) => {
            format!("SQS said {}", answer.err().code().unwrap_or("nothing that we know"))
        }
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => "SQS does not answer".to_owned(),
        _ => "the request to SQS or its answer is broken".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(messages: &[usize]) -> Vec<Vec<usize>> {
        let bodies: Vec<_> = messages.iter().map(|size| "x".repeat(*size)).collect();
        let messages: Vec<_> = bodies.iter().map(|body| Later { body, delay: Duration::ZERO }).collect();
        let sizes = |batch: Vec<Later<'_>>| batch.iter().map(|message| message.body.len()).collect();
        batches(&messages).into_iter().map(sizes).collect()
    }

    #[test]
    fn a_request_holds_no_more_than_sqs_takes() {
        assert_eq!(sizes(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(sizes(&[1; 21]), [vec![1; 10], vec![1; 10], vec![1]]);
        assert_eq!(sizes(&[250_000, 250_000, 10]), [vec![250_000], vec![250_000, 10]]);
        assert_eq!(sizes(&[131_072, 131_072, 1]), [vec![131_072, 131_072], vec![1]]);
    }

    #[test]
    fn the_arn_of_a_queue_says_its_url() {
        let cases = [
            ("arn:aws:sqs:us-east-1:111122223333:q", Some("https://sqs.us-east-1.amazonaws.com/111122223333/q")),
            (
                "arn:aws-cn:sqs:cn-north-1:111122223333:q",
                Some("https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q"),
            ),
            ("arn:aws:sns:us-east-1:111122223333:q", None),
            ("arn:aws:sqs:us-east-1:111122223333", None),
            ("", None),
        ];
        for (arn, expected) in cases {
            assert_eq!(url(arn).as_deref(), expected, "{arn}");
        }
    }
}
