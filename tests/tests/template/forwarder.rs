//! `forwarder.yaml` sends what the stack in us-east-1 would tell, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use iam_rs::{Arn, Context, Decision, IAMRequest, Principal, PrincipalId, evaluate_policy};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use system_tests::repository;

use crate::events::{samples, started};
use crate::faults::{LONGEST_PATTERN, operators};
use crate::stack::{Stack, list, refers_to, rule_name, strings, tool};

/// Budgets come by a topic, and the audit and the heartbeat make their own events: only drills of them come by a bus.
const NEVER_ON_A_BUS: [&str; 3] = ["budget", "credential-audit", "heartbeat"];

/// What is left of a pattern of the stack where no drills are. The bus has no functions that could set off each other.
fn without_drills(mut pattern: Value) -> Value {
    let is_drill = |source: &Value| strings(source).iter().any(|text| text.starts_with("drill."));
    pattern["source"].as_array_mut().unwrap().retain(|source| !is_drill(source));
    if let Some(detail) = pattern.get_mut("detail").and_then(Value::as_object_mut) {
        detail.remove("alarmName");
        if detail.is_empty() {
            pattern.as_object_mut().unwrap().remove("detail");
        }
    }
    pattern
}

#[test]
fn it_has_the_rules_of_the_stack_without_drills() {
    let (stack, forwarder) = (Stack::ours(), Stack::forwarder());
    let ours = stack.patterns().into_iter().map(|(name, pattern)| (name, without_drills(pattern)));
    let ours: BTreeMap<_, _> = ours.filter(|(name, _)| !NEVER_ON_A_BUS.contains(&name.as_str())).collect();
    assert_eq!(forwarder.patterns().into_iter().collect::<BTreeMap<_, _>>(), ours);
    let reading = |stack: &Stack| -> BTreeSet<_> {
        let reading = stack.all("AWS::Events::Rule").filter(|(_, it)| it["State"].is_string());
        reading.filter(|(_, it)| it["EventBusName"].is_null()).map(|(_, it)| rule_name(&it["Name"])).collect()
    };
    assert_eq!(reading(&forwarder), reading(&stack));
}

#[test]
fn it_forwards_every_event_that_starts_a_function_and_no_drill() {
    let events: BTreeMap<_, _> = samples().into_iter().map(|sample| (sample.name, sample.text)).collect();
    let (here, there) = (started(&Stack::ours(), &events), started(&Stack::forwarder(), &events));
    for (name, text) in &events {
        let event: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap();
        let drill = event["source"].get().starts_with("\"drill.");
        let forwarded = here[name].iter().any(|rule| !NEVER_ON_A_BUS.contains(&rule.as_str())) && !drill;
        assert_eq!(!there[name].is_empty(), forwarded, "{name}");
    }
}

#[test]
fn its_rules_may_send_to_the_bus_and_nothing_else_and_what_the_bus_refuses_is_kept() {
    let forwarder = Stack::forwarder();
    for (name, rule) in forwarder.all("AWS::Events::Rule") {
        assert!(rule["EventPattern"].to_string().len() <= LONGEST_PATTERN, "{name}");
        assert_eq!(operators(&rule["EventPattern"]), Vec::<String>::new(), "{name}");
        let [target] = rule["Targets"].as_array().unwrap().as_slice() else { panic!("{name}") };
        let parts = [&target["Arn"], &target["RoleArn"], &target["DeadLetterConfig"]["Arn"]].map(refers_to);
        assert_eq!(parts, [Some("Bus"), Some("Role"), Some("DeadLetters")], "{name}");
    }
    let role = &forwarder.resource("Role")["Properties"];
    let allowed = json!([{ "Effect": "Allow", "Action": "events:PutEvents", "Resource": { "Ref": "Bus" } }]);
    let [policy] = role["Policies"].as_array().unwrap().as_slice() else { panic!("{role}") };
    assert_eq!(policy["PolicyDocument"]["Statement"], allowed);
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({ "Service": "events.amazonaws.com" }));
    assert_eq!(trust["Condition"]["StringEquals"]["aws:SourceAccount"], json!({ "Ref": "AWS::AccountId" }));
    // Whoever may send here: the very rules.
    let of_its_rules = ":rule/bongsu-forward-*";
    let statements = &forwarder.resource("DeadLettersPolicy")["Properties"]["PolicyDocument"]["Statement"];
    for statement in list(statements).filter(|it| it["Effect"] == "Allow").chain([trust]) {
        let arn = &statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"];
        assert!(arn.as_str().unwrap().ends_with(of_its_rules), "{statement}");
    }
}

