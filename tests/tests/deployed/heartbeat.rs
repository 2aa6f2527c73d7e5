//! The heartbeat with the rights that its role gives it, in an account that lacks what `MiniStack` has not.

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Stage, corpus};

use super::{GLOBAL, MAIL, push};

#[tokio::test(flavor = "multi_thread")]
async fn the_heartbeat_may_ask_for_everything_and_tells_of_a_rule_that_was_disabled_and_is_enabled_again() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    push(&account, &stage, "/bongsu/config");
    allow_what_ministack_calls_rules(&account);
    let rule = json!({ "Name": "bongsu-root-login" });
    account.aws(GLOBAL.region, "events", "disable_rule", &rule);
    // A Monday, at nine in Seoul: the regular beat says what could not be asked, too. What this account is too slow for, the
    // next look brings.
    let wanted = ["bongsu-root-login", "추적(trail)이 없어", "기록기가 없어", "고칠 것이 남았습니다"];
    let told = beats(&account, &stage, "2026-03-09T00:07:00Z", &wanted);
    let disabled = told.iter().find(|text| text.contains("bongsu-root-login")).unwrap();
    assert!(disabled.contains("규칙이 꺼져 있어") && disabled.contains("aws events enable-rule"), "{disabled}");
    assert!(told.iter().any(|text| text.contains("critical/high ")), "the ledgers are counted: {told:?}");
    assert!(!told.iter().any(|text| text.contains("access denied")), "{told:?}");

    account.aws(GLOBAL.region, "events", "enable_rule", &rule);
    let told = beats(&account, &stage, "2026-03-09T02:07:00Z", &["알림 체계의 문제가 해결됐습니다"]);
    let again = told.iter().filter(|text| text.contains("고장")).count();
    assert!(told[0].contains("bongsu-root-login") && again == 0, "what lasts was told already: {told:?}");
}

/// Looks until all of this was told, each some look's own; gives back what the chat shows.
fn beats(account: &Account, stage: &Stage, time: &str, wanted: &[&str]) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..6 {
        told.extend(beat(account, stage, time));
        if wanted.iter().all(|words| told.iter().any(|text: &String| text.contains(words))) {
            return told;
        }
    }
    panic!("{wanted:?} is not in {told:?}");
}

/// AWS calls a rule of the default bus `rule/NAME`, `MiniStack` asks for a right to `rule/default/NAME`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html>
fn allow_what_ministack_calls_rules(account: &Account) {
    let function = json!({ "FunctionName": "bongsu-heartbeat" });
    let role = account.aws(GLOBAL.region, "lambda", "get_function_configuration", &function)["Role"].clone();
    let role = text(&role).rsplit('/').next().unwrap().to_owned();
    let rules = "arn:aws:events:us-east-1:111122223333:rule/default/bongsu-*";
    let statement = json!({ "Effect": "Allow", "Action": "events:DescribeRule", "Resource": rules });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let put = json!({ "RoleName": role, "PolicyName": "ministack", "PolicyDocument": policy });
    account.aws(GLOBAL.region, "iam", "put_role_policy", &put);
}

/// Invokes it as its schedule does; gives back what the chat shows of it.
fn beat(account: &Account, stage: &Stage, time: &str) -> Vec<String> {
    stage.sandbox.clear();
    let event = String::from_utf8(corpus::event("heartbeat/scheduled-event").bytes).unwrap();
    let event = event.replace("2026-03-09T02:07:00Z", time);
    let invoke = json!({ "FunctionName": "bongsu-heartbeat", "Payload": event });
    let answer = account.aws(GLOBAL.region, "lambda", "invoke", &invoke);
    let report: Value = serde_json::from_str(text(&answer["Payload"])).unwrap();
    assert!(report["alerts"].is_array(), "{answer}\n{:#?}", account.log_of(GLOBAL.region, "bongsu-heartbeat"));
    let beats = account.log_of(GLOBAL.region, "bongsu-heartbeat");
    assert!(beats.iter().any(|line| line.contains("\"Heartbeat\":1")), "{beats:#?}");
    stage.texts(Channel::Telegram)
}
