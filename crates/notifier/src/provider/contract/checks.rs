//! What a provider must keep when it is asked whether a message would pass.

use super::{Sample, config, samples};
use crate::health::{Health, State};
use crate::testing::{Heard, Reply, Stub, clients};

/// One line of a table of checks.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// What is in a question, and its answer: the first that fits. Where none does, all is well.
    pub(crate) answers: &'static [(&'static str, u16, &'static str)],
    /// What comes of it, in order.
    pub(crate) finds: &'static [Finds],
    /// Something that its words say.
    pub(crate) says: &'static str,
}

/// How a part is, as the table says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finds {
    Ok,
    Warning,
    Broken,
    Unasked,
}

/// One line of a table of checks.
pub(crate) const fn check(
    name: &'static str,
    answers: &'static [(&'static str, u16, &'static str)],
    finds: &'static [Finds],
    says: &'static str,
) -> Check {
    Check { name, answers, finds, says }
}

fn finds(health: &Health) -> Finds {
    match (health.state, health.asked) {
        (State::Ok, true) => Finds::Ok,
        (State::Warning, true) => Finds::Warning,
        (State::Broken, true) => Finds::Broken,
        (State::Warning, false) => Finds::Unasked,
        (_, false) => panic!("{health:?}"),
    }
}

async fn ask(name: &str, sample: &Sample, url: &str) -> Vec<Health> {
    config(name, sample, url).channels[0].settings.check(&clients(), 100).await
}

/// The first answer that fits a question.
fn fits<'a>(heard: &Heard, answers: impl IntoIterator<Item = &'a (&'a str, u16, &'a str)>) -> Option<Reply> {
    let asks = |part: &str| heard.line.contains(part) || heard.body.contains(part);
    let answer = answers.into_iter().find(|(part, ..)| asks(part));
    answer.map(|(_, status, body)| Reply::json(*status, body))
}

#[tokio::test]
async fn every_documented_answer_finds_what_its_table_says() {
    for (name, sample) in samples::ALL {
        for check in sample.checks {
            let well = sample.checks[0].answers;
            let stub = Stub::start(move |heard| fits(heard, check.answers.iter().chain(well)).unwrap()).await;
            let found = ask(name, sample, &stub.url()).await;
            assert_eq!(found.iter().map(finds).collect::<Vec<_>>(), check.finds, "{name}, {}: {found:?}", check.name);
            let shown = format!("{found:?}");
            assert!(shown.contains(check.says), "{name}, {}: {shown}", check.name);
            for health in found.iter().filter(|health| health.state == State::Broken) {
                assert!(health.advice.is_some(), "{name}, {}: says what to do", check.name);
            }
        }
    }
}

/// So that no table is thinner than what a channel can be.
#[test]
fn every_table_of_checks_begins_with_what_is_well_and_has_what_is_broken_and_what_nobody_says() {
    for (name, sample) in samples::ALL {
        let [well, others @ ..] = sample.checks else { panic!("{name}") };
        assert!(well.finds[0] == Finds::Ok && !well.finds.contains(&Finds::Broken), "{name}");
        let has = |finds: Finds| others.iter().any(|check| check.finds.contains(&finds));
        assert!(has(Finds::Broken) && has(Finds::Unasked), "{name}");
    }
}

#[tokio::test]
async fn a_check_asks_and_sends_nothing() {
    for (name, sample) in samples::ALL {
        let stub = Stub::start(|heard| fits(heard, sample.checks[0].answers).unwrap()).await;
        ask(name, sample, &stub.url()).await;
        let asked = stub.heard();
        assert!(!asked.is_empty(), "{name}");
        for heard in asked {
            let sends = ["sendMessage", "/sender/sms", "/sender/mms", "send-many", "Action=Publish"];
            assert!(!sends.iter().any(|word| heard.line.contains(word) || heard.body.contains(word)), "{name}");
        }
    }
}

#[tokio::test]
async fn whoever_cannot_be_reached_or_talks_nonsense_has_said_nothing() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    for (name, sample) in samples::ALL {
        let mut found = ask(name, sample, &nowhere).await;
        for reply in [Reply::Reset, Reply::json(500, &"{}"), Reply::json(503, &"<html>"), Reply::json(200, &"<html>")] {
            let stub = Stub::start(move |_| reply.clone()).await;
            found.extend(ask(name, sample, &stub.url()).await);
        }
        assert!(found.iter().all(|health| finds(health) == Finds::Unasked), "{name}: {found:?}");
    }
}

#[tokio::test]
async fn a_check_shows_no_secret_even_if_the_provider_repeats_it() {
    for (name, sample) in samples::ALL {
        for status in [200, 400, 401, 403, 404, 429, 500] {
            let stub = Stub::start(move |heard| {
                let all = format!("{} {} {:?} {}", sample.secrets.join(" "), heard.line, heard.headers, heard.body);
                Reply::json(status, &sample.error.replace("MESSAGE", &all.replace(['"', '\\', '<', '>', '&'], "'")))
            })
            .await;
            let shown = format!("{:?}", ask(name, sample, &stub.url()).await);
            for secret in sample.secrets {
                assert!(!shown.contains(secret), "{name}, {status}: {shown}");
            }
        }
    }
}
