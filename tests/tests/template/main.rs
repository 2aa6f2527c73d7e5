//! What is deployed, before it is: `template.yaml`, `samconfig.toml` and the rules' patterns.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may, in their helpers too")]

mod alarms;
mod coverage;
mod events;
mod faults;
mod forwarder;
mod guardrails;
mod queues;
mod refused;
mod stack;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Value, json};
use system_tests::{OTHER_FUNCTIONS, corpus, repository};

use events::{Fate, misled, samples, started};
use faults::faults;
use stack::{Stack, list, own_name, refers_to, source_of, strings, tool};

#[test]
fn each_event_and_its_drill_start_the_function_of_their_source_and_no_other() {
    assert_eq!(misled(&Stack::ours()), Vec::<String>::new());
}

#[test]
fn the_corpus_has_events_for_every_rule_and_for_none() {
    let samples = samples();
    let count = |fate| samples.iter().filter(|sample| sample.fate() == fate).count();
    assert!(count(Fate::Told) >= 60 && count(Fate::NeverStarted) >= 15, "{} in all", samples.len());
    for source in sources::ALL {
        let told = samples.iter().filter(|sample| sample.folder() == source.slug && sample.fate() == Fate::Told);
        // Budgets come by their topic, and the audit and the heartbeat make their own events: only drills of them come by the bus.
        let least = if ["budget", "credential-audit", "heartbeat"].contains(&source.slug) { 1 } else { 5 };
        assert!(told.count() >= least, "{}", source.slug);
    }
}

#[test]
fn alarms_of_the_stack_are_told_but_for_those_that_telling_them_would_set_off_again() {
    let stack = Stack::ours();
    let event: Value = serde_json::from_slice(&corpus::event("cloudwatch-alarm/metric-alarm").bytes).unwrap();
    let called = |(_, alarm): (&str, &Value)| {
        let (name, mut event) = (own_name(&alarm["AlarmName"]), event.clone());
        event["detail"]["alarmName"] = format!("bongsu-{name}").into();
        (name, event.to_string())
    };
    for (name, rules) in started(&stack, &stack.all("AWS::CloudWatch::Alarm").map(called).collect()) {
        let set_off = name.starts_with("cloudwatch-alarm-")
            || ["throttles", "unauthorized", "refused-channels"].contains(&&*name);
        assert_eq!(rules.is_empty(), set_off, "{name} starts {rules:?}");
    }
}

#[test]
fn every_source_has_its_function_rule_and_binary() {
    let stack = Stack::ours();
    let slugs: BTreeSet<_> = sources::ALL.iter().map(|source| source.slug.to_owned()).collect();
    let rules: BTreeSet<_> = stack.patterns().into_iter().map(|(rule, _)| source_of(&rule).to_owned()).collect();
    assert_eq!(rules, slugs);
    let functions = stack.all("AWS::Lambda::Function");
    let functions: BTreeSet<_> = functions.map(|(_, it)| own_name(&it["FunctionName"])).collect();
    let others: BTreeSet<_> = OTHER_FUNCTIONS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(functions, &slugs | &others);
    for (name, function) in stack.all("AWS::Lambda::Function") {
        let slug = own_name(&function["FunctionName"]);
        assert_eq!(function["Code"]["S3Key"], format!("target/lambda/{slug}/"));
        assert_eq!(stack.resource(name)["Metadata"]["SamResourceId"], slug, "the name that `make invoke` takes");
    }
}

