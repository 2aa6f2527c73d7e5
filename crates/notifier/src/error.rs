//! What can go wrong with a delivery: five kinds, which decide what is done next.

use std::time::Duration;

/// What a failed attempt means for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// This message will never pass: its form or its recipient is refused.
    Rejected,
    /// This channel will pass nothing until somebody mends its credentials.
    Unauthorized,
    /// Not sent: too many at once. Try again after the wait that the provider asks for.
    RateLimited(Duration),
    /// Certainly not sent. Try again.
    Unavailable,
    /// May have been sent, may have not.
    Uncertain,
}

/// A failed attempt. The message is for people and never holds a secret or a whole body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What it means.
    pub kind: Kind,
    /// What happened, in a line.
    pub message: String,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn rejected(message: impl Into<String>) -> Self {
        Self::new(Kind::Rejected, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(Kind::Unauthorized, message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, message)
    }

    pub(crate) fn uncertain(message: impl Into<String>) -> Self {
        Self::new(Kind::Uncertain, message)
    }
}
