//! Resources that break a rule of AWS Config, and keep it again.
//!
//! `Config Rules Compliance Change` on EventBridge, and the same notification on Config's own SNS topic.
//! <https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html>
//! <https://docs.aws.amazon.com/config/latest/developerguide/notifications-for-AWS-Config.html>

use alert::{Alert, Fact, Link, Status, Text};
use serde_json::Value;

use crate::arn::{console, encoded};
use crate::fields::{Fields, quoted};
use crate::origin::{self, Origin};
use crate::{Outcome, Source, repair};

mod wording;

/// This source.
pub const SOURCE: Source = Source { slug: "config-compliance", alerts };

/// What Config sends on its topic besides compliance changes begins with one of these.
const OTHER_MESSAGES: [&str; 2] = ["Config", "Oversized"];

/// Reads a compliance change. A rule that is broken fires, a rule that is kept again resolves.
pub fn alerts(event: &Value) -> Outcome {
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
    match turn(old, new) {
        Ok(turn) => Outcome::alert(alert(event, detail, turn)),
        Err(why) => Outcome::ignored(format!(
            "{why}: {} went from {} to {}",
            quoted(&rule(detail).unwrap_or_default()),
            quoted(old.unwrap_or("nothing")),
            quoted(new.unwrap_or("nothing")),
        )),
    }
}

fn turn(old: Option<&str>, new: Option<&str>) -> Result<Turn, &'static str> {
    const BROKEN: Option<&str> = Some("NON_COMPLIANT");
    match new {
        Some(_) if old == new => Err("the rule's result did not change"),
        Some("NON_COMPLIANT") => Ok(Turn::Broken),
        Some("COMPLIANT") if old == BROKEN => Ok(Turn::Kept),
        // The resource is deleted, or nobody asks the rule of it any longer: the fire would never be put out otherwise.
        Some("NOT_APPLICABLE") if old == BROKEN => Ok(Turn::Gone),
        Some("COMPLIANT" | "NOT_APPLICABLE") => Err("the rule was not broken before"),
        // Still broken, as far as anybody knows.
        Some("INSUFFICIENT_DATA") => Err("the rule cannot be judged for want of data"),
        _ => Ok(Turn::Unclear),
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
    let (name, kind, id) = (rule(detail), resource(detail, "resourceType"), resource(detail, "resourceId"));
    let thing = [&name, &kind, &id].map(|part| part.clone().unwrap_or_default());
    let [rule, kind_part, id_part] = thing.each_ref().map(String::as_str);
    let recorded =
        detail.moment("/newEvaluationResult/resultRecordedTime").or_else(|| detail.moment("/notificationCreationTime"));
    let key = recorded.as_deref().map(|recorded| [rule, kind_part, id_part, recorded]);

    let known = wording::rule(rule);
    let saying = wording::saying(known, turn);
    Alert {
        facts: facts(detail, kind.as_deref(), id.as_deref(), saying.status, turn),
        links: links(origin.region.as_deref(), name.as_deref(), known.is_some_and(|known| known.root)),
        subject: name.clone(),
        ..origin.alert(saying, key.as_ref().map(<[_; 4]>::as_slice), &[rule, kind_part, id_part])
    }
}

fn facts(detail: &Value, kind: Option<&str>, id: Option<&str>, status: Status, turn: Turn) -> Vec<Fact> {
    let resource = match (kind, id) {
        // The account itself, which every text names anyway.
        (Some("AWS::::Account"), _) | (None, None) => None,
        (Some(kind), Some(id)) => Some(format!("{} {id}", kind.rsplit("::").next().unwrap_or(kind))),
        (one, other) => one.or(other).map(str::to_owned),
    };
    let annotation = |age: &str| detail.text(&format!("/{age}EvaluationResult/annotation"));
    // What is said of a broken rule helps to find what was mended, too.
    let annotation = annotation("new").or_else(|| (status == Status::Resolved).then(|| annotation("old")).flatten());
    let result = Fact::words(Text::new("결과", "Result"), wording::result(turn));
    [
        Some(if resource.is_none() { result.brief() } else { result }),
        resource.map(|resource| Fact::foreign(Text::new("리소스", "Resource"), resource).brief()),
        annotation.map(|note| Fact::foreign(Text::new("설명", "Note"), note.trim())),
        kind.map(|kind| Fact::foreign(Text::new("리소스 종류", "Resource type"), kind)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn links(region: Option<&str>, rule: Option<&str>, root: bool) -> Vec<Link> {
    let place =
        rule.map_or_else(|| "/rules".to_owned(), |rule| format!("/rules/details?configRuleName={}", encoded(rule)));
    let rule = Link::new(Text::new("Config 규칙", "Config rule"), console(region, "config", &place));
    let root = root.then(|| {
        Link::new(
            Text::new("루트 보안 자격 증명", "Root security credentials"),
            console(region, "iam", "/security_credentials"),
        )
    });
    [rule].into_iter().chain(root).collect()
}
