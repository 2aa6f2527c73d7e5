//! Every check can fail: each is shown a template with that fault alone.

use serde_json::{Value, json};

use crate::events::{misled_of, samples};
use crate::faults::faults;
use crate::stack::Stack;

/// A change to the template has to be found, as this fault and no other.
#[track_caller]
fn refused(fault: &str, change: impl FnOnce(&mut Value)) {
    let mut stack = Stack::ours();
    change(&mut stack.0["Resources"]);
    assert_ne!(stack.0, Stack::ours().0, "the change changes nothing");
    assert_eq!(faults(&stack), [fault]);
}

fn remove(resources: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    resources.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
}

/// A change to a rule's pattern has to be found by an event that starts too much or too little.
#[track_caller]
fn misleads(event: &str, change: impl FnOnce(&mut Value)) {
    let mut stack = Stack::ours();
    change(&mut stack.0["Resources"]);
    let mut samples = samples();
    samples.retain(|sample| sample.name == event);
    let misled = misled_of(&stack, &samples);
    assert!(misled.iter().any(|it| it.starts_with(event)), "{event} is not among {misled:?}");
}

#[test]
fn a_pattern_that_matches_too_much_is_found() {
    misleads("root-login/directory-login-failure.json", |resources| {
        remove(resources, "/RootLoginRule/Properties/EventPattern/detail/eventName");
    });
    misleads("root-login/success-with-mfa.json", |resources| {
        remove(resources, "/AccountActivitySignInRule/Properties/EventPattern/detail/userIdentity");
    });
    misleads("root-login/iam-user-success.json", |resources| {
        remove(resources, "/RootLoginRule/Properties/EventPattern/detail/userIdentity");
    });
    misleads("cloudwatch-alarm/configuration-change.json", |resources| {
        remove(resources, "/CloudwatchAlarmRule/Properties/EventPattern/detail-type");
    });
    misleads("unknown/security-finding.json", |resources| {
        resources["AccessAnalyzerRule"]["Properties"]["EventPattern"] = json!({ "source": [{ "prefix": "aws." }] });
    });
}

#[test]
fn a_pattern_that_matches_too_little_is_found() {
    misleads("root-login/other-spelling.json", |resources| {
        remove_last(resources, "/RootLoginRule/Properties/EventPattern/detail-type");
    });
    misleads("root-login/drill.json", |resources| {
        remove_last(resources, "/RootLoginRule/Properties/EventPattern/source");
    });
    misleads("access-analyzer/unused-permission.json", |resources| {
        remove_last(resources, "/AccessAnalyzerRule/Properties/EventPattern/detail-type");
    });
    misleads("cloudwatch-alarm/contributor-alarm.json", |resources| {
        remove_last(resources, "/CloudwatchAlarmRule/Properties/EventPattern/detail-type");
    });
    misleads("account-activity/root-reads.json", |resources| remove(resources, "/AccountActivityRootRule"));
    misleads("account-activity/forbidden-region-key-pair.json", |resources| {
        remove(resources, "/AccountActivityWriteRule");
    });
    misleads("account-activity/resource-discovered.json", |resources| {
        remove(resources, "/AccountActivityResourceRule");
    });
    misleads("config-compliance/ssh-open.json", |resources| remove(resources, "/ConfigComplianceRule"));
}

fn remove_first(resources: &mut Value, pointer: &str) {
    resources.pointer_mut(pointer).unwrap().as_array_mut().unwrap().remove(0);
}

fn remove_last(resources: &mut Value, pointer: &str) {
    resources.pointer_mut(pointer).unwrap().as_array_mut().unwrap().pop().unwrap();
}

#[test]
fn operators_outside_the_common_set_are_refused() {
    let operators = [
        json!({ "equals-ignore-case": "root" }),
        json!({ "cidr": "10.0.0.0/8" }),
        json!({ "anything-but": { "prefix": "Root" } }),
        json!({ "prefix": { "equals-ignore-case": "root" } }),
        json!({ "wildcard": ["a*", "b*"] }),
    ];
    for operator in operators {
        refused(&format!("RootLoginRule: the operator {operator} is outside the common set"), |resources| {
            resources["RootLoginRule"]["Properties"]["EventPattern"]["detail"]["eventName"] = json!([operator]);
        });
    }
    refused("RootLoginRule: the operator $or is outside the common set", |resources| {
        resources["RootLoginRule"]["Properties"]["EventPattern"]["$or"] = json!([{ "account": ["1"] }]);
    });
}

