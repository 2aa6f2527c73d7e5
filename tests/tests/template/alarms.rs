//! Whether people hear of what goes wrong.

use serde_json::Value;

use crate::faults::is_resource;
use crate::stack::{Stack, list, own_name, refers_to};

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
    for (name, alarm) in stack.all("AWS::CloudWatch::Alarm") {
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
