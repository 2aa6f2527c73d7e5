//! What people did in the account: the calls that CloudTrail tells of, sign-ins of users, and what Config discovers.
//!
//! What is told stands in the table of [`rules()`]. Here is how an event is judged by it, and how an alert is made.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use std::cmp::Reverse;

use alert::{Alert, Link, Policy, Severity, Status, Text, Throttle};
use serde_json::Value;

use crate::arn::{console, encoded};
use crate::fields::{Fields, quoted};
use crate::origin::{Origin, Saying};
use crate::{Outcome, Source};

mod call;
mod conditions;
mod documents;
mod facts;
mod patterns;
mod rules;

pub use patterns::{Pattern, patterns};
pub use rules::{Events, Rule, rules};

use call::{Call, Kind};
use rules::Story;

/// This source.
pub const SOURCE: Source = Source { slug: "account-activity", alerts };

/// Reads an event, and tells of it by the worst of the rules that it meets.
pub fn alerts(event: &Value, policy: &Policy) -> Outcome {
    let Some(call) = Call::read(event) else {
        return Outcome::NotMine;
    };
    match (call.name, call.user_type()) {
        ("ConsoleLogin", Some("Root")) => {
            Outcome::ignored("a console sign-in of the root user, which the source root-login tells")
        }
        // It may be the root user.
        ("ConsoleLogin", None) => Outcome::NotMine,
        _ => match judge(&call, policy) {
            Judgement::Met(rule) => Outcome::alert(alert(&call, &rule)),
            Judgement::Unmet => Outcome::ignored(reason(&call, policy)),
            Judgement::Untold => Outcome::NotMine,
        },
    }
}

/// What the rules make of a call.
#[derive(Debug, Clone, Copy)]
enum Judgement {
    /// The worst of the rules that it meets, the first of those that are equally bad.
    Met(Rule),
    /// It meets none.
    Unmet,
    /// The event does not say whether it meets one.
    Untold,
}

fn judge(call: &Call<'_>, policy: &Policy) -> Judgement {
    let judged: Vec<_> =
        rules().filter(|rule| rule.is_for(call)).map(|rule| (rule, (rule.when)(call, policy))).collect();
    let met: Vec<_> = judged.iter().filter(|(_, met)| *met == Some(true)).map(|(rule, _)| **rule).collect();
    let worst = |rules: &[Rule]| rules.iter().copied().min_by_key(|rule| Reverse(rule.severity));
    match worst(&met) {
        // Else the alert would be one of a session that was told before, and nobody would hear what was done.
        Some(Rule { events: Events::AllOfRoot, severity, .. }) if met.len() > 1 => {
            let named: Vec<_> = met.iter().copied().filter(|rule| rule.events != Events::AllOfRoot).collect();
            worst(&named).map_or(Judgement::Unmet, |rule| Judgement::Met(Rule { severity, ..rule }))
        }
        Some(rule) => Judgement::Met(rule),
        None if judged.iter().any(|(_, met)| met.is_none()) => Judgement::Untold,
        None => Judgement::Unmet,
    }
}

/// Why nobody is told of it.
fn reason(call: &Call<'_>, policy: &Policy) -> String {
    let what = quoted(&format!("{} {}", call.service, call.name));
    match (call.kind, call.by_service()) {
        (Kind::ConfigItem, _) if !policy.new_resources => {
            "a resource of Config, and the configuration does not ask for those that it discovers".to_owned()
        }
        (Kind::ConfigItem, _) => {
            let status = call.word("/configurationItem/configurationItemStatus").unwrap_or_default();
            format!("a resource that Config did not discover just now: {}", quoted(status))
        }
        (_, Some(service)) => format!("no rule tells of it, as the service {} did it: {what}", quoted(service)),
        (Kind::SignIn, None) => format!("a sign-in event that no rule tells of: {what}"),
        (Kind::Call, None) => format!("a call that no rule tells of: {what}"),
    }
}

fn alert(call: &Call<'_>, rule: &Rule) -> Alert {
    let origin = Origin::new(SOURCE.slug, call.event)
        .account(&["/detail/recipientAccountId", "/detail/configurationItem/awsAccountId", "/account"])
        .region(&["/detail/awsRegion", "/detail/configurationItem/awsRegion", "/region"])
        .time(&["/detail/eventTime", "/detail/configurationItem/configurationItemCaptureTime", "/time"]);
    let key = key(call);
    let key: Vec<_> = key.iter().flatten().map(String::as_str).collect();
    let subject = facts::subject(call, rule);
    let fingerprint = fingerprint(call, rule, subject.as_deref());
    let fingerprint: Vec<_> = fingerprint.iter().map(String::as_str).collect();
    Alert {
        throttle: throttle(call, rule),
        facts: facts::facts(call, rule),
        links: links(call, origin.region.as_deref()),
        subject: subject.as_deref().map(facts::short),
        ..origin.alert(saying(call, rule), (!key.is_empty()).then_some(&key), &fingerprint)
    }
}

