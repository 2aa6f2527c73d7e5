//! All providers fail for a while.

use jiff::{SignedDuration, Timestamp};
use notifier::clock;
use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::{deliveries, outcomes};

use super::{REGION, TOLD, TOLD_BEFORE, World, key_of, sign_in};

const MINUTES: i64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn what_no_provider_took_for_a_while_is_asked_for_again_and_arrives_late_and_once() {
    let world = World::open().await;
    for channel in Channel::ALL {
        world.stage.inject(&format!("{channel}=500"));
    }
    let began = clock::now() - SignedDuration::from_mins(MINUTES);
    let event = signed_in_at(began);
    for _ in 0..2 {
        let function = world.warm("root-login", 3).await;
        let answer = function.invoke(&event).await;
        assert_eq!(answer.error().0, "AlertOwed");
        let report = answer.report_of_either();
        assert!(deliveries(&report, 0).iter().all(|it| it["outcome"] == "unavailable"), "{report:#}");
        assert!(world.stage.sandbox.messages().is_empty());
        met_first(&world, &report, began);
    }

    world.stage.sandbox.heal();
    let function = world.warm("root-login", 30).await;
    let answer = function.invoke(&event).await;
    assert_eq!(outcomes(answer.report()), TOLD);
    assert_eq!(answer.report()["alerts"][0]["late_minutes"], MINUTES);
    world.assert_told_once();
    for channel in [Channel::Telegram, Channel::NhnSms, Channel::SnsEmail] {
        let texts = world.stage.texts(channel);
        assert!(texts[0].contains("[7분 늦음]"), "{channel}: {texts:?}");
    }
    world.assert_all_is_recorded(&answer);
    assert_eq!(outcomes(function.invoke(&event).await.report()), TOLD_BEFORE);
    world.assert_told_once();
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
