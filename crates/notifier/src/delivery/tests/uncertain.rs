use super::script::{Memory, Stage, Step, accept, fail};
use super::*;
use crate::render::Mark;

const A: &str = "01011112222";

#[tokio::test(start_paused = true)]
async fn a_free_channel_in_doubt_gets_one_marked_repeat() {
    let stage = Stage::of([("tg", vec![Step::Hang, accept()])]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    let marks: Vec<_> = stage.seen().iter().map(|seen| seen.mark).collect();
    assert_eq!(marks, [Mark::First, Mark::PossibleRepeat]);
    assert_eq!(outcome(&report, "tg"), Outcome::Accepted);
}

#[tokio::test(start_paused = true)]
async fn a_free_channel_in_doubt_twice_is_left_alone_where_somebody_has_the_alert() {
    let stage = Stage::of([("tg", vec![Step::Hang; 9]), ("mail", vec![accept(); 9])]);
    let first = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&first, "tg"), Outcome::Uncertain);
    assert!(!first.owed());
    let second = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(stage.attempts("tg"), 2, "one repeat, however often the event comes");
    assert_eq!(outcome(&second, "tg"), Outcome::Uncertain);
}

#[tokio::test(start_paused = true)]
async fn a_doubt_that_nobody_else_makes_good_is_tried_again_by_the_next_invocation() {
    let stage = Stage::of([("tg", vec![Step::Hang, Step::Hang, accept()])]);
    let first = stage.deliver(&[alert("a")], DEADLINE).await;
    assert!(first.owed(), "nobody is known to have it");
    let second = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&second, "tg"), Outcome::Accepted);
    assert_eq!(stage.seen()[2].mark, Mark::PossibleRepeat);
}

#[tokio::test(start_paused = true)]
async fn a_paid_text_in_doubt_is_looked_up_and_not_sent_again_when_it_is_there() {
    let stage = Stage::default().with("sms", &[A], Memory::Found, vec![Step::Hang, accept()]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "sms"), Outcome::Accepted);
    assert_eq!(delivery(&report, "sms").recipients[0].provider_id.as_deref(), Some("found"));
    assert_eq!(stage.attempts("sms"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_paid_text_in_doubt_is_sent_again_without_a_mark_when_it_is_not_there() {
    let stage = Stage::default().with("sms", &[A], Memory::Absent, vec![Step::Hang, accept()]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&report, "sms"), Outcome::Accepted);
    assert_eq!(stage.attempts("sms"), 2);
    assert_eq!(stage.seen()[1].mark, Mark::First);
}

#[tokio::test(start_paused = true)]
async fn a_paid_text_is_sent_again_once_however_often_the_provider_says_that_it_is_not_there() {
    let stage = Stage::default().with("sms", &[A], Memory::Absent, vec![fail(Kind::Uncertain); 99]);
    let report = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(stage.attempts("sms"), 2);
    assert!(report.owed());
}

#[tokio::test(start_paused = true)]
async fn a_doubt_and_a_limit_beyond_the_deadline_end_at_once() {
    let stage = Stage::of([("tg", vec![Step::Hang, fail(Kind::RateLimited(Duration::from_mins(1)))])]);
    let started = clock::instant();
    stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(started.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_paid_text_that_cannot_be_looked_up_is_never_sent_blindly_and_stays_owed() {
    for memory in [Memory::None, Memory::Silent] {
        let stage = Stage::default().with("sms", &[A], memory, vec![Step::Hang, accept()]).with(
            "tg",
            &[],
            Memory::None,
            vec![],
        );
        let report = stage.deliver(&[alert("a")], DEADLINE).await;
        assert_eq!(outcome(&report, "sms"), Outcome::Uncertain);
        assert_eq!(stage.attempts("sms"), 1);
        assert!(report.owed(), "the next invocation may be able to look it up");
    }
}

#[tokio::test(start_paused = true)]
async fn a_doubt_from_an_earlier_invocation_is_looked_up_before_anything_is_sent() {
    let stage = Stage::default().with("sms", &[A], Memory::Found, vec![Step::Hang, accept()]).with(
        "tg",
        &[],
        Memory::None,
        vec![],
    );
    // Too short for a look-up: the doubt goes into the ledger.
    let first = stage.deliver(&[alert("a")], Duration::from_secs(5)).await;
    assert_eq!(outcome(&first, "sms"), Outcome::Uncertain);
    let second = stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(outcome(&second, "sms"), Outcome::Accepted);
    assert_eq!(stage.attempts("sms"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_after_a_doubt_does_not_wipe_the_doubt_out() {
    let stage = Stage::of([("tg", vec![Step::Hang, fail(Kind::RateLimited(Duration::from_secs(1))), accept()])]);
    stage.deliver(&[alert("a")], DEADLINE).await;
    assert_eq!(stage.seen()[2].mark, Mark::PossibleRepeat);
}