fn saying(call: &Call<'_>, rule: &Rule) -> Saying {
    let (severity, title, advice) = if call.failed() {
        (one_less(rule.severity), rule.attempt, advice_of_attempt(call, rule))
    } else {
        (rule.severity, rule.title, rule.advice)
    };
    Saying { severity, status: Status::Notice, title, advice }
}

/// What failed needs no undoing. Who failed to sign in, or is the root user, may be somebody else.
fn advice_of_attempt(call: &Call<'_>, rule: &Rule) -> Text {
    match call.kind {
        Kind::Call if call.by_root() == Some(true) => rules::STRANGER_AS_ROOT,
        Kind::Call => rules::TRIED,
        Kind::SignIn | Kind::ConfigItem => rule.advice,
    }
}

const fn one_less(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}

/// What CloudTrail calls the event, or Config what it found at that moment.
fn key(call: &Call<'_>) -> Option<Vec<String>> {
    if call.kind != Kind::ConfigItem {
        return call.detail.text("/eventID").map(|id| vec![id]);
    }
    let of_item = |name: &str| call.detail.text(&format!("/configurationItem/{name}"));
    let time = call.detail.moment("/configurationItem/configurationItemCaptureTime");
    let time = time.or_else(|| call.detail.moment("/notificationCreationTime"));
    Some(vec![of_item("resourceType")?, of_item("resourceId")?, time?])
}

/// Attempts that fail are many, and the first in an hour says it; so is what somebody does in one session.
fn throttle(call: &Call<'_>, rule: &Rule) -> Throttle {
    match (rule.story, rule.severity) {
        _ if call.failed() => Throttle::Group,
        (Story::None, Severity::Critical) => Throttle::Never,
        (Story::None, _) => Throttle::Count,
        _ => Throttle::Group,
    }
}

/// The rule, and what its story is about.
fn fingerprint(call: &Call<'_>, rule: &Rule, subject: Option<&str>) -> Vec<String> {
    let text = |pointer| call.detail.text(pointer).unwrap_or_default();
    let address = || text("/sourceIPAddress");
    let about = match rule.story {
        Story::None if call.failed() => vec![facts::principal(call), call.name.to_owned()],
        Story::None => vec![subject.unwrap_or_default().to_owned()],
        Story::Person => vec![facts::principal(call)],
        Story::Address => vec![address()],
        Story::Session => vec![session(call), address()],
    };
    let attempt = if call.failed() { "attempt" } else { "done" };
    [rule.name.to_owned(), attempt.to_owned()].into_iter().chain(about).collect()
}

/// A console session gets new temporary keys as it goes on, and is known by when it began.
fn session(call: &Call<'_>) -> String {
    let began = "/userIdentity/sessionContext/attributes/creationDate";
    call.detail.first(&[began, "/userIdentity/accessKeyId"], |_| true).unwrap_or_default()
}

fn links(call: &Call<'_>, region: Option<&str>) -> Vec<Link> {
    if call.kind == Kind::ConfigItem {
        let of_item =
            |name: &str| encoded(&call.detail.text(&format!("/configurationItem/{name}")).unwrap_or_default());
        let (kind, id) = (of_item("resourceType"), of_item("resourceId"));
        let place = format!("/resources/details?resourceId={id}&resourceType={kind}");
        return vec![Link::new(Text::new("Config 리소스", "Config resource"), console(region, "config", &place))];
    }
    let name = encoded(call.name);
    let id = call.detail.text("/eventID");
    let place = id.map_or_else(|| format!("/events?EventName={name}"), |id| format!("/events/{}", encoded(&id)));
    vec![Link::new(Text::new("CloudTrail 기록", "CloudTrail event"), console(region, "cloudtrailv2", &place))]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// What the rules make of the corpus, by an operator who wants to know all.
    fn met_by_the_corpus() -> BTreeSet<&'static str> {
        let allowed = ["us-east-1", "ap-northeast-2"].map(str::to_owned);
        let policy = Policy { allowed_regions: Some(allowed.into()), new_resources: true, ..Policy::default() };
        let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/account-activity");
        let files = std::fs::read_dir(events).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        let met = files.filter_map(|bytes| {
            let event: Value = serde_json::from_slice(&bytes).unwrap();
            match judge(&Call::read(&event)?, &policy) {
                Judgement::Met(rule) => Some(rule.name),
                Judgement::Unmet | Judgement::Untold => None,
            }
        });
        met.collect()
    }

    #[test]
    fn every_rule_of_the_table_has_an_event_that_meets_it() {
        assert_eq!(met_by_the_corpus(), rules().map(|rule| rule.name).collect());
    }

    #[test]
    fn an_attempt_is_one_step_less_than_the_deed() {
        let steps: Vec<_> = Severity::ALL.into_iter().map(one_less).collect();
        assert_eq!(steps, [Severity::High, Severity::Medium, Severity::Low, Severity::Info, Severity::Info]);
    }
}
