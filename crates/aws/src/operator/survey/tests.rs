//! What is asked, and what is made of the answers.

mod stack;
mod stub;
mod trail;

use serde_json::{Value, json};

use super::{Analyzer, Looks, ManagementEvents, Recorder, Unasked};
use stub::{Aws, Say};

const MONITOR: &str = "arn:aws:ce::111122223333:anomalymonitor/0f1e2d3c";
const TRAIL: &str = "arn:aws:cloudtrail:ap-northeast-2:111122223333:trail/main";

/// Each question with the IAM action that it takes.
const ACTIONS: [(&str, &str); 12] = [
    ("DescribeStacks", "cloudformation:DescribeStacks"),
    ("ListStackResources", "cloudformation:ListStackResources"),
    ("DescribeTrails", "cloudtrail:DescribeTrails"),
    ("GetTrailStatus", "cloudtrail:GetTrailStatus"),
    ("GetEventSelectors", "cloudtrail:GetEventSelectors"),
    ("DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders"),
    ("DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorderStatus"),
    ("DescribeDeliveryChannels", "config:DescribeDeliveryChannels"),
    ("ListAnalyzers", "access-analyzer:ListAnalyzers"),
    ("GetAnomalyMonitors", "ce:GetAnomalyMonitors"),
    ("GetAnomalySubscriptions", "ce:GetAnomalySubscriptions"),
    ("DescribeBudgets", "budgets:ViewBudget"),
];

fn stacks(status: &str) -> Say {
    Say::Xml(format!(
        "<Stacks><member><StackName>g</StackName><CreationTime>2026-11-24T00:00:00Z</CreationTime>\
         <StackStatus>{status}</StackStatus><Parameters>\
         <member><ParameterKey>Recorder</ParameterKey><ParameterValue>none</ParameterValue></member>\
         <member><ParameterKey>CostMonitorArn</ParameterKey><ParameterValue></ParameterValue></member>\
         </Parameters></member></Stacks>"
    ))
}

/// A page of what a stack has made: type, physical id, status.
fn resources(rows: &[(&str, &str, &str)], next: Option<&str>) -> Say {
    let row = |(kind, id, status): &(&str, &str, &str)| {
        format!(
            "<member><LogicalResourceId>L</LogicalResourceId><PhysicalResourceId>{id}</PhysicalResourceId>\
             <ResourceType>{kind}</ResourceType><ResourceStatus>{status}</ResourceStatus>\
             <LastUpdatedTimestamp>2026-11-24T00:00:00Z</LastUpdatedTimestamp></member>"
        )
    };
    let rows: String = rows.iter().map(row).collect();
    let next = next.map(|token| format!("<NextToken>{token}</NextToken>")).unwrap_or_default();
    Say::Xml(format!("<StackResourceSummaries>{rows}</StackResourceSummaries>{next}"))
}

fn trail(home_region: &str) -> Value {
    json!({
        "Name": "main", "TrailARN": TRAIL, "HomeRegion": home_region, "IsMultiRegionTrail": true,
        "IsOrganizationTrail": false, "LogFileValidationEnabled": true, "HasCustomEventSelectors": false,
    })
}

fn monitor(arn: &str, kind: &str, dimension: Option<&str>) -> Value {
    json!({ "MonitorArn": arn, "MonitorName": "all", "MonitorType": kind, "MonitorDimension": dimension })
}

