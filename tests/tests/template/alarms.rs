//! Whether people hear of what goes wrong, and see how it goes.

use serde_json::{Value, json};

use crate::faults::is_resource;
use crate::stack::{Stack, list, own_name, refers_to, strings};

/// The metrics that the functions write, all with the dimension `Stack`, into the namespace `bongsu`.
const METRICS: [&str; 9] = [
    "Alerts",
    "Deliveries",
    "LatencyFromEvent",
    "LatencyFromInvocation",
    "RefusedChannels",
    "Redelivered",
    "Suppressed",
    "Unauthorized",
    "Unguarded",
];
/// Those that ask for people at once.
const URGENT: [&str; 2] = ["RefusedChannels", "Unauthorized"];

/// Every function's errors and throttles are watched, and every alarm mails people past our functions.
pub(crate) fn alarms(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, _) in stack.all("AWS::Lambda::Function") {
        for metric in ["Errors", "Throttles"] {
            if alarm_on(stack, name, metric).is_none() {
                faults.push(format!("{name}: nobody hears of its {metric}"));
            }
        }
    }
    let of_ours = |metric: &str| {
        stack
            .all("AWS::CloudWatch::Alarm")
            .any(|(_, alarm)| alarm["Namespace"] == "bongsu" && alarm["MetricName"] == metric)
    };
    faults.extend(URGENT.iter().filter(|metric| !of_ours(metric)).map(|metric| format!("nobody hears of {metric}")));
    let of_the_stack = json!([{ "Name": "Stack", "Value": { "Ref": "AWS::StackName" } }]);
    for (name, alarm) in stack.all("AWS::CloudWatch::Alarm") {
        let written =
            METRICS.iter().any(|metric| alarm["MetricName"] == *metric) && alarm["Dimensions"] == of_the_stack;
        if alarm["Namespace"] == "bongsu" && !written {
            faults.push(format!("{name}: no function writes what it watches"));
        }
        if !is_resource(stack, &alarm["AlarmActions"], "AWS::SNS::Topic") {
            faults.push(format!("{name}: does not mail by itself"));
        }
        // The topic takes only alarms that are called so.
        if own_name(&alarm["AlarmName"]).is_empty() {
            faults.push(format!("{name}: its name does not begin with the stack's"));
        }
    }
    faults
}

/// The alarm on a metric of a function or queue.
pub(crate) fn alarm_on<'a>(stack: &'a Stack, name: &str, metric: &str) -> Option<&'a Value> {
    let alarms = stack.all("AWS::CloudWatch::Alarm").map(|(_, alarm)| alarm);
    alarms
        .filter(|alarm| alarm["MetricName"] == metric)
        .find(|alarm| list(&alarm["Dimensions"]).any(|dimension| refers_to(&dimension["Value"]) == Some(name)))
}

/// A dashboard shows every metric of ours, every function and every queue, in either scope.
pub(crate) fn dashboards(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, dashboard) in stack.all("AWS::CloudWatch::Dashboard") {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
        if !strings(&dashboard["DashboardName"]).iter().any(|it| it.contains("${AWS::Region}")) {
            faults.push(format!("{name}: replaces that of another Region"));
        }
        for every_source in [true, false] {
            let text = body(&dashboard["DashboardBody"], every_source);
            let Ok(body) = serde_json::from_str::<Value>(&text) else {
                faults.push(format!("{name}: is no JSON"));
                break;
            };
            let texts = strings(&body);
            let shows =
                |what: &str| texts.iter().any(|it| *it == what || it.contains(&format!("MetricName=\"{what}\"")));
            let there = |kind| {
                stack.all(kind).map(|(it, _)| it).filter(|it| every_source || stack.resource(it)["Condition"].is_null())
            };
            let functions = there("AWS::Lambda::Function").map(|it| format!("${{{it}}}"));
            let queues = there("AWS::SQS::Queue").map(|it| format!("${{{it}.QueueName}}"));
            let wanted = METRICS.iter().map(|it| (*it).to_owned()).chain(functions).chain(queues);
            faults.extend(wanted.filter(|it| !shows(it)).map(|it| format!("{name}: does not show {it}")));
        }
    }
    faults.dedup();
    faults
}

/// What a text is for a scope, but for what `CloudFormation` alone knows.
fn body(text: &Value, every_source: bool) -> String {
    let mut body = text["Fn::Sub"][0].as_str().unwrap_or_default().to_owned();
    for (variable, value) in text["Fn::Sub"][1].as_object().into_iter().flatten() {
        let chosen = &value["Fn::If"][if every_source { 1 } else { 2 }];
        let chosen = chosen["Fn::Sub"].as_str().or(chosen.as_str()).unwrap_or_default();
        body = body.replace(&format!("${{{variable}}}"), chosen);
    }
    body
}
