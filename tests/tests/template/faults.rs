//! What a template must not have, each found by a function of its own.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::alarms::{alarms, dashboards};
use crate::queues::{is_tried_again, mappings, queues, rights, senders};
use crate::stack::{Stack, list, own_name, refers_to, source_of, strings};

/// The operators that every evaluator understands alike.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
const OPERATORS: [&str; 6] = ["prefix", "suffix", "anything-but", "exists", "wildcard", "numeric"];
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
pub(crate) const LONGEST_PATTERN: usize = 2_048;

/// Everything that is wrong with it.
pub(crate) fn faults(stack: &Stack) -> Vec<String> {
    let finders = [
        rules,
        functions,
        roles,
        policies,
        resource_policies,
        buses,
        queues,
        mappings,
        rights,
        senders,
        tables,
        alarms,
        dashboards,
        types,
    ];
    finders.iter().flat_map(|find| find(stack)).collect()
}

fn rules(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rule) in stack.all("AWS::Events::Rule") {
        // What comes by a schedule has no source of which there could be drills, and what is forwarded is none.
        if rule["ScheduleExpression"].is_null() && rule["EventBusName"].is_null() {
            faults.extend(pattern(&rule["EventPattern"]).into_iter().map(|fault| format!("{name}: {fault}")));
        }
        for target in list(&rule["Targets"]) {
            let mut need = |met: bool, what: &str| {
                if !met {
                    faults.push(format!("{name}: {what}"));
                }
            };
            let started = refers_to(&target["Arn"]).map(|target| stack.slug(stack.taker(target).unwrap_or(target)));
            need(
                started.as_deref() == Some(source_of(&own_name(&rule["Name"]))),
                "its target is neither its function nor its function's queue",
            );
            need(is_tried_again(stack, &target["DeadLetterConfig"]["Arn"]), "no dead-letter queue for another try");
            let retry = &target["RetryPolicy"];
            let has_limits = retry["MaximumEventAgeInSeconds"].is_u64() && retry["MaximumRetryAttempts"].is_u64();
            need(has_limits, "no retry policy");
        }
    }
    faults
}

fn pattern(pattern: &Value) -> Vec<String> {
    let mut faults = operators(pattern);
    if pattern.to_string().len() > LONGEST_PATTERN {
        faults.push(format!("the pattern is longer than {LONGEST_PATTERN} characters"));
    }
    let sources: Vec<_> = strings(&pattern["source"]);
    let real = sources.iter().filter(|source| !source.starts_with("drill."));
    let twins = real.map(|source| format!("drill.{source}"));
    if sources.is_empty() || !twins.into_iter().all(|twin| sources.contains(&twin.as_str())) {
        faults.push("does not take drills".to_owned());
    }
    faults
}

/// The operators of a pattern that are not of the common set, or are used as not all evaluators do.
pub(crate) fn operators(pattern: &Value) -> Vec<String> {
    let Value::Object(fields) = pattern else {
        return vec![format!("{pattern} is no list of values")];
    };
    let mut faults = Vec::new();
    for (field, wanted) in fields {
        match wanted {
            _ if field == "$or" => faults.push("the operator $or is outside the common set".to_owned()),
            Value::Array(choices) => faults.extend(choices.iter().filter_map(operator)),
            nested => faults.extend(operators(nested)),
        }
    }
    faults
}

fn operator(choice: &Value) -> Option<String> {
    let Value::Object(map) = choice else {
        return None;
    };
    let (name, argument) = map.iter().next()?;
    let plain = !argument.is_object() && (!argument.is_array() || ["anything-but", "numeric"].contains(&name.as_str()));
    (map.len() != 1 || !OPERATORS.contains(&name.as_str()) || !plain)
        .then(|| format!("the operator {choice} is outside the common set"))
}

