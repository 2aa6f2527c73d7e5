//! What a function says to SQS: a message for later, and when one that failed shall come again.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use notifier::Variables;
use notifier::aws::{CallError, JsonClient, address};
use notifier::http::Http;
use serde_json::json;

/// The queues of this environment's Region.
#[derive(Debug, Clone)]
pub struct Queue {
    client: JsonClient,
}

/// SQS did not do it. Says what it answered.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// It refused, or did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// There is no such queue.
    #[error("{0:?} is not the ARN of a queue")]
    NoQueue(String),
}

impl Queue {
    /// A client with these credentials. Nothing is asked yet.
    pub fn new(variables: &Variables, credentials: SharedCredentialsProvider, http: Http) -> Self {
        Self { client: JsonClient::sqs(variables, credentials, http) }
    }

    /// Puts a message of at most 262,144 bytes, which older queues take too, into the queue of this URL. Nobody receives it
    /// before `delay` is over: 15 minutes at most.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
    ///
    /// # Errors
    /// SQS has not taken it.
    pub async fn send_later(&self, url: &str, body: &str, delay: Duration) -> Result<(), QueueError> {
        let message = json!({ "QueueUrl": url, "MessageBody": body, "DelaySeconds": delay.as_secs() });
        self.client.call("SendMessage", &message).await?;
        Ok(())
    }

    /// Lets a message that was received, and is not deleted, come again after `wait` and not when its queue says: 12 hours
    /// at most. `queue` is the ARN of the queue that it came from, `receipt` what it was received with.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html>
    ///
    /// # Errors
    /// SQS has not done it, perhaps because the message was deleted or is another's by now.
    pub async fn change_visibility(&self, queue: &str, receipt: &str, wait: Duration) -> Result<(), QueueError> {
        let url = url(queue).ok_or_else(|| QueueError::NoQueue(queue.to_owned()))?;
        let change = json!({ "QueueUrl": url, "ReceiptHandle": receipt, "VisibilityTimeout": wait.as_secs() });
        self.client.call("ChangeMessageVisibility", &change).await?;
        Ok(())
    }
}

/// `arn:aws:sqs:us-east-1:111122223333:name`: <https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>
fn url(arn: &str) -> Option<String> {
    let parts: Vec<_> = arn.split(':').collect();
    let ["arn", _, "sqs", region, account, name] = parts[..] else { return None };
    Some(format!("{}/{account}/{name}", address("sqs", region)))
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
