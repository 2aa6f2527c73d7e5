//! More alerts than anybody can read.

use alert::{Severity, Throttle};

use super::script::{Counting, Stage, accept, fail};
use super::*;

fn alarms(count: usize) -> Vec<Alert> {
    (0..count).map(|place| alarm(&format!("cpu-high-i-{place:05}"))).collect()
}

fn alarm(name: &str) -> Alert {
    let identity = alert::Identity { source: "cloudwatch-alarm", drill: false, account: None, region: None };
    let fingerprint = identity.fingerprint(&[name]);
    Alert {
        throttle: Throttle::Count,
        severity: Severity::High,
        status: Status::Firing,
        fingerprint,
        subject: Some(name.to_owned()),
        ..alert(name)
    }
}

#[tokio::test(start_paused = true)]
async fn beyond_its_limit_a_channel_leaves_the_rest_to_one_digest() {
    let stage = Stage::of([("tg", vec![])]).limited(6);
    let report = stage.deliver(&alarms(40), DEADLINE).await;
    let held_back = report.alerts.iter().filter(|it| it.deliveries[0].outcome == Outcome::Suppressed);
    assert_eq!(held_back.count(), 34);
    assert!(!report.owed(), "what is held back is recorded");
    assert_eq!(stage.attempts("tg"), 6);
    assert!(stage.digest().await.alerts.is_empty(), "the window is not over");

    tokio::time::sleep(Duration::from_hours(1) + Duration::from_secs(40)).await;
    let digest = stage.digest().await;
    assert_eq!(digest.alerts.len(), 1);
    let told = stage.digests();
    assert!(told[0].contains("34건 더") && told[0].contains("cpu-high-i-000"), "{}", told[0]);

    assert_eq!(stage.digest().await.alerts[0].deliveries[0].outcome, Outcome::Duplicate, "it is told once");
    assert_eq!(stage.digests().len(), 1);
}

/// Ten thousand alarms in one minute, ten to a batch, and a critical finding now and then.
#[tokio::test(start_paused = true)]
async fn a_storm_is_two_writes_an_alert_and_a_few_texts_and_nothing_critical_is_late() {
    let (ledger, calls) = Counting::new();
    let stage = Stage::of([("tg", vec![])]).limited(6).with_ledger(ledger);
    let started = clock::instant();
    let mut criticals = 0;
    for (place, batch) in alarms(10_000).chunks(10).enumerate() {
        let mut batch = batch.to_vec();
        if place % 200 == 100 {
            batch.push(Alert { severity: Severity::Critical, ..alarm(&format!("critical-{place}")) });
        }
        let at = clock::instant();
        let report = stage.deliver(&batch, DEADLINE).await;
        assert!(!report.owed());
        for critical in report.alerts.iter().filter(|it| it.severity == Severity::Critical) {
            assert_eq!(critical.deliveries[0].outcome, Outcome::Accepted);
            assert!(at.elapsed() < Duration::from_secs(1), "late by {:?}", at.elapsed());
            criticals += 1;
        }
        tokio::time::sleep_until(started + Duration::from_millis(60 * (place as u64 + 1))).await;
    }
    assert_eq!(started.elapsed().as_secs(), 60);
    assert_eq!(stage.attempts("tg"), 6 + criticals);
    let alerts = 10_000 + criticals;
    assert_eq!(calls(), [("begin", alerts), ("count", alerts), ("finish", alerts)].into());

    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(stage.digest().await.alerts.len(), 1, "one window, one digest");
    assert!(stage.digests()[0].contains("9994건 더"), "{}", stage.digests()[0]);
}

#[tokio::test(start_paused = true)]
async fn where_no_digest_can_come_nothing_is_held_back() {
    let stage = Stage::of([("tg", vec![])]).limited(1).with_ledger(MemoryLedger::default());
    let report = stage.deliver(&alarms(40), DEADLINE).await;
    assert!(report.alerts.iter().all(|it| it.deliveries[0].outcome == Outcome::Accepted));
}

#[tokio::test(start_paused = true)]
async fn a_digest_that_does_not_pass_is_told_by_the_next_run() {
    let stage = Stage::of([("tg", [vec![accept()], vec![fail(Kind::Unavailable); 12]].concat())]).limited(1);
    stage.deliver(&alarms(3), DEADLINE).await;
    tokio::time::sleep(Duration::from_hours(2)).await;
    assert!(stage.digest().await.owed());
    assert!(!stage.digest().await.owed());
    assert_eq!(stage.digests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn noise_and_drills_cannot_use_up_what_is_critical_and_a_root_sign_in_is_never_held_back() {
    let stage = Stage::of([("tg", vec![])]).limited(1);
    let critical = |name: &str| Alert { severity: Severity::Critical, ..alarm(name) };
    let drill = |name: &str| Alert { drill: true, ..critical(name) };
    let root = |name: &str| alert(name);
    stage.deliver(&alarms(10), DEADLINE).await;
    stage.deliver(&[drill("d1"), drill("d2"), drill("d3")], DEADLINE).await;
    assert_eq!(stage.attempts("tg"), 2, "one alarm and one drill");
    let report = stage.deliver(&[critical("c"), root("r1"), root("r2"), root("r3")], DEADLINE).await;
    assert!(report.alerts.iter().all(|it| it.deliveries[0].outcome == Outcome::Accepted), "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn failed_sign_ins_from_one_address_are_one_alert_and_a_count() {
    let stage = Stage::of([("tg", vec![])]);
    let failure = |name: &str, address: &str| {
        let identity = alert::Identity { source: "root-login", drill: false, account: None, region: None };
        let fingerprint = identity.fingerprint(&["failure", address]);
        Alert { throttle: Throttle::Group, severity: Severity::High, fingerprint, ..alert(name) }
    };
    for place in 0..50 {
        stage.deliver(&[failure(&place.to_string(), "203.0.113.7")], DEADLINE).await;
    }
    stage.deliver(&[failure("other", "198.51.100.9")], DEADLINE).await;
    assert_eq!(stage.attempts("tg"), 2, "one of each address");
    tokio::time::sleep(Duration::from_hours(2)).await;
    stage.digest().await;
    assert!(stage.digests()[0].contains("49건 더"), "{:?}", stage.digests());
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_is_delivered_again_counts_once() {
    let stage = Stage::of([("tg", vec![fail(Kind::Unavailable); 12])]).limited(2);
    assert!(stage.deliver(&[alarm("a")], DEADLINE).await.owed());
    assert!(!stage.deliver(&[alarm("a")], DEADLINE).await.owed());
    assert_eq!(outcome(&stage.deliver(&[alarm("b")], DEADLINE).await, "tg"), Outcome::Accepted);
    let third = stage.deliver(&[alarm("c")], DEADLINE).await;
    assert_eq!(outcome(&third, "tg"), Outcome::Suppressed);
    assert_eq!(outcome(&stage.deliver(&[alarm("c")], DEADLINE).await, "tg"), Outcome::Suppressed, "and stays so");
}
