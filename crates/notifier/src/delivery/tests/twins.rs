//! Two invocations for one alert: at once, or one after the other was killed.

use super::script::{Memory, Stage, Step, accept, fail};
use super::*;
use crate::provider::Recipient;
use crate::render::Mark;

const A: &str = "01011112222";

/// Drops an invocation after this time, as `kill -9` does.
async fn killed_after(stage: &Stage, time: Duration) {
    let killed = timeout(time, stage.deliver(&[alert("a")], DEADLINE)).await;
    assert!(killed.is_err(), "it was done before");
}

#[tokio::test(start_paused = true)]
async fn a_twin_waits_for_the_one_that_is_at_it_and_sends_nothing() {
    let stage = Stage::of([("tg", vec![Step::Slow(Duration::from_secs(3))])]);
    let alerts = [alert("a")];
    let (one, two) = tokio::join!(stage.deliver(&alerts, DEADLINE), stage.deliver(&alerts, DEADLINE));
    let mut outcomes = [outcome(&one, "tg"), outcome(&two, "tg")];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [Outcome::Duplicate, Outcome::Accepted]);
    assert_eq!(stage.attempts("tg"), 1);
    assert!(!one.owed() && !two.owed());
}

#[tokio::test(start_paused = true)]
async fn a_twin_whose_time_is_over_first_asks_to_be_invoked_again() {
    let stage = Stage::of([("tg", vec![Step::Slow(Duration::from_secs(4))])]);
    let alerts = [alert("a")];
    let (one, two) = tokio::join!(stage.deliver(&alerts, DEADLINE), stage.deliver(&alerts, Duration::from_secs(2)));
    assert_eq!(outcome(&one, "tg"), Outcome::Accepted);
    assert_eq!(outcome(&two, "tg"), Outcome::Unavailable);
    assert!(delivery(&two, "tg").error.as_deref().unwrap().contains("another invocation"));
    assert!(two.owed() && !one.owed());
}

#[tokio::test(start_paused = true)]
async fn a_killed_invocation_is_taken_over_when_its_lease_is_over_and_not_before() {
    let stage = Stage::of([("tg", vec![Step::Hang])]);
    killed_after(&stage, Duration::from_secs(1)).await;
    let early = stage.deliver(&[alert("a")], Duration::from_secs(10)).await;
    assert!(early.owed(), "the other may still be at it");
    assert_eq!(stage.attempts("tg"), 1);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let late = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&late, "tg"), Outcome::Accepted);
    assert!(delivery(&late, "tg").possible_repeat);
    assert_eq!(stage.seen()[1].mark, Mark::PossibleRepeat, "nobody knows whether the first had arrived");
}

#[tokio::test(start_paused = true)]
async fn after_a_kill_a_paid_text_is_looked_up_by_every_member_before_any_sends() {
    // The first invocation had gone on to the second member, which took the text.
    let stage = Stage::default()
        .with("nhn", &[A], Memory::Absent, vec![fail(Kind::Rejected), accept()])
        .with("solapi", &[A], Memory::Found, vec![Step::Hang])
        .notifying("[[\"nhn\", \"solapi\"]]");
    killed_after(&stage, Duration::from_secs(1)).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!((stage.attempts("nhn"), stage.attempts("solapi")), (1, 1), "nothing is sent again");
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn after_a_kill_a_member_that_nobody_needed_is_recorded_as_skipped() {
    let stage = Stage::default()
        .with("nhn", &[A], Memory::Found, vec![Step::Hang])
        .with("solapi", &[A], Memory::Absent, vec![])
        .notifying("[[\"nhn\", \"solapi\"]]");
    killed_after(&stage, Duration::from_secs(1)).await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert!(!stage.deliver(&[alert("a")], DEADLINE).await.owed());
    let record = stage.notifier().ledger.read(&alert("a").key).await.unwrap().unwrap();
    let of = |channel: &str| record.entries[&Slot::new(channel, Recipient::number(A))].state;
    assert_eq!((of("nhn"), of("solapi")), (State::Accepted, State::Skipped));
}

#[tokio::test(start_paused = true)]
async fn what_another_invocation_failed_to_send_is_told_as_late_and_why() {
    let stage = Stage::of([("tg", vec![fail(Kind::Unavailable); 12])]);
    let event = Alert { time: Some(clock::now()), ..alert("a") };
    assert!(stage.deliver(std::slice::from_ref(&event), DEADLINE).await.owed());
    tokio::time::sleep(Duration::from_mins(7)).await;
    let report = stage.deliver(&[event], DEADLINE).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
    assert_eq!(report.alerts[0].late_minutes, Some(7));
}

#[tokio::test(start_paused = true)]
async fn what_is_told_in_time_says_nothing_of_it() {
    let stage = Stage::of([("tg", vec![])]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(report.alerts[0].late_minutes, None, "the event is old, but nobody failed");
}
