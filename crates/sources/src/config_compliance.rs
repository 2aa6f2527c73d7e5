//! Resources that break a rule of AWS Config, and keep it again.
//!
//! `Config Rules Compliance Change` on EventBridge, and the same notification on Config's own SNS topic.
//! <https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html>
//! <https://docs.aws.amazon.com/config/latest/developerguide/notifications-for-AWS-Config.html>

use alert::{Alert, Fact, Link, Policy, Text};
use serde_json::Value;

use crate::arn::{console, encoded};
use crate::fields::{Fields, quoted};
use crate::origin::{self, Origin};
use crate::{Outcome, Source, repair};

mod wording;

/// This source.
pub const SOURCE: Source = Source { slug: "config-compliance", alerts };

const RESOURCE: Text = Text::new("리소스", "Resource");

/// What Config sends on its topic besides compliance changes begins with one of these.
const OTHER_MESSAGES: [&str; 2] = ["Config", "Oversized"];

/// What CloudTrail calls an API call.
const CALLS: &str = "AWS API Call via CloudTrail";

/// Reads a compliance change. A rule that is broken fires, a rule that is kept again resolves.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    match event {
        // A message of Config that was too big for a notification: prose, then JSON.
        Value::String(text) => match text.split_once('{').and_then(|(_, json)| repair::parse(&format!("{{{json}"))) {
            Some(inner) if inner.is_object() => notification(&inner, &inner),
            _ => Outcome::NotMine,
        },
        event if origin::service(event) == "aws.config" => match origin::detail_type(event) {
            "Config Rules Compliance Change" | "" => {
                event.get("detail").map_or(Outcome::NotMine, |detail| notification(event, detail))
            }
            // Somebody called Config: the source `account-activity` tells of it.
            CALLS => Outcome::NotMine,
            other => Outcome::ignored(format!("an event of AWS Config of another kind: {}", quoted(other))),
        },
        event => notification(event, event),
    }
}

/// `event` is the whole, `detail` the notification in it; on Config's topic the two are the same.
fn notification(event: &Value, detail: &Value) -> Outcome {
    match detail.word("/messageType") {
        Some("ComplianceChangeNotification") => change(event, detail),
        Some(other) if OTHER_MESSAGES.iter().any(|known| other.starts_with(known)) => {
            Outcome::ignored(format!("a notification of AWS Config of another kind: {}", quoted(other)))
        }
        _ if rule(detail).is_some() && has_result(detail) => change(event, detail),
        _ => Outcome::NotMine,
    }
}

fn has_result(detail: &Value) -> bool {
    detail.get("newEvaluationResult").is_some() || detail.get("oldEvaluationResult").is_some()
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Broken,
    Kept,
    /// Neither kept nor broken: the resource was deleted, or the rule is no longer for it.
    Gone,
    /// Config did not say what it found.
    Unclear,
}

fn change(event: &Value, detail: &Value) -> Outcome {
    let old = detail.word("/oldEvaluationResult/complianceType");
    let new = detail.word("/newEvaluationResult/complianceType");
    let reason = |why| {
        let rule = rule(detail).unwrap_or_default();
        let (old, new) = (quoted(old.unwrap_or("nothing")), quoted(new.unwrap_or("nothing")));
        format!("{why}: {} went from {old} to {new}", quoted(&rule))
    };
    match told(old, new) {
        Told::Always(turn) => Outcome::alert(alert(event, detail, turn)),
        Told::IfFiring(turn, why) => Outcome::if_firing(alert(event, detail, turn), reason(why)),
        Told::Never(why) => Outcome::ignored(reason(why)),
    }
}

