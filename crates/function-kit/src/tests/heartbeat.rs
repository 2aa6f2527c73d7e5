//! The heartbeat: what is not well is told once, and so is its end.

use std::collections::BTreeMap;
use std::sync::Mutex;

use doctor::{Check, Finding};
use notifier::health::Health;
use sources::heartbeat::Count;

use super::*;
use crate::heartbeat::Ask;

const SCHEDULE: &str = include_str!("../../../../events/heartbeat/scheduled-event.json");
const DRILL: &str = include_str!("../../../../events/heartbeat/drill.json");

/// What is found, by the address of the test's own sandbox.
static FOUND: Mutex<BTreeMap<String, Vec<Finding>>> = Mutex::new(BTreeMap::new());

const ASK: Ask = Ask {
    examine: |environment, _| {
        let found = FOUND.lock().unwrap()[environment.variables.get("CASE").unwrap()].clone();
        Box::pin(async move { found })
    },
    count: |_, _| Box::pin(async { Some(Count { alerts: 12, grave: 3, drills: 1 }) }),
};

struct Stage {
    sandbox: Sandbox,
    function: Handler,
}

impl Stage {
    async fn open(config: impl Fn(&Sandbox) -> String) -> Self {
        let sandbox = sandbox().await;
        let variables = [("BONGSU_CONFIG", &*config(&sandbox)), ("CASE", &sandbox.url()), ("BONGSU_STACK", "bongsu")];
        let function = function(Task::Heartbeat(ASK), &variables);
        Self { sandbox, function }
    }

    async fn beat_at(&self, time: &str, found: &[Finding]) -> Output {
        FOUND.lock().unwrap().insert(self.sandbox.url(), found.to_vec());
        invoke(&self.function, &SCHEDULE.replace("2026-03-09T02:07:00Z", time)).await.unwrap()
    }

    /// In the middle of the night, when nothing is told but what has changed.
    async fn beat(&self, found: &[Finding]) {
        self.beat_at("2026-03-09T18:07:00Z", found).await;
    }

    fn chat(&self) -> Vec<String> {
        texts(&self.sandbox, Channel::Telegram)
    }
}

fn finding(check: Check, subject: &str, health: Health) -> Finding {
    Finding::new(check, subject, health)
}

fn broken() -> Finding {
    finding(
        Check::Rule,
        "us-east-1 bongsu-root-login",
        Health::broken("규칙이 꺼져 있습니다.", "off").advice("켜세요.", "on"),
    )
}

fn well() -> Finding {
    finding(Check::Rule, "us-east-1 bongsu-root-login", Health::ok("켜져 있습니다.", "on"))
}

fn telegram(config: &Sandbox) -> String {
    super::config(config, demo::TELEGRAM_TOKEN)
}

#[tokio::test]
async fn what_lasts_is_told_once_and_its_end_too_and_what_comes_back_is_news() {
    let stage = Stage::open(telegram).await;
    stage.beat(&[well()]).await;
    assert!(stage.chat().is_empty());
    for _ in 0..3 {
        stage.beat(&[broken()]).await;
        assert_eq!(stage.chat().len(), 1);
    }
    assert!(stage.chat()[0].contains("알림 체계가 고장 났습니다") && stage.chat()[0].contains("규칙이 꺼져 있습니다."));
    for _ in 0..2 {
        stage.beat(&[well()]).await;
        assert_eq!(stage.chat().len(), 2);
    }
    assert!(stage.chat()[1].contains("알림 체계의 문제가 해결됐습니다"), "{:?}", stage.chat());
    stage.beat_at("2026-03-09T19:07:00Z", &[broken()]).await;
    assert_eq!(stage.chat().len(), 3);
}

#[tokio::test]
async fn what_nobody_could_say_neither_burns_nor_ends() {
    let stage = Stage::open(telegram).await;
    let unasked = || finding(Check::Rule, "us-east-1 bongsu-root-login", Health::unasked("throttled"));
    stage.beat(&[unasked()]).await;
    assert!(stage.chat().is_empty());
    stage.beat(&[broken()]).await;
    stage.beat(&[unasked()]).await;
    stage.beat(&[broken()]).await;
    assert_eq!(stage.chat().len(), 1);
}

