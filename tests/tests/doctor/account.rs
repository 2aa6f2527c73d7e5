//! Each way in which the part of AWS can be broken.

use std::sync::atomic::Ordering;

use sandbox::{Accounts, demo};
use serde_json::json;
use system_tests::json::text;

use crate::chain::{Chain, GLOBAL, HOME};

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_waits_or_that_anybody_can_end_is_told() {
    let pending = Accounts { pending_topics: vec![demo::TOPIC_ARN.to_owned()], ..Accounts::default() };
    assert_eq!(Chain::open_with(pending).await.not_well().await, ["sns-email mail broken"]);
    let open = Accounts { open_topics: vec![demo::TOPIC_ARN.to_owned()], ..Accounts::default() };
    assert_eq!(Chain::open_with(open).await.not_well().await, ["sns-email mail warning"]);
    let none = Accounts { topics: Vec::new(), ..Accounts::default() };
    assert_eq!(Chain::open_with(none).await.not_well().await, ["sns-email mail broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_a_stacks_own_topic_that_has_not_confirmed_is_told() {
    let chain = Chain::open().await;
    let topic = format!("arn:aws:sns:{HOME}:111122223333:bongsu-alerts");
    // MiniStack takes mail addresses for confirmed, but waits for what it reaches by HTTP.
    let waits = json!({ "TopicArn": topic, "Protocol": "http", "Endpoint": "http://127.0.0.1:9/" });
    chain.aws(HOME, "sns", "subscribe", waits);
    assert_eq!(chain.not_well().await, ["topic ap-northeast-2 warning"]);
    let all = chain.aws(HOME, "sns", "list_subscriptions_by_topic", json!({ "TopicArn": topic }));
    let confirmed = all["Subscriptions"].as_array().unwrap().iter().find(|it| it["Protocol"] == "sqs").unwrap();
    chain.aws(HOME, "sns", "unsubscribe", json!({ "SubscriptionArn": text(&confirmed["SubscriptionArn"]) }));
    assert_eq!(chain.not_well().await, ["topic ap-northeast-2 broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_that_is_stopped_covers_one_region_or_is_gone_is_told() {
    let chain = Chain::open().await;
    chain.aws(GLOBAL, "cloudtrail", "stop_logging", json!({ "Name": "main" }));
    assert_eq!(chain.not_well().await, ["trail  broken"]);
    chain.aws(GLOBAL, "cloudtrail", "start_logging", json!({ "Name": "main" }));
    chain.aws(GLOBAL, "cloudtrail", "update_trail", json!({ "Name": "main", "IsMultiRegionTrail": false }));
    assert_eq!(chain.not_well().await, ["trail  broken"]);
    chain.aws(GLOBAL, "cloudtrail", "delete_trail", json!({ "Name": "main" }));
    assert_eq!(chain.not_well().await, ["trail  broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorder_that_is_stopped_is_told() {
    let chain = Chain::open().await;
    chain.aws(HOME, "config", "stop_configuration_recorder", json!({ "ConfigurationRecorderName": "default" }));
    assert_eq!(chain.not_well().await, ["recorder ap-northeast-2 broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyzer_that_is_gone_is_told() {
    let chain = Chain::open().await;
    chain.has_analyzer.store(false, Ordering::Relaxed);
    assert_eq!(chain.not_well().await, ["analyzer ap-northeast-2 broken", "analyzer us-east-1 broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_is_older_or_gone_is_told() {
    let chain = Chain::open().await;
    chain.aws(HOME, "cloudformation", "delete_stack", json!({ "StackName": "bongsu" }));
    let gone = |it: &Vec<String>| it == &["stack ap-northeast-2 broken"];
    let mut seen = chain.not_well().await;
    for _ in 0..20 {
        if gone(&seen) {
            break;
        }
        seen = chain.not_well().await;
    }
    assert!(gone(&seen), "{seen:?}");
    chain.deploy(HOME, "0.0.9");
    chain.subscribe(HOME);
    assert_eq!(chain.not_well().await, ["stack ap-northeast-2 broken"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_disabled_or_gone_is_told_on_either_bus() {
    let chain = Chain::open().await;
    chain.aws(GLOBAL, "events", "disable_rule", json!({ "Name": "bongsu-root-login" }));
    assert_eq!(chain.not_well().await, ["rule us-east-1 bongsu-root-login broken"]);
    chain.aws(GLOBAL, "events", "delete_rule", json!({ "Name": "bongsu-root-login" }));
    let forwarded = json!({ "Name": "bongsu-forwarded", "EventBusName": "bongsu" });
    chain.aws(GLOBAL, "events", "disable_rule", forwarded);
    let expected = ["rule us-east-1 bongsu-forwarded broken", "rule us-east-1 bongsu-root-login broken"];
    assert_eq!(chain.not_well().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_that_are_not_empty_are_told() {
    let chain = Chain::open().await;
    for (queue, expected) in [
        ("undelivered-events", vec!["queue us-east-1 undelivered-events warning"]),
        ("dead-letters", vec!["queue us-east-1 dead-letters broken", "queue us-east-1 undelivered-events warning"]),
    ] {
        let url = json!({ "QueueName": format!("bongsu-{queue}") });
        let url = chain.aws(GLOBAL, "sqs", "get_queue_url", url)["QueueUrl"].clone();
        chain.aws(GLOBAL, "sqs", "send_message", json!({ "QueueUrl": url, "MessageBody": "{}" }));
        assert_eq!(chain.not_well().await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_the_functions_do_not_have_or_cannot_read_is_told() {
    let chain = Chain::open().await;
    let put = |text: &str| {
        let put = json!({ "Name": "/bongsu/config", "Type": "SecureString", "Value": text, "Overwrite": true });
        chain.aws(HOME, "ssm", "put_parameter", put);
    };
    put(&chain.stage.pushed("[[routes]]\nnotify = [\"telegram\"]"));
    assert_eq!(chain.not_well().await, ["configuration ap-northeast-2 warning"]);
    put("language = \"fr\"");
    assert_eq!(chain.not_well().await, ["configuration ap-northeast-2 broken"]);
    chain.aws(HOME, "ssm", "delete_parameter", json!({ "Name": "/bongsu/config" }));
    assert_eq!(chain.not_well().await, ["configuration ap-northeast-2 broken"]);
}
