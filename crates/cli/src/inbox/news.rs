//! What the page has not seen yet, as JSON.

use std::time::Duration;

use alert::{Alert, AlertKey};
use notifier::delivery::AlertReport;
use sandbox::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use super::plays::{Play, State};
use super::{Inbox, Played};

/// How long a page waits for news before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);
/// News within this time comes together.
const GATHERING: Duration = Duration::from_millis(100);
/// A list shows the beginning of a mail.
const SHOWN: usize = 600;

/// What a page has seen.
#[derive(Default, Deserialize)]
pub(super) struct Seen {
    /// Of which it speaks: another one begins when everything was forgotten.
    #[serde(default)]
    pub(super) era: String,
    /// The last change.
    #[serde(default)]
    pub(super) revision: u64,
    /// How many messages.
    #[serde(default)]
    pub(super) messages: usize,
}

/// Everything new, as soon as there is anything, or nothing after a while.
pub(super) async fn news(inbox: &Inbox, seen: Seen) -> Value {
    let mut changes = inbox.0.control.changes();
    let up_to_date = seen.era == era(inbox) && *changes.borrow_and_update() == seen.revision;
    if up_to_date && tokio::time::timeout(PATIENCE, changes.changed()).await.is_ok() {
        tokio::time::sleep(GATHERING).await;
    }
    collect(inbox, seen)
}

fn collect(inbox: &Inbox, seen: Seen) -> Value {
    let control = &inbox.0.control;
    let era = era(inbox);
    let seen = if seen.era == era { seen } else { Seen::default() };
    // First the number, then what it stands for: what comes in between is told twice rather than never.
    let revision = *control.changes().borrow();
    let messages = control.messages_from(seen.messages);
    let messages: Vec<_> = (seen.messages..).zip(&messages).map(|(place, message)| summary(place, message)).collect();
    let plays: Vec<_> = inbox.0.plays.since(seen.revision).iter().map(play).collect();
    json!({ "era": era, "revision": revision, "messages": messages, "plays": plays, "faults": control.faults() })
}

/// Another process, or another beginning in this one, counts anew.
fn era(inbox: &Inbox) -> String {
    format!("{}-{}", inbox.0.birth, inbox.0.control.cleared())
}

/// A message as lists show it. `place` is where it stands in the sandbox.
pub(super) fn summary(place: usize, message: &Message) -> Value {
    let text: String = match message.kind {
        "email" => message.text.chars().take(SHOWN).collect(),
        _ => message.text.clone(),
    };
    json!({
        "place": place, "play": message.play, "channel": message.channel, "at": message.at, "kind": message.kind,
        "to": message.to, "from": message.from, "subject": message.subject, "text": text,
        "entities": message.entities, "bytes": message.bytes,
    })
}

/// A play as lists show it.
fn play(play: &Play) -> Value {
    let mut shown = json!({ "number": play.number, "name": play.name, "state": play.state.name() });
    let more = match &play.state {
        State::Running => json!({}),
        State::Failed(error) => json!({ "error": error }),
        State::Done(played) => {
            let alerts: Vec<_> =
                played.alerts.iter().map(|alert| alert_line(alert, played.report_of(&alert.key))).collect();
            let notices: Vec<_> = played.report.notices.iter().map(notice_line).collect();
            json!({ "alerts": alerts, "notices": notices, "ignored": played.ignored })
        }
    };
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    shown
}

impl State {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
        }
    }
}

impl Played {
    /// What became of one of its alerts.
    pub(super) fn report_of(&self, key: &AlertKey) -> Option<&AlertReport> {
        self.report.alerts.iter().find(|report| report.key == *key)
    }
}

pub(super) fn alert_line(alert: &Alert, report: Option<&AlertReport>) -> Value {
    json!({
        "id": alert.key.short_id(), "source": alert.source, "severity": alert.severity, "status": alert.status,
        "drill": alert.drill, "title": alert.title, "deliveries": report.map(|report| &report.deliveries),
    })
}

/// What the operators were told of a channel that refuses; it has no title of its own here.
pub(super) fn notice_line(report: &AlertReport) -> Value {
    json!({
        "id": report.key.short_id(), "source": report.source, "severity": report.severity, "status": report.status,
        "deliveries": report.deliveries,
    })
}