fn functions(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, function) in stack.all("AWS::Lambda::Function") {
        let mut need = |met: bool, what: &str| {
            if !met {
                faults.push(format!("{name}: {what}"));
            }
        };
        need(function["Timeout"] == 30, "the timeout is not 30 s");
        need(function["MemorySize"].is_u64(), "no memory size");
        need(!own_name(&function["FunctionName"]).is_empty(), "its name does not begin with the stack's");
        let log = refers_to(&function["LoggingConfig"]["LogGroup"]).map(|log| stack.resource(log));
        need(log.is_some_and(|log| log["Type"] == "AWS::Logs::LogGroup"), "no log group of its own");
        need(log.is_none_or(|log| !log["Properties"]["RetentionInDays"].is_null()), "its log is kept for ever");
        let invoke = stack.about("AWS::Lambda::EventInvokeConfig", "FunctionName", name).unwrap_or(&Value::Null);
        need(
            is_tried_again(stack, &invoke["DestinationConfig"]["OnFailure"]["Destination"]),
            "no OnFailure for another try",
        );
        need(invoke["MaximumRetryAttempts"] == 2, "is not tried three times");
        need(invoke["MaximumEventAgeInSeconds"].is_u64(), "no age at which events are given up");
        let variables = &function["Environment"]["Variables"];
        need(is_tried_again(stack, &variables["BONGSU_FOLLOW_UPS"]), "does not know where to send follow-ups");
        need(variables["BONGSU_STACK"]["Ref"] == "AWS::StackName", "does not know its stack");
    }
    faults
}

/// One role for one function, with policies of this template only.
fn roles(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    let mut taken = BTreeSet::new();
    for (name, function) in stack.all("AWS::Lambda::Function") {
        match refers_to(&function["Role"]) {
            Some(role) if taken.insert(role) => {}
            _ => faults.push(format!("{name}: no role of its own")),
        }
    }
    for (name, role) in stack.all("AWS::IAM::Role") {
        for policy in list(&role["ManagedPolicyArns"]) {
            if !is_resource(stack, policy, "AWS::IAM::ManagedPolicy") {
                faults.push(format!("{name}: a policy from elsewhere: {policy}"));
            }
        }
    }
    faults
}

/// What may be asked of everything: IAM makes one report of the whole account, and knows nothing smaller to allow. So it is
/// with what the heartbeat asks; a trail may be the organisation's.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
const OF_THE_ACCOUNT: [&str; 9] = [
    "access-analyzer:ListAnalyzers",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeConfigurationRecorders",
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "sns:GetSubscriptionAttributes",
];
/// What may be asked of all whose names begin with the stack's, since the rest of them only AWS knows beforehand.
const OF_THE_STACKS: [&str; 4] =
    ["cloudformation:DescribeStacks", "cloudformation:ListStackResources", "dynamodb:Scan", "events:DescribeRule"];

/// Whether a resource is one of the stacks' by the beginning of its name.
fn begins_like_the_stack(resource: &str) -> bool {
    const ENDS: [&str; 4] = [
        ":stack/${AWS::StackName}/*",
        "/${AWS::StackName}-*",
        ":rule/${AWS::StackName}-*",
        ":table/${AWS::StackName}-Ledger-*",
    ];
    let stars = resource.matches(['*', '?']).count();
    stars == 0 || (stars == 1 && ENDS.iter().any(|end| resource.ends_with(end)))
}

/// Statements name what they allow.
fn policies(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, statement) in statements(stack) {
        let parts = ["Action", "Resource"].map(|part| &statement[part]);
        if parts.iter().any(|part| part.is_null()) && statement["Action"] != "sts:AssumeRole" {
            faults.push(format!("{name}: a statement without Action or Resource"));
        }
        let [actions, resources] = parts.map(strings);
        let of_the_account = actions.iter().all(|action| OF_THE_ACCOUNT.contains(action)) && resources == ["*"];
        let of_the_stacks = actions.iter().all(|action| OF_THE_STACKS.contains(action))
            && resources.iter().all(|resource| begins_like_the_stack(resource));
        if !of_the_account && !of_the_stacks && actions.iter().chain(&resources).any(|text| text.contains(['*', '?'])) {
            faults.push(format!("{name}: a `*` in an action or resource"));
        }
    }
    faults
}

