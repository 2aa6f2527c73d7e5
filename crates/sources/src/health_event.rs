//! Trouble of AWS itself, what it is going to change, and complaints about us.
//!
//! <https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html>

use alert::{Alert, Fact, Link, Policy, Status, Text, Throttle};
use serde_json::Value;

use crate::arn::{console, encoded, last_name};
use crate::fields::Fields;
use crate::origin::{self, Origin};
use crate::{Outcome, Source};

mod wording;

/// This source.
pub const SOURCE: Source = Source { slug: "health-event", alerts };

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Somebody says that resources of ours attack others.
    Abuse,
    /// An access key stands where anybody can read it.
    KeyExposed,
    /// AWS suspects that somebody else uses the account.
    Risk,
    /// A trouble of AWS; whether it names resources of ours.
    Issue {
        ours: bool,
    },
    Investigation,
    ScheduledChange,
    /// What AWS has to say to the account; whether it asks us to do something.
    Notification {
        urgent: bool,
    },
}

/// Reads an event of AWS Health. Troubles begin and end; complaints and notices are said.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if origin::service(event) != "aws.health" {
        return Outcome::NotMine;
    }
    kind(event).map_or(Outcome::NotMine, |kind| Outcome::alert(alert(event, kind)))
}

/// The category, but what is said of our own security comes first: a key that is exposed comes as an `issue`.
fn kind(event: &Value) -> Option<Kind> {
    let (service, code) = (event.word("/detail/service"), event.word("/detail/eventTypeCode").unwrap_or_default());
    if origin::detail_type(event) == "AWS Health Abuse Event"
        || service == Some("ABUSE")
        || code.starts_with("AWS_ABUSE_")
    {
        return Some(Kind::Abuse);
    }
    if service == Some("RISK") || code.starts_with("AWS_RISK_") {
        return Some(if code.contains("CREDENTIALS_EXPOS") { Kind::KeyExposed } else { Kind::Risk });
    }
    Some(match event.word("/detail/eventTypeCategory")? {
        "issue" => Kind::Issue { ours: !entities(event).is_empty() },
        "investigation" => Kind::Investigation,
        "scheduledChange" => Kind::ScheduledChange,
        "accountNotification" => Kind::Notification { urgent: is_urgent(event, code) },
        _ => return None,
    })
}

/// Newer events say whether there is something to do:
/// <https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html#AWSHealth-Type-Event-actionability>
fn is_urgent(event: &Value, code: &str) -> bool {
    match event.word("/detail/actionability") {
        Some("INFORMATIONAL") => false,
        Some(_) => true,
        None => code.contains("SECURITY"),
    }
}

/// Whether AWS has closed it. `open` and `upcoming` go on, and so does what does not say.
fn is_over(event: &Value) -> bool {
    event.word("/detail/statusCode") == Some("closed")
}

/// Which part of a notice about many resources it is; the first, where nothing is said.
fn page(event: &Value) -> String {
    event.text("/detail/page").unwrap_or_else(|| "1".to_owned())
}

fn alert(event: &Value, kind: Kind) -> Alert {
    let origin = Origin::new(SOURCE.slug, event)
        .account(&["/detail/affectedAccount", "/account"])
        // Where the trouble is. The envelope's Region is that of the bus: a backup goes to another one (us-west-2), and is
        // the same occurrence. <https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html>
        .region(&["/detail/eventRegion", "/region"])
        .time(&["/detail/lastUpdatedTime", "/detail/startTime", "/time"]);
    let over = is_over(event);
    let (id, page) = (event.text("/detail/communicationId"), page(event));
    let key = id.as_deref().map(|id| [id, &page]);
    let thing = event.first(&["/detail/eventArn", "/detail/communicationId"], |_| true);
    let thing = thing.unwrap_or_else(|| event.text("/detail/eventTypeCode").unwrap_or_default());
    let saying = wording::saying(kind, over);
    let entities = entities(event);
    let alert = Alert {
        throttle: throttle(&page, saying.status),
        subject: entities.first().map(|entity| last_name(entity).to_owned()),
        facts: facts(event, kind, &entities),
        links: links(event, kind, origin.region.as_deref()),
        ..origin.alert(saying, key.as_ref().map(<[_; 2]>::as_slice), &[&thing])
    };
    // Two times in a short text would be one too many: when it will happen is what counts.
    let time = alert.time.filter(|_| !tells_begin(event, kind));
    Alert { time, ..alert }
}

/// A notice about many resources comes in pages, and each page is an event; an outage is told of again and again. The first
/// that arrives in an hour is told, whichever page it is, and the others stand in the digest: nobody gets up ten times, and
/// no page is lost. That all is over is told by itself, once: its first page is not held back.
fn throttle(page: &str, status: Status) -> Throttle {
    if status == Status::Resolved && page == "1" { Throttle::Count } else { Throttle::Group }
}

