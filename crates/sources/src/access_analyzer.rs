//! Who can reach what: findings of IAM Access Analyzer.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html>

use alert::{Alert, Fact, Link, Policy, Text};
use serde_json::Value;

use crate::arn::{Arn, console, encoded};
use crate::fields::{Fields, is_account, quoted};
use crate::origin::{self, Origin};
use crate::{Outcome, Source};

mod wording;

/// This source.
pub const SOURCE: Source = Source { slug: "access-analyzer", alerts };

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Anybody on the internet can reach it.
    Public,
    /// Somebody outside the account or organisation can.
    External,
    /// Somebody inside can, and the resource is one that is watched for that.
    Internal,
    /// Nobody uses it.
    Unused,
    /// Access Analyzer could not look at it.
    Failed,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Active,
    Resolved,
    Archived,
    Deleted,
}

/// Reads a finding. Active ones fire; a finding that is resolved, archived or deleted ends the fire.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if origin::service(event) != "aws.access-analyzer" {
        return Outcome::NotMine;
    }
    let Some(kind) = kind(event) else {
        return match origin::detail_type(event) {
            "Access Preview State Change" => Outcome::ignored("an access preview changed its state: no finding"),
            _ => Outcome::NotMine,
        };
    };
    match stage(event) {
        Ok(stage) => Outcome::alert(alert(event, kind, stage)),
        Err(why) => Outcome::ignored(format!("{why}: {}", quoted(&id(event).unwrap_or_default()))),
    }
}

fn kind(event: &Value) -> Option<Kind> {
    let family = match (origin::detail_type(event), event.word("/detail/findingType")) {
        ("Access Preview State Change", _) => return None,
        ("Internal Access Finding", _) | (_, Some("InternalAccess")) => Kind::Internal,
        ("Unused Access Finding for IAM entities", _) => Kind::Unused,
        (_, Some(kind)) if kind.starts_with("Unused") => Kind::Unused,
        ("Access Analyzer Finding", _) | (_, Some("ExternalAccess")) => Kind::External,
        _ => return None,
    };
    Some(match family {
        _ if event.text("/detail/error").is_some() => Kind::Failed,
        Kind::External if is_public(event) => Kind::Public,
        family => family,
    })
}

/// `isPublic`, or where that is missing, a principal of `*` without any condition.
fn is_public(event: &Value) -> bool {
    let unconditional =
        event.pointer("/detail/condition").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    match event.text("/detail/isPublic") {
        Some(public) => public == "true",
        None => unconditional && event.text("/detail/principal/AWS").as_deref() == Some("*"),
    }
}

/// Deleting leaves `status` alone and sets `isDeleted`: when the resource is deleted, when the analyzer is, and when a
/// resolved finding is 90 days old.
fn stage(event: &Value) -> Result<Stage, &'static str> {
    let deleted = event.text("/detail/isDeleted").as_deref() == Some("true");
    match event.word("/detail/status") {
        Some("RESOLVED" | "ARCHIVED") if deleted => Err("AWS tidied away a finding that had ended before"),
        _ if deleted => Ok(Stage::Deleted),
        Some("RESOLVED") => Ok(Stage::Resolved),
        Some("ARCHIVED") if born_archived(event) => Err("an archive rule of yours took the finding as it was made"),
        Some("ARCHIVED") => Ok(Stage::Archived),
        _ => Ok(Stage::Active),
    }
}

/// Whether it was never active, so that nobody was told of it.
fn born_archived(event: &Value) -> bool {
    let created = event.time("/detail/createdAt");
    created.is_some() && created == event.time("/detail/updatedAt")
}

fn id(event: &Value) -> Option<String> {
    event.first(&["/detail/id", "/detail/findingId"], |_| true)
}

fn alert(event: &Value, kind: Kind, stage: Stage) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/accountId", "/account"])
        .region(&["/detail/region"])
        .region_of("/resources/0")
        .region(&["/region"])
        .time(&["/detail/updatedAt", "/detail/analyzedAt", "/time"]);
    let id = id(event);
    let (updated, resource) = (event.moment("/detail/updatedAt"), event.text("/detail/resource"));
    let stage_part = format!("{stage:?}");
    let key = id.as_deref().zip(updated.as_deref()).map(|(id, updated)| [id, updated, &stage_part]);
    let fingerprint = id.as_deref().or(resource.as_deref()).unwrap_or_default();
    Alert {
        subject: resource.as_deref().map(|arn| Arn::parse(arn).map_or(arn, |arn| arn.resource).to_owned()),
        facts: facts(event, kind),
        links: links(event, origin.region.as_deref(), id.as_deref()),
        ..origin.alert(wording::saying(kind, stage), key.as_ref().map(<[_; 3]>::as_slice), &[fingerprint])
    }
}