/// An account where every question has an answer with something in it.
async fn full() -> Aws {
    let aws = Aws::open().await;
    aws.says("DescribeStacks", [stacks("UPDATE_COMPLETE")])
        .says("ListStackResources", [resources(&[("AWS::Config::DeliveryChannel", "d", "CREATE_COMPLETE")], None)])
        .json("DescribeTrails", json!({ "trailList": [trail("ap-northeast-2")] }))
        .json("GetTrailStatus", json!({ "IsLogging": true }))
        .json("GetEventSelectors", json!({ "EventSelectors": [{ "ReadWriteType": "All" }] }))
        .json("DescribeConfigurationRecorders", json!({ "ConfigurationRecorders": [{ "name": "default" }] }))
        .json(
            "DescribeConfigurationRecorderStatus",
            json!({ "ConfigurationRecordersStatus": [{ "name": "default", "recording": true }] }),
        )
        .json("DescribeDeliveryChannels", json!({ "DeliveryChannels": [{ "name": "default" }] }))
        .json("ListAnalyzers", json!({ "analyzers": [analyzer("one", "ACCOUNT", "ACTIVE")] }))
        .json("GetAnomalyMonitors", json!({ "AnomalyMonitors": [monitor(MONITOR, "DIMENSIONAL", Some("SERVICE"))] }))
        .json("GetAnomalySubscriptions", json!({ "AnomalySubscriptions": [subscription("daily", &["CONFIRMED"])] }))
        .json("DescribeBudgets", json!({ "Budgets": [budget("one")] }));
    aws
}

fn analyzer(name: &str, kind: &str, status: &str) -> Value {
    let arn = format!("arn:aws:access-analyzer:us-east-1:111122223333:analyzer/{name}");
    json!({ "arn": arn, "name": name, "type": kind, "status": status, "createdAt": "2026-11-24T00:00:00Z" })
}

fn subscription(name: &str, statuses: &[&str]) -> Value {
    let arn = format!("arn:aws:ce::111122223333:anomalysubscription/{name}");
    let subscriber = |status: &&str| json!({ "Address": "ops@example.com", "Type": "EMAIL", "Status": status });
    let subscribers: Vec<_> = statuses.iter().map(subscriber).collect();
    json!({
        "SubscriptionArn": arn, "AccountId": "111122223333", "MonitorArnList": [MONITOR], "Subscribers": subscribers,
        "Frequency": "DAILY", "SubscriptionName": name,
    })
}

fn budget(name: &str) -> Value {
    json!({ "BudgetName": name, "TimeUnit": "DAILY", "BudgetType": "COST" })
}

/// Asks everything, and says why what had no answer had none.
async fn refusals(aws: &Aws) -> Vec<Unasked> {
    let operator = aws.operator();
    // Boxed, since the questions are large.
    let answers = Box::pin(async {
        tokio::join!(
            operator.stack("g"),
            operator.trails(),
            operator.recorders(),
            operator.delivery_channels(),
            operator.analyzers(),
            operator.service_monitors(),
            operator.budgets("111122223333"),
        )
    });
    let (stack, trails, recorders, channels, analyzers, monitors, budgets) = answers.await;
    let mut refusals = Vec::new();
    for trail in trails.as_ref().into_iter().flatten() {
        refusals.extend([trail.logs.clone().err(), trail.management_events.clone().err()]);
    }
    refusals.extend(recorders.as_ref().into_iter().flatten().map(|recorder| recorder.records.clone().err()));
    refusals.extend(monitors.as_ref().into_iter().flatten().map(|monitor| monitor.subscriptions.clone().err()));
    refusals.extend([stack.err(), trails.err(), recorders.err(), channels.err(), analyzers.err(), monitors.err()]);
    refusals.push(budgets.err());
    refusals.into_iter().flatten().collect()
}

#[tokio::test]
async fn whoever_may_not_ask_is_told_which_right_is_missing_and_everything_else_is_known() {
    assert_eq!(refusals(&full().await).await, []);
    for (action, right) in ACTIONS {
        for code in ["AccessDenied", "AccessDeniedException"] {
            let aws = full().await;
            aws.says(action, [Say::Error(403, code, "User: ops is not authorized to perform: it")]);
            assert_eq!(refusals(&aws).await, [Unasked::Denied { action: right, says: None }], "{action}");
            let times = aws.actions().iter().filter(|asked| *asked == action).count();
            assert_eq!(times, 1, "{action} is not asked again");
        }
    }
}

