//! What is wrong with bongsu itself, or was and is mended: our own function looks once an hour, and makes an event of what it
//! finds ([`event`]). What it looks at is what `bongsu doctor` shows.

use alert::{Alert, Fact, Link, Policy, Severity, Status, Text};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arn::console;
use crate::fields::{Fields, is_account};
use crate::origin::{self, Origin, Saying};
use crate::{Outcome, Source, arrival, raw};

/// This source.
pub const SOURCE: Source = Source { slug: "heartbeat", alerts };

/// The `source` of our own event. No rule matches it, so that nobody can send us an all clear.
const SERVICE: &str = "bongsu.heartbeat";
const DETAIL_TYPE: &str = "Heartbeat Report";
/// More than a chain has links.
const MOST: usize = 500;

const BROKEN: Saying = Saying {
    severity: Severity::High,
    status: Status::Firing,
    title: Text::new("알림 체계가 고장 났습니다", "The alert system is broken"),
    advice: ADVICE,
};
const WARNING: Saying = Saying {
    severity: Severity::Medium,
    status: Status::Firing,
    title: Text::new("알림 체계를 점검하세요", "The alert system needs attention"),
    advice: ADVICE,
};
const MENDED: Saying = Saying {
    severity: Severity::Medium,
    status: Status::Resolved,
    title: Text::new("알림 체계의 문제가 해결됐습니다", "The alert system works again"),
    advice: Text::new("할 일은 없습니다.", "There is nothing to do."),
};
const QUIET: Saying = Saying {
    severity: Severity::Info,
    status: Status::Notice,
    title: Text::new("봉수 하나: 이상 없습니다", "One fire: all is quiet"),
    advice: Text::new(
        "할 일은 없습니다. 이 소식이 끊기면 bongsu가 멈춘 것입니다.",
        "There is nothing to do. When this no longer comes, bongsu has stopped.",
    ),
};
const NOT_QUIET: Saying = Saying {
    title: Text::new("봉수 하나: 고칠 것이 남았습니다", "One fire: not all is well"),
    advice: ADVICE,
    ..QUIET
};
const ADVICE: Text = Text::new(
    "적힌 대로 고친 뒤 `bongsu doctor`로 전체를 확인하세요.",
    "Mend it as it says, then look at the whole chain with `bongsu doctor`.",
);

/// What was found of one link of the chain, in the language of the operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beat {
    /// What was looked at: `solapi`.
    pub check: String,
    /// Which one: `sms-solapi`.
    pub subject: String,
    /// Both for people: `SOLAPI sms-solapi`.
    pub what: String,
    /// `ok`, `warning` or `broken`.
    pub state: String,
    /// What was found.
    pub told: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// Since when it is so; the same for as long as it lasts.
    pub since: Timestamp,
}

/// Reads a report of the function, or the schedule's event where the function never came to make one.
pub fn alerts(event: &Value, _: &Policy) -> Outcome {
    if is_report(event) {
        let beats = event.pointer("/detail/findings").and_then(Value::as_array);
        let alerts: Vec<_> = beats.into_iter().flatten().take(MOST).filter_map(|beat| alert(event, beat)).collect();
        return match <[Alert; 1]>::try_from(alerts) {
            Ok([alert]) if alert.only_if_firing => {
                Outcome::if_firing(alert, "a fault of which nobody was told is over")
            }
            Ok([alert]) => Outcome::alert(alert),
            Err(alerts) if alerts.is_empty() => Outcome::NotMine,
            Err(alerts) => Outcome::Alerts(alerts),
        };
    }
    if is_schedule(event) {
        return Outcome::ignored("the heartbeat's own schedule: the next hour brings the next one");
    }
    Outcome::NotMine
}

/// Whether an event carries a report.
pub fn is_report(event: &Value) -> bool {
    origin::service(event) == SERVICE && origin::detail_type(event) == DETAIL_TYPE
}

