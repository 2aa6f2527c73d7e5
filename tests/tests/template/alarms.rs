//! Whether people hear of what goes wrong, and see how it goes.

use serde_json::{Value, json};

use crate::faults::is_resource;
use crate::stack::{Stack, list, own_name, refers_to, strings};

/// The metrics that the functions write, all with the dimension `Stack`, into the namespace `bongsu`.
const METRICS: [&str; 10] = [
    "Alerts",
    "Deliveries",
    "Heartbeat",
    "LatencyFromEvent",
    "LatencyFromInvocation",
    "RefusedChannels",
    "Redelivered",
    "Suppressed",
    "Unauthorized",
    "Unguarded",
];
/// Those that ask for people at once.
const URGENT: [&str; 3] = ["Heartbeat", "RefusedChannels", "Unauthorized"];

/// Every function's errors are watched, and the throttles of all, and every alarm mails people past our functions.
pub(crate) fn alarms(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, _) in stack.all("AWS::Lambda::Function") {
        if alarm_on(stack, name, "Errors").is_none() {
            faults.push(format!("{name}: nobody hears of its Errors"));
        }
    }
    let throttles = |alarm: &Value| alarm["MetricName"] == "Throttles" && alarm["Dimensions"].is_null();
    if !stack.all("AWS::CloudWatch::Alarm").any(|(_, alarm)| throttles(alarm)) {
        faults.push("nobody hears of Throttles".to_owned());
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

/// What it shows of every function and every queue, which it finds by the stack's name.
const SEARCHED: [(&str, &str); 5] = [
    ("FunctionName", "Errors"),
    ("FunctionName", "Throttles"),
    ("QueueName", "ApproximateAgeOfOldestMessage"),
    ("QueueName", "ApproximateNumberOfMessagesVisible"),
    ("QueueName", "ApproximateNumberOfMessagesNotVisible"),
];

/// A dashboard shows every metric of ours, every function and every queue.
pub(crate) fn dashboards(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, dashboard) in stack.all("AWS::CloudWatch::Dashboard") {
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
        if !strings(&dashboard["DashboardName"]).iter().any(|it| it.contains("${AWS::Region}")) {
            faults.push(format!("{name}: replaces that of another Region"));
        }
        let text = dashboard["DashboardBody"]["Fn::Sub"].as_str().unwrap_or_default();
        let Ok(body) = serde_json::from_str::<Value>(text) else {
            faults.push(format!("{name}: is no JSON"));
            continue;
        };
        let texts = strings(&body);
        let of_ours = |what: &&&str| !texts.iter().any(|it| it == *what || it.contains(&metric(what)));
        let found = |(by, what): &(&str, &str)| {
            texts.iter().any(|it| it.contains(&metric(what)) && it.contains(&format!("{by}=${{AWS::StackName}}")))
        };
        faults.extend(METRICS.iter().filter(of_ours).map(|it| format!("{name}: does not show {it}")));
        faults.extend(SEARCHED.iter().filter(|it| !found(it)).map(|(_, it)| format!("{name}: does not show {it}")));
    }
    faults
}

fn metric(name: &str) -> String {
    format!("MetricName=\"{name}\"")
}
