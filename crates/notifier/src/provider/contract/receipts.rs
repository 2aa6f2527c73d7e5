//! What a provider must keep when it is asked what became of a text.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{ENOUGH, Sample, channel, shown};
use crate::clock;
use crate::error::{Failure, Kind};
use crate::provider::{Receipt, samples};
use crate::testing::{Reply, Stub};

/// What the contract needs to know of a paid provider's receipts.
pub(crate) struct Receipts {
    /// The id of a text, as a send had it.
    pub(crate) id: &'static str,
    /// Every answer that the provider documents, and what it says of the text.
    pub(crate) answers: &'static [Told],
    /// How a text looks that the carrier failed, with `MESSAGE` where the provider's own words stand.
    pub(crate) failed: &'static str,
}

/// One line of a table of receipts.
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) body: &'static str,
    pub(crate) says: Says,
}

/// What an answer says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Pending,
    Delivered,
    /// For this reason.
    Failed(&'static str),
    /// It is no receipt.
    Nothing,
}

/// One line of a table of receipts.
pub(crate) const fn told(name: &'static str, status: u16, body: &'static str, says: Says) -> Told {
    Told { name, status, body, says }
}

/// The providers that give receipts.
fn all() -> impl Iterator<Item = (&'static str, &'static Sample, &'static Receipts)> {
    samples::ALL.iter().filter_map(|(name, sample)| Some((*name, sample, sample.receipts.as_ref()?)))
}

fn since() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Asks the provider itself.
async fn ask(name: &str, sample: &Sample, id: &str, url: &str) -> Option<Result<Receipt, Failure>> {
    let provider = channel(name, sample, url).provider;
    let to = provider.recipients().remove(0);
    tokio::time::timeout(ENOUGH, provider.receipt(&to, id, since())).await.unwrap()
}

#[tokio::test]
async fn receipts_are_asked_for_as_the_providers_document() {
    for (name, sample, receipts) in all() {
        let stub = Stub::start(|_| Reply::json(200, &receipts.answers[0].body)).await;
        ask(name, sample, receipts.id, &stub.url()).await.unwrap().unwrap();
        let heard = stub.heard();
        assert_eq!(heard.len(), 1, "{name} asks once");
        insta::assert_snapshot!(format!("receipt_{name}"), shown(&heard[0], sample));
    }
}

#[tokio::test]
async fn every_documented_receipt_says_what_its_table_says() {
    for (name, sample, receipts) in all() {
        for Told { name: line, status, body, says } in receipts.answers {
            let stub = Stub::start(|_| Reply::json(*status, body)).await;
            let receipt = ask(name, sample, receipts.id, &stub.url()).await.unwrap();
            let as_told = match (says, &receipt) {
                (Says::Pending, Ok(Receipt::Pending)) | (Says::Delivered, Ok(Receipt::Delivered)) => true,
                (Says::Failed(why), Ok(Receipt::Failed(told))) => told == why,
                (Says::Nothing, Err(failure)) => failure.kind == Kind::Unavailable,
                _ => false,
            };
            assert!(as_told, "{name}, {line}: {receipt:?}, and not {says:?}");
        }
    }
}

/// So that no table is thinner than what a text can become.
#[test]
fn every_table_of_receipts_covers_everything_that_can_become_of_a_text() {
    for (name, _, receipts) in all() {
        let has = |says: fn(Says) -> bool| receipts.answers.iter().any(|told| says(told.says));
        assert!(has(|says| says == Says::Pending), "{name}");
        assert!(has(|says| says == Says::Delivered), "{name}");
        assert!(has(|says| matches!(says, Says::Failed(_))), "{name}");
        let unclear = receipts.answers.iter().filter(|told| told.says == Says::Nothing);
        assert!(
            unclear.clone().any(|told| told.status == 200) && unclear.clone().any(|told| told.status != 200),
            "{name}"
        );
    }
}

#[tokio::test]
async fn providers_that_are_paid_tell_what_became_of_a_text_and_those_that_are_free_are_not_even_asked() {
    for (name, sample) in samples::ALL {
        let stub = Stub::start(|_| Reply::json(200, &"{}")).await;
        let is_paid = channel(name, sample, &stub.url()).provider.is_paid();
        assert_eq!(is_paid, sample.receipts.is_some(), "{name}");
        let id = sample.receipts.as_ref().map_or("42", |receipts| receipts.id);
        let answer = ask(name, sample, id, &stub.url()).await;
        assert_eq!((answer.is_some(), stub.heard().is_empty()), (is_paid, !is_paid), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn without_an_answer_nothing_is_known_of_the_text() {
    for (name, sample, receipts) in all() {
        for reply in
            [Reply::Reset, Reply::CutShort, Reply::json(500, &""), Reply::json(502, &"<html>"), Reply::json(200, &"")]
        {
            let stub = Stub::start({
                let reply = reply.clone();
                move |_| reply.clone()
            })
            .await;
            let failure = ask(name, sample, receipts.id, &stub.url()).await.unwrap().unwrap_err();
            assert_eq!(failure.kind, Kind::Unavailable, "{name}, {reply:?}: {failure}");
        }
        let closed = ask(name, sample, receipts.id, "http://127.0.0.1:1").await.unwrap();
        assert_eq!(closed.unwrap_err().kind, Kind::Unavailable, "{name}");
    }
}

#[tokio::test]
async fn a_secret_shows_in_no_receipt_and_no_log_even_if_the_provider_repeats_it() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    for (name, sample, receipts) in all() {
        for (status, form) in [(200, receipts.failed), (200, sample.error), (403, sample.error), (500, receipts.failed)]
        {
            let stub = Stub::start(move |heard| {
                let all = format!("{} {} {:?}", sample.secrets.join(" "), heard.line, heard.headers);
                Reply::json(status, &form.replace("MESSAGE", &all.replace(['"', '\\', '<', '>', '&'], "'")))
            })
            .await;
            let channel = channel(name, sample, &stub.url());
            let to = channel.provider.recipients().remove(0);
            let receipt = channel.receipt(&to, receipts.id, since(), clock::instant() + ENOUGH).await;
            let failed = (status, form) == (200, receipts.failed);
            assert_eq!(matches!(receipt, Some(Receipt::Failed(_))), failed, "{name}, {status}: {receipt:?}");
            let shown = format!("{receipt:?} {}", log.take());
            assert!(failed || shown.contains("no receipt"), "{name}, {status}: {shown}");
            for secret in sample.secrets {
                assert!(!shown.contains(secret), "{name}, {status}: {shown}");
            }
        }
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&self.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line<'a>(&'a Mutex<String>);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), "{}={value:?} ", field.name()).unwrap();
    }
}
