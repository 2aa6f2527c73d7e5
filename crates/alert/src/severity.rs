use serde::{Deserialize, Serialize};

/// How bad it is. The order is that of urgency: `Critical` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Info,
    /// Look at it when there is time.
    Low,
    /// Look at it today.
    Medium,
    /// Look at it now, in working hours.
    High,
    /// Get up.
    Critical,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The name in the configuration and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

/// Whether it burns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is wrong now.
    Firing,
    /// What was wrong is right again.
    Resolved,
    /// It happened, and has no end that anyone will report: a sign-in, an event that could not be read.
    Notice,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Firing, Self::Resolved, Self::Notice];

    /// The name in the configuration and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Resolved => "resolved",
            Self::Notice => "notice",
        }
    }
}
