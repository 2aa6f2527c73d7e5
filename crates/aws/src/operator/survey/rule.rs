//! Rules of `EventBridge`.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::RuleState;

use super::{Asked, unasked};
use crate::operator::Operator;

impl Operator {
    /// Whether a rule is enabled; `None` where there is none. `id` is what a stack calls it: `BUS|NAME`, or the name alone
    /// where it is of the account's default bus.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html>
    ///
    /// # Errors
    /// `EventBridge` did not say.
    pub async fn rule_enabled(&self, id: &str) -> Asked<Option<bool>> {
        let (bus, name) = id.split_once('|').map_or((None, id), |(bus, name)| (Some(bus.to_owned()), name));
        let client = Client::new(&self.config);
        match client.describe_rule().name(name).set_event_bus_name(bus).send().await {
            Ok(rule) => Ok(Some(rule.state != Some(RuleState::Disabled))),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(unasked("events:DescribeRule", &error)),
        }
    }
}
