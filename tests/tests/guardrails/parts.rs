//! What each parameter makes, and what it leaves out.

use std::collections::BTreeSet;

use serde_json::json;

use crate::template::{Template, list, strings};

/// What switches a part off, its resources, and whether each Region has them.
const PARTS: [(&str, &[&str], bool); 11] = [
    ("Trail=none", &["AccountTrail", "TrailBucket", "TrailBucketPolicy"], false),
    ("Recorder=none", &["ConfigBucket", "ConfigBucketPolicy", "ConfigChannel", "ConfigRecorder", "ConfigRole"], true),
    ("ConfigRules=none", &["BucketReadRule", "BucketWriteRule", "PortsRule", "SshRule"], true),
    ("ConfigRules=none", &["AccessKeysRule", "RootAccessKeyRule", "RootMfaRule", "UserMfaRule"], false),
    ("Analyzer=none", &["ExternalAnalyzer"], true),
    ("UnusedAccess=none", &["UnusedAnalyzer"], true),
    ("CostAnomaly=none", &["CostMonitor", "CostSubscription"], false),
    ("DailyBudgetDollars=0", &["DailyBudget"], false),
    ("MonthlyBudgetDollars=0", &["MonthlyBudget"], false),
    ("RegionPolicy=none", &["AllowedRegionsPolicy"], false),
    ("AdministratorsRole=none", &["AdministratorsMfaRole"], false),
];
const CPU: [&str; 5] = ["Cpu1", "Cpu2", "Cpu3", "Cpu4", "Cpu5"];
/// Where other buckets log into: there as long as one of them is.
const LOGS: [&str; 2] = ["AccessLogBucket", "AccessLogBucketPolicy"];
const INSTANCES: &str = "CpuInstances=i-00000001,i-00000002,i-00000003,i-00000004,i-00000005";

fn made(parameters: &[&str]) -> BTreeSet<String> {
    let parameters: Vec<_> = parameters.iter().map(|it| it.split_once('=').unwrap()).collect();
    Template::ours().made(&parameters).into_keys().collect()
}

