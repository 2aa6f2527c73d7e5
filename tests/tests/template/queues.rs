//! Whether a queue loses nothing, and takes from and hands to whom it should.

use serde_json::Value;

use crate::alarms::alarm_on;
use crate::faults::{is_resource, source_arn, statements};
use crate::stack::{Stack, list, own_name, refers_to, source_of, strings};

/// The longest that SQS keeps a message.
const TWO_WEEKS: u64 = 14 * 24 * 3_600;
/// A message that was received so often is no longer in the age of its queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>
const COUNTED_IN_AGE: u64 = 3;
/// What a new account can have of at once, how many queues may be in a storm then, and what has to be left for functions
/// without a queue.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const EXECUTIONS_OF_A_NEW_ACCOUNT: u64 = 10;
const STORMS: usize = 4;
const LEFT_FOR_OTHERS: u64 = 2;
const TAKING: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/// Whether it is the queue from which the function `redeliver` takes.
pub(crate) fn is_tried_again(stack: &Stack, queue: &Value) -> bool {
    refers_to(queue).and_then(|queue| stack.taker(queue)).is_some_and(|taker| stack.slug(taker) == "redeliver")
}

pub(crate) fn queues(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, queue) in stack.all("AWS::SQS::Queue") {
        let mut need = |met: bool, what: &str| {
            if !met {
                faults.push(format!("{name}: {what}"));
            }
        };
        need(queue["SqsManagedSseEnabled"] == true || !queue["KmsMasterKeyId"].is_null(), "not encrypted");
        need(queue["MessageRetentionPeriod"] == TWO_WEEKS, "does not keep messages for two weeks");
        let heard = |metric: &str, most: u64| {
            alarm_on(stack, name, metric).and_then(|alarm| alarm["Threshold"].as_u64()).is_some_and(|it| it <= most)
        };
        let Some(taker) = stack.taker(name) else {
            need(heard("ApproximateNumberOfMessagesVisible", 1), "nobody hears of what waits in it");
            continue;
        };
        let timeout = stack.resource(taker)["Properties"]["Timeout"].as_u64().unwrap_or_default();
        let visibility = queue["VisibilityTimeout"].as_u64().unwrap_or(30);
        need(visibility >= 6 * timeout, "its messages come again in less than six times the function's timeout");
        let redrive = &queue["RedrivePolicy"];
        need(is_resource(stack, &redrive["deadLetterTargetArn"], "AWS::SQS::Queue"), "gives up to no other queue");
        need(heard("ApproximateAgeOfOldestMessage", 600), "nobody hears of what is not taken from it");
        let often = redrive["maxReceiveCount"].as_u64().is_some_and(|count| count > COUNTED_IN_AGE);
        need(!often || heard("ApproximateNumberOfMessagesNotVisible", 1), "nobody hears of what is taken in vain");
    }
    faults
}

pub(crate) fn mappings(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    let mut taken = Vec::new();
    for (name, mapping) in stack.all("AWS::Lambda::EventSourceMapping") {
        let mut need = |met: bool, what: &str| {
            if !met {
                faults.push(format!("{name}: {what}"));
            }
        };
        need(is_resource(stack, &mapping["EventSourceArn"], "AWS::SQS::Queue"), "takes from no queue of the stack");
        let answers = strings(&mapping["FunctionResponseTypes"]);
        need(answers.contains(&"ReportBatchItemFailures"), "one failure repeats the whole batch");
        need(mapping["MaximumBatchingWindowInSeconds"] == 0, "waits for a batch to fill");
        let most = mapping["ScalingConfig"]["MaximumConcurrency"].as_u64();
        need(most.is_some(), "no maximum of concurrency");
        taken.push(most.unwrap_or_default());
    }
    taken.sort_unstable();
    let taken: u64 = taken.iter().rev().take(STORMS).sum();
    if taken + LEFT_FOR_OTHERS > EXECUTIONS_OF_A_NEW_ACCOUNT {
        faults.push(format!(
            "{STORMS} queues take {taken} of the {EXECUTIONS_OF_A_NEW_ACCOUNT} executions of a new account"
        ));
    }
    faults
}

