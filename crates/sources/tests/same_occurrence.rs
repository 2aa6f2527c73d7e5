//! The same occurrence is the same alert, by whatever way it arrives.
#![allow(clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod common;

use std::collections::BTreeMap;

use alert::Alert;
use common::{alerts, all_events, event, json, only_alert, read};
use serde_json::{Value, json};

/// The ways by which an event can reach us, besides bare.
fn ways(event: &Value) -> Vec<(&'static str, Value)> {
    let text = event.to_string();
    let notification = json!({"Type": "Notification", "MessageId": "m-1", "TopicArn": "t", "Message": text});
    let sns = json!({"Records": [{"EventSource": "aws:sns", "Sns": notification}]});
    let sqs = |body: &Value| {
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        json!({"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": body}]})
    };
    let failed =
        |payload: &Value| json!({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": payload});
    vec![
        ("a list", json!([event])),
        ("JSON in a string", json!(text)),
        ("SNS", sns.clone()),
        ("an SNS notification by itself", notification.clone()),
        ("SQS, a dead letter", sqs(event)),
        ("SNS in SQS", sqs(&notification)),
        ("an OnFailure record", failed(event)),
        ("an OnFailure record in SQS", sqs(&failed(event))),
        ("an OnFailure record of SNS in SQS", sqs(&failed(&sns))),
        (
            "an OnFailure record in SNS in SQS",
            sqs(&json!({"Type": "Notification", "Message": failed(event).to_string()})),
        ),
    ]
}

#[test]
fn every_way_leads_to_the_same_alert_down_to_the_raw_event() {
    for name in [
        "root-login/success-without-mfa",
        "root-login/drill",
        "root-login/hostile-values",
        "config-compliance/root-mfa-missing",
        "access-analyzer/bucket-public",
        "cloudwatch-alarm/metric-alarm",
        "cloudwatch-alarm/hostile-values",
        "cloudwatch-alarm/lambda-action",
        "security-finding/coin-mining",
        "security-finding/hub-check-failed",
        "health-event/issue-open",
        "account-activity/trail-stopped",
        "account-activity/resource-discovered",
        "cost-anomaly/coin-miner",
        "budget/event",
        "credential-audit/root-access-key",
        "credential-audit/scheduled-event",
        "heartbeat/token-revoked",
        "unknown/security-finding",
        "unknown/own-application",
        "unknown/sign-in-without-an-event-name",
    ] {
        let bare = only_alert(&event(name));
        for (way, wrapped) in ways(&json(name)) {
            assert_eq!(only_alert(wrapped.to_string().as_bytes()), bare, "{name} by {way}");
        }
    }
}

#[test]
fn every_way_leads_to_the_same_reason_too() {
    let name = "root-login/iam-user-success";
    let bare = read(&event(name)).items.remove(0).outcome;
    for (way, wrapped) in ways(&json(name)) {
        assert_eq!(read(wrapped.to_string().as_bytes()).items.remove(0).outcome, bare, "{way}");
    }
}

/// Keys and fingerprints of all these events.
fn names(events: &[&str]) -> Vec<(String, String)> {
    let name = |name: &&str| {
        let reading = read(&event(name));
        let alert = alerts(&reading)[0].clone();
        (alert.key.to_string(), alert.fingerprint.to_string())
    };
    events.iter().map(name).collect()
}

fn assert_same_occurrence(events: &[&str]) {
    let names = names(events);
    assert!(names.iter().all(|name| *name == names[0]), "{events:?}\n{names:#?}");
}

/// They are different occurrences of one thing: it fires, it ends.
fn assert_same_thing(events: &[&str]) {
    let names = names(events);
    for (index, name) in names.iter().enumerate() {
        assert_eq!(name.1, names[0].1, "{}", events[index]);
        assert!(names.iter().skip(index + 1).all(|other| other.0 != name.0), "{}", events[index]);
    }
}

#[test]
fn an_alarm_is_the_same_by_event_by_lambda_action_and_by_sns_action() {
    assert_same_occurrence(&[
        "cloudwatch-alarm/metric-alarm",
        "cloudwatch-alarm/lambda-action",
        "cloudwatch-alarm/sns-action",
        "cloudwatch-alarm/sns-action-in-sqs",
        "cloudwatch-alarm/forwarded-cross-region",
    ]);
    assert_same_occurrence(&["cloudwatch-alarm/composite-alarm", "cloudwatch-alarm/sns-action-composite"]);
    assert_same_occurrence(&["cloudwatch-alarm/metric-ok", "cloudwatch-alarm/sns-action-ok"]);
}

#[test]
fn a_compliance_change_is_the_same_by_event_and_by_topic() {
    assert_same_occurrence(&[
        "config-compliance/root-mfa-missing",
        "config-compliance/topic-compliance-change",
        "config-compliance/topic-in-sqs",
        "config-compliance/forwarded-cross-region",
    ]);
}

#[test]
fn an_event_that_a_bus_forwards_to_another_region_is_the_same() {
    assert_same_occurrence(&[
        "root-login/success-without-mfa",
        "root-login/forwarded-cross-region",
        "root-login/sns",
        "root-login/sns-in-sqs",
        "root-login/dead-letter",
        "root-login/on-failure",
    ]);
    assert_same_occurrence(&["access-analyzer/bucket-public", "access-analyzer/forwarded-cross-region"]);
    assert_same_occurrence(&[
        "security-finding/coin-mining",
        "security-finding/forwarded-cross-region",
        "security-finding/sns",
    ]);
    assert_same_occurrence(&["health-event/issue-open", "health-event/forwarded-cross-region", "health-event/sns"]);
    assert_same_occurrence(&[
        "account-activity/trail-stopped",
        "account-activity/forwarded-cross-region",
        "account-activity/sns",
        "account-activity/sqs-batch",
    ]);
    assert_same_occurrence(&["credential-audit/root-access-key", "credential-audit/forwarded-cross-region"]);
}

#[test]
fn a_finding_is_the_same_by_guardduty_itself_and_by_security_hub() {
    assert_same_occurrence(&["security-finding/member-backdoor", "security-finding/hub-guardduty-of-a-member"]);
}

#[test]
fn what_aws_health_sends_to_a_second_region_for_safety_is_the_same() {
    assert_same_occurrence(&["health-event/issue-open", "health-event/backup-in-another-region"]);
}

#[test]
fn what_is_said_again_is_another_occurrence_of_the_same_thing() {
    assert_same_thing(&["security-finding/coin-mining", "security-finding/coin-mining-repeated"]);
    assert_same_thing(&["health-event/paged-1", "health-event/paged-2"]);
}

#[test]
fn a_finding_that_gets_worse_is_news() {
    let mut worse = json("security-finding/coin-mining-repeated");
    worse["detail"]["severity"] = json!(9.2);
    let worse = only_alert(worse.to_string().as_bytes());
    assert_ne!(worse.fingerprint, only_alert(&event("security-finding/coin-mining")).fingerprint);
}

#[test]
fn the_same_findings_are_the_same_next_week_and_in_another_spelling() {
    assert_same_occurrence(&[
        "credential-audit/root-access-key",
        "credential-audit/root-access-key-next-week",
        "credential-audit/capital-letters-and-offsets",
    ]);
    assert_same_occurrence(&["credential-audit/one-user-without-mfa", "credential-audit/new-and-moved-columns"]);
    assert_same_occurrence(&["credential-audit/scheduled-event", "credential-audit/on-failure"]);
}

#[test]
fn what_fires_and_what_ends_it_share_a_fingerprint_and_no_key() {
    assert_same_thing(&[
        "cloudwatch-alarm/metric-alarm",
        "cloudwatch-alarm/metric-ok",
        "cloudwatch-alarm/metric-lost-its-data",
    ]);
    assert_same_thing(&["cloudwatch-alarm/contributor-alarm", "cloudwatch-alarm/contributor-ok"]);
    assert_same_thing(&["config-compliance/root-access-key-found", "config-compliance/root-access-key-removed"]);
    assert_same_thing(&[
        "config-compliance/own-rule-broken",
        "config-compliance/own-rule-kept",
        "config-compliance/no-longer-applicable",
    ]);
    assert_same_thing(&[
        "access-analyzer/bucket-public",
        "access-analyzer/bucket-closed",
        "access-analyzer/deleted-while-active",
    ]);
    assert_same_thing(&["access-analyzer/bucket-other-account", "access-analyzer/archived"]);
    assert_same_thing(&[
        "security-finding/hub-check-failed",
        "security-finding/hub-check-failed-again",
        "security-finding/hub-check-passed",
    ]);
    assert_same_thing(&["security-finding/hub-v2", "security-finding/hub-v2-resolved"]);
    assert_same_thing(&["health-event/issue-open", "health-event/issue-update", "health-event/issue-closed"]);
    assert_same_thing(&["health-event/maintenance", "health-event/maintenance-done"]);
    assert_same_thing(&["health-event/key-exposed", "health-event/key-exposed-closed"]);
    assert_same_thing(&[
        "credential-audit/root-access-key",
        "credential-audit/users-without-mfa",
        "credential-audit/all-clear",
    ]);
}

#[test]
fn what_one_person_does_in_one_place_is_one_story() {
    assert_same_thing(&["account-activity/root-reads", "account-activity/root-reads-again"]);
    assert_same_thing(&["account-activity/forbidden-region-key-pair", "account-activity/forbidden-region-instances"]);
    let told_by_itself = names(&["account-activity/root-reads", "account-activity/root-creates-a-user"]);
    assert_ne!(told_by_itself[0].1, told_by_itself[1].1);
    let attempt_and_deed = names(&["account-activity/trail-deleting-denied", "account-activity/trail-stopped"]);
    assert_ne!(attempt_and_deed[0].1, attempt_and_deed[1].1);
}

#[test]
fn a_cost_anomaly_is_the_same_by_event_and_by_topic_until_it_grows() {
    assert_same_occurrence(&[
        "cost-anomaly/coin-miner",
        "cost-anomaly/sns",
        "cost-anomaly/sns-in-sqs",
        "cost-anomaly/forwarded-cross-region",
    ]);
    assert_same_thing(&["cost-anomaly/coin-miner", "cost-anomaly/goes-on"]);
    let number = |text: &str| {
        let event = json("cost-anomaly/coin-miner").to_string().replace("412.77", text);
        only_alert(event.as_bytes()).key
    };
    assert_eq!(number("412.77"), number("412.7700000000001"));
    assert_ne!(number("412.77"), number("412.78"));
}

#[test]
fn a_budget_is_the_same_by_topic_by_its_bare_words_and_by_event_and_another_tomorrow() {
    assert_same_occurrence(&[
        "budget/daily-over",
        "budget/prose",
        "budget/sns-in-sqs",
        "budget/event",
        "budget/forwarded-cross-region",
    ]);
    assert_same_occurrence(&["budget/monthly-threshold", "budget/lines-reordered"]);
    assert_same_thing(&["budget/daily-over", "budget/daily-over-next-day", "budget/daily-coin-miner"]);
    assert_same_thing(&[
        "budget/monthly-threshold",
        "budget/monthly-over",
        "budget/forecast-over",
        "budget/forecast-near",
    ]);
    let accounts = names(&["budget/monthly-over", "budget/monthly-over-in-a-member-account"]);
    assert_ne!(accounts[0].1, accounts[1].1);
}

/// By what its delivery is called: SNS keeps the name however often it tries, and gives tomorrow's another.
#[test]
fn a_budgets_words_are_one_alert_however_often_they_come() {
    for (name, differs) in
        [("budget/daily-over", false), ("budget/hostile-values", false), ("budget/day-missing", true)]
    {
        let mut again = json(name);
        assert_eq!(only_alert(again.to_string().as_bytes()), only_alert(&event(name)), "{name}");
        again["Records"][0]["Sns"]["MessageId"] = json!("another");
        assert_eq!(only_alert(again.to_string().as_bytes()).key != only_alert(&event(name)).key, differs, "{name}");
    }
}

#[test]
fn two_contributors_of_one_alarm_are_two_things() {
    let alarm = names(&["cloudwatch-alarm/contributor-alarm", "cloudwatch-alarm/many-contributors"]);
    assert_ne!(alarm[0].0, alarm[1].0);
    assert_ne!(alarm[0].1, alarm[1].1);
}

#[test]
fn a_drill_never_answers_for_the_real_thing() {
    for (name, service) in [
        ("root-login/success-without-mfa", "drill.aws.signin"),
        ("config-compliance/root-mfa-missing", "drill.aws.config"),
        ("access-analyzer/bucket-public", "drill.aws.access-analyzer"),
        ("cloudwatch-alarm/metric-alarm", "drill.aws.cloudwatch"),
        ("cloudwatch-alarm/lambda-action", "drill.aws.cloudwatch"),
        ("security-finding/coin-mining", "drill.aws.guardduty"),
        ("security-finding/hub-check-failed", "drill.aws.securityhub"),
        ("health-event/key-exposed", "drill.aws.health"),
        ("account-activity/trail-stopped", "drill.aws.cloudtrail"),
        ("cost-anomaly/coin-miner", "drill.aws.ce"),
        ("budget/event", "drill.aws.budgets"),
        ("credential-audit/root-access-key", "drill.bongsu.credential-audit"),
        ("heartbeat/balance-gone", "drill.bongsu.heartbeat"),
        ("unknown/own-application", "drill.shop.orders"),
    ] {
        let real = only_alert(&event(name));
        let mut drill = json(name);
        drill["source"] = json!(service);
        let drill = only_alert(drill.to_string().as_bytes());
        assert!(drill.drill && !real.drill, "{name}");
        assert_eq!(drill.title, real.title, "{name}");
        assert_ne!(drill.key, real.key, "{name}");
        assert_ne!(drill.fingerprint, real.fingerprint, "{name}");
    }
}

#[test]
fn nothing_that_somebody_else_writes_makes_a_drill() {
    for name in [
        "root-login/hostile-values",
        "cloudwatch-alarm/hostile-values",
        "security-finding/hostile-values",
        "security-finding/hub-hostile-values",
        "health-event/hostile-values",
        "account-activity/hostile-values",
        "cost-anomaly/hostile-values",
        "budget/hostile-values",
        "budget/hostile-event",
        "unknown/deep-nesting",
    ] {
        assert!(!only_alert(&event(name)).drill, "{name}");
    }
}

#[test]
fn a_spelling_of_the_time_does_not_make_a_second_alarm() {
    let mut other = json("cloudwatch-alarm/metric-alarm");
    other["detail"]["state"]["timestamp"] = json!("2026-03-10T11:15:31.405000+09:00");
    let other = only_alert(other.to_string().as_bytes());
    assert_eq!(other.key, only_alert(&event("cloudwatch-alarm/metric-alarm")).key);
}

/// As a bus of another Region passes it on: with a new id and time, and, should a bus ever do that, as if it had happened
/// where the bus is.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>
fn forwarded(event: &Value, place: bool) -> Value {
    let mut event = event.clone();
    event["id"] = "0d9c7a52-5be1-4f8e-9d43-6a2b8c1f0e77".into();
    event["time"] = "2031-01-01T00:00:00Z".into();
    if place {
        event["account"] = "999988887777".into();
        event["region"] = "eu-south-2".into();
    }
    event
}

#[test]
fn what_is_forwarded_is_the_same_alert_of_the_same_account_and_region() {
    let mut same = BTreeMap::<_, usize>::new();
    for (name, bytes) in all_events() {
        let Ok(event) = serde_json::from_slice::<Value>(&bytes) else { continue };
        if ["detail-type", "detail", "id", "time"].iter().any(|field| event.get(field).is_none()) {
            continue;
        }
        let told = |event: &Value| read(event.to_string().as_bytes());
        let place = |alert: &Alert| (alert.account.clone(), alert.region.clone());
        let (here, there, moved) = (told(&event), told(&forwarded(&event, false)), told(&forwarded(&event, true)));
        for ((here, there), moved) in alerts(&here).into_iter().zip(alerts(&there)).zip(alerts(&moved)) {
            if NAMELESS.contains(&name.as_str()) {
                assert_ne!(here.key, there.key, "{name} has a name of its own");
                continue;
            }
            assert_eq!((&here.key, place(here)), (&there.key, place(there)), "{name}");
            // Where the event itself says where it was.
            if place(here) == place(moved) {
                assert_eq!(here.key, moved.key, "{name}");
                *same.entry(here.source).or_default() += 1;
            }
        }
    }
    for source in
        sources::ALL.iter().filter(|source| !["budget", "credential-audit", "heartbeat"].contains(&source.slug))
    {
        assert!(same.get(source.slug).is_some_and(|count| *count >= 5), "{}: {same:?}", source.slug);
    }
}

/// Events that say nothing by which the occurrence could be told from another one.
const NAMELESS: [&str; 16] = [
    "account-activity/trail-deleted-without-an-id",
    "cost-anomaly/detail-missing",
    "cost-anomaly/impact-unknown",
    "credential-audit/no-report",
    "credential-audit/scheduled-event",
    "health-event/category-odd",
    "health-event/few-fields",
    "heartbeat/findings-broken",
    "heartbeat/no-findings",
    "security-finding/hub-insight",
    "security-finding/type-missing",
    "unknown/drill-of-an-unknown-service",
    "unknown/own-application",
    "unknown/scheduled-event",
    "unknown/security-finding",
    "unknown/sign-in-without-an-event-name",
];
