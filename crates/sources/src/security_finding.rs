//! Findings of GuardDuty, and what Security Hub collects of others.
//!
//! - <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>
//! - <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html>
//!
//! Both say again what lasts: GuardDuty every 15 minutes, hour or six hours, Security Hub with every check of a control,
//! twice a day. The id stays, the time of the update changes. Nobody shall get up for that again, so a finding is told
//! once a day (`Throttle::Daily`; of `Throttle::Group`, which is over after an hour, a finding that comes every six hours
//! would take no notice), and the digest counts the repeats. It cannot be told by the event alone whether it is a repeat:
//! the first that arrives may be the third that was sent, and must wake people all the same.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source, origin};

mod advice;
mod formats;
mod guardduty;
mod security_hub;
mod threat;

/// This source.
pub const SOURCE: Source = Source { slug: "security-finding", alerts };

/// Reads a finding.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    match origin::service(event) {
        "aws.guardduty" => guardduty::alerts(event),
        "aws.securityhub" => security_hub::alerts(event),
        _ => Outcome::NotMine,
    }
}
