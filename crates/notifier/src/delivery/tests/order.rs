//! What burns and goes out, in whatever order it is heard of.

use alert::Throttle;

use super::script::{Stage, accept};
use super::*;

fn at(minute: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(1_799_990_000 + minute * 60).ok()
}

fn alarm(name: &str, status: Status, minute: i64) -> Alert {
    Alert { throttle: Throttle::Count, status, time: at(minute), ..alert(name) }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_was_over_before_it_was_heard_of_is_told_as_over() {
    let stage = Stage::of([("tg", vec![accept(), accept()])]);
    stage.deliver(&[alarm("off", Status::Resolved, 5)], DEADLINE).await;
    stage.deliver(&[alarm("on", Status::Firing, 1)], DEADLINE).await;
    assert_eq!(stage.attempts("tg"), 2);
    assert!(stage.seen()[1].over, "it must not look as if it burned");
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_older_than_the_fire_is_left_to_the_digest() {
    let stage = Stage::of([("tg", vec![accept(), accept()])]);
    stage.deliver(&[alarm("on", Status::Firing, 5)], DEADLINE).await;
    let report = stage.deliver(&[alarm("off", Status::Resolved, 1)], DEADLINE).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Suppressed);
    assert!(!report.owed());
    assert_eq!(stage.attempts("tg"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_may_be_of_nothing_is_told_only_where_something_burns() {
    let stage = Stage::of([("tg", vec![accept(); 4])]);
    let end = |name| Alert { only_if_firing: true, ..alarm(name, Status::Resolved, 9) };
    assert!(stage.deliver(&[end("first")], DEADLINE).await.alerts.is_empty());
    assert_eq!(stage.attempts("tg"), 0);
    stage.deliver(&[alarm("on", Status::Firing, 5)], DEADLINE).await;
    let told = stage.deliver(&[end("second")], DEADLINE).await;
    assert_eq!(outcome(&told, "tg"), Outcome::Accepted);
    assert!(stage.deliver(&[end("third")], DEADLINE).await.alerts.is_empty(), "it is out already");
}

#[tokio::test(start_paused = true)]
async fn a_flapping_alarm_is_told_three_times_on_and_off_and_then_by_the_digest_with_its_count() {
    let stage = Stage::of([("tg", vec![])]);
    for minute in 0..20 {
        let status = if minute % 2 == 0 { Status::Firing } else { Status::Resolved };
        stage.deliver(&[alarm(&minute.to_string(), status, minute)], DEADLINE).await;
    }
    assert_eq!(stage.attempts("tg"), 6);
    tokio::time::sleep(Duration::from_hours(2)).await;
    let digest = stage.digest().await;
    assert_eq!(digest.alerts.len(), 1);
    let told = stage.digests();
    assert!(told[0].contains("14건 더") && told[0].contains("같은 것 14번"), "{}", told[0]);
}
