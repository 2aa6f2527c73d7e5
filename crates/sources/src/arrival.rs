//! How an event came, and what is known of how it was tried before.

use alert::SOURCES;

use crate::UNKNOWN;
use crate::arn::Arn;

/// How an event came, by what its envelopes say: the outermost that says something, since it is the one that AWS or we
/// ourselves have put around it. What an event claims of itself counts for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The `messageId` of the SQS record it came in. Two items share it where one message holds two events.
    pub message_id: Option<String>,
    /// What SQS calls this receipt of the message, for whoever wants to hide it for longer or less.
    pub receipt_handle: Option<String>,
    /// The ARN of the queue that it came from.
    pub queue: Option<String>,
    /// How often SQS has given the message out, this time included; 0 where it came by another way.
    pub received: u32,
    /// The function that it was for before it came here, else the rule or the queue that led there: `bongsu-root-login`.
    pub meant_for: Option<String>,
    /// Why it was not delivered there, where that is known.
    pub failure: Option<Failure>,
    /// It was delivered, and comes once more to see what became of its texts: see [`follow_up`](crate::follow_up).
    pub follow_up: bool,
}

/// Why an event was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The function had no configuration that it could use.
    Unconfigured,
    /// The function could not get the report that it was to read.
    NoReport,
    /// The function ran, and channels failed.
    Owed,
    /// The function was never started.
    NotStarted,
    /// The function ran, and crashed or took too long.
    Crashed,
}

impl Arrival {
    /// The slug of the source whose function it was for.
    pub(crate) fn slug(&self) -> Option<&'static str> {
        slug(self.meant_for.as_deref()?)
    }

    /// Whether an envelope has said already what it was for.
    pub(crate) fn is_told(&self) -> bool {
        self.meant_for.is_some() || self.failure.is_some() || self.follow_up
    }
}

impl Failure {
    /// By what Lambda's `OnFailure` record says: the `errorType` of the function's answer, whether it gave any answer, and
    /// the `condition` on which Lambda gave up.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
    pub(crate) fn new(error_type: Option<&str>, answered: bool, condition: Option<&str>) -> Option<Self> {
        match (error_type, condition) {
            (Some("ConfigurationError"), _) => Some(Self::Unconfigured),
            (Some("ReportError"), _) => Some(Self::NoReport),
            (Some("AlertOwed"), _) => Some(Self::Owed),
            _ if error_type.is_some() || answered => Some(Self::Crashed),
            (_, None | Some("RetriesExhausted")) => None,
            // It was too old, or none may run: whatever it was, no try of it has left an answer.
            (_, Some(_)) => Some(Self::NotStarted),
        }
    }
}

/// What an ARN of a function, a rule or a queue calls it, without its version and its bus.
pub(crate) fn name(arn: &str) -> Option<String> {
    let resource = Arn::parse(arn)?.resource;
    let name = match resource.strip_prefix("function:") {
        Some(function) => function.split(':').next(),
        None => resource.rsplit('/').next(),
    };
    name.filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Functions, rules and queues are called after their source: `bongsu-budget`, and `bongsu-budget-events` for a queue.
pub(crate) fn slug(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("-events").unwrap_or(name);
    let is_of = |slug: &&str| name.strip_suffix(*slug).is_some_and(|stack| stack.is_empty() || stack.ends_with('-'));
    SOURCES.into_iter().filter(|slug| *slug != UNKNOWN).find(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_what_an_event_was_for() {
        let cases = [
            ("arn:aws:lambda:us-east-1:111122223333:function:bongsu-root-login:$LATEST", Some("bongsu-root-login")),
            ("arn:aws:lambda:us-east-1:111122223333:function:bongsu-root-login", Some("bongsu-root-login")),
            ("arn:aws:events:us-east-1:111122223333:rule/bongsu-budget", Some("bongsu-budget")),
            ("arn:aws:events:us-east-1:111122223333:rule/own-bus/bongsu-budget", Some("bongsu-budget")),
            ("arn:aws-cn:sqs:cn-north-1:111122223333:bongsu-budget-events", Some("bongsu-budget-events")),
            ("arn:aws:lambda:us-east-1:111122223333:function:", None),
            ("bongsu-root-login", None),
            ("", None),
        ];
        for (arn, expected) in cases {
            assert_eq!(name(arn).as_deref(), expected, "{arn}");
        }
    }

    #[test]
    fn a_name_ends_with_the_slug_of_its_source() {
        let cases = [
            ("bongsu-root-login", Some("root-login")),
            ("my-own-stack-cloudwatch-alarm", Some("cloudwatch-alarm")),
            ("bongsu-budget-events", Some("budget")),
            ("bongsu-health-event", Some("health-event")),
            ("bongsu-health-event-events", Some("health-event")),
            ("root-login", Some("root-login")),
            ("bongsu-notroot-login", None),
            ("bongsuroot-login", None),
            ("bongsu-redeliver", None),
            ("bongsu-unknown", None),
            ("bongsu-root-login-", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    #[test]
    fn each_kind_of_record_says_why_the_event_failed() {
        let exhausted = Some("RetriesExhausted");
        let cases = [
            (Some("ConfigurationError"), true, exhausted, Some(Failure::Unconfigured)),
            (Some("ReportError"), true, exhausted, Some(Failure::NoReport)),
            (Some("AlertOwed"), true, exhausted, Some(Failure::Owed)),
            (Some("AlertOwed"), true, Some("EventAgeExceeded"), Some(Failure::Owed)),
            (Some("Sandbox.Timedout"), true, exhausted, Some(Failure::Crashed)),
            (Some("Runtime.ExitError"), true, exhausted, Some(Failure::Crashed)),
            (None, true, exhausted, Some(Failure::Crashed)),
            (None, false, Some("EventAgeExceeded"), Some(Failure::NotStarted)),
            (None, false, Some("a condition of next year"), Some(Failure::NotStarted)),
            (None, false, exhausted, None),
            (None, false, None, None),
        ];
        for (error_type, answered, condition, expected) in cases {
            assert_eq!(Failure::new(error_type, answered, condition), expected, "{error_type:?} {condition:?}");
        }
    }
}
