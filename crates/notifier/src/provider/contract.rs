//! What every provider must keep, tried on all that are registered: a provider without a sample does not compile.

use std::time::Duration;

use super::samples;
use crate::config::{Config, Variables};
use crate::delivery::Channel;
use crate::error::{Failure, Kind};
use crate::provider::{Letter, Sent};
use crate::render::Mark;
use crate::testing::{Heard, Reply, Stub, clients, document};

mod checks;
mod receipts;

pub(crate) use checks::{Check, Finds, check};
pub(crate) use receipts::{Receipts, Says, told};

/// What the contract needs to know of a provider.
pub(crate) struct Sample {
    /// The keys of a `[channels.…]` table, without `type` and `base_url`.
    pub(crate) settings: &'static str,
    /// The values in it that nobody may see.
    pub(crate) secrets: &'static [&'static str],
    /// What the provider says when it takes a message.
    pub(crate) accepted: &'static str,
    /// Every answer that it documents, and what each means.
    pub(crate) answers: &'static [Answer],
    /// How its errors look, with `MESSAGE` where its own words stand.
    pub(crate) error: &'static str,
    /// What it says of a text later; only paid ones tell.
    pub(crate) receipts: Option<Receipts>,
    /// What it says of a channel without a message, all well first.
    pub(crate) checks: &'static [Check],
}

/// One line of a provider's verdict table.
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    pub(crate) means: Means,
}

/// What an answer means, as the table says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    Accepted,
    Rejected,
    Unauthorized,
    RateLimited(u64),
    Unavailable,
    Uncertain,
}

/// One line of a verdict table without headers.
pub(crate) const fn answer(name: &'static str, status: u16, body: &'static str, means: Means) -> Answer {
    Answer { name, status, headers: &[], body, means }
}

fn means(result: &Result<Sent, Failure>) -> Means {
    let failure = match result {
        Err(failure) => failure,
        Ok(sent) => match sent.recipients.iter().find_map(|(_, result)| result.as_ref().err()) {
            Some(failure) => failure,
            None => return Means::Accepted,
        },
    };
    match failure.kind {
        Kind::Rejected => Means::Rejected,
        Kind::Unauthorized => Means::Unauthorized,
        Kind::RateLimited(after) => Means::RateLimited(after.as_secs()),
        Kind::Unavailable => Means::Unavailable,
        Kind::Uncertain => Means::Uncertain,
    }
}

pub(crate) fn config(name: &str, sample: &Sample, url: &str) -> Config {
    let text = format!("[channels.it]\ntype = \"{name}\"\nbase_url = \"{url}\"\n{}", sample.settings);
    Config::parse(&text, &Variables::default()).unwrap()
}

pub(crate) fn channel(name: &str, sample: &Sample, url: &str) -> Channel {
    Channel::configured(&config(name, sample, url).channels[0], &clients())
}

pub(crate) async fn send(channel: &Channel, time: Duration) -> Result<Sent, Failure> {
    let (document, to) = (document(), channel.provider.recipients());
    let letter = Letter {
        document: &document,
        mark: Mark::First,
        to: &to,
        reference: "0123456789abcdef0123456789abcdef",
        since: "2026-01-02T03:04:05Z".parse().unwrap(),
    };
    channel.attempt(&letter, || time).await
}

const ENOUGH: Duration = Duration::from_secs(5);

fn reply(answer: &Answer) -> Reply {
    let headers = answer.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Reply::Answer(answer.status, headers, answer.body.to_owned())
}

#[tokio::test]
async fn requests_are_what_the_providers_document() {
    for (name, sample) in samples::ALL {
        let stub = Stub::start(|_| Reply::json(200, &sample.accepted)).await;
        let result = send(&channel(name, sample, &stub.url()), ENOUGH).await;
        assert_eq!(means(&result), Means::Accepted, "{name}: {result:?}");
        let heard = stub.heard();
        assert_eq!(heard.len(), 1, "{name} asks once");
        insta::assert_snapshot!(format!("request_{name}"), shown(&heard[0], sample));
    }
}

