//! Findings of GuardDuty and Security Hub.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "security-finding", alerts };

/// Reads an event.
pub fn alerts(_: &Value, _: &Policy) -> Outcome {
    Outcome::NotMine
}
