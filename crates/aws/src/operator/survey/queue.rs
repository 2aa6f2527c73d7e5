//! Queues of SQS.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::QueueAttributeName;

use super::{Asked, unasked};
use crate::operator::Operator;

/// About how many messages a queue has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Those that anybody may take.
    pub visible: u64,
    /// Those that somebody has taken, and not yet deleted: between two tries, too.
    pub in_flight: u64,
}

impl Operator {
    /// What waits in a queue, by its URL; `None` where there is no such queue. What was sent with a delay that is not over
    /// does not wait.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
    ///
    /// # Errors
    /// SQS did not say.
    pub async fn waiting(&self, url: &str) -> Asked<Option<Waiting>> {
        let visible = QueueAttributeName::ApproximateNumberOfMessages;
        let in_flight = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let ask = Client::new(&self.config).get_queue_attributes().queue_url(url);
        let answer = match ask.attribute_names(visible.clone()).attribute_names(in_flight.clone()).send().await {
            Ok(answer) => answer.attributes.unwrap_or_default(),
            Err(error) if is_not_there(&error) => return Ok(None),
            Err(error) => return Err(unasked("sqs:GetQueueAttributes", &error)),
        };
        let count = |name| answer.get(&name).and_then(|count| count.parse().ok()).unwrap_or_default();
        Ok(Some(Waiting { visible: count(visible), in_flight: count(in_flight) }))
    }
}

/// The code depends on the protocol.
fn is_not_there(error: &impl ProvideErrorMetadata) -> bool {
    error.code().is_some_and(|code| code.ends_with("QueueDoesNotExist") || code.ends_with("NonExistentQueue"))
}
