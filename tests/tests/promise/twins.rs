//! One event, several environments.

use futures::future::{join, join_all};
use sandbox::Channel;
use system_tests::json::outcomes;

use super::{TOLD, TOLD_BEFORE, World, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_five_environments_get_at_once_is_told_by_one_of_them() {
    let world = World::open().await;
    let functions = join_all([(); 5].map(|()| world.warm("root-login", 30))).await;
    let answers = join_all(functions.iter().map(|function| function.invoke(sign_in()))).await;
    let mut told: Vec<_> = answers.iter().map(|answer| outcomes(answer.report())).collect();
    told.sort();
    assert_eq!(told[0], TOLD);
    assert!(told[1..].iter().all(|told| *told == TOLD_BEFORE), "{told:#?}");
    world.assert_told_once();
    world.assert_all_is_recorded(&answers[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_cannot_wait_until_the_other_has_ended_asks_to_be_invoked_again_and_then_has_nothing_to_do() {
    let world = World::open().await;
    let (first, twin) = join(world.warm("root-login", 30), world.warm("root-login", 3)).await;
    world.stage.inject("telegram=slow:1");
    let meanwhile = async {
        world.wait_until_taken(Channel::Telegram).await;
        twin.invoke(sign_in()).await
    };
    let (told, owed) = join(first.invoke(sign_in()), meanwhile).await;
    assert_eq!(outcomes(told.report()), TOLD);
    assert_eq!(owed.error().0, "AlertOwed", "{:#}", owed.body);
    assert_eq!(outcomes(twin.invoke(sign_in()).await.report()), TOLD_BEFORE);
    world.assert_told_once();
    world.assert_all_is_recorded(&told);
}
