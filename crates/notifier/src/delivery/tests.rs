//! Delivery with providers that do what the test says, and a clock that the test stops.

mod afterwards;
mod failover;
mod flood;
mod order;
mod properties;
mod receipts;
mod script;
mod simulation;
mod twins;
mod uncertain;

use std::time::Duration;

use alert::Status;

use super::*;
use crate::error::Kind;
use crate::testing::alert;
use script::{BrokenLedger, SilentLedger, Stage, Step, accept, fail};

const DEADLINE: Duration = Duration::from_millis(28_500);

fn outcome(report: &Report, channel: &str) -> Outcome {
    delivery(report, channel).outcome
}

fn delivery<'a>(report: &'a Report, channel: &str) -> &'a Delivery {
    report.alerts[0].deliveries.iter().find(|delivery| delivery.channel == channel).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_slowest_channel_is_what_an_operator_waits_for_not_the_sum() {
    let slow = || vec![Step::Slow(Duration::from_secs(3))];
    let stage = Stage::of([("tg", slow()), ("mail", slow()), ("other", slow()), ("quick", vec![accept()])]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(report.alerts[0].deliveries.iter().all(|delivery| delivery.outcome == Outcome::Accepted));
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_never_answers_is_named_before_the_deadline() {
    let stage = Stage::of([("tg", vec![Step::Hang; 9]), ("mail", vec![accept()])]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], Duration::from_secs(7)).await;
    assert!(started.elapsed() <= Duration::from_secs(7));
    assert_eq!(outcome(&report, "tg"), Outcome::Uncertain);
    assert_eq!(outcome(&report, "mail"), Outcome::Accepted);
}

#[tokio::test(start_paused = true)]
async fn what_was_certainly_not_sent_is_tried_until_it_passes() {
    let stage = Stage::of([("tg", vec![fail(Kind::Unavailable), fail(Kind::Unavailable), accept()])]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
    assert_eq!(delivery(&report, "tg").attempts, 3);
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn what_is_unavailable_until_the_deadline_is_owed() {
    let stage = Stage::of([("tg", vec![fail(Kind::Unavailable); 99]), ("mail", vec![accept()])]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(started.elapsed() <= DEADLINE);
    assert_eq!(outcome(&report, "tg"), Outcome::Unavailable);
    assert!(report.owed());
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_waited_for_and_the_message_arrives_once() {
    let wait = Duration::from_secs(7);
    let stage = Stage::of([("tg", vec![fail(Kind::RateLimited(wait)), accept()])]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
    assert_eq!(started.elapsed(), wait);
    assert_eq!(stage.attempts("tg"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_beyond_the_deadline_is_not_waited_for() {
    let stage = Stage::of([("tg", vec![fail(Kind::RateLimited(Duration::from_mins(2)))]), ("mail", vec![accept()])]);
    let started = clock::instant();
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "tg"), Outcome::RateLimited);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(report.owed());
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_tried_once_and_told_through_the_others() {
    let stage = Stage::of([("tg", vec![accept(), accept()]), ("mail", vec![fail(Kind::Unauthorized)])]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "mail"), Outcome::Unauthorized);
    assert_eq!(stage.attempts("mail"), 1);
    assert!(!report.owed(), "somebody has it, and mail will not pass by asking again");
    assert_eq!(report.notices.len(), 1);
    assert_eq!(report.notices[0].deliveries[0].channel, "tg");
    assert_eq!(report.notices[0].deliveries[0].outcome, Outcome::Accepted);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_alerts_makes_one_notice_of_a_broken_channel() {
    let stage = Stage::of([("tg", vec![accept(); 9]), ("mail", vec![fail(Kind::Rejected); 9])]);
    let alerts: Vec<_> = ["a", "b", "c"].map(alert).into();
    let report = stage.deliver(&alerts, DEADLINE).await;
    assert_eq!(report.notices.len(), 1);
    let again = stage.deliver(&[alert("d")], DEADLINE).await;
    assert_eq!(again.notices[0].deliveries[0].outcome, Outcome::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_every_channel_refuses_is_owed() {
    let stage = Stage::of([("tg", vec![fail(Kind::Rejected)]), ("mail", vec![fail(Kind::Unauthorized)])]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(report.owed());
    assert!(report.notices.is_empty(), "there is nobody to tell");
}

#[tokio::test(start_paused = true)]
async fn a_redelivered_alert_goes_only_to_who_is_still_owed_it() {
    let stage =
        Stage::of([("tg", vec![accept()]), ("mail", [vec![fail(Kind::Unavailable); 12], vec![accept()]].concat())]);
    let first = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(first.owed());
    let second = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&second, "tg"), Outcome::Duplicate);
    assert_eq!(outcome(&second, "mail"), Outcome::Accepted);
    assert_eq!(stage.attempts("tg"), 1);
    assert!(!second.owed());
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_stands_twice_in_a_batch_is_sent_once() {
    let stage = Stage::of([("tg", vec![accept(), accept()])]);
    let report = stage.deliver(&[alert("a"), alert("b"), alert("a")], DEADLINE).await;
    let outcomes: Vec<_> = report.alerts.iter().map(|alert| alert.deliveries[0].outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted, Outcome::Accepted, Outcome::Duplicate]);
    assert_eq!(stage.attempts("tg"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_down_or_silent_stops_nothing() {
    let stages = [
        Stage::of([("tg", vec![accept(), accept()])]).with_ledger(BrokenLedger),
        Stage::of([("tg", vec![accept(), accept()])]).with_ledger(SilentLedger),
    ];
    for stage in stages {
        let started = clock::instant();
        let report = stage.deliver(&[alert("a")], DEADLINE).await;
        assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
        assert!(started.elapsed() <= Duration::from_secs(1));
        assert!(!report.owed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_channel_holds_up_no_other_alert_of_a_batch() {
    let stage = Stage::of([("tg", vec![]), ("silent", vec![Step::Hang; 99])]);
    let alerts: Vec<_> = (0..30).map(|place| alert(&place.to_string())).collect();
    let report = stage.deliver(&alerts, DEADLINE).await;
    let told =
        |alert: &AlertReport| alert.deliveries.iter().any(|it| it.channel == "tg" && it.outcome == Outcome::Accepted);
    assert!(report.alerts.iter().all(told));
    let first_to_tg = stage.seen().iter().take(38).filter(|seen| seen.channel == "tg").count();
    assert_eq!(first_to_tg, 30, "all at once, not eight by eight behind the silent one");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_refused_is_told_to_the_others_of_the_same_channel() {
    let stage = Stage::default().with_paid(
        "sms",
        &["01011112222", "01033334444"],
        vec![Step::Each(vec![("01033334444", Kind::Rejected)])],
    );
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(!report.owed());
    assert_eq!(report.notices.len(), 1, "it is the only way left");
}

#[tokio::test(start_paused = true)]
async fn a_broken_channel_is_told_of_once_whichever_region_finds_out() {
    let stage = Stage::of([("tg", vec![]), ("mail", vec![fail(Kind::Unauthorized); 9])]);
    let in_region = |region: &str| Alert { region: Some(region.to_owned()), ..alert(region) };
    let report = stage.deliver(&[in_region("us-east-1"), in_region("eu-west-1")], DEADLINE).await;
    assert_eq!(report.notices.len(), 1);
}

/// A configuration that has changed meanwhile.
struct Changed(std::sync::Mutex<Vec<Channel>>);

#[async_trait::async_trait]
impl Renewal for Changed {
    async fn renew(&self, _: &str) -> Option<Channel> {
        self.0.lock().unwrap().pop()
    }
}

#[tokio::test(start_paused = true)]
async fn rotated_credentials_are_used_at_once_and_nobody_is_told_of_the_old_ones() {
    let stage = Stage::of([("tg", vec![fail(Kind::Unauthorized)]), ("mail", vec![Step::Slow(Duration::from_secs(4))])]);
    let other = Stage::of([("tg", vec![accept()])]);
    let changed = Changed(vec![other.take_channel()].into());
    let report = stage.deliver_with(&[alert("a")], DEADLINE, &changed).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
    assert_eq!(delivery(&report, "tg").attempts, 2);
    assert_eq!(outcome(&report, "mail"), Outcome::Accepted);
    assert!(report.notices.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_over_is_not_worth_a_paid_text() {
    let stage = Stage::of([("tg", vec![accept()])]).with_paid("sms", &["01011112222"], vec![accept()]);
    let over = Alert { status: Status::Resolved, ..alert("a") };
    let report = stage.deliver(&[over], DEADLINE).await;
    assert_eq!(outcome(&report, "sms"), Outcome::Skipped);
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
    assert!(!report.owed());
}

#[tokio::test(start_paused = true)]
async fn what_is_over_and_owed_to_paid_texts_alone_is_done() {
    let stage = Stage::default().with_paid("sms", &["01011112222"], vec![accept()]);
    let report = stage.deliver(&[Alert { status: Status::Resolved, ..alert("a") }], DEADLINE).await;
    assert!(!report.owed());
    assert_eq!(stage.attempts("sms"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_over_still_gives_a_report() {
    let stage = Stage::of([("tg", vec![accept()])]);
    let report = stage.deliver(&[alert("a")], Duration::ZERO).await;
    assert_eq!(outcome(&report, "tg"), Outcome::Unavailable);
    assert_eq!(delivery(&report, "tg").attempts, 0);
    assert!(report.owed());
}

#[tokio::test(start_paused = true)]
async fn the_report_is_the_json_of_the_contract() {
    let stage = Stage::of([("tg", vec![accept()])]).with_paid(
        "sms",
        &["01011112222", "01033334444"],
        vec![Step::Each(vec![("01033334444", Kind::Rejected)])],
    );
    let mut report = stage.deliver(&[alert("a")], DEADLINE).await;
    // A notice has another key each hour.
    assert_eq!(std::mem::take(&mut report.notices).len(), 1);
    insta::assert_json_snapshot!(report);
}
