//! Trouble of AWS itself, and complaints about us.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "health-event", alerts };

/// Reads an event.
pub fn alerts(_: &Value, _: &Policy) -> Outcome {
    Outcome::NotMine
}
