//! A function that is killed.

use std::time::Duration;

use futures::future::join;
use system_tests::json::{delivery, outcomes};
use tokio::time::sleep;

use super::{TOLD, TOLD_BEFORE, World, says_repeat, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_told_that_was_killed_before_it_could_record_it_is_no_second_text() {
    let world = World::open().await;
    let killed = world.warm("root-login", 4).await;
    world.tap.heard();
    world.tap.hold_up("UpdateItem");
    let kill = async {
        world.tap.wait_for("UpdateItem").await;
        world.assert_told_once();
        killed.kill();
    };
    let (answer, ()) = join(killed.invoke(sign_in()), kill).await;
    // Lambda has its answer, and so does not try again. But an event may come twice.
    assert_eq!(outcomes(answer.report()), TOLD);
    world.tap.let_go();

    // While the lease lasts, another environment cannot know that nobody is at it.
    let soon = world.warm("root-login", 2).await;
    let answer = soon.invoke(sign_in()).await;
    assert_eq!(answer.error().0, "AlertOwed", "{:#}", answer.body);
    world.assert_told_once();

    sleep(Duration::from_secs(5)).await;
    let next = world.warm("root-login", 30).await;
    let answer = next.invoke(sign_in()).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    assert!(says_repeat(&answer, "telegram") && says_repeat(&answer, "mail"), "{:#}", answer.body);
    assert_eq!(delivery(answer.report(), "nhn")["attempts"], 0, "it was looked up: {:#}", answer.body);
    world.assert_told([2, 1], [2, 1]);
    world.assert_all_is_recorded(&answer);

    for function in [&soon, &next] {
        assert_eq!(outcomes(function.invoke(sign_in()).await.report()), TOLD_BEFORE);
    }
    world.assert_told([2, 1], [2, 1]);
}
