//! Budgets that were, or will be, exceeded.

use alert::Policy;
use serde_json::Value;

use crate::{Outcome, Source};

/// This source.
pub const SOURCE: Source = Source { slug: "budget", alerts };

/// Reads an event.
pub fn alerts(_: &Value, _: &Policy) -> Outcome {
    Outcome::NotMine
}