/// A function may take from its own queue and no other.
pub(crate) fn rights(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, _) in stack.all("AWS::Lambda::Function") {
        let own = stack.about("AWS::Lambda::EventSourceMapping", "FunctionName", name);
        let own = own.and_then(|mapping| refers_to(&mapping["EventSourceArn"]));
        let allowed = stack.allowed(name);
        let may = |action: &str, queue| allowed.iter().any(|(it, on)| *it == action && refers_to(on) == Some(queue));
        if own.is_some_and(|queue| !TAKING.iter().all(|action| may(action, queue))) {
            faults.push(format!("{name}: may not take from its queue"));
        }
        let taken = allowed.iter().filter(|(action, _)| action.starts_with("sqs:") && *action != "sqs:SendMessage");
        if taken.into_iter().any(|(_, queue)| refers_to(queue) != own) {
            faults.push(format!("{name}: may take from a queue that is not its own"));
        }
        let follow_ups =
            refers_to(&stack.resource(name)["Properties"]["Environment"]["Variables"]["BONGSU_FOLLOW_UPS"]);
        if follow_ups.is_some_and(|queue| !may("sqs:SendMessage", queue)) {
            faults.push(format!("{name}: may not send follow-ups"));
        }
    }
    faults
}

/// Whom queues and functions let in: each rule where it hands over and where it gives up, and nobody beside it.
pub(crate) fn senders(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rule) in stack.all("AWS::Events::Rule") {
        for target in list(&rule["Targets"]) {
            let (to, given_up) = (refers_to(&target["Arn"]), refers_to(&target["DeadLetterConfig"]["Arn"]));
            let (functions, queues): (Vec<_>, Vec<_>) = to.into_iter().partition(|it| stack.taker(it).is_none());
            if functions.iter().any(|function| !may_start(stack, name, function)) {
                faults.push(format!("{name}: may not start its function"));
            }
            for queue in &queues {
                // A source that has several rules lets in those that end with its name.
                let of_source = format!(":rule/${{AWS::StackName}}-*{}", source_of(&own_name(&rule["Name"])));
                let own = |it: &Value| {
                    let arn = source_arn(it);
                    refers_to(arn) == Some(name) || arn["Fn::Sub"].as_str().is_some_and(|arn| arn.ends_with(&of_source))
                };
                if !let_in(stack, queue).into_iter().all(own) {
                    faults.push(format!("{queue}: lets in others than its rule"));
                }
            }
            for queue in queues.into_iter().chain(given_up) {
                if !let_in(stack, queue).iter().any(|statement| is_about(source_arn(statement), name, rule)) {
                    faults.push(format!("{name}: may not send to {queue}"));
                }
            }
        }
    }
    // One for each rule of the source.
    faults.dedup();
    faults
}

fn may_start(stack: &Stack, rule: &str, function: &str) -> bool {
    stack
        .all("AWS::Lambda::Permission")
        .any(|(_, it)| refers_to(&it["SourceArn"]) == Some(rule) && refers_to(&it["FunctionName"]) == Some(function))
}

/// The statements that let services send to a queue.
fn let_in<'a>(stack: &'a Stack, queue: &str) -> Vec<&'a Value> {
    let statements = statements(stack).into_iter().map(|(_, statement)| statement);
    let about_it = statements.filter(|it| refers_to(&it["Resource"]) == Some(queue) && it["Effect"] == "Allow");
    about_it.filter(|it| !it["Principal"].is_null() && strings(&it["Action"]).contains(&"sqs:SendMessage")).collect()
}

/// Whether an ARN is that of a rule, or of all that are called as this one is.
fn is_about(arn: &Value, name: &str, rule: &Value) -> bool {
    let beginning = if rule["EventBusName"].is_null() {
        ":rule/${AWS::StackName}-*"
    } else {
        // The name of a bus stands before that of its rule.
        ":rule/${AWS::StackName}/${AWS::StackName}-*"
    };
    let rule = own_name(&rule["Name"]);
    let ending = arn["Fn::Sub"].as_str().and_then(|arn| arn.split_once(beginning));
    refers_to(arn) == Some(name) || ending.is_some_and(|(_, ending)| !rule.is_empty() && rule.ends_with(ending))
}
