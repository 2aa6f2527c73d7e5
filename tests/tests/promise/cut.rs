//! The ledger is out of reach.

use std::time::Duration;

use futures::future::join;
use sandbox::Channel;
use serde_json::json;
use system_tests::Function;
use system_tests::json::outcomes;

use super::{TOLD, TOLD_BEFORE, World, another_sign_in, sign_in};

const UNGUARDED: &str = "unguarded: sent without a ledger";
const NOT_RECORDED: &str = "not recorded: another delivery of this event may repeat it";
/// Until everybody is told, where nothing is in the way but the ledger, on a busy machine too.
const SOON: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_arrives_at_once_and_says_so_while_the_ledger_is_cut_off() {
    let mut world = World::open().await;
    let function = world.warm("root-login", 30).await;
    world.gate.shut().await;
    arrives_unguarded(&world, &function).await;
    assert_eq!(function.logged(UNGUARDED).await.len(), 1, "{}", function.log());
    assert_eq!(function.logged(NOT_RECORDED).await.len(), 1, "{}", function.log());

    // What the process itself has sent it knows.
    let again = function.invoke(sign_in()).await;
    assert_eq!(outcomes(again.report()), TOLD_BEFORE);
    world.assert_told_once();

    world.gate.open().await;
    let next = function.invoke(another_sign_in()).await;
    assert_eq!(outcomes(next.report()), TOLD);
    assert!(next.report()["alerts"][0]["unguarded"].is_null(), "{:#}", next.body);
    world.assert_all_is_recorded(&next);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_arrives_at_once_and_says_so_while_the_ledger_is_slow() {
    let world = World::open().await;
    let function = world.warm("root-login", 30).await;
    world.gate.slow(Duration::from_millis(450));
    arrives_unguarded(&world, &function).await;
    assert_eq!(function.logged(UNGUARDED).await.len(), 1, "{}", function.log());
}

async fn arrives_unguarded(world: &World, function: &Function) {
    let answer = function.invoke(sign_in()).await;
    println!("told without a ledger after {:?}", answer.took);
    assert_eq!(outcomes(answer.report()), TOLD);
    assert_eq!(answer.report()["alerts"][0]["unguarded"], json!(true), "{:#}", answer.body);
    assert!(answer.took < SOON, "{:?}", answer.took);
    world.assert_told_once();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_whose_end_could_not_be_recorded_comes_again_as_a_marked_message_at_most_and_never_as_a_text() {
    let mut world = World::open().await;
    let function = world.warm("root-login", 6).await;
    world.stage.inject("telegram=slow:1");
    let invoke = function.invoke(sign_in());
    let (stage, gate) = (&world.stage, &mut world.gate);
    let cut = async {
        while Channel::ALL.iter().filter(|channel| !stage.messages(**channel).is_empty()).count() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        gate.shut().await;
    };
    let (answer, ()) = join(invoke, cut).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    assert_eq!(function.logged(NOT_RECORDED).await.len(), 1, "{}", function.log());
    assert_eq!(function.lines(UNGUARDED).len(), 0, "{}", function.log());
    world.assert_told_once();

    world.gate.open().await;
    let next = world.warm("root-login", 30).await;
    let answer = next.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    world.assert_told([2, 1], [2, 1]);
    world.assert_all_is_recorded(&answer);
    assert_eq!(outcomes(function.invoke(sign_in()).await.report()), TOLD_BEFORE);
    world.assert_told([2, 1], [2, 1]);
}
