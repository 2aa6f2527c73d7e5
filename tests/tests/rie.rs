//! Every function as it is deployed: its release binary under the Lambda Runtime Interface Emulator, by the events of
//! its source, to all four providers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use sandbox::{Channel, Outcome};
use sources::Source;
use system_tests::{Event, Expected, Function, Past, Stage, corpus, messages, summary};

/// Four channels, each for itself: nobody stands in for anybody.
const ALL_FOUR: &str = "[[routes]]\nnotify = [\"telegram\", \"nhn\", \"solapi\", \"mail\"]";

/// A test for each source, so that they run side by side.
macro_rules! tells_every_event {
    ($($source:ident),+ $(,)?) => {
        $(mod $source {
            #[tokio::test]
            async fn tells_every_event_of_its_source_on_all_channels_once() {
                super::tell_every_event(&sources::$source::SOURCE).await;
            }
        })+

        #[test]
        fn no_source_is_left_out() {
            let tried = [$(sources::$source::SOURCE.slug),+];
            assert_eq!(tried.to_vec(), sources::ALL.iter().map(|source| source.slug).collect::<Vec<_>>());
        }
    };
}

tells_every_event!(
    root_login,
    config_compliance,
    access_analyzer,
    cloudwatch_alarm,
    account_activity,
    cost_anomaly,
    budget,
    credential_audit,
    security_finding,
    health_event,
    heartbeat,
);

#[test]
fn every_source_has_a_function_and_at_least_ten_events() {
    for source in sources::ALL {
        assert!(system_tests::repository().join("functions").join(source.slug).is_dir(), "{}", source.slug);
        assert!(corpus::events(source.slug).len() >= 10, "{}", source.slug);
    }
}

#[tokio::test]
async fn a_root_sign_in_shows_who_where_and_what_to_do_on_every_phone() {
    let stage = Stage::open().await;
    let function = stage.function("root-login", ALL_FOUR);
    let answer = function.invoke(corpus::event("root-login/success-without-mfa").bytes).await;
    let deliveries = answer.report()["alerts"][0]["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|delivery| delivery["outcome"] == "accepted"), "{:#}", answer.body);
    for channel in Channel::ALL {
        let texts = stage.texts(channel);
        assert_eq!(texts.len(), 1, "{channel}");
        for told in ["[긴급]", "prod", "203.0.113.24", "MFA"] {
            assert!(texts[0].contains(told), "{channel} does not say {told}: {}", texts[0]);
        }
    }
    let telegram = &stage.texts(Channel::Telegram)[0];
    assert!(telegram.contains("2026-03-10 11:14:09 KST") && telegram.contains("먼저 할 일"), "{telegram}");
}

/// Plays all events of a source, twice, into one warm environment.
async fn tell_every_event(source: &Source) {
    let stage = Stage::open().await;
    let function = stage.function(source.slug, ALL_FOUR);
    let config = stage.config(ALL_FOUR);
    let mut told = Past::default();
    // What asks IAM is tried with an IAM, by the tests of function-kit.
    for event in corpus::events(source.slug).into_iter().filter(|event| !event.starts_a_question()) {
        if !event.is_json() {
            refuse(&function, &event).await;
            continue;
        }
        let reading = sources::read(&event.bytes, &[*source], source.slug, &config.policy);
        for round in 0..2 {
            stage.sandbox.clear();
            let answer = function.invoke(&event.bytes).await;
            let expected = Expected::new(&reading, &config, &mut told);
            let name = format!("{}, round {round}", event.name);
            assert_eq!(summary(answer.report()), expected.report, "{name}: {:#}", answer.body);
            assert_eq!(messages(&stage), expected.messages, "{name}");
            let requests = stage.sandbox.requests();
            let passed = requests.iter().all(|request| request.outcome == Outcome::Accepted);
            assert!(
                passed && requests.len() == expected.messages.len(),
                "{name}: one request a message: {requests:#?}"
            );
        }
    }
    assert!(told.len() >= 5, "the corpus has alerts");
}

/// A payload that is no JSON cannot come from Lambda. Should it ever, the platform keeps it.
async fn refuse(function: &Function, event: &Event) {
    let answer = function.invoke(&event.bytes).await;
    assert!(answer.error().0.contains("Deserialize"), "{}: {:#}", event.name, answer.body);
}
