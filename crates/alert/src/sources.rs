/// Slugs of the sources that an alert can come from, as a configuration may name them. `unknown` is an event that
/// nobody could read and that came from nowhere in particular.
pub const SOURCES: [&str; 12] = [
    "root-login",
    "config-compliance",
    "access-analyzer",
    "cloudwatch-alarm",
    "account-activity",
    "cost-anomaly",
    "budget",
    "credential-audit",
    "security-finding",
    "health-event",
    "heartbeat",
    "unknown",
];