/// The resources that AWS names. Where it names them by ARN, the resource is what people know.
fn entities(event: &Value) -> Vec<String> {
    let entities = event.pointer("/detail/affectedEntities").and_then(Value::as_array);
    let named: Vec<_> = entities.into_iter().flatten().filter_map(|entity| entity.text("/entityValue")).collect();
    if !named.is_empty() {
        return named;
    }
    event.get("resources").and_then(Value::as_array).into_iter().flatten().filter_map(|it| it.text("")).collect()
}

/// At most ten, so that the rest of the message has room.
fn list(entities: &[String]) -> Option<String> {
    let shown = entities.iter().take(10).map(|entity| last_name(entity)).collect::<Vec<_>>().join(", ");
    let more = if entities.len() > 10 { format!(" (+{})", entities.len() - 10) } else { String::new() };
    (entities.len() > 1).then(|| shown + &more)
}

/// Whether the beginning is told in short texts, in place of the time of the notice.
fn tells_begin(event: &Value, kind: Kind) -> bool {
    kind == Kind::ScheduledChange && !is_over(event) && event.time("/detail/startTime").is_some()
}

fn facts(event: &Value, kind: Kind, entities: &[String]) -> Vec<Fact> {
    let foreign = |label, pointer| event.text(pointer).map(|value| Fact::foreign(label, value));
    let time = |label, pointer| event.time(pointer).map(|time| Fact::time(label, time));
    let change = kind == Kind::ScheduledChange;
    let begin = if change { Text::new("예정 시각", "Planned for") } else { Text::new("시작", "Began") };
    let begin = time(begin, "/detail/startTime");
    let begin = if tells_begin(event, kind) { begin.map(Fact::brief) } else { begin };
    // The title says it already.
    let security = matches!(kind, Kind::Abuse | Kind::KeyExposed | Kind::Risk);
    let service = foreign(Text::new("서비스", "Service"), "/detail/service");
    let service = if security { service } else { service.map(Fact::brief) };
    let code = foreign(Text::new("AWS 코드", "AWS code"), "/detail/eventTypeCode");
    // The name of a key needs the room in a text, and its code says no more than the title.
    let key = kind == Kind::KeyExposed && !is_over(event);
    let code = if !key && (security || service.is_none()) { code.map(Fact::brief) } else { code };
    let unnamed = code.is_none() && service.is_none() && !key && !tells_begin(event, kind);
    let everywhere = matches!(kind, Kind::Issue { ours: false } | Kind::Investigation);
    let region = foreign(Text::new("장애 리전", "Where"), "/detail/eventRegion").filter(|_| everywhere);
    let public = event.word("/detail/eventScopeCode") == Some("PUBLIC");
    [
        begin,
        key.then(|| Fact::words(Text::new("할 일", "To do"), Text::new("키 비활성화", "deactivate it")).brief()),
        service,
        region.map(Fact::brief),
        code,
        unnamed.then(|| {
            Fact::words(Text::new("내용", "Content"), Text::new("Health 화면 참고", "see AWS Health")).brief()
        }),
        list(entities).map(|all| Fact::foreign(Text::new("관련 리소스", "Resources"), all)),
        public.then(|| {
            Fact::words(
                Text::new("범위", "Scope"),
                Text::new("이 리전의 모든 고객에게 보낸 알림", "told to all customers of the Region"),
            )
        }),
        foreign(Text::new("AWS 설명", "AWS says"), "/detail/eventDescription/0/latestDescription"),
        time(Text::new("끝", "Ends"), "/detail/endTime"),
        parts(event).map(|parts| Fact::foreign(Text::new("쪽", "Page"), parts)),
        time(Text::new("갱신된 때", "Updated"), "/detail/lastUpdatedTime"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `2/3`, where there is more than one.
fn parts(event: &Value) -> Option<String> {
    let total = event.text("/detail/totalPages").filter(|total| total != "1")?;
    Some(format!("{}/{total}", page(event)))
}

fn links(event: &Value, kind: Kind, region: Option<&str>) -> Vec<Link> {
    let tab = match kind {
        Kind::ScheduledChange => "scheduled-changes",
        Kind::Notification { .. } => "other-notifications",
        _ => "open-issues",
    };
    let tab = if is_over(event) { "event-log".to_owned() } else { format!("dashboard/{tab}") };
    let id = event.text("/detail/eventArn").map(|arn| format!("?eventID={}&eventTab=details", encoded(&arn)));
    let place = format!("/account/{tab}{}", id.unwrap_or_default());
    // The whole world is no host.
    let region = region.filter(|region| *region != "global");
    let health = Link::new(Text::same("AWS Health"), console(region, "health", &place));
    let keys = (kind == Kind::KeyExposed)
        .then(|| Link::new(Text::new("IAM 사용자", "IAM users"), console(region, "iam", "/users")));
    [health].into_iter().chain(keys).collect()
}
