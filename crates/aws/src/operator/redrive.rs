//! Moves messages from one queue to another. SQS's own way (`StartMessageMoveTask`) moves only what SQS itself has put
//! aside, and in a dead-letter queue of `EventBridge` it has put nothing.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html>

use std::collections::HashSet;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, QueueAttributeName};

use super::{Operator, OperatorError};

/// How long a message that is being moved is hidden from everybody else, in seconds.
const HIDDEN: i32 = 60;
/// How long SQS looks for a message, in seconds: with less it does not look everywhere.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html>
const LOOKS: i32 = 2;

/// Two queues, and what has been moved between them.
#[derive(Debug)]
pub struct Redrive<'a> {
    operator: &'a Operator,
    client: Client,
    from: String,
    to: String,
    /// The messages as the other queue calls them. One that comes back has failed again, and stays.
    sent: HashSet<String>,
}

impl<'a> Redrive<'a> {
    /// Finds two queues by their names.
    ///
    /// # Errors
    /// One is not there, or may not be asked for.
    pub async fn between(operator: &'a Operator, from: &str, to: &str) -> Result<Self, OperatorError> {
        let client = Client::new(&operator.config);
        let (from, to) = (operator.queue(&client, from).await?, operator.queue(&client, to).await?);
        Ok(Self { operator, client, from, to, sent: HashSet::new() })
    }

    /// About how many messages wait to be moved.
    ///
    /// # Errors
    /// SQS does not say.
    pub async fn waiting(&self) -> Result<u32, OperatorError> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let answer =
            self.client.get_queue_attributes().queue_url(&self.from).attribute_names(name.clone()).send().await;
        let answer = answer.map_err(|error| self.operator.error("cannot count the dead letters", &error))?;
        let count = answer.attributes.and_then(|attributes| attributes.get(&name)?.parse().ok());
        Ok(count.unwrap_or_default())
    }

    /// Moves one message with its body and attributes; `false` where none is left. It is deleted only after the other queue
    /// has taken it: if that fails it is in both, and whoever knows its alert sends nothing twice.
    ///
    /// # Errors
    /// It is still where it was, or in both queues.
    pub async fn next(&mut self) -> Result<bool, OperatorError> {
        while let Some(message) = self.receive().await? {
            if message.message_id.as_ref().is_some_and(|id| self.sent.contains(id)) {
                continue;
            }
            let copy = self.client.send_message().queue_url(&self.to).message_body(message.body.unwrap_or_default());
            let sent = copy.set_message_attributes(message.message_attributes).send().await;
            let sent = sent.map_err(|error| self.operator.error("cannot move a dead letter", &error))?;
            self.sent.extend(sent.message_id);
            let delete = self.client.delete_message().queue_url(&self.from).set_receipt_handle(message.receipt_handle);
            let what = "a dead letter was moved, but cannot be deleted where it was";
            delete.send().await.map_err(|error| self.operator.error(what, &error))?;
            return Ok(true);
        }
        Ok(false)
    }

    /// One at a time: our HTTP client reads no answer of over 1 MB, and a message may have most of that.
    async fn receive(&self) -> Result<Option<Message>, OperatorError> {
        let ask = self.client.receive_message().queue_url(&self.from).max_number_of_messages(1);
        let ask = ask.message_attribute_names("All").visibility_timeout(HIDDEN).wait_time_seconds(LOOKS);
        let answer = ask.send().await.map_err(|error| self.operator.error("cannot read the dead letters", &error))?;
        Ok(answer.messages.unwrap_or_default().into_iter().next())
    }
}

impl Operator {
    async fn queue(&self, client: &Client, name: &str) -> Result<String, OperatorError> {
        let answer = client.get_queue_url().queue_name(name).send().await;
        let answer = answer.map_err(|error| self.error("cannot find the stack's queues", &error))?;
        Ok(answer.queue_url.unwrap_or_default())
    }
}