fn names<'a>(groups: impl IntoIterator<Item = &'a [&'a str]>) -> BTreeSet<String> {
    groups.into_iter().flatten().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_stack_with_everything_has_all_that_the_template_has() {
    let all: BTreeSet<_> = Template::ours().resources().map(|(name, _)| name.to_owned()).collect();
    let of_parts = names(PARTS.iter().map(|(_, names, _)| *names).chain([&CPU[..], &LOGS]));
    assert_eq!(of_parts, all);
    assert_eq!(made(&["Scope=all", "UnusedAccess=create", INSTANCES]), all);
}

#[test]
fn what_nobody_asks_for_costs_nothing() {
    let dear = names([&CPU[..], &["UnusedAnalyzer"]]);
    let all: BTreeSet<_> = Template::ours().resources().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(made(&["Scope=all"]), &all - &dear);
}

#[test]
fn each_part_can_be_switched_off_and_takes_nothing_else_along() {
    let on = ["UnusedAccess=create", INSTANCES];
    for scope in ["Scope=all", "Scope=regional"] {
        let all = made(&[&[scope], &on[..]].concat());
        for (switch, _, _) in PARTS {
            let of_switch = names(PARTS.iter().filter(|(other, _, _)| *other == switch).map(|(_, names, _)| *names));
            let mut gone = &all & &of_switch;
            if scope == "Scope=regional" && switch == "Recorder=none" {
                // Nobody is left who logs.
                gone.extend(names([&LOGS[..]]));
            }
            assert_eq!(made(&[&[scope], &on[..], &[switch]].concat()), &all - &gone, "{scope} {switch}");
        }
        assert_eq!(made(&[scope, "UnusedAccess=create"]), &all - &names([&CPU[..]]), "{scope}");
    }
    let neither = made(&["Scope=all", "Trail=none", "Recorder=none"]);
    assert!(neither.is_disjoint(&names([&LOGS[..]])), "{neither:?}");
}

#[test]
fn a_stack_of_another_region_has_what_each_region_has_of_its_own() {
    let regional = names(PARTS.iter().filter(|(_, _, regional)| *regional).map(|(_, names, _)| *names));
    let everything = made(&["Scope=regional", "UnusedAccess=create", INSTANCES]);
    assert_eq!(everything, &regional | &names([&CPU[..], &LOGS]));
}

#[test]
fn a_recorder_elsewhere_does_not_record_the_users_of_the_account_again() {
    let recorded = |scope| {
        let made = Template::ours().made(&[("Scope", scope)]);
        strings(&made["ConfigRecorder"]["RecordingGroup"]["ResourceTypes"]).join(" ")
    };
    assert_eq!(recorded("all"), "AWS::S3::Bucket AWS::EC2::SecurityGroup AWS::IAM::User");
    assert_eq!(recorded("regional"), "AWS::S3::Bucket AWS::EC2::SecurityGroup");
}

#[test]
fn each_instance_has_an_alarm_of_its_own() {
    let all = ["i-0a1b2c3d", "i-0123456789abcdef0", "i-0fedcba9876543210", "i-00000004", "i-00000005"];
    for ids in (0..=all.len()).map(|count| &all[..count]) {
        let made = Template::ours().made(&[("Scope", "regional"), ("CpuInstances", &ids.join(","))]);
        let alarms: Vec<_> = made.iter().filter(|(name, _)| CPU.contains(&name.as_str())).map(|(_, it)| it).collect();
        assert_eq!(alarms.len(), ids.len());
        for (alarm, id) in alarms.into_iter().zip(ids) {
            assert_eq!(alarm["AlarmName"], format!("guardrail-cpu-{id}"));
            let dimensions = &alarm["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"];
            assert_eq!(*dimensions, json!([{ "Name": "InstanceId", "Value": id }]));
        }
    }
}

#[test]
fn the_alarms_differ_in_their_instance_only() {
    let template = Template::ours();
    let mut alarms = template.all("AWS::CloudWatch::Alarm").map(|(_, it)| it.to_string());
    let without_place = |text: String, place: usize| text.replace(&format!("[{place},"), "[N,");
    let first = without_place(alarms.next().unwrap(), 0);
    for (place, alarm) in (1..).zip(alarms) {
        assert_eq!(without_place(alarm, place), first);
    }
}

#[test]
fn a_monitor_that_is_there_is_used_and_none_is_made() {
    let arn = "arn:aws:ce::111122223333:anomalymonitor/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    let made = Template::ours().made(&[("Scope", "all"), ("CostMonitorArn", arn)]);
    assert!(!made.contains_key("CostMonitor"));
    assert_eq!(made["CostSubscription"]["MonitorArnList"], json!([arn]));
    let made = Template::ours().made(&[("Scope", "all")]);
    assert_eq!(made["CostSubscription"]["MonitorArnList"], json!(["costmonitor"]));
}

#[test]
fn numbers_and_names_come_where_they_belong() {
    let made = Template::ours().made(&[
        ("Scope", "all"),
        ("Stack", "watch"),
        ("CostAnomalyDollars", "12"),
        ("DailyBudgetDollars", "3"),
        ("MonthlyBudgetDollars", "70"),
        ("ConfigFrequency", "One_Hour"),
        ("UnusedAccess", "create"),
        ("UnusedAccessDays", "45"),
        ("HistoryDays", "1100"),
    ]);
    let topic = |name: &str| json!(format!("arn:aws:sns:us-east-1:111122223333:watch-{name}"));
    let threshold = made["CostSubscription"]["ThresholdExpression"].as_str().unwrap();
    let threshold: serde_json::Value = serde_json::from_str(threshold).unwrap();
    assert_eq!(threshold["Dimensions"]["Values"], json!(["12"]));
    assert_eq!(made["CostSubscription"]["Subscribers"][0]["Address"], topic("cost-anomaly"));
    for (budget, dollars) in [("DailyBudget", "3"), ("MonthlyBudget", "70")] {
        assert_eq!(made[budget]["Budget"]["BudgetLimit"], json!({ "Amount": dollars, "Unit": "USD" }));
        for notice in list(&made[budget]["NotificationsWithSubscribers"]) {
            assert_eq!(notice["Subscribers"][0]["Address"], topic("budget"));
        }
    }
    assert_eq!(made["RootMfaRule"]["MaximumExecutionFrequency"], "One_Hour");
    let unused = &made["UnusedAnalyzer"]["AnalyzerConfiguration"]["UnusedAccessConfiguration"];
    assert_eq!(unused["UnusedAccessAge"], "45");
    for bucket in ["TrailBucket", "ConfigBucket", "AccessLogBucket"] {
        assert_eq!(made[bucket]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"], "1100");
    }
}

#[test]
fn the_daily_budget_is_five_dollars_when_nobody_says_otherwise() {
    let made = Template::ours().made(&[("Scope", "all")]);
    assert_eq!(made["DailyBudget"]["Budget"]["BudgetLimit"]["Amount"], "5");
}
