//! What our channels of texts learn from the emulated providers after a text was accepted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use std::time::Duration;

use alert::{Alert, Language};
use notifier::clock;
use notifier::delivery::Channel;
use notifier::http::Http;
use notifier::provider::{Clients, Letter, Receipt, Recipient};
use notifier::render::{Document, Mark};
use sandbox::State;
use sources::ItemOutcome;
use system_tests::{Stage, corpus, wording};

/// Names the alert at the provider.
const REFERENCE: &str = "0123456789abcdef0123456789abcdef";

/// A channel that has sent one text.
struct Sent {
    stage: Stage,
    channel: Channel,
    document: Document,
    to: Vec<Recipient>,
    id: String,
}

/// Sends by the channel of this name, whose provider may have a fault.
async fn send(name: &str, fault: Option<&str>) -> Sent {
    let stage = Stage::open().await;
    if let Some(fault) = fault {
        stage.inject(fault);
    }
    let config = stage.config("");
    let clients = Clients { http: Http::new().unwrap(), credentials: None };
    let channel = Channel::configured(config.channels.iter().find(|channel| channel.name == name).unwrap(), &clients);
    let (document, to) = (Document::new(&alert(), &wording(Language::Ko)), channel.provider.recipients());
    let sent = channel.attempt(&letter(&document, &to), || Duration::from_secs(5)).await.unwrap();
    let id = sent.recipients[0].1.clone().unwrap().unwrap();
    Sent { stage, channel, document, to, id }
}

fn alert() -> Alert {
    let event = corpus::event("root-login/success-without-mfa").bytes;
    let outcome =
        sources::read(&event, sources::ALL, sources::UNKNOWN, &alert::Policy::default()).items.remove(0).outcome;
    let ItemOutcome::Alerts(mut alerts) = outcome else { panic!("{outcome:?}") };
    alerts.remove(0)
}

fn letter<'a>(document: &'a Document, to: &'a [Recipient]) -> Letter<'a> {
    Letter { document, mark: Mark::First, to, reference: REFERENCE, since: clock::now() }
}

impl Sent {
    async fn receipt(&self, id: &str) -> Option<Receipt> {
        self.channel.receipt(&self.to[0], id, clock::now(), clock::instant() + Duration::from_secs(3)).await
    }

    /// Whether a look-up says that the alert is there or on its way.
    async fn is_there(&self) -> bool {
        let deadline = clock::instant() + Duration::from_secs(3);
        let found = self.channel.look_up(&letter(&self.document, &self.to), deadline).await.unwrap().unwrap();
        found.iter().any(|(to, id)| *to == self.to[0] && id.as_deref() == Some(self.id.as_str()))
    }

    fn state(&self) -> Option<State> {
        self.stage.sandbox.messages()[0].state
    }
}

#[tokio::test]
async fn a_text_is_on_its_way_and_then_on_the_phone() {
    for name in ["nhn", "solapi"] {
        let sent = send(name, None).await;
        assert!(sent.is_there().await, "{name}");
        assert_eq!(sent.receipt(&sent.id).await, Some(Receipt::Pending), "{name}");
        assert_eq!(sent.receipt(&sent.id).await, Some(Receipt::Delivered), "{name}");
        assert!(sent.is_there().await, "{name}");
        assert_eq!(sent.state(), Some(State::Delivered), "{name}");
    }
}

#[tokio::test]
async fn a_text_that_the_carrier_fails_says_why_and_counts_as_not_there() {
    for (name, fault, why) in [
        ("nhn", "nhn-sms=carrier:1", "NHN Cloud 2003: 단말기 전원 꺼짐"),
        ("solapi", "solapi=carrier:1", "SOLAPI 3043: 단말기 Power off"),
    ] {
        let sent = send(name, Some(fault)).await;
        assert_eq!(sent.receipt(&sent.id).await, Some(Receipt::Pending), "{name}");
        assert_eq!(sent.receipt(&sent.id).await, Some(Receipt::Failed(why.to_owned())), "{name}");
        assert!(!sent.is_there().await, "{name}");
        assert_eq!(sent.state(), Some(State::Failed), "{name}");
    }
}

#[tokio::test]
async fn of_a_text_that_nobody_sent_nothing_is_known() {
    for (name, id) in [("nhn", "20260102030405ReZQ6KZzAH0/1"), ("solapi", "M4V20260102030405000000000000000")] {
        let sent = send(name, None).await;
        assert_eq!(sent.receipt(id).await, None, "{name}");
        assert_eq!(sent.state(), Some(State::Pending), "{name}");
    }
}