/// A request without its secrets and without what changes every time.
fn shown(heard: &Heard, sample: &Sample) -> String {
    let headers: Vec<_> = heard.headers.keys().map(String::as_str).collect();
    let kind = heard.headers.get("content-type").map_or("", String::as_str);
    let body = serde_json::from_str::<serde_json::Value>(&heard.body)
        .map_or_else(|_| heard.body.clone(), |body| serde_json::to_string_pretty(&body).unwrap());
    let text = format!("{}\nheaders: {}\ncontent-type: {kind}\n\n{body}", heard.line, headers.join(", "));
    sample.secrets.iter().fold(text, |text, secret| text.replace(secret, "•••"))
}

#[tokio::test]
async fn every_documented_answer_means_what_its_table_says() {
    for (name, sample) in samples::ALL {
        for answer in sample.answers {
            let stub = Stub::start(|_| reply(answer)).await;
            let result = send(&channel(name, sample, &stub.url()), ENOUGH).await;
            assert_eq!(means(&result), answer.means, "{name}, {}: {result:?}", answer.name);
        }
    }
}

/// So that no table is thinner than the five kinds and success.
#[test]
fn every_verdict_table_covers_every_kind_that_a_provider_can_answer_with() {
    for (name, sample) in samples::ALL {
        let has = |kind: fn(Means) -> bool| sample.answers.iter().any(|answer| kind(answer.means));
        assert!(has(|means| means == Means::Accepted), "{name}");
        assert!(has(|means| means == Means::Rejected), "{name}");
        assert!(has(|means| means == Means::Unauthorized), "{name}");
        assert!(has(|means| means == Means::Uncertain), "{name}");
        assert!(has(|means| matches!(means, Means::RateLimited(_))), "{name}");
        assert!(sample.answers.iter().any(|answer| answer.status == 200 && answer.means != Means::Accepted), "{name}");
    }
}

#[tokio::test]
async fn where_nothing_was_sent_the_channel_is_unavailable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    for (name, sample) in samples::ALL {
        let result = send(&channel(name, sample, &url), ENOUGH).await;
        assert_eq!(means(&result), Means::Unavailable, "{name}: {result:?}");
    }
}

#[tokio::test]
async fn where_it_may_have_been_sent_the_outcome_is_uncertain() {
    for (name, sample) in samples::ALL {
        for reply in
            [Reply::Never, Reply::Reset, Reply::CutShort, Reply::json(502, &"<html>Bad Gateway"), Reply::json(200, &"")]
        {
            let stub = Stub::start({
                let reply = reply.clone();
                move |_| reply.clone()
            })
            .await;
            let result = send(&channel(name, sample, &stub.url()), Duration::from_millis(300)).await;
            assert_eq!(means(&result), Means::Uncertain, "{name}, {reply:?}: {result:?}");
        }
    }
}

#[tokio::test]
async fn a_secret_shows_in_no_error_and_no_debug_output_even_if_the_provider_repeats_it() {
    for (name, sample) in samples::ALL {
        for status in [200, 400, 401, 403, 404, 429, 500] {
            let stub = Stub::start(move |heard| {
                let all = format!("{} {} {:?} {}", sample.secrets.join(" "), heard.line, heard.headers, heard.body);
                Reply::json(status, &sample.error.replace("MESSAGE", &all.replace(['"', '\\', '<', '>', '&'], "'")))
            })
            .await;
            let channel = channel(name, sample, &stub.url());
            let result = send(&channel, ENOUGH).await;
            assert_ne!(means(&result), Means::Accepted, "{name}, {status}");
            let shown = format!("{result:?} {channel:?} {:?}", config(name, sample, &stub.url()));
            for secret in sample.secrets {
                assert!(!shown.contains(secret), "{name}, {status}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn an_error_is_one_short_line() {
    for (name, sample) in samples::ALL {
        let body = sample.error.replace("MESSAGE", &format!("one\\ntwo {}", "long ".repeat(1000)));
        let stub = Stub::start(move |_| Reply::json(400, &body)).await;
        let result = send(&channel(name, sample, &stub.url()), ENOUGH).await;
        let failure = match result {
            Err(failure) => failure,
            Ok(sent) => sent.recipients.into_iter().find_map(|(_, result)| result.err()).unwrap(),
        };
        assert!(failure.message.chars().count() <= 300 && !failure.message.contains('\n'), "{name}: {failure}");
    }
}
