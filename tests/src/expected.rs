use std::collections::{HashMap, HashSet};

use alert::{Alert, AlertKey, Status};
use notifier::delivery::{Fire, Standing, Track, judge};
use notifier::render::{self, Document, Mark, Remarks};
use notifier::{Config, clock};
use sandbox::Channel;
use serde_json::{Value, json};
use sources::{ItemOutcome, Reading};

use crate::json::text;
use crate::{Stage, secrets};

/// What one environment has been told so far.
#[derive(Debug, Default)]
pub struct Past {
    told: HashSet<AlertKey>,
    fires: HashMap<String, Fire>,
}

/// What becomes of an alert.
#[derive(Clone, Copy)]
enum Fate {
    Told { over: bool },
    Duplicate,
}

impl Past {
    /// How many alerts it knows.
    pub fn len(&self) -> usize {
        self.told.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// What becomes of an alert; `None` where it is the end of nothing.
    fn fate(&mut self, alert: &Alert) -> Option<Fate> {
        if self.told.contains(&alert.key) {
            return Some(Fate::Duplicate);
        }
        let mut fate = Fate::Told { over: false };
        if let Some(track) = Track::of(alert, clock::now()) {
            let name = track.fingerprint.to_string();
            let (fire, standing) = judge(self.fires.get(&name), &track)?;
            self.fires.insert(name, fire);
            // Functions without a table hold nothing back: no digest could tell it.
            fate = Fate::Told { over: matches!(standing, Standing::Over(_)) };
        }
        self.told.insert(alert.key.clone());
        Some(fate)
    }
}

/// What an invocation must say and do.
pub struct Expected {
    /// The report, as [`summary`] shows it.
    pub report: Value,
    /// Channel, title or subject, text; sorted.
    pub messages: Vec<(String, Option<String>, String)>,
}

impl Expected {
    /// Of the events that were read, by a configuration with all four channels on each alert.
    pub fn new(reading: &Reading, config: &Config, past: &mut Past) -> Self {
        let (mut alerts, mut ignored, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        for item in &reading.items {
            let (more, otherwise) = match &item.outcome {
                ItemOutcome::Ignored(reason) => (&[][..], Some(reason)),
                ItemOutcome::IfFiring(alert, reason) => (std::slice::from_ref(&**alert), Some(reason)),
                ItemOutcome::Alerts(more) => (more.as_slice(), None),
            };
            let fates: Vec<_> = more.iter().filter_map(|alert| Some((alert, past.fate(alert)?))).collect();
            if fates.is_empty() {
                ignored.push(json!({ "reason": otherwise }));
            }
            for (alert, fate) in fates {
                alerts.push(alert_report(alert, fate));
                if let Fate::Told { over } = fate {
                    messages.extend(texts(alert, config, over));
                }
            }
        }
        messages.sort();
        let failures = if reading.batch { json!([]) } else { Value::Null };
        Self {
            report: json!({ "alerts": alerts, "ignored": ignored, "failures": failures, "notices": null }),
            messages,
        }
    }
}

/// Paid texts do not say what is over, nor that all is well.
fn is_silent(channel: &str, alert: &Alert) -> bool {
    (alert.status == Status::Resolved || alert.free_only) && ["nhn", "solapi"].contains(&channel)
}

fn alert_report(alert: &Alert, fate: Fate) -> Value {
    let delivery = |channel: &&str| {
        let (outcome, attempts) = match (is_silent(channel, alert), fate) {
            (true, _) => ("skipped", 0),
            (false, Fate::Told { .. }) => ("accepted", 1),
            (false, Fate::Duplicate) => ("duplicate", 0),
        };
        let phones = match *channel {
            "nhn" | "solapi" => json!([[secrets::MASKED_PHONE, outcome]]),
            _ => json!([]),
        };
        json!([channel, outcome, attempts, outcome == "accepted", phones])
    };
    let channels: Vec<_> = ["telegram", "nhn", "solapi", "mail"].iter().map(delivery).collect();
    json!({ "key": alert.key, "severity": alert.severity, "status": alert.status, "drill": alert.drill, "channels": channels })
}

/// The same of a real report. A provider's own name for a message cannot be foretold, only that there is one.
pub fn summary(report: &Value) -> Value {
    let recipient = |recipient: &Value| json!([recipient["to"], recipient["outcome"]]);
    let delivery = |delivery: &Value| {
        let recipients = delivery["recipients"].as_array().map_or(&[][..], Vec::as_slice);
        let recipients: Vec<_> = recipients.iter().map(recipient).collect();
        let named = !text(&delivery["provider_id"]).is_empty();
        json!([delivery["channel"], delivery["outcome"], delivery["attempts"], named, recipients])
    };
    let alert = |alert: &Value| {
        let channels: Vec<_> = alert["deliveries"].as_array().unwrap().iter().map(delivery).collect();
        json!({
            "key": alert["key"], "severity": alert["severity"], "status": alert["status"], "drill": alert["drill"],
            "channels": channels,
        })
    };
    let alerts: Vec<_> = report["alerts"].as_array().unwrap().iter().map(alert).collect();
    json!({
        "alerts": alerts, "ignored": report["ignored"], "failures": report["batchItemFailures"],
        "notices": report["notices"],
    })
}

/// What must arrive of an alert.
fn texts(alert: &Alert, config: &Config, over: bool) -> Vec<(String, Option<String>, String)> {
    let document = Document::new(alert, &config.wording).with(Remarks { over, late: None });
    let email = render::email(&document, Mark::First);
    let sms = render::sms(&document, Mark::First);
    let all = [
        ("telegram", None, render::telegram_html(&document, Mark::First)),
        ("nhn", None, sms.clone()),
        ("solapi", None, sms),
        ("mail", Some(email.subject), email.body),
    ];
    let heard = all.into_iter().filter(|(channel, ..)| !is_silent(channel, alert));
    heard.map(|(channel, subject, text)| (channel.to_owned(), subject, text)).collect()
}

/// What has arrived, as it was sent.
pub fn messages(stage: &Stage) -> Vec<(String, Option<String>, String)> {
    let arrived = stage.sandbox.messages().into_iter().map(|message| {
        let name = match message.channel {
            Channel::Telegram => "telegram",
            Channel::NhnSms => "nhn",
            Channel::Solapi => "solapi",
            Channel::SnsEmail => "mail",
        };
        let sent = match message.channel {
            Channel::Telegram => text(&message.request["text"]).to_owned(),
            _ => message.text,
        };
        (name.to_owned(), message.subject, sent)
    });
    let mut arrived: Vec<_> = arrived.collect();
    arrived.sort();
    arrived
}