#[tokio::test]
async fn an_access_that_is_denied_for_another_reason_is_told_with_it() {
    let aws = full().await;
    aws.says("GetAnomalyMonitors", [Say::Error(400, "AccessDeniedException", "Cost Explorer is not enabled")]);
    let refusals: Vec<_> = refusals(&aws).await.iter().map(ToString::to_string).collect();
    assert_eq!(refusals, ["access denied: you need ce:GetAnomalyMonitors (AWS says: Cost Explorer is not enabled)"]);
}

#[tokio::test]
async fn what_is_throttled_is_asked_again_and_then_given_up() {
    fn throttled() -> Say {
        Say::Error(400, "ThrottlingException", "Rate exceeded")
    }
    let case = |action: &'static str, right: &'static str| async move {
        let aws = full().await;
        aws.says_first(action, throttled());
        assert_eq!(refusals(&aws).await, [], "{action}");
        let aws = full().await;
        aws.says(action, [throttled()]);
        assert_eq!(refusals(&aws).await, [Unasked::Throttled(right)], "{action}");
        assert_eq!(aws.actions().iter().filter(|asked| *asked == action).count(), 3, "{action}");
    };
    let cases: Vec<_> = ACTIONS.into_iter().map(|(action, right)| tokio::spawn(case(action, right))).collect();
    for case in cases {
        case.await.unwrap();
    }
}

#[tokio::test]
async fn any_other_refusal_is_told_in_the_words_of_aws() {
    for (action, right) in ACTIONS {
        let aws = full().await;
        aws.says(action, [Say::Error(400, "InvalidSomething", "of next year")]);
        let [refusal] = &refusals(&aws).await[..] else { panic!("{action}") };
        assert_eq!(refusal.to_string(), format!("{right}: AWS says InvalidSomething: of next year"));
    }
}

#[tokio::test]
async fn a_recorder_may_run_be_stopped_or_record_a_choice_of_types() {
    let group = |all: bool| json!({ "allSupported": all, "includeGlobalResourceTypes": all });
    for (everything, recording) in [(true, true), (true, false), (false, true)] {
        let aws = full().await;
        let recorder = json!({ "name": "default", "recordingGroup": group(everything) });
        let state = json!({ "name": "default", "recording": recording });
        aws.json("DescribeConfigurationRecorders", json!({ "ConfigurationRecorders": [recorder] }))
            .json("DescribeConfigurationRecorderStatus", json!({ "ConfigurationRecordersStatus": [state] }));
        let expected = Recorder { name: "default".to_owned(), records: Ok(recording), everything };
        assert_eq!(aws.operator().recorders().await, Ok(vec![expected]));
    }
}

#[tokio::test]
async fn a_recorder_that_an_aws_service_has_for_itself_is_not_told() {
    let aws = full().await;
    let service = json!({ "name": "AWSConfigurationRecorderForX", "servicePrincipal": "x.amazonaws.com" });
    aws.json("DescribeConfigurationRecorders", json!({ "ConfigurationRecorders": [service] }));
    assert_eq!(aws.operator().recorders().await, Ok(Vec::new()));
}

#[tokio::test]
async fn without_a_recorder_its_state_is_not_asked() {
    let aws = Aws::open().await;
    aws.json("DescribeConfigurationRecorders", json!({ "ConfigurationRecorders": [] }))
        .json("DescribeDeliveryChannels", json!({ "DeliveryChannels": [{ "name": "left" }] }));
    assert_eq!(aws.operator().recorders().await, Ok(Vec::new()));
    assert_eq!(aws.operator().delivery_channels().await, Ok(vec!["left".to_owned()]));
    assert_eq!(aws.actions(), ["DescribeConfigurationRecorders", "DescribeDeliveryChannels"]);
}

