//! What people did in the account, by its CloudTrail events.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "account-activity", alerts };

/// Reads an event.
pub fn alerts(_: &Value, _: &Policy) -> Outcome {
    Outcome::NotMine
}
