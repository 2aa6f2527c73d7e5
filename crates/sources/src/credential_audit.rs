//! Passwords and access keys that are old, unused or without MFA.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "credential-audit", alerts };

/// Reads an event.
pub fn alerts(_: &Value, _: &Policy) -> Outcome {
    Outcome::NotMine
}
