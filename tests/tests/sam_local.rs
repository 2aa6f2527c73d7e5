//! Every function and every event of its source by the real `sam local`, in Docker, to all four providers.
//!
//! Without Docker there is nothing to test, which `make test` says at its end; CI has Docker.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

use sandbox::{Accounts, Sandbox, demo};
use serde_json::{Value, json};
use sources::Source;
use system_tests::{Event, Expected, Past, SamLocal, Stage, WarmFunctions, corpus, messages, summary};

/// Four channels, each for itself: nobody stands in for anybody.
const ALL_FOUR: &str = "[[routes]]\nnotify = [\"telegram\", \"nhn\", \"solapi\", \"mail\"]";

#[tokio::test(flavor = "multi_thread")]
async fn every_function_tells_every_event_of_its_source_from_a_container() {
    let Some(sam) = SamLocal::open() else { return };
    let mut stages = Vec::new();
    for _ in sources::ALL {
        stages.push(stage(&sam).await);
    }
    let variables = sources::ALL.iter().zip(&stages).map(|(source, stage)| {
        // There is no table here.
        let environment = json!({
            "BONGSU_CONFIG": stage.pushed(ALL_FOUR), "ALERT_TOPIC_ARN": demo::TOPIC_ARN, "BONGSU_LEDGER_TABLE": "",
            // SAM calls every stack of its own `local`.
            "BONGSU_STACK": "bongsu",
        });
        (source.slug.to_owned(), environment)
    });
    sam.set_variables(&Value::Object(variables.collect()));

    // One after the other, each in a fresh container, as a person does it.
    for (source, stage) in sources::ALL.iter().zip(&stages) {
        let drill = corpus::event(&format!("{}/drill", source.slug));
        let report = sam.invoke(source.slug, &drill.path);
        check(source, stage, &drill, &report, &mut Past::default());
    }
    let warm = sam.start();
    let sources = sources::ALL.iter().zip(&stages);
    let counts = futures::future::join_all(sources.map(|(source, stage)| tell_all(&warm, source, stage))).await;
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}

/// A sandbox where containers find it.
async fn stage(sam: &SamLocal) -> Stage {
    let sandbox = Sandbox::start((sam.gateway, 0).into(), Accounts::default()).await.unwrap();
    let mut stage = Stage::open().await.at(&sandbox.url());
    stage.sandbox = sandbox;
    stage
}

/// Plays all events of a source into one warm container, and says how many they are.
async fn tell_all(warm: &WarmFunctions, source: &Source, stage: &Stage) -> usize {
    let mut told = Past::default();
    // What is no JSON never reaches a function. What asks IAM is tried with an IAM, by the tests of function-kit.
    let is_played = |event: &Event| event.is_json() && !event.starts_a_question();
    let events: Vec<_> = corpus::events(source.slug).into_iter().filter(is_played).collect();
    for event in &events {
        stage.sandbox.clear();
        let (status, report) = warm.invoke(source.slug, &event.bytes).await;
        assert_eq!(status, 200, "{}: {report:#}", event.name);
        check(source, stage, event, &report, &mut told);
    }
    events.len()
}

fn check(source: &Source, stage: &Stage, event: &Event, report: &Value, told: &mut Past) {
    let reading = sources::read(&event.bytes, &[*source], source.slug, &corpus::policy());
    let expected = Expected::new(&reading, &stage.config(ALL_FOUR), told);
    assert!(report["errorType"].is_null(), "{}: {report:#}", event.name);
    assert_eq!(summary(report), expected.report, "{}", event.name);
    assert_eq!(messages(stage), expected.messages, "{}", event.name);
}
