//! A function that stands still, as Lambda does it between two events, and as a machine may do it at any time.

use std::time::Duration;

use futures::future::{Either, select};
use notifier::clock;
use sandbox::Channel;
use system_tests::json::{deliveries, outcomes};
use system_tests::{Function, Gate, Stage, corpus};
use tokio::time::sleep;

use super::{TOLD, World, seconds_between, sign_in};

/// Longer than an idle connection is used again.
const LONG: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn after_a_freeze_in_which_all_connections_were_closed_the_next_alert_arrives_at_once_and_once() {
    let mut world = World::open().await;
    let mut providers = Gate::before(&world.stage.sandbox.url()).await;
    world.stage = Stage::at(world.stage, &providers.url());
    let function = world.warm("root-login", 30).await;
    // Connections to everybody are open, and used.
    let first = function.invoke(corpus::event("root-login/success-with-passkey").bytes).await;
    assert_eq!(outcomes(first.report()), TOLD);
    world.stage.sandbox.clear();

    function.freeze();
    for gate in [&mut providers, &mut world.gate] {
        gate.shut().await;
        gate.open().await;
    }
    sleep(LONG).await;
    function.thaw();
    let answer = function.invoke(sign_in()).await;
    println!("told after a freeze in {:?}", answer.took);
    assert_eq!(outcomes(answer.report()), TOLD);
    assert!(answer.took < Duration::from_millis(1_500), "{:?}", answer.took);
    let once = deliveries(answer.report(), 0).iter().all(|it| it["attempts"].as_u64().unwrap() <= 1);
    assert!(once && answer.report()["alerts"][0]["unguarded"].is_null(), "{:#}", answer.body);
    world.assert_told_once();
    world.assert_all_is_recorded(&answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wakes_up_after_another_has_taken_the_alert_over_sends_nothing_any_more() {
    let world = World::open().await;
    let frozen = world.warm("root-login", 4).await;
    // Telegram asks for a second of patience, and NHN has taken the text but says so late.
    world.stage.inject("telegram=429:1");
    world.stage.inject("nhn-sms=slow:1");
    let began = clock::now();
    let invocation = Box::pin(frozen.invoke(sign_in()));
    let Either::Right(((), invocation)) = select(invocation, Box::pin(freeze_amid(&world, &frozen))).await else {
        panic!("it has ended before it was frozen");
    };
    assert!(seconds_between(began, clock::now()) < 1.0, "too slow a machine for this test");
    assert_eq!(world.told()["telegram"].0, 0);

    // It waits until the lease is over.
    let next = world.warm("root-login", 30).await;
    let answer = next.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    world.assert_told([1, 1], [2, 1]);
    world.assert_all_is_recorded(&answer);

    // The emulator stays frozen, since it would end the process at once.
    frozen.thaw_alone();
    sleep(Duration::from_secs(3)).await;
    world.assert_told([1, 1], [2, 1]);
    world.assert_all_is_recorded(&answer);
    frozen.thaw();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(frozen.logged("must be invoked again").await.len(), 1, "{}", frozen.log());
    world.assert_told([1, 1], [2, 1]);
    world.assert_all_is_recorded(&answer);
    // The emulator had no answer in time, and says so without JSON.
    drop(invocation);
}

/// Freezes it when Telegram has refused, and the others have taken what they were sent.
async fn freeze_amid(world: &World, function: &Function) {
    for channel in [Channel::NhnSms, Channel::SnsEmail] {
        world.wait_until_taken(channel).await;
    }
    while !world.stage.sandbox.requests().iter().any(|request| request.channel == Some(Channel::Telegram)) {
        sleep(Duration::from_millis(5)).await;
    }
    function.freeze();
}
