//! What was told, and what should have been.

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Queue, Stage, both};

use super::{config, variables};

/// Sees what the event bus of a Region delivers, and what its alert topic sends.
pub(super) struct Witness<'a> {
    pub(super) events: Queue<'a>,
    pub(super) mails: Queue<'a>,
}

impl<'a> Witness<'a> {
    pub(super) fn of(account: &'a Account, region: &'a str) -> Self {
        let [events, mails] = ["witness-of-events", "witness-of-mails"].map(|name| account.new_queue(region, name));
        let pattern = json!({ "source": [{ "prefix": "drill." }] }).to_string();
        account.aws(region, "events", "put_rule", &json!({ "Name": "witness", "EventPattern": pattern }));
        let targets = json!({ "Rule": "witness", "Targets": [{ "Id": "queue", "Arn": events.arn }] });
        account.aws(region, "events", "put_targets", &targets);
        let topic = format!("arn:aws:sns:{region}:{}:bongsu-alerts", Account::ID);
        let subscription = json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": mails.arn });
        account.aws(region, "sns", "subscribe", &subscription);
        Self { events, mails }
    }
}

/// What each channel must be told of an event: channel, subject, text.
pub(super) fn preview(account: &Account, stage: &Stage, event: &Value) -> Vec<(String, String, String)> {
    let file = account.folder().join("event.json");
    std::fs::write(&file, event.to_string()).unwrap();
    let config = config();
    let preview = ["--config", &config, "preview", "--json", file.to_str().unwrap()];
    let output = account.bongsu(&preview, &variables(account, stage));
    let previewed: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", both(&output)));
    let [alert] = previewed["alerts"].as_array().unwrap().as_slice() else { panic!("{previewed:#}") };
    assert_eq!(alert["drill"], true);
    let rendered = &alert["rendered"];
    let line = |channel: &str, subject: &Value, words: &Value| {
        (channel.to_owned(), text(subject).to_owned(), text(words).to_owned())
    };
    vec![
        line("mail", &rendered["email"]["subject"], &rendered["email"]["body"]),
        line("nhn", &Value::Null, &rendered["sms"]),
        line("solapi", &Value::Null, &rendered["sms"]),
        line("telegram", &Value::Null, &rendered["telegram"]),
    ]
}

/// What was told: the same of what arrived.
pub(super) fn told(stage: &Stage, witness: &Witness) -> Vec<(String, String, String)> {
    let mail = witness.mails.receive(1).remove(0);
    let mail = ("mail".to_owned(), text(&mail["Subject"]).to_owned(), text(&mail["Message"]).to_owned());
    let mut told = arrived(stage);
    told.insert(0, mail);
    told
}

/// What arrived at the providers that are emulated.
pub(super) fn arrived(stage: &Stage) -> Vec<(String, String, String)> {
    let arrived = stage.sandbox.messages().into_iter().map(|message| match message.channel {
        Channel::Telegram => ("telegram".to_owned(), String::new(), text(&message.request["text"]).to_owned()),
        Channel::NhnSms => ("nhn".to_owned(), String::new(), message.text),
        Channel::Solapi => ("solapi".to_owned(), String::new(), message.text),
        Channel::SnsEmail => ("mail at the sandbox".to_owned(), String::new(), message.text),
    });
    let mut arrived: Vec<_> = arrived.collect();
    arrived.sort();
    arrived
}
