//! Who is subscribed to a topic: in every topic one address, confirmed by somebody who was signed in, unless the accounts
//! say otherwise.

use super::{Fields, Refusal, escaped, success};
use crate::Accounts;
use crate::http::Reply;

/// The address that is subscribed to every topic.
const ENDPOINT: &str = "ops@example.com";

/// <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html>; an address that has not confirmed yet
/// has no ARN.
pub(super) fn list(accounts: &Accounts, topic: &str, number: u64) -> Reply {
    let owner = topic.split(':').nth(4).unwrap_or_default();
    let waits = accounts.pending_topics.iter().any(|it| it == topic);
    let arn = if waits { "PendingConfirmation".to_owned() } else { format!("{topic}:{owner}") };
    let member = [
        ("TopicArn", topic),
        ("Protocol", "email"),
        ("SubscriptionArn", arn.as_str()),
        ("Owner", owner),
        ("Endpoint", ENDPOINT),
    ];
    let member = member.map(|(key, value)| format!("<{key}>{}</{key}>", escaped(value))).concat();
    let list = format!("<Subscriptions><member>{member}</member></Subscriptions>");
    success("ListSubscriptionsByTopic", &list, number)
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html>
pub(super) fn attributes(accounts: &Accounts, fields: &Fields, number: u64) -> Result<Reply, Refusal> {
    let arn = fields.get("SubscriptionArn").unwrap_or_default();
    let topic = arn.rsplit_once(':').map(|(topic, _)| topic).unwrap_or_default();
    if !accounts.topics.iter().any(|it| it == topic) {
        return Err(Refusal::new(axum::http::StatusCode::NOT_FOUND, "NotFound", "Subscription does not exist"));
    }
    let authenticated = !accounts.open_topics.iter().any(|it| it == topic);
    let all = [
        ("TopicArn", topic),
        ("SubscriptionArn", arn),
        ("Protocol", "email"),
        ("Endpoint", ENDPOINT),
        ("PendingConfirmation", "false"),
        ("ConfirmationWasAuthenticated", if authenticated { "true" } else { "false" }),
    ];
    let entries = all.map(|(key, value)| format!("<entry><key>{key}</key><value>{}</value></entry>", escaped(value)));
    Ok(success("GetSubscriptionAttributes", &format!("<Attributes>{}</Attributes>", entries.concat()), number))
}
