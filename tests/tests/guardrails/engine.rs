//! The guardrails that `MiniStack` knows, created, updated and deleted there, and a list of those that it does not.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use system_tests::json::text;
use system_tests::{Account, both};

use crate::template::{Template, list};

/// The types of resources that `MiniStack` has no `CloudFormation` for, and why nothing is lost by that: what else says
/// that they are right. It has the services of some of them, but not their templates.
const LACKING: [(&str, &str); 9] = [
    ("AWS::AccessAnalyzer::Analyzer", "no such service; two properties, which cfn-lint knows"),
    ("AWS::Budgets::Budget", "a service without a template; faults.rs and parts.rs look at limit, notices and topics"),
    ("AWS::CE::AnomalyMonitor", "no such service; three properties, which cfn-lint knows"),
    ("AWS::CE::AnomalySubscription", "no such service; faults.rs and parts.rs look at monitor, threshold and topic"),
    ("AWS::CloudTrail::Trail", "a service without a template; faults.rs looks at the trail, rights.rs at its bucket"),
    (ALARM, "knows alarms, but none on what is unusual (`Metrics`); parts.rs looks at each"),
    ("AWS::Config::ConfigRule", "a service without a template; faults.rs looks at names, order and frequency"),
    ("AWS::Config::ConfigurationRecorder", "a service without a template; faults.rs looks at order, types and cost"),
    ("AWS::Config::DeliveryChannel", "a service without a template; faults.rs looks at its order"),
];
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Properties that it takes and forgets: it never logs, and never expires what is old.
const FORGOTTEN: [(&str, &str); 2] =
    [("get_bucket_logging", "LoggingEnabled"), ("get_bucket_lifecycle_configuration", "Rules")];

const GLOBAL: &str = "guardrails-global";
const REGION: &str = "us-east-1";
const STACK: &str = "bongsu-guardrails";

/// Leaves in the operator's folder only what `MiniStack` knows.
fn keep_what_it_knows(account: &Account) {
    let mut template = Template::ours().0;
    let resources = template["Resources"].as_object_mut().unwrap();
    resources.retain(|_, it| LACKING.iter().all(|(kind, _)| it["Type"] != *kind));
    // JSON is YAML.
    fs::write(account.folder().join("guardrails.yaml"), template.to_string()).unwrap();
}

fn kinds() -> BTreeSet<String> {
    Template::ours().resources().map(|(_, it)| text(&it["Type"]).to_owned()).collect()
}

#[test]
fn what_is_lacking_is_exactly_what_it_refuses() {
    let account = Account::open_without_functions();
    let refused = account.try_to_deploy(GLOBAL, &["Scope=all", "UnusedAccess=create"]);
    let said = both(&refused);
    assert!(!refused.status.success(), "{said}");
    let (_, types) = said.split_once("Unrecognized resource types: [").unwrap_or_else(|| panic!("{said}"));
    let (types, _) = types.split_once(']').unwrap();
    let refused: BTreeSet<_> = types.split(", ").map(str::to_owned).collect();
    let lacking: BTreeSet<_> = LACKING.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(refused, &lacking - &BTreeSet::from([ALARM.to_owned()]));
    assert!(lacking.is_subset(&kinds()), "not in the template any longer");
}