/// The event of what was found. `asked_by` is what our function was invoked with: the schedule's event says which account this
/// is, and when it was due.
pub fn event(asked_by: &Value, account: Option<&str>, region: &str, now: Timestamp, beats: &[Beat]) -> Value {
    let account = asked_by.first(&["/account"], is_account).or_else(|| account.map(str::to_owned));
    json!({
        "version": "0",
        "id": asked_by.text("/id").unwrap_or_default(),
        "detail-type": DETAIL_TYPE,
        "source": SERVICE,
        "account": account.unwrap_or_default(),
        "time": asked_by.time("/time").unwrap_or(now).to_string(),
        "region": region,
        "resources": [],
        "detail": { "findings": beats },
    })
}

/// Rule and function end with our slug.
fn is_schedule(event: &Value) -> bool {
    let of_ours = |arn: &str| arrival::name(arn).is_some_and(|name| arrival::slug(&name) == Some(SOURCE.slug));
    origin::detail_type(event) == "Scheduled Event" && event.word("/resources/0").is_some_and(of_ours)
}

fn origin(event: &Value) -> Origin<'_> {
    Origin::new(SOURCE.slug, event).account(&["/account"]).region(&["/region"]).time(&["/time"])
}

/// `None` where it says nothing that could be told.
fn alert(event: &Value, beat: &Value) -> Option<Alert> {
    let word = |name: &str| beat.word(&format!("/{name}"));
    let (check, state, told) = (word("check")?, word("state")?, word("told")?);
    let saying = match state {
        "ok" => MENDED,
        "warning" => WARNING,
        "broken" => BROKEN,
        _ => return None,
    };
    let subject = word("subject").unwrap_or_default();
    let mut origin = origin(event);
    let since = beat.time("/since").or(origin.time);
    // What lasts has the time at which it began, so that it stays one thing.
    if saying.status == Status::Firing {
        origin.time = since;
    }
    let since = since.map(|since| since.to_string()).unwrap_or_default();
    // Each drill is another one.
    let fresh = event.text("/detail/eventID").filter(|_| origin.drill).unwrap_or_default();
    let key = [check, subject, state, &since, &fresh];
    let mut facts = vec![Fact::foreign(Text::new("상태", "Found"), told).brief()];
    facts.extend(word("advice").map(|advice| Fact::foreign(Text::new("고치는 법", "How to mend it"), advice)));
    Some(Alert {
        subject: Some(word("what").unwrap_or(check).to_owned()),
        facts,
        links: links(origin.region.as_deref()),
        only_if_firing: saying.status == Status::Resolved,
        raw: raw::printed(beat),
        ..origin.alert(saying, Some(&key), &[check, subject])
    })
}

/// The stack's own is among them.
fn links(region: Option<&str>) -> Vec<Link> {
    vec![Link::new(Text::new("bongsu의 대시보드", "Dashboard of bongsu"), console(region, "cloudwatch", "dashboards/"))]
}

/// What was told in a while.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All alerts but drills and our own beats.
    pub alerts: usize,
    /// Those of them that were critical or high.
    pub grave: usize,
    /// Drills.
    pub drills: usize,
}