#[test]
fn the_rules_of_account_activity_are_those_of_its_table() {
    let stack = Stack::ours();
    let of_source = |(_, rule): &(&str, &Value)| source_of(&own_name(&rule["Name"])) == "account-activity";
    let written: BTreeMap<_, _> = stack
        .all("AWS::Events::Rule")
        .filter(of_source)
        .map(|(id, rule)| (own_name(&rule["Name"]), (stack.resource(id)["Condition"].is_string(), rule)))
        .collect();
    let table = sources::account_activity::patterns();
    assert_eq!(written.len(), table.len(), "`make patterns` writes them");
    for it in table {
        let (only_everywhere, rule) = written[&format!("{}-account-activity", it.name)];
        let state = it.reads_too.then_some("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
        assert_eq!(rule["EventPattern"], it.pattern, "{}: `make patterns` writes it", it.name);
        assert_eq!((only_everywhere, rule["State"].as_str()), (it.only_everywhere, state), "{}", it.name);
    }
}

#[test]
fn every_source_that_can_be_noisy_has_a_queue_of_its_own_and_root_sign_ins_wait_behind_nothing() {
    let stack = Stack::ours();
    for (name, function) in stack.all("AWS::Lambda::Function") {
        let slug = own_name(&function["FunctionName"]);
        let mapping = stack.about("AWS::Lambda::EventSourceMapping", "FunctionName", name);
        let queue = mapping.and_then(|it| refers_to(&it["EventSourceArn"])).map(|it| stack.resource(it));
        let queue = queue.map(|it| own_name(&it["Properties"]["QueueName"]));
        let expected = match &*slug {
            "root-login" | "digest" | "health-event" | "cost-anomaly" | "budget" | "credential-audit" | "heartbeat" => {
                None
            }
            "redeliver" => Some("undelivered-events".to_owned()),
            source => Some(format!("{source}-events")),
        };
        assert_eq!(queue, expected, "{slug}");
    }
}

#[test]
fn what_fails_is_tried_again_for_half_a_day_and_then_waits_for_people() {
    let stack = Stack::ours();
    let redrive = |name: &str| &stack.resource(name)["Properties"]["RedrivePolicy"];
    for (name, queue) in stack.all("AWS::SQS::Queue").filter(|(_, it)| own_name(&it["QueueName"]).ends_with("-events"))
    {
        let next = refers_to(&redrive(name)["deadLetterTargetArn"]).unwrap();
        let (last, tries) = if name == "UndeliveredEvents" { ("DeadLetters", 50) } else { ("UndeliveredEvents", 3) };
        assert_eq!((next, &redrive(name)["maxReceiveCount"]), (last, &json!(tries)), "{name}");
        assert!(queue["VisibilityTimeout"].as_u64().unwrap() * tries <= 13 * 3_600, "{name}");
    }
    let undelivered = &stack.resource("UndeliveredEvents")["Properties"];
    assert!(undelivered["VisibilityTimeout"].as_u64().unwrap() * 50 >= 12 * 3_600);
    assert_eq!(redrive("DeadLetters"), &Value::Null);
    assert_eq!(stack.taker("DeadLetters"), None);
    // The function that tries again shortens the wait by itself.
    let may_shorten = |(name, _): &(&str, &Value)| {
        stack.allowed(name).iter().any(|(action, _)| *action == "sqs:ChangeMessageVisibility")
    };
    let shortening: Vec<_> = stack.all("AWS::Lambda::Function").filter(may_shorten).map(|(name, _)| name).collect();
    assert_eq!(shortening, ["Redeliver"]);
}

#[test]
fn the_digest_comes_every_minute_and_alone_may_ask_for_what_was_held_back() {
    let stack = Stack::ours();
    let scheduled = stack.all("AWS::Events::Rule").filter(|(_, it)| !it["ScheduleExpression"].is_null());
    let scheduled: Vec<_> = scheduled.map(|(_, it)| (own_name(&it["Name"]), &it["ScheduleExpression"])).collect();
    let audit = ("schedule-credential-audit".to_owned(), &json!({ "Ref": "AuditSchedule" }));
    let heartbeat = ("schedule-heartbeat".to_owned(), &json!("cron(7 * * * ? *)"));
    assert_eq!(scheduled, [audit, ("digest".to_owned(), &json!("rate(1 minute)")), heartbeat]);
    for (name, _) in stack.all("AWS::Lambda::Function") {
        let mut allowed = stack.allowed(name);
        allowed.retain(|(action, _)| action.starts_with("dynamodb:"));
        let (table, index) =
            (json!({ "Fn::GetAtt": ["Ledger", "Arn"] }), json!({ "Fn::Sub": "${Ledger.Arn}/index/suppressed" }));
        let of_all = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"].map(|action| (action, &table));
        let of_the_digest = (name == "Digest").then_some(("dynamodb:Query", &index));
        // The heartbeat counts what both stacks told: their tables have names of CloudFormation's making.
        allowed.retain(|(action, _)| !(name == "Heartbeat" && *action == "dynamodb:Scan"));
        assert_eq!(allowed, of_the_digest.into_iter().chain(of_all).collect::<Vec<_>>(), "{name}");
    }
    let index = list(&stack.resource("Ledger")["Properties"]["GlobalSecondaryIndexes"]).next().unwrap();
    assert_eq!(index["IndexName"], "suppressed");
    let key: Vec<_> = list(&index["KeySchema"]).map(|it| (&it["AttributeName"], &it["KeyType"])).collect();
    assert_eq!(key, [(&json!("suppressed"), &json!("HASH")), (&json!("suppressed_at"), &json!("RANGE"))]);
    assert_eq!(index["Projection"], json!({ "ProjectionType": "ALL" }));
}

#[test]
fn only_what_us_east_1_alone_is_told_is_left_out_elsewhere() {
    let stack = Stack::ours();
    let resources = stack.0["Resources"].as_object().unwrap();
    for (name, resource) in resources {
        // Root signs in there, and costs and IAM are the whole account's. Work of people in other Regions is told to a stack that those Regions forward their events to.
        let once = ["RootLogin", "CostAnomaly", "Budget", "CredentialAudit", "Heartbeat", "Forwarded"];
        let only_there = once.iter().any(|source| name.starts_with(source)) || name == "AccountActivityWriteRule";
        let condition = match name.as_str() {
            "ForwardedBusPolicy" => Some("OtherAccounts"),
            _ => only_there.then_some("EverySource"),
        };
        assert_eq!(resource["Condition"].as_str(), condition, "{name}");
    }
    assert_eq!(stack.0["Conditions"]["EverySource"], json!({ "Fn::Equals": [{ "Ref": "Scope" }, "all"] }));
}

#[test]
fn the_scope_all_is_refused_outside_of_us_east_1() {
    let rules = &Stack::ours().0["Rules"];
    let rule = rules.as_object().unwrap().values().next().unwrap();
    assert_eq!(rule["RuleCondition"], json!({ "Fn::Equals": [{ "Ref": "Scope" }, "all"] }));
    assert_eq!(rule["Assertions"][0]["Assert"], json!({ "Fn::Equals": [{ "Ref": "AWS::Region" }, "us-east-1"] }));
}

#[test]
fn every_environment_deploys_its_scope_into_its_region() {
    let text = std::fs::read_to_string(repository().join("samconfig.toml")).unwrap();
    let config: toml::Table = text.parse().unwrap();
    for (environment, region, scope) in [("global", "us-east-1", "all"), ("home", "ap-northeast-2", "regional")] {
        assert_eq!(config[environment]["global"]["parameters"]["region"].as_str(), Some(region));
        let overrides = config[environment]["deploy"]["parameters"]["parameter_overrides"].as_array().unwrap();
        assert_eq!(overrides, &[format!("Scope={scope}").into()], "{environment}");
        // What `make` passes on replaces it, so it has to be the same.
        let mut make = Command::new("make");
        let output =
            make.args(["-n", "deploy", &format!("ENV={environment}")]).current_dir(repository()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("--config-env {environment} --parameter-overrides Scope={scope} ")), "{said}");
    }
}

