//! A stack that is not configured yet, is updated, is deleted.

use std::collections::BTreeSet;

use sandbox::Channel;
use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, Stage, corpus};

use super::{GLOBAL, HOME, MAIL, drill, push};

#[tokio::test(flavor = "multi_thread")]
async fn without_its_parameter_a_function_says_so_in_one_line_and_asks_to_be_invoked_again() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(HOME.environment, &[HOME.scope, MAIL]);
    let told = fails(&account, "access-analyzer");
    assert!(told.contains("/bongsu/config") && told.contains("run `bongsu config push`"), "{told}");

    // No restart: what was missing is there, and the same environment goes on.
    push(&account, &stage, "/bongsu/config");
    drill(&account, "access-analyzer", HOME.region);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);

    // A function that may not read it.
    let role = json!({ "FunctionName": "bongsu-cloudwatch-alarm" });
    let role = account.aws(HOME.region, "lambda", "get_function_configuration", &role)["Role"].clone();
    let role = text(&role).rsplit('/').next().unwrap().to_owned();
    let policies = account.aws(HOME.region, "iam", "list_attached_role_policies", &json!({ "RoleName": role }));
    for policy in policies["AttachedPolicies"].as_array().unwrap() {
        let detach = json!({ "RoleName": role, "PolicyArn": policy["PolicyArn"] });
        account.aws(HOME.region, "iam", "detach_role_policy", &detach);
    }
    let told = fails(&account, "cloudwatch-alarm");
    assert!(told.contains("this role may not read it (ssm:GetParameter, kms:Decrypt)"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_keeps_what_is_kept_and_a_delete_leaves_only_the_ledger() {
    let (account, stage) = (Account::open(), Stage::open().await);
    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL]);
    let ledger = tables(&account);
    assert_eq!(ledger.len(), 1);

    account.deploy(GLOBAL.environment, &[GLOBAL.scope, MAIL, "LogRetentionDays=30", "ConfigParameterName=/ops/bongsu"]);
    push(&account, &stage, "/ops/bongsu");
    drill(&account, "root-login", GLOBAL.region);
    assert_eq!(stage.texts(Channel::Telegram).len(), 1);
    assert_eq!(tables(&account), ledger);
    let groups = account.aws(GLOBAL.region, "logs", "describe_log_groups", &json!({}));
    let groups = groups["logGroups"].as_array().unwrap();
    assert!(groups.len() == 14 && groups.iter().all(|group| group["retentionInDays"] == 30), "{groups:?}");

    account.delete(GLOBAL.region);
    assert_eq!(tables(&account), ledger);
    assert_eq!(leftovers(&account, GLOBAL.region), Vec::<String>::new());
}

/// Invokes a function at home that must fail for its configuration; gives back the one line that it logs.
fn fails(account: &Account, source: &str) -> String {
    let function = format!("bongsu-{source}");
    let event = String::from_utf8(corpus::event(&format!("{source}/drill")).bytes).unwrap();
    let answer = account.aws(HOME.region, "lambda", "invoke", &json!({ "FunctionName": function, "Payload": event }));
    let error: Value = serde_json::from_str(text(&answer["Payload"])).unwrap();
    assert_eq!(error["errorType"], "ConfigurationError", "{answer}");
    let log = account.log_of(HOME.region, &function);
    let of_the_platform = |line: &&String| ["START ", "END ", "REPORT "].iter().any(|word| line.starts_with(word));
    let ours: Vec<_> = log.iter().filter(|line| !of_the_platform(line)).collect();
    let [line] = ours.as_slice() else { panic!("not one line: {log:#?}") };
    assert!(line.contains(text(&error["errorMessage"])), "{line}");
    text(&error["errorMessage"]).to_owned()
}

fn tables(account: &Account) -> Vec<String> {
    names(&account.aws(GLOBAL.region, "dynamodb", "list_tables", &json!({}))["TableNames"])
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|name| text(name).to_owned()).collect()
}

/// What else of the stack is there, in every service that it uses.
pub(crate) fn leftovers(account: &Account, region: &str) -> Vec<String> {
    let everything = [
        ("cloudwatch", "describe_alarms", json!({})),
        ("cloudwatch", "list_dashboards", json!({})),
        ("events", "list_event_buses", json!({})),
        ("events", "list_rules", json!({})),
        ("iam", "list_policies", json!({ "Scope": "Local" })),
        ("iam", "list_roles", json!({})),
        ("lambda", "list_event_source_mappings", json!({})),
        ("lambda", "list_functions", json!({})),
        ("logs", "describe_log_groups", json!({})),
        ("sns", "list_subscriptions", json!({})),
        ("sns", "list_topics", json!({})),
        ("sqs", "list_queues", json!({})),
    ];
    let mut left = BTreeSet::new();
    for (service, call, with) in everything {
        let answer = account.aws(region, service, call, &with);
        let lists = answer.as_object().unwrap().values().filter_map(Value::as_array).flatten();
        left.extend(lists.map(Value::to_string).filter(|thing| thing.contains("bongsu")));
    }
    left.into_iter().collect()
}