/// Who has to hear of a change.
enum Told {
    Always(Turn),
    /// Config does not say what was before; it may end what burns.
    IfFiring(Turn, &'static str),
    Never(&'static str),
}

fn told(old: Option<&str>, new: Option<&str>) -> Told {
    const NOT_BROKEN: &str = "the rule was not broken before";
    const BROKEN: Option<&str> = Some("NON_COMPLIANT");
    match new {
        Some(_) if old == new => Told::Never("the rule's result did not change"),
        Some("NON_COMPLIANT") => Told::Always(Turn::Broken),
        Some("COMPLIANT") if old == BROKEN => Told::Always(Turn::Kept),
        // The resource is deleted, or nobody asks the rule of it any longer: the fire would never be put out otherwise.
        Some("NOT_APPLICABLE") if old == BROKEN => Told::Always(Turn::Gone),
        Some("COMPLIANT") => Told::IfFiring(Turn::Kept, NOT_BROKEN),
        Some("NOT_APPLICABLE") => Told::IfFiring(Turn::Gone, NOT_BROKEN),
        // Still broken, as far as anybody knows.
        Some("INSUFFICIENT_DATA") => Told::Never("the rule cannot be judged for want of data"),
        _ => Told::Always(Turn::Unclear),
    }
}

/// The rule's name. It stands in three places, so that one is there.
fn rule(detail: &Value) -> Option<String> {
    let pointers = ["/configRuleName", &qualifier("new", "configRuleName"), &qualifier("old", "configRuleName")];
    detail.first(&pointers, |_| true).or_else(|| detail.text("/configRuleARN"))
}

/// The resource's type or id.
fn resource(detail: &Value, field: &str) -> Option<String> {
    detail.first(&[&format!("/{field}"), &qualifier("new", field), &qualifier("old", field)], |_| true)
}

fn qualifier(age: &str, field: &str) -> String {
    format!("/{age}EvaluationResult/evaluationResultIdentifier/evaluationResultQualifier/{field}")
}

fn alert(event: &Value, detail: &Value, turn: Turn) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/awsAccountId", "/awsAccountId", "/account"])
        .region(&["/detail/awsRegion", "/awsRegion", "/region"])
        .time(&["/detail/newEvaluationResult/resultRecordedTime", "/newEvaluationResult/resultRecordedTime"])
        .time(&["/detail/notificationCreationTime", "/notificationCreationTime", "/time"]);
    let parts = [rule(detail), resource(detail, "resourceType"), resource(detail, "resourceId")];
    let [rule, kind, id] = parts.each_ref().map(|part| part.as_deref().unwrap_or_default());
    let recorded =
        detail.moment("/newEvaluationResult/resultRecordedTime").or_else(|| detail.moment("/notificationCreationTime"));
    let key = recorded.as_deref().map(|recorded| [rule, kind, id, recorded]);

    let known = wording::rule(rule);
    // Where the title says which rule it is, the resource is what the reader asks for next.
    let named = known.is_some() && matches!(turn, Turn::Broken | Turn::Kept);
    // The account itself is named in every text anyway.
    let resource = Some(id).filter(|id| !id.is_empty() && kind != "AWS::::Account");
    let subject = if named { resource } else { Some(rule).filter(|rule| !rule.is_empty()) };
    Alert {
        subject: subject.map(str::to_owned),
        facts: facts(detail, [rule, kind], resource, named, turn),
        links: links(origin.region.as_deref(), rule, known.is_some_and(|known| known.root)),
        ..origin.alert(wording::saying(known, turn), key.as_ref().map(<[_; 4]>::as_slice), &[rule, kind, id])
    }
}

fn facts(detail: &Value, [rule, kind]: [&str; 2], resource: Option<&str>, named: bool, turn: Turn) -> Vec<Fact> {
    let brief = |fact: Fact, brief: bool| if brief { fact.brief() } else { fact };
    let resource =
        resource.map(|id| Fact::foreign(RESOURCE, format!("{} {id}", kind.rsplit("::").next().unwrap_or(kind))));
    let result = Fact::words(Text::new("결과", "Result"), wording::result(turn));
    let result = brief(result, named || resource.is_none());
    let annotation = |age: &str| detail.text(&format!("/{age}EvaluationResult/annotation"));
    // What was said of a broken rule tells what was mended, too.
    let annotation = annotation("new").or_else(|| annotation("old").filter(|_| turn == Turn::Kept));
    let foreign = |label, value: &str| (!value.is_empty()).then(|| Fact::foreign(label, value));
    [
        resource.map(|resource| brief(resource, !named)),
        Some(result),
        annotation.map(|note| Fact::foreign(Text::new("설명", "Note"), note.trim())),
        foreign(Text::new("규칙", "Rule"), rule).filter(|_| named),
        foreign(Text::new("리소스 종류", "Resource type"), kind),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn links(region: Option<&str>, rule: &str, root: bool) -> Vec<Link> {
    let place = format!("/rules/details?configRuleName={}", encoded(rule));
    let place = if rule.is_empty() { "/rules" } else { &place };
    let rule = Link::new(Text::new("Config 규칙", "Config rule"), console(region, "config", place));
    let root = root.then(|| {
        Link::new(
            Text::new("루트 보안 자격 증명", "Root security credentials"),
            console(region, "iam", "/security_credentials"),
        )
    });
    [rule].into_iter().chain(root).collect()
}