const TYPE: Text = Text::new("리소스 종류", "Resource type");

fn facts(event: &Value, kind: Kind) -> Vec<Fact> {
    let foreign = |label, pointer| event.text(pointer).map(|value| Fact::foreign(label, value));
    let number = |label, pointer| foreign(label, pointer).filter(|_| kind == Kind::Unused);
    let unused = event.word("/detail/findingType").and_then(wording::unused);
    [
        event.text("/detail/error").map(|error| wording::error(&error).brief()),
        principal(event, kind),
        unused.map(|unused| Fact::words(Text::new("쓰지 않는 것", "Unused"), unused).brief()),
        event
            .text("/detail/resourceType")
            .map(|kind| Fact::foreign(TYPE, kind.replacen("AWS::", "", 1).replace("::", " ")).brief()),
        list(event, "/detail/action").map(|actions| Fact::foreign(Text::new("허용된 작업", "Actions"), actions)),
        conditions(event).map(|conditions| Fact::foreign(Text::new("조건", "Conditions"), conditions)),
        foreign(Text::new("리소스", "Resource"), "/detail/resource"),
        number(Text::new("쓰지 않는 서비스 수", "Unused services"), "/detail/numberOfUnusedServices"),
        number(Text::new("쓰지 않는 작업 수", "Unused actions"), "/detail/numberOfUnusedActions"),
        event.time("/detail/createdAt").map(|time| Fact::time(Text::new("처음 발견", "First found"), time)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Who can reach it: `{"AWS": "444455556666"}`, `{"Federated": "accounts.google.com"}`.
fn principal(event: &Value, kind: Kind) -> Option<Fact> {
    const LABEL: Text = Text::new("접근할 수 있는 쪽", "Who can reach it");
    if kind == Kind::Public {
        // The title says it already.
        return Some(Fact::words(LABEL, Text::new("누구나", "anybody")));
    }
    let principals = event.pointer("/detail/principal")?.as_object()?;
    let (who, value) = principals.iter().find_map(|(who, value)| Some((who, value.text("")?)))?;
    let fact = match who.as_str() {
        "AWS" if is_account(&value) => Fact::account(LABEL, value),
        "AWS" => Fact::foreign(LABEL, entity(&value, event.text("/detail/accountId").as_deref())),
        "Federated" => Fact::foreign(LABEL, value),
        who => Fact::foreign(LABEL, format!("{who} {value}")),
    };
    Some(fact.brief())
}

/// The role or user of an ARN, with its account where that is another, so that a short message does not cut off the name.
fn entity(arn: &str, own: Option<&str>) -> String {
    match Arn::parse(arn).filter(|arn| is_account(arn.account)) {
        Some(arn) if own == Some(arn.account) => arn.resource.to_owned(),
        Some(arn) => format!("{} {}", arn.account, arn.resource),
        None => arn.to_owned(),
    }
}

/// At most ten, so that a policy with hundreds of actions does not bury the rest.
fn list(event: &Value, pointer: &str) -> Option<String> {
    let items: Vec<_> = event.pointer(pointer)?.as_array()?.iter().filter_map(|item| item.text("")).collect();
    let more = if items.len() > 10 { format!(" (+{})", items.len() - 10) } else { String::new() };
    let shown = items.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
    (!items.is_empty()).then(|| shown + &more)
}

fn conditions(event: &Value) -> Option<String> {
    let conditions = event.pointer("/detail/condition")?.as_object()?;
    let shown: Vec<_> =
        conditions.iter().filter_map(|(name, value)| Some(format!("{name} = {}", value.text("")?))).take(10).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

fn links(event: &Value, region: Option<&str>, id: Option<&str>) -> Vec<Link> {
    let place = id.map_or_else(|| "/findings".to_owned(), |id| format!("/findings/details/{}", encoded(id)));
    let finding = Link::new(
        Text::new("Access Analyzer 결과", "Access Analyzer finding"),
        console(region, "access-analyzer", &place),
    );
    [finding].into_iter().chain(resource_link(event, region)).collect()
}

/// The page of a role or user, where access is given and taken.
fn resource_link(event: &Value, region: Option<&str>) -> Option<Link> {
    let arn = event.text("/detail/resource")?;
    let arn = Arn::parse(&arn)?;
    let (kind, path) = arn.resource.split_once('/').filter(|_| arn.service == "iam")?;
    let page = ["role", "user"]
        .contains(&kind)
        .then(|| format!("/{kind}s/details/{}", encoded(path.rsplit('/').next().unwrap_or(path))))?;
    Some(Link::new(Text::new("IAM 권한", "IAM permissions"), console(region, "iam", &page)))
}