#[test]
fn operators_of_the_common_set_are_taken() {
    let common = [
        json!({ "prefix": "a" }),
        json!({ "suffix": "a" }),
        json!({ "anything-but": ["a", "b"] }),
        json!({ "exists": true }),
        json!({ "wildcard": "a*" }),
        json!({ "numeric": [">", 0, "<=", 5] }),
        json!(null),
        json!(7),
    ];
    let mut stack = Stack::ours();
    stack.0["Resources"]["RootLoginRule"]["Properties"]["EventPattern"]["detail"]["eventName"] = json!(common);
    assert_eq!(faults(&stack), Vec::<String>::new());
}

#[test]
fn a_pattern_that_is_too_long_for_event_bridge_is_refused() {
    refused("RootLoginRule: the pattern is longer than 2048 characters", |resources| {
        resources["RootLoginRule"]["Properties"]["EventPattern"]["account"] = json!(["1".repeat(2_000)]);
    });
}

#[test]
fn a_rule_that_takes_no_drills_is_refused() {
    refused("RootLoginRule: does not take drills", |resources| {
        resources["RootLoginRule"]["Properties"]["EventPattern"]["source"] = json!(["aws.signin"]);
    });
}

#[test]
fn a_rule_without_a_dead_letter_queue_or_a_retry_policy_is_refused() {
    for rule in ["RootLoginRule", "AccessAnalyzerRule", "DigestRule"] {
        refused(&format!("{rule}: no dead-letter queue for another try"), |resources| {
            remove(resources, &format!("/{rule}/Properties/Targets/0/DeadLetterConfig"));
        });
        refused(&format!("{rule}: no dead-letter queue for another try"), |resources| {
            resources[rule]["Properties"]["Targets"][0]["DeadLetterConfig"]["Arn"] = arn_of("DeadLetters");
            let let_in = resources["UndeliveredEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].clone();
            let statements = &mut resources["DeadLettersPolicy"]["Properties"]["PolicyDocument"]["Statement"];
            statements.as_array_mut().unwrap().push(let_in);
            statements[1]["Resource"] = arn_of("DeadLetters");
        });
        refused(&format!("{rule}: no retry policy"), |resources| {
            remove(resources, &format!("/{rule}/Properties/Targets/0/RetryPolicy"));
        });
    }
}

fn arn_of(name: &str) -> Value {
    json!({ "Fn::GetAtt": [name, "Arn"] })
}

#[test]
fn a_rule_that_starts_something_else_or_may_not_start_it_is_refused() {
    refused("RootLoginRule: its target is neither its function nor its function's queue", |resources| {
        resources["RootLoginRule"]["Properties"]["Targets"][0]["Arn"] = arn_of("Digest");
        resources["DigestRulePermission"]["Properties"]["SourceArn"] = arn_of("RootLoginRule");
        remove(resources, "/DigestRule");
    });
    refused("AccessAnalyzerRule: its target is neither its function nor its function's queue", |resources| {
        let queue = arn_of("ConfigComplianceEvents");
        resources["AccessAnalyzerRule"]["Properties"]["Targets"][0]["Arn"] = queue;
        let policy = &mut resources["ConfigComplianceEventsPolicy"]["Properties"]["PolicyDocument"];
        policy["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"] = arn_of("AccessAnalyzerRule");
        remove(resources, "/ConfigComplianceRule");
    });
    refused("AccessAnalyzerRule: may not send to AccessAnalyzerEvents", |resources| {
        remove_first(resources, "/AccessAnalyzerEventsPolicy/Properties/PolicyDocument/Statement");
    });
    refused("AccessAnalyzerEvents: lets in others than its rule", |resources| {
        let policy = &mut resources["AccessAnalyzerEventsPolicy"]["Properties"]["PolicyDocument"];
        let mut another = policy["Statement"][0].clone();
        another["Condition"]["ArnEquals"]["aws:SourceArn"] = arn_of("ConfigComplianceRule");
        policy["Statement"].as_array_mut().unwrap().push(another);
    });
    refused("AccessAnalyzerEvents: lets in others than its rule", |resources| {
        let let_in = resources["UndeliveredEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].clone();
        let statements = &mut resources["AccessAnalyzerEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"];
        statements[0]["Condition"] = let_in["Condition"].clone();
    });
    refused("AccountActivityEvents: lets in others than its rule", |resources| {
        let policy = &mut resources["AccountActivityEventsPolicy"]["Properties"]["PolicyDocument"];
        let arn = &mut policy["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"];
        *arn = arn.as_str().unwrap().replace("*account-activity", "*").into();
    });
    refused("RootLoginRule: may not start its function", |resources| remove(resources, "/RootLoginRulePermission"));
    for rule in ["RootLoginRule", "AccessAnalyzerRule"] {
        let mut stack = Stack::ours();
        remove_first(&mut stack.0["Resources"], "/UndeliveredEventsPolicy/Properties/PolicyDocument/Statement");
        assert!(faults(&stack).contains(&format!("{rule}: may not send to UndeliveredEvents")), "{:?}", faults(&stack));
    }
}

#[test]
fn a_function_that_loses_events_or_has_no_limits_is_refused() {
    let faults = [
        ("EventInvokeConfig/Properties/DestinationConfig", "no OnFailure for another try"),
        ("EventInvokeConfig/Properties/MaximumRetryAttempts", "is not tried three times"),
        ("EventInvokeConfig/Properties/MaximumEventAgeInSeconds", "no age at which events are given up"),
        ("/Properties/Timeout", "the timeout is not 30 s"),
        ("/Properties/MemorySize", "no memory size"),
        ("/Properties/Environment/Variables/BONGSU_FOLLOW_UPS", "does not know where to send follow-ups"),
        ("/Properties/Environment/Variables/BONGSU_STACK", "does not know its stack"),
    ];
    for (what, fault) in faults {
        refused(&format!("RootLogin: {fault}"), |resources| remove(resources, &format!("/RootLogin{what}")));
    }
    refused("RootLogin: no OnFailure for another try", |resources| {
        let invoke = &mut resources["RootLoginEventInvokeConfig"]["Properties"];
        invoke["DestinationConfig"]["OnFailure"]["Destination"] = arn_of("DeadLetters");
    });
    refused("RootLogin: its log is kept for ever", |resources| {
        remove(resources, "/RootLoginLog/Properties/RetentionInDays");
    });
    refused("RootLogin: no log group of its own", |resources| {
        remove(resources, "/RootLogin/Properties/LoggingConfig");
    });
}

#[test]
fn functions_that_share_a_role_or_take_a_policy_from_elsewhere_are_refused() {
    refused("RootLogin: no role of its own", |resources| {
        resources["RootLogin"]["Properties"]["Role"] = resources["Digest"]["Properties"]["Role"].clone();
    });
    let elsewhere = json!("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    refused(&format!("RootLoginRole: a policy from elsewhere: {elsewhere}"), |resources| {
        resources["RootLoginRole"]["Properties"]["ManagedPolicyArns"].as_array_mut().unwrap().push(elsewhere.clone());
    });
}

#[test]
fn a_star_in_an_action_or_resource_is_refused() {
    refused("FunctionPolicy: a `*` in an action or resource", |resources| {
        resources["FunctionPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Action"] = json!("ssm:Get*");
    });
    refused("RootLoginRole: a `*` in an action or resource", |resources| {
        let policy = &mut resources["RootLoginRole"]["Properties"]["Policies"][0]["PolicyDocument"];
        policy["Statement"][0]["Resource"] = json!({ "Fn::Sub": "arn:${AWS::Partition}:logs:*" });
    });
    refused("FunctionPolicy: a statement without Action or Resource", |resources| {
        remove(resources, "/FunctionPolicy/Properties/PolicyDocument/Statement/0/Action");
    });
}

#[test]
fn a_topic_or_queue_that_is_open_is_refused() {
    refused("AlertTopicPolicy: lets in a service without saying for which resources of ours", |resources| {
        remove(resources, "/AlertTopicPolicy/Properties/PolicyDocument/Statement/0/Condition");
    });
    for name in ["AlertTopic", "AccessAnalyzerEvents", "UndeliveredEvents", "DeadLetters"] {
        refused(&format!("{name}: takes plain HTTP"), |resources| {
            remove_last(resources, &format!("/{name}Policy/Properties/PolicyDocument/Statement"));
        });
    }
}

#[test]
fn a_queue_that_loses_or_hides_something_is_refused() {
    let faults = [
        ("AccessAnalyzerEvents/Properties/SqsManagedSseEnabled", "not encrypted"),
        ("AccessAnalyzerEvents/Properties/RedrivePolicy", "gives up to no other queue"),
        ("AccessAnalyzerEvents/Properties/MessageRetentionPeriod", "does not keep messages for two weeks"),
        ("AccessAnalyzerEventsWaiting", "nobody hears of what is not taken from it"),
    ];
    for (what, fault) in faults {
        refused(&format!("AccessAnalyzerEvents: {fault}"), |resources| remove(resources, &format!("/{what}")));
    }
    let early = "its messages come again in less than six times the function's timeout";
    refused(&format!("AccessAnalyzerEvents: {early}"), |resources| {
        resources["AccessAnalyzerEvents"]["Properties"]["VisibilityTimeout"] = json!(179);
    });
    refused("UndeliveredEvents: nobody hears of what is not taken from it", |resources| {
        resources["UndeliveredEventsWaiting"]["Properties"]["Threshold"] = json!(3_600);
    });
    refused("UndeliveredEvents: nobody hears of what is taken in vain", |resources| {
        remove(resources, "/UndeliveredEventsFailing");
    });
}

#[test]
fn a_mapping_that_repeats_or_floods_is_refused() {
    refused("AccessAnalyzerQueue: one failure repeats the whole batch", |resources| {
        remove(resources, "/AccessAnalyzerQueue/Properties/FunctionResponseTypes");
    });
    refused("RedeliverQueue: no maximum of concurrency", |resources| {
        remove(resources, "/RedeliverQueue/Properties/ScalingConfig");
    });
    refused("AccessAnalyzerQueue: waits for a batch to fill", |resources| {
        resources["AccessAnalyzerQueue"]["Properties"]["MaximumBatchingWindowInSeconds"] = json!(5);
    });
    refused("4 queues take 9 of the 10 executions of a new account", |resources| {
        resources["AccessAnalyzerQueue"]["Properties"]["ScalingConfig"]["MaximumConcurrency"] = json!(3);
    });
    refused("Table: takes from no queue of the stack", |resources| {
        let mut mapping = resources["AccessAnalyzerQueue"].clone();
        mapping["Properties"]["EventSourceArn"] = arn_of("Ledger");
        mapping["Properties"]["FunctionName"] = json!({ "Ref": "RootLogin" });
        mapping["Properties"]["ScalingConfig"]["MaximumConcurrency"] = json!(0);
        resources["Table"] = mapping;
        let may = json!({ "Effect": "Allow", "Resource": arn_of("Ledger"),
            "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] });
        let policy = &mut resources["RootLoginRole"]["Properties"]["Policies"][0]["PolicyDocument"];
        policy["Statement"].as_array_mut().unwrap().push(may);
    });
}

#[test]
fn a_function_that_may_not_take_from_its_queue_or_may_from_others_is_refused() {
    refused("AccessAnalyzer: may not take from its queue", |resources| {
        remove_last(resources, "/AccessAnalyzerRole/Properties/Policies/1/PolicyDocument/Statement/0/Action");
    });
    refused("AccessAnalyzer: may take from a queue that is not its own", |resources| {
        let another = resources["RedeliverRole"]["Properties"]["Policies"][1].clone();
        resources["AccessAnalyzerRole"]["Properties"]["Policies"].as_array_mut().unwrap().push(another);
    });
    refused("RootLogin: may take from a queue that is not its own", |resources| {
        let another = resources["RedeliverRole"]["Properties"]["Policies"][1].clone();
        resources["RootLoginRole"]["Properties"]["Policies"].as_array_mut().unwrap().push(another);
    });
    let mut stack = Stack::ours();
    remove_last(&mut stack.0["Resources"], "/FunctionPolicy/Properties/PolicyDocument/Statement");
    assert!(faults(&stack).contains(&"RootLogin: may not send follow-ups".to_owned()), "{:?}", faults(&stack));
}

#[test]
fn dead_letters_or_a_table_that_are_unguarded_are_refused() {
    refused("DeadLetters: not encrypted", |resources| {
        remove(resources, "/DeadLetters/Properties/SqsManagedSseEnabled");
    });
    refused("DeadLetters: nobody hears of what waits in it", |resources| remove(resources, "/DeadLettersWaiting"));
    let faults = [
        ("Properties/SSESpecification", "not encrypted"),
        ("Properties/PointInTimeRecoverySpecification", "cannot be recovered"),
        ("Properties/TimeToLiveSpecification", "grows for ever"),
        ("Properties/BillingMode", "costs while it does nothing"),
        ("DeletionPolicy", "deleted with the stack"),
        ("UpdateReplacePolicy", "deleted when it is replaced"),
    ];
    for (what, fault) in faults {
        refused(&format!("Ledger: {fault}"), |resources| remove(resources, &format!("/Ledger/{what}")));
    }
}

#[test]
fn an_alarm_that_is_missing_or_silent_is_refused() {
    refused("RootLogin: nobody hears of its Errors", |resources| remove(resources, "/RootLoginErrors"));
    refused("nobody hears of Throttles", |resources| remove(resources, "/Throttles"));
    refused("RootLoginErrors: does not mail by itself", |resources| {
        remove(resources, "/RootLoginErrors/Properties/AlarmActions");
    });
    refused("RootLoginErrors: its name does not begin with the stack's", |resources| {
        resources["RootLoginErrors"]["Properties"]["AlarmName"] = json!("errors");
    });
    refused("nobody hears of Unauthorized", |resources| remove(resources, "/ChannelsUnauthorized"));
    refused("nobody hears of RefusedChannels", |resources| remove(resources, "/ChannelsRefusing"));
    for (property, other) in [("MetricName", json!("Denied")), ("Dimensions", json!([]))] {
        refused("Copy: no function writes what it watches", |resources| {
            resources["Copy"] = resources["ChannelsRefusing"].clone();
            resources["Copy"]["Properties"][property] = other;
        });
    }
}

#[test]
fn a_dashboard_that_hides_something_or_another_one_is_refused() {
    let body = "/Dashboard/Properties/DashboardBody/Fn::Sub";
    let change = |resources: &mut Value, from: &str, to: &str| {
        let text = resources.pointer(body).unwrap().as_str().unwrap().replace(from, to);
        *resources.pointer_mut(body).unwrap() = text.into();
    };
    for (from, to) in [
        ("Suppressed", "Suppressed"),
        ("Deliveries\\\"", "Deliveries"),
        ("Errors\\\"", "Errors"),
        ("OldestMessage", "ApproximateAgeOfOldestMessage"),
    ] {
        refused(&format!("Dashboard: does not show {to}"), |resources| change(resources, from, "nothing"));
    }
    refused("Dashboard: is no JSON", |resources| change(resources, "] } }", "] }"));
    refused("Dashboard: replaces that of another Region", |resources| {
        resources["Dashboard"]["Properties"]["DashboardName"] = json!({ "Ref": "AWS::StackName" });
    });
}

#[test]
fn a_bus_that_is_open_to_more_than_the_organisation_and_aws_itself_is_refused() {
    let statement = "/ForwardedBusPolicy/Properties/Statement";
    for (what, fault) in [
        ("Condition/StringEquals", "lets in other organisations"),
        ("Condition/StringLike", "lets in what AWS has not said"),
        ("Action", "lets others do more than send events"),
    ] {
        let fault = format!("ForwardedBusPolicy: {fault}");
        refused(&fault, |resources| remove(resources, &format!("{statement}/{what}")));
    }
}

#[test]
fn a_kind_of_resource_that_nothing_checks_is_refused() {
    refused("Bucket: nothing checks a \"AWS::S3::Bucket\"", |resources| {
        resources["Bucket"] = json!({ "Type": "AWS::S3::Bucket" });
    });
}
