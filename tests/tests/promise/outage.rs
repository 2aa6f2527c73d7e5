//! All providers fail for a while.

use jiff::{SignedDuration, Timestamp};
use notifier::clock;
use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::{deliveries, outcomes};
use system_tests::{Gate, Stage};

use super::{REGION, TOLD, TOLD_BEFORE, World, key_of, sign_in};

const MINUTES: i64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn what_no_provider_could_be_asked_for_a_while_is_owed_and_then_arrives_late_and_once() {
    let mut world = World::open().await;
    let mut providers = Gate::before(&world.stage.sandbox.url()).await;
    world.stage = Stage::at(world.stage, &providers.url());
    providers.shut().await;
    let event = is_owed(&world, "unavailable").await;
    providers.open().await;
    arrives_late_and_once(&world, &event, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_every_provider_failed_at_for_a_while_is_owed_and_then_arrives_late_and_once() {
    let world = World::open().await;
    for channel in Channel::ALL {
        world.stage.inject(&format!("{channel}=500"));
    }
    let event = is_owed(&world, "uncertain").await;
    world.stage.sandbox.heal();
    // Who says "500" may have taken it, so these say that they may be repeats; texts were looked up.
    arrives_late_and_once(&world, &event, 1).await;
}

/// Two environments fail at it.
async fn is_owed(world: &World, outcome: &str) -> Vec<u8> {
    let began = clock::now() - SignedDuration::from_mins(MINUTES);
    let event = signed_in_at(began);
    for _ in 0..2 {
        let function = world.warm("root-login", 4).await;
        let answer = function.invoke(&event).await;
        assert_eq!(answer.error().0, "AlertOwed");
        let report = answer.report_of_either();
        assert_eq!(deliveries(&report, 0)[0]["outcome"], outcome, "{report:#}");
        assert!(deliveries(&report, 0).iter().all(|it| it["outcome"] != "accepted"), "{report:#}");
        assert!(world.stage.sandbox.messages().is_empty());
        met_first(world, &report, began);
    }
    event
}

async fn arrives_late_and_once(world: &World, event: &[u8], marked: usize) {
    let function = world.warm("root-login", 30).await;
    let answer = function.invoke(event).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    assert_eq!(answer.report()["alerts"][0]["late_minutes"], MINUTES);
    world.assert_told([1, marked], [1, marked]);
    for channel in [Channel::Telegram, Channel::NhnSms, Channel::SnsEmail] {
        let texts = world.stage.texts(channel);
        assert!(texts[0].contains("[7분 늦음]"), "{channel}: {texts:?}");
    }
    world.assert_all_is_recorded(&answer);
    assert_eq!(outcomes(function.invoke(event).await.report()), TOLD_BEFORE);
    world.assert_told([1, marked], [1, marked]);
}

fn signed_in_at(time: Timestamp) -> Vec<u8> {
    let mut event: Value = serde_json::from_slice(&sign_in()).unwrap();
    let time = json!(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    event["time"] = time.clone();
    event["detail"]["eventTime"] = time;
    event.to_string().into_bytes()
}

/// Lets the ledger have known the alert since then.
fn met_first(world: &World, report: &Value, at: Timestamp) {
    let update = json!({
        "TableName": world.table.name,
        "Key": key_of(report),
        "UpdateExpression": "SET first_at = :at",
        "ExpressionAttributeValues": { ":at": { "N": at.as_millisecond().to_string() } },
    });
    world.account.aws(REGION, "dynamodb", "update_item", &update);
}