#[tokio::test]
async fn analyzers_of_all_pages_are_told_by_what_they_look_for() {
    let aws = Aws::open().await;
    let first = json!([analyzer("a", "ACCOUNT", "ACTIVE"), analyzer("o", "ORGANIZATION", "ACTIVE")]);
    let second = json!([
        analyzer("u", "ACCOUNT_UNUSED_ACCESS", "DISABLED"),
        analyzer("i", "ACCOUNT_INTERNAL_ACCESS", "ACTIVE"),
        analyzer("n", "OF_NEXT_YEAR", "ACTIVE"),
        analyzer("w", "ORGANIZATION_UNUSED_ACCESS", "FAILED"),
    ]);
    let pages = [json!({ "analyzers": first, "nextToken": "more" }), json!({ "analyzers": second })];
    aws.says("ListAnalyzers", pages.map(Say::Json));
    let analyzers = aws.operator().analyzers().await.unwrap();
    let told = |it: &Analyzer| (it.name.clone(), it.looks, it.of_organization, it.active);
    let expected = [
        ("a", Looks::External, false, true),
        ("o", Looks::External, true, true),
        ("u", Looks::Unused, false, false),
        ("i", Looks::Else, false, true),
        ("n", Looks::Else, false, true),
        ("w", Looks::Unused, true, false),
    ];
    let expected = expected.map(|(name, looks, organization, active)| (name.to_owned(), looks, organization, active));
    assert_eq!(analyzers.iter().map(told).collect::<Vec<_>>(), expected);
    assert!(analyzers[0].arn.ends_with(":analyzer/a"));
    assert!(aws.asked()[1].text.contains("nextToken=more"), "{:?}", aws.asked());
}

#[tokio::test]
async fn of_all_pages_of_monitors_only_the_one_for_services_counts_with_those_whom_it_tells() {
    let aws = Aws::open().await;
    let first = json!([monitor("m:custom", "CUSTOM", None), monitor("m:tag", "DIMENSIONAL", Some("TAG"))]);
    let second = json!([monitor(MONITOR, "DIMENSIONAL", Some("SERVICE"))]);
    aws.says(
        "GetAnomalyMonitors",
        [json!({ "AnomalyMonitors": first, "NextPageToken": "more" }), json!({ "AnomalyMonitors": second })]
            .map(Say::Json),
    );
    let subscriptions = [
        json!({ "AnomalySubscriptions": [subscription("one", &["CONFIRMED", "DECLINED"])], "NextPageToken": "more" }),
        json!({ "AnomalySubscriptions": [subscription("two", &["DECLINED"])] }),
    ];
    aws.says("GetAnomalySubscriptions", subscriptions.map(Say::Json));
    let monitors = aws.operator().service_monitors().await.unwrap();
    assert_eq!(monitors.len(), 1);
    assert_eq!((monitors[0].arn.as_str(), monitors[0].name.as_str()), (MONITOR, "all"));
    let told: Vec<_> =
        monitors[0].subscriptions.as_ref().unwrap().iter().map(|it| (it.name.as_str(), it.told)).collect();
    assert_eq!(told, [("one", 1), ("two", 0)]);
    let asked = aws.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[1].text.contains("more") && asked[2].text.contains(MONITOR) && asked[3].text.contains("more"));
}

#[tokio::test]
async fn budgets_of_all_pages_are_told_by_name_and_an_account_may_have_none() {
    let aws = Aws::open().await;
    let pages = [json!({ "Budgets": [budget("one")], "NextToken": "more" }), json!({ "Budgets": [budget("two")] })];
    aws.says("DescribeBudgets", pages.map(Say::Json));
    let names = aws.operator().budgets("111122223333").await;
    assert_eq!(names, Ok(vec!["one".to_owned(), "two".to_owned()]));
    assert!(aws.asked().iter().all(|question| question.text.contains("111122223333")));
    for none in [Say::Json(json!({})), Say::Error(400, "NotFoundException", "no budget")] {
        aws.says("DescribeBudgets", [none]);
        assert_eq!(aws.operator().budgets("111122223333").await, Ok(Vec::new()));
    }
}