#[tokio::test]
async fn all_that_is_found_of_one_channel_is_one_thing_as_bad_as_the_worst_of_it() {
    let stage = Stage::open(telegram).await;
    let solapi = |health| finding(Check::Channel("solapi"), "sms", health);
    let low = || solapi(Health::warning("잔액이 적습니다.", "low"));
    let sender = || solapi(Health::ok("등록되어 있습니다.", "registered"));
    for _ in 0..2 {
        stage.beat(&[low(), sender()]).await;
        assert_eq!(stage.chat().len(), 1, "{:?}", stage.chat());
    }
    stage.beat(&[low(), solapi(Health::broken("등록되어 있지 않습니다.", "not registered"))]).await;
    assert_eq!(stage.chat().len(), 2);
    assert!(stage.chat()[1].contains("등록되어 있지 않습니다. 잔액이 적습니다."), "{:?}", stage.chat());
    stage.beat(&[solapi(Health::ok("충분합니다.", "rich")), solapi(Health::unasked("throttled"))]).await;
    assert_eq!(stage.chat().len(), 2, "whether all of it is well again nobody knows");
}

#[tokio::test]
async fn a_broken_channel_does_not_carry_its_own_fault_but_the_others_do() {
    let only_chat = |sandbox: &Sandbox| full_config(sandbox) + "[[routes]]\nnotify = [\"tg\"]\n";
    let stage = Stage::open(only_chat).await;
    let revoked = finding(Check::Channel("telegram"), "tg", Health::broken("토큰이 거부되었습니다.", "refused"));
    stage.beat(&[revoked]).await;
    let told = [Channel::Telegram, Channel::NhnSms, Channel::SnsEmail].map(|it| texts(&stage.sandbox, it).len());
    assert_eq!(told, [0, 1, 1]);
}

#[tokio::test]
async fn on_monday_at_nine_people_hear_once_that_all_is_quiet_with_the_count_of_the_week() {
    let stage = Stage::open(full_config).await;
    // 2026-03-09 is a Monday, and Seoul is nine hours ahead.
    for time in ["2026-03-08T23:07:00Z", "2026-03-09T01:07:00Z", "2026-03-10T00:07:00Z"] {
        stage.beat_at(time, &[well()]).await;
        assert!(stage.chat().is_empty(), "{time}");
    }
    for _ in 0..2 {
        stage.beat_at("2026-03-09T00:07:00Z", &[well()]).await;
    }
    assert_eq!(stage.chat().len(), 1);
    assert!(
        stage.chat()[0].contains("이상 없습니다") && stage.chat()[0].contains("12 (critical/high 3"),
        "{:?}",
        stage.chat()
    );
    assert!(texts(&stage.sandbox, Channel::NhnSms).is_empty(), "that is not worth a text");
}

#[tokio::test]
async fn the_regular_beat_comes_as_often_and_where_the_configuration_says_and_names_what_is_not_well() {
    let daily = |sandbox: &Sandbox| full_config(sandbox) + "[heartbeat]\nevery = \"day\"\nchannels = [\"mail\"]\n";
    let stage = Stage::open(daily).await;
    let low = finding(Check::Channel("solapi"), "sms", Health::warning("잔액이 적습니다.", "low"));
    stage.beat(std::slice::from_ref(&low)).await;
    let told = stage.chat().len();
    stage.beat_at("2026-03-10T00:07:00Z", &[low]).await;
    let mails = texts(&stage.sandbox, Channel::SnsEmail);
    assert_eq!(stage.chat().len(), told, "only the mail is named");
    assert!(
        mails.last().unwrap().contains("고칠 것이 남았습니다") && mails.last().unwrap().contains("잔액이 적습니다."),
        "{mails:?}"
    );
    let never = |sandbox: &Sandbox| full_config(sandbox) + "[heartbeat]\nevery = \"never\"\n";
    let stage = Stage::open(never).await;
    stage.beat_at("2026-03-09T00:07:00Z", &[well()]).await;
    assert!(stage.chat().is_empty());
}

#[tokio::test]
async fn each_look_leaves_a_beat_in_the_metrics_and_a_drill_is_told_as_it_is() {
    let stage = Stage::open(telegram).await;
    let written = super::metrics::Output::default();
    *stage.function.stack.metrics.output.lock().unwrap() = Box::new(written.clone());
    stage.beat(&[well(), broken()]).await;
    let lines = written.take();
    assert!(lines.iter().any(|line| line["Heartbeat"] == 1 && line["Stack"] == "bongsu"), "{lines:?}");
    let before = stage.chat().len();
    invoke(&stage.function, DRILL).await.unwrap();
    assert_eq!(stage.chat().len(), before + 1);
    assert!(stage.chat()[before].contains("[훈련]"));
}