#[test]
fn a_region_that_a_stack_watches_takes_no_forwarder_and_the_other_way_round() {
    let claim = |stack: &Stack| {
        let claim = stack.resource("WatchedBy").clone();
        assert!(claim["Condition"].is_null() && claim["Type"] == "AWS::SSM::Parameter", "{claim}");
        claim["Properties"]["Name"].as_str().unwrap().to_owned()
    };
    assert_eq!(claim(&Stack::forwarder()), claim(&Stack::ours()));
}

#[test]
fn the_bus_is_open_only_where_an_organisation_is_named_and_passes_on_what_aws_itself_says() {
    let stack = Stack::ours();
    let policy = stack.resource("ForwardedBusPolicy");
    assert_eq!(policy["Condition"], "OtherAccounts");
    let other_accounts = json!({ "Fn::And": [
        { "Condition": "EverySource" },
        { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "OrganizationId" }, ""] }] },
    ] });
    assert_eq!(stack.0["Conditions"]["OtherAccounts"], other_accounts);
    // The account's own roles need no permission of the bus; its rule takes no drill and nothing made up from them either.
    let rule = &stack.resource("ForwardedRule")["Properties"];
    assert_eq!(rule["EventBusName"], json!({ "Ref": "ForwardedBus" }));
    assert_eq!(rule["EventPattern"], json!({ "source": [{ "prefix": "aws." }] }));
    assert_eq!(rule["State"], "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
}

/// Whether the bus takes an event of this source from a role of an account that belongs to an organisation, in the opinion
/// of the crate `iam-rs`.
fn takes(organization: Option<&str>, source: &str, action: &str) -> bool {
    let mut statement = Stack::ours().resource("ForwardedBusPolicy")["Properties"]["Statement"].clone();
    let bus = "arn:aws:events:us-east-1:111122223333:event-bus/bongsu";
    statement["Resource"] = bus.into();
    statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = "o-a1b2c3d4e5".into();
    let policy = serde_json::from_value(json!({ "Version": "2012-10-17", "Statement": [statement] })).unwrap();
    let mut context = Context::new().with_string("events:source", source);
    if let Some(organization) = organization {
        context = context.with_string("aws:PrincipalOrgID", organization);
    }
    let role = PrincipalId::String("arn:aws:iam::444455556666:role/bongsu-forwarder-Role".to_owned());
    let request = IAMRequest::new_with_context(Principal::Aws(role), action, Arn::parse(bus).unwrap(), context);
    evaluate_policy(&policy, &request).unwrap() == Decision::Allow
}

#[test]
fn the_bus_takes_what_aws_says_in_accounts_of_the_organisation_and_nothing_else() {
    let ours = Some("o-a1b2c3d4e5");
    for (organization, source, action, expected) in [
        (ours, "aws.signin", "events:PutEvents", true),
        (ours, "aws.ec2", "events:PutEvents", true),
        (ours, "drill.aws.signin", "events:PutEvents", false),
        (ours, "awsome.signin", "events:PutEvents", false),
        (ours, "shop", "events:PutEvents", false),
        (ours, "aws.signin", "events:PutRule", false),
        (Some("o-f6g7h8i9j0"), "aws.signin", "events:PutEvents", false),
        (None, "aws.signin", "events:PutEvents", false),
    ] {
        assert_eq!(takes(organization, source, action), expected, "{organization:?} {source} {action}");
    }
}

#[test]
fn aws_finds_nothing_to_say_about_it() {
    // A StackSet of an organisation takes no transforms.
    assert!(!std::fs::read_to_string(repository().join("forwarder.yaml")).unwrap().contains("Transform"));
    let arguments = ["validate", "--lint", "--region", "eu-north-1", "--template-file", "forwarder.yaml"];
    let validate = tool("sam", &arguments);
    assert!(validate.status.success(), "{}", String::from_utf8_lossy(&validate.stderr));
    let lint = tool("cfn-lint", &["forwarder.yaml"]);
    assert!(lint.status.success() && lint.stdout.is_empty(), "{}", String::from_utf8_lossy(&lint.stdout));
}
