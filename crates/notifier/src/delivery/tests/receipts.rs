//! What became of paid texts at the carrier.

use super::script::{BrokenLedger, Memory, Stage, accept};
use super::*;
use crate::provider::Receipt;

const A: &str = "01011112222";

fn group(receipt: Receipt) -> Stage {
    Stage::default()
        .with_receipts("nhn", &[A], Memory::None, vec![accept()], receipt)
        .with("solapi", &[A], Memory::None, vec![accept()])
        .notifying("[[\"nhn\", \"solapi\"]]")
}

/// The same event, some time later.
async fn follow_up(stage: &Stage) -> Report {
    let invocation = Invocation { receipts: true, ..Invocation::until(clock::instant() + DEADLINE) };
    stage.invoke(&[alert("a")], invocation).await
}

async fn state(stage: &Stage, channel: &str) -> State {
    let record = stage.notifier().ledger.read(&alert("a").key).await.unwrap().unwrap();
    record.entries.into_iter().find(|(slot, _)| slot.channel == channel).unwrap().1.state
}

#[tokio::test(start_paused = true)]
async fn a_text_that_failed_at_the_carrier_goes_to_the_next_member_and_the_ledger_shows_both() {
    let stage = group(Receipt::Failed("the phone is off".to_owned()));
    stage.deliver(&[alert("a")], DEADLINE).await;
    let report = follow_up(&stage).await;
    assert_eq!(outcome(&report, "nhn"), Outcome::Undelivered);
    assert_eq!(delivery(&report, "nhn").recipients[0].error.as_deref(), Some("the phone is off"));
    assert_eq!(outcome(&report, "solapi"), Outcome::Accepted);
    assert!(!report.owed());
    assert!(report.notices.is_empty(), "a phone that is off is not a channel to be mended");
    assert_eq!(state(&stage, "nhn").await, State::Undelivered);
    assert_eq!(state(&stage, "solapi").await, State::Accepted);

    let again = follow_up(&stage).await;
    assert_eq!(outcome(&again, "solapi"), Outcome::Duplicate);
    assert_eq!((stage.attempts("nhn"), stage.attempts("solapi")), (1, 1));
    assert_eq!(state(&stage, "solapi").await, State::Delivered);
    assert_eq!(state(&stage, "nhn").await, State::Undelivered, "the history goes on showing both");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_arrived_or_is_on_its_way_needs_nothing() {
    for (receipt, expected) in [(Receipt::Delivered, State::Delivered), (Receipt::Pending, State::Accepted)] {
        let stage = group(receipt);
        stage.deliver(&[alert("a")], DEADLINE).await;
        assert!(!follow_up(&stage).await.owed());
        assert_eq!(state(&stage, "nhn").await, expected);
        assert_eq!((stage.attempts("nhn"), stage.attempts("solapi")), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_that_nobody_else_can_send_is_not_sent_for_ever() {
    let failed = Receipt::Failed("no such number".to_owned());
    let stage = Stage::default().with_receipts("nhn", &[A], Memory::None, vec![accept()], failed);
    stage.deliver(&[alert("a")], DEADLINE).await;
    let report = follow_up(&stage).await;
    assert_eq!(outcome(&report, "nhn"), Outcome::Undelivered);
    assert!(!report.owed(), "nothing that another try could do");
    assert_eq!(stage.attempts("nhn"), 1);
}

#[tokio::test(start_paused = true)]
async fn without_the_ledger_a_follow_up_sends_nothing_and_comes_again() {
    let stage = Stage::default().with("nhn", &[A], Memory::None, vec![accept()]).with_ledger(BrokenLedger);
    assert!(follow_up(&stage).await.owed());
    assert_eq!(stage.attempts("nhn"), 0);
}