#[test]
fn it_still_knows_no_alarms_on_what_is_unusual() {
    let account = Account::open_without_functions();
    let alarm = Template::ours().made(&[("Scope", "regional"), ("CpuInstances", "i-0a1b2c3d")])["Cpu1"].clone();
    let template = json!({ "Resources": { "Cpu1": { "Type": ALARM, "Properties": alarm } } });
    let stack = json!({ "StackName": "alarm", "TemplateBody": template.to_string(), "OnFailure": "DO_NOTHING" });
    account.aws(REGION, "cloudformation", "create_stack", &stack);
    let mut said = String::new();
    for _ in 0..100 {
        let events = account.aws(REGION, "cloudformation", "describe_stack_events", &json!({ "StackName": "alarm" }));
        said = events.to_string();
        if said.contains("CREATE_FAILED") || said.contains("CREATE_COMPLETE") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(said.contains("Metrics (metric math) is not supported"), "{said}");
}

/// The names of the buckets, in their order.
fn buckets(account: &Account) -> Vec<String> {
    let answer = account.aws(REGION, "s3", "list_buckets", &json!({}));
    list(&answer["Buckets"]).map(|it| text(&it["Name"]).to_owned()).collect()
}

/// What is there of IAM: roles and policies of ours.
fn rights(account: &Account) -> Vec<String> {
    let roles = account.aws(REGION, "iam", "list_roles", &json!({}));
    let policies = account.aws(REGION, "iam", "list_policies", &json!({ "Scope": "Local" }));
    let names = list(&roles["Roles"]).map(|it| &it["RoleName"]);
    let names = names.chain(list(&policies["Policies"]).map(|it| &it["PolicyName"]));
    // A name that CloudFormation makes ends in letters of its own.
    let name = |it: &Value| text(it).split("-ConfigRole-").next().unwrap().to_owned();
    let mut names: Vec<_> = names.map(name).filter(|it| it.starts_with(STACK)).collect();
    names.sort();
    names
}

fn allowed_regions(account: &Account) -> Value {
    let arn = format!("arn:aws:iam::{}:policy/{STACK}-allowed-regions", Account::ID);
    let policy = account.aws(REGION, "iam", "get_policy", &json!({ "PolicyArn": arn }));
    let version = json!({ "PolicyArn": arn, "VersionId": policy["Policy"]["DefaultVersionId"] });
    let version = account.aws(REGION, "iam", "get_policy_version", &version);
    version["PolicyVersion"]["Document"]["Statement"][0]["Condition"]["StringNotEquals"]["aws:RequestedRegion"].clone()
}

fn assert_guarded(account: &Account, bucket: &str) {
    let of = json!({ "Bucket": bucket });
    let ask = |call: &str| account.aws(REGION, "s3", call, &of);
    let blocks = &ask("get_public_access_block")["PublicAccessBlockConfiguration"];
    assert!(blocks.as_object().unwrap().values().filter(|it| **it == true).count() == 4, "{bucket}: {blocks}");
    let rule = &ask("get_bucket_encryption")["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256", "{bucket}");
    assert_eq!(ask("get_bucket_versioning")["Status"], "Enabled", "{bucket}");
    let policy = ask("get_bucket_policy");
    assert!(text(&policy["Policy"]).contains("aws:SecureTransport"), "{bucket}: {policy}");
}

#[test]
fn what_it_knows_is_created_updated_and_deleted_but_for_what_was_recorded() {
    let account = Account::open_without_functions();
    keep_what_it_knows(&account);
    account.deploy(GLOBAL, &["Scope=all"]);
    let kept = buckets(&account);
    assert_eq!(kept.len(), 3, "{kept:?}");
    for bucket in &kept {
        assert_guarded(&account, bucket);
    }
    let [administrators, regions] = ["administrators", "allowed-regions"].map(|name| format!("{STACK}-{name}"));
    assert_eq!(rights(&account), [STACK, &administrators, &regions]);
    assert_eq!(allowed_regions(&account), json!(["us-east-1", "ap-northeast-2"]));

    account
        .deploy(GLOBAL, &["Scope=all", "AdministratorsRole=none", "AllowedRegions=us-east-1,ap-northeast-2,eu-west-1"]);
    assert_eq!(rights(&account), [STACK, &regions]);
    assert_eq!(allowed_regions(&account), json!(["us-east-1", "ap-northeast-2", "eu-west-1"]));
    assert_eq!(buckets(&account), kept);

    // What nobody says again keeps the value that it has: this switches off one thing more.
    account.deploy(GLOBAL, &["Scope=all", "Recorder=none"]);
    assert_eq!(rights(&account), [regions.as_str()]);
    assert_eq!(buckets(&account), kept, "what was recorded stays");

    account.delete_stack(STACK, REGION);
    assert_eq!(rights(&account), Vec::<String>::new());
    assert_eq!(buckets(&account), kept);
}

#[test]
fn what_it_forgets_of_a_bucket_it_still_forgets() {
    let account = Account::open_without_functions();
    keep_what_it_knows(&account);
    account.deploy("guardrails-home", &["Scope=regional"]);
    let kept = buckets(&account);
    assert_eq!(kept.len(), 2, "{kept:?}");
    for bucket in kept {
        for (call, answer) in FORGOTTEN {
            let said = account.answer(REGION, "s3", call, &json!({ "Bucket": bucket }));
            assert!(said["answer"][answer].is_null(), "it does not forget it any longer: {said}");
        }
    }
}

#[test]
fn the_template_itself_is_taken_where_what_is_lacking_is_switched_off() {
    let account = Account::open_without_functions();
    let off = [
        "Scope=all",
        "Trail=none",
        "Recorder=none",
        "ConfigRules=none",
        "Analyzer=none",
        "CostAnomaly=none",
        "DailyBudgetDollars=0",
        "MonthlyBudgetDollars=0",
    ];
    let refused = |more: &str, why: &str| {
        let said = both(&account.try_to_deploy(GLOBAL, &[&off[..], &[more]].concat()));
        assert!(said.contains(why), "{more}: {said}");
    };
    refused("AllowedRegions=ap-northeast-2", "AllowedRegions has to have us-east-1");
    refused("AllowedRegions=Seoul", "must be Regions such as us-east-1,ap-northeast-2");
    refused("CpuInstances=i-0a1b2c3d, i-0a1b2c3e", "CpuInstances");
    refused("CostMonitorArn=arn:aws:s3:::bucket", "must be empty, or an ARN such as");
    account.deploy(GLOBAL, &off);
    assert_eq!(rights(&account).len(), 2);
    let elsewhere = both(&account.try_to_deploy("guardrails-home", &off));
    assert!(elsewhere.contains("Scope=all is for us-east-1"), "{elsewhere}");
}