/// Whom the policies of topics and queues let in, and that they keep plain HTTP out.
fn resource_policies(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, statement) in statements(stack).into_iter().filter(|(_, statement)| statement["Effect"] == "Allow") {
        let from_elsewhere = !statement["Principal"].is_null() && statement["Action"] != "sts:AssumeRole";
        if from_elsewhere && source_arn(statement).is_null() {
            faults.push(format!("{name}: lets in a service without saying for which resources of ours"));
        }
    }
    let guarded = [
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics", "sns:Publish"),
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues", "sqs:SendMessage"),
    ];
    for (kind, policy, property, action) in guarded {
        for (name, _) in stack.all(kind) {
            let policy = stack.about(policy, property, name).unwrap_or(&Value::Null);
            let refused = list(&policy["PolicyDocument"]["Statement"]).any(|statement| {
                statement["Effect"] == "Deny"
                    && statement["Principal"] == "*"
                    && strings(&statement["Action"]).contains(&action)
                    && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
            });
            if !refused {
                faults.push(format!("{name}: takes plain HTTP"));
            }
        }
    }
    faults
}

/// What lets others send to a bus says who, and lets nobody send what AWS did not say.
fn buses(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, policy) in stack.all("AWS::Events::EventBusPolicy") {
        let mut need = |met: bool, what: &str| {
            if !met {
                faults.push(format!("{name}: {what}"));
            }
        };
        let statement = &policy["Statement"];
        let condition = &statement["Condition"];
        need(refers_to(&condition["StringEquals"]["aws:PrincipalOrgID"]).is_some(), "lets in other organisations");
        need(condition["StringLike"]["events:source"] == "aws.*", "lets in what AWS has not said");
        need(statement["Action"] == "events:PutEvents", "lets others do more than send events");
        need(is_resource(stack, &policy["EventBusName"], "AWS::Events::EventBus"), "is about no bus of the stack");
    }
    faults
}

/// The resource of which a service must act to be let in.
pub(crate) fn source_arn(statement: &Value) -> &Value {
    let exactly = &statement["Condition"]["ArnEquals"]["aws:SourceArn"];
    if exactly.is_null() { &statement["Condition"]["ArnLike"]["aws:SourceArn"] } else { exactly }
}

fn tables(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, table) in stack.all("AWS::DynamoDB::Table") {
        let mut need = |met: bool, what: &str| {
            if !met {
                faults.push(format!("{name}: {what}"));
            }
        };
        let policy = &stack.resource(name)["DeletionPolicy"];
        need(policy == "Retain" || policy == "RetainExceptOnCreate", "deleted with the stack");
        need(stack.resource(name)["UpdateReplacePolicy"] == "Retain", "deleted when it is replaced");
        need(table["SSESpecification"]["SSEEnabled"] == true, "not encrypted");
        need(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == true, "cannot be recovered");
        need(table["TimeToLiveSpecification"]["Enabled"] == true, "grows for ever");
        need(table["BillingMode"] == "PAY_PER_REQUEST", "costs while it does nothing");
    }
    faults
}

/// What has no check above, such as a bucket, needs one before it comes in.
fn types(stack: &Stack) -> Vec<String> {
    const CHECKED: [&str; 19] = [
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::DynamoDB::Table",
        "AWS::Events::EventBus",
        "AWS::Events::EventBusPolicy",
        "AWS::Events::Rule",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        // Anybody in the account may read it, and it says nothing.
        "AWS::SSM::Parameter",
    ];
    let resources = stack.0["Resources"].as_object().unwrap().iter();
    let unknown = resources.filter(|(_, it)| !CHECKED.contains(&it["Type"].as_str().unwrap_or_default()));
    unknown.map(|(name, it)| format!("{name}: nothing checks a {}", it["Type"])).collect()
}

/// Every statement of every policy, with the name of the resource that has it.
pub(crate) fn statements(stack: &Stack) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for (name, resource) in stack.0["Resources"].as_object().unwrap() {
        let properties = &resource["Properties"];
        let inline = list(&properties["Policies"]).map(|policy| &policy["PolicyDocument"]);
        for document in
            [&properties["PolicyDocument"], &properties["AssumeRolePolicyDocument"]].into_iter().chain(inline)
        {
            found.extend(list(&document["Statement"]).map(|it| (name.as_str(), it)));
        }
    }
    found
}

pub(crate) fn is_resource(stack: &Stack, reference: &Value, kind: &str) -> bool {
    refers_to(reference).is_some_and(|name| stack.resource(name)["Type"] == kind)
}
