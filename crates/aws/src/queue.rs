//! What a function says to SQS: a message for later, and when one that failed shall come again.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use notifier::Variables;
use notifier::http::Http;

use crate::sdk;

/// The queues of this environment's Region.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
}

/// SQS did not do it. Says what it answered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct QueueError(String);

impl Queue {
    /// A client with these credentials. Nothing is asked yet.
    pub fn new(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self { client: Client::new(&sdk::settings("SQS", variables, credentials, http)) }
    }

    /// Puts a message of at most 262,144 bytes, which older queues take too, into the queue of this URL. Nobody receives it
    /// before `delay` is over: 15 minutes at most.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
    ///
    /// # Errors
    /// SQS has not taken it.
    pub async fn send_later(&self, url: &str, body: &str, delay: Duration) -> Result<(), QueueError> {
        let seconds = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
        let send = self.client.send_message().queue_url(url).message_body(body).delay_seconds(seconds);
        send.send().await.map_err(|error| explain(&error))?;
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