#[test]
fn the_stack_says_what_the_doctor_asks_it_for() {
    let outputs = &Stack::ours().0["Outputs"];
    assert_eq!(outputs["Version"]["Value"], env!("CARGO_PKG_VERSION"), "the version of Cargo.toml");
    assert!(outputs["Version"]["Condition"].is_null());
    for queue in ["UndeliveredEvents", "DeadLetters", "AlertTopic"] {
        assert_eq!(outputs[queue]["Value"], json!({ "Ref": queue }), "{queue}");
    }
    let parameters = &Stack::ours().0["Parameters"];
    assert_eq!(parameters["ConfigParameterName"]["Default"], "/bongsu/config");
}

#[test]
fn where_both_stacks_are_deployed_the_heartbeat_of_the_first_hears_of_the_second() {
    let home = "HomeRegion=ap-northeast-2";
    for (environments, named) in [(None, 1), (Some("ENV=global"), 0), (Some("ENV=home"), 0)] {
        let mut make = Command::new("make");
        let output = make.args(["-n", "deploy"]).args(environments).current_dir(repository()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.matches(home).count(), named, "{environments:?}: {said}");
    }
    let pattern = &Stack::ours().0["Parameters"]["HomeRegion"]["AllowedPattern"];
    assert_eq!(pattern, "([a-z]{2}(-[a-z]+)+-[0-9])?");
}

#[test]
fn aws_finds_nothing_to_say_about_the_template() {
    let validate = tool("sam", &["validate", "--lint", "--region", "us-east-1"]);
    assert!(validate.status.success(), "{}", String::from_utf8_lossy(&validate.stderr));
    let lint = tool("cfn-lint", &["template.yaml"]);
    assert!(lint.status.success() && lint.stdout.is_empty(), "{}", String::from_utf8_lossy(&lint.stdout));
}

#[test]
fn the_template_has_no_fault() {
    assert_eq!(faults(&Stack::ours()), Vec::<String>::new());
}

#[test]
fn what_an_alarm_mails_is_said_in_both_languages() {
    let stack = Stack::ours();
    let mails: BTreeMap<_, _> = stack.0["Mappings"]["Mail"].as_object().unwrap().iter().collect();
    for (name, mail) in &mails {
        let (korean, english) = mail["Text"].as_str().unwrap().split_once(" / ").unwrap();
        assert!(korean.chars().any(|letter| ('가'..='힣').contains(&letter)), "{name}");
        assert!(english.is_ascii() && !english.is_empty(), "{name}");
    }
    for (name, alarm) in stack.all("AWS::CloudWatch::Alarm") {
        let said = strings(&alarm["AlarmDescription"]);
        assert!(said.len() == 3 && mails.contains_key(&said[1].to_owned()), "{name}: {said:?}");
    }
}