/// The regular beat. `event` is [`event`] of all that is not well and of what nobody could say; `day` names the beat, and `paid`
/// says whether it is worth the price of a text. Without a count nobody could be asked for it.
pub fn quiet(event: &Value, day: &str, days: u32, count: Option<Count>, paid: bool) -> Alert {
    let beats = event.pointer("/detail/findings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let told = |beat: &Value| Some(format!("{}: {}", beat.word("/what")?, beat.word("/told")?));
    let not_well: Vec<_> = beats.iter().filter_map(told).collect();
    let saying = if not_well.is_empty() { QUIET } else { NOT_QUIET };
    let mut facts = vec![counted(days, count).brief()];
    facts.extend(not_well.into_iter().take(5).map(|told| Fact::foreign(Text::new("남은 문제", "Not well"), told)));
    let raw = raw::printed(event);
    let links = links(event.word("/region"));
    Alert { facts, links, free_only: !paid, raw, ..origin(event).alert(saying, Some(&["quiet", day]), &["quiet"]) }
}

fn counted(days: u32, count: Option<Count>) -> Fact {
    let label = if days == 1 {
        Text::new("하루 동안 알림", "Alerts in a day")
    } else {
        Text::new("한 주 동안 알림", "Alerts in a week")
    };
    let Some(Count { alerts, grave, drills }) = count else {
        return Fact::words(label, Text::new("세지 못했습니다", "could not be counted"));
    };
    Fact::foreign(label, format!("{alerts} (critical/high {grave}, drills {drills})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    fn beat(state: &str) -> Beat {
        Beat {
            check: "solapi".to_owned(),
            subject: "sms".to_owned(),
            what: "SOLAPI sms".to_owned(),
            state: state.to_owned(),
            told: "잔액 120원으로 6건만 보낼 수 있습니다.".to_owned(),
            advice: Some("충전하세요.".to_owned()),
            since: "2026-03-09T00:00:00Z".parse().unwrap(),
        }
    }

    fn read(hour: u8, beats: &[Beat]) -> Vec<Alert> {
        let asked_by = json!({ "account": "111122223333", "time": format!("2026-03-09T{hour:02}:00:00Z") });
        let now = "2026-03-10T00:00:00Z".parse().unwrap();
        match alerts(&event(&asked_by, None, "us-east-1", now, beats), &Policy::default()) {
            Outcome::Alerts(alerts) => alerts,
            Outcome::IfFiring(alert, _) => vec![*alert],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_lasts_is_the_same_alert_every_hour_and_what_gets_worse_another_one_of_the_same_thing() {
        let [one, later, worse] =
            [(1, "warning"), (2, "warning"), (3, "broken")].map(|(hour, state)| read(hour, &[beat(state)]).remove(0));
        assert_eq!((&one.key, one.time), (&later.key, later.time));
        assert_ne!(one.key, worse.key);
        assert!(one.fingerprint == worse.fingerprint && one.time == worse.time);
        assert_eq!((one.severity, worse.severity), (Severity::Medium, Severity::High));
        let mended = read(4, &[beat("ok")]).remove(0);
        assert!(mended.only_if_firing && mended.fingerprint == one.fingerprint && mended.time > one.time);
    }

    #[test]
    fn titles_fit_into_one_text_message() {
        for saying in [BROKEN, WARNING, MENDED, QUIET, NOT_QUIET] {
            assert_title_fits(saying.title);
        }
    }

    #[test]
    fn the_regular_beat_says_what_is_not_well() {
        let now = "2026-03-09T00:00:00Z".parse().unwrap();
        let all = |beats: &[Beat]| event(&Value::Null, Some("111122223333"), "us-east-1", now, beats);
        let count = Count { alerts: 12, grave: 3, drills: 1 };
        let quiet_one = quiet(&all(&[]), "2026-03-09", 7, Some(count), false);
        assert!(quiet_one.title == QUIET.title && quiet_one.free_only && quiet_one.facts.len() == 1);
        let other = quiet(&all(&[beat("broken")]), "2026-03-09", 7, None, true);
        assert!(other.title == NOT_QUIET.title && !other.free_only && other.facts.len() == 2);
        assert_eq!(quiet_one.key, other.key, "one beat a day");
    }

    #[test]
    fn the_schedule_that_nobody_read_is_no_news() {
        let rule = "arn:aws:events:us-east-1:111122223333:rule/bongsu-schedule-heartbeat";
        let event = json!({ "source": "aws.events", "detail-type": "Scheduled Event", "resources": [rule] });
        assert!(matches!(alerts(&event, &Policy::default()), Outcome::Ignored(_)));
    }
}
