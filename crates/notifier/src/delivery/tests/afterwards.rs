//! What is recorded of an alert that everybody has is nobody's wait; all else is recorded before there is an answer.

use super::script::{Counting, Stage, accept, fail};
use super::*;
use crate::error::Kind;

/// How often an alert was recorded when there was an answer, and when all was done.
async fn recorded(stage: Stage) -> (usize, usize) {
    let (ledger, calls) = Counting::new();
    let stage = stage.with_ledger(ledger);
    let afterwards = Afterwards::default();
    let deadline = clock::instant() + Duration::from_secs(5);
    stage.invoke(&[alert("a")], Invocation { afterwards: Some(&afterwards), ..Invocation::until(deadline) }).await;
    let times = || calls().get("finish").copied().unwrap_or_default();
    let at_the_answer = times();
    afterwards.end().await;
    (at_the_answer, times())
}

#[tokio::test(start_paused = true)]
async fn what_everybody_has_is_recorded_when_there_is_an_answer_already() {
    assert_eq!(recorded(Stage::of([("tg", vec![accept()]), ("mail", vec![accept()])])).await, (0, 1));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_is_owed_is_recorded_before() {
    let down = vec![fail(Kind::Unavailable); 20];
    assert_eq!(recorded(Stage::of([("tg", vec![accept()]), ("mail", down)])).await, (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_do_ends_before_the_next_invocation_begins() {
    let afterwards = Afterwards::default();
    let (sender, mut done) = tokio::sync::mpsc::channel(2);
    for seconds in [2, 1] {
        let sender = sender.clone();
        afterwards.begin(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            sender.send(seconds).await.unwrap();
        });
    }
    afterwards.end().await;
    assert_eq!((done.try_recv().unwrap(), done.try_recv().unwrap()), (1, 2));
    // Nothing is left.
    afterwards.end().await;
}
