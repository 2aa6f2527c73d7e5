//! Who may do what, in the opinion of an evaluator of IAM policies: the crate `iam-rs`.

use iam_rs::{
    Arn, Context, Decision, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId,
};
use serde_json::{Value, json};

use crate::template::Template;

pub(crate) const USER: &str = "arn:aws:iam::111122223333:user/kim.minji";
/// What a role's policy calls all people of an account.
pub(crate) const ACCOUNT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const OTHER_ACCOUNT: &str = "arn:aws:iam::444455556666:root";

pub(crate) fn person(arn: &str) -> Principal {
    Principal::Aws(PrincipalId::String(arn.to_owned()))
}

pub(crate) fn service(name: &str) -> Principal {
    Principal::Service(PrincipalId::String(name.to_owned()))
}

pub(crate) fn decide(policies: &[&Value], request: &IAMRequest) -> Decision {
    // The trust policy of a role names no resource: it is the role.
    let ignore_resource_constraints = policies.iter().any(|it| it["Statement"][0]["Resource"].is_null());
    let policies = policies.iter().map(|it| serde_json::from_value::<IAMPolicy>((*it).clone()).unwrap()).collect();
    let options = EvaluationOptions { ignore_resource_constraints, ..EvaluationOptions::default() };
    PolicyEvaluator::with_policies(policies).with_options(options).evaluate(request).unwrap().decision
}

/// What the policy of the allowed Regions says to somebody who may do everything else.
fn with_regions(regions: &str, action: &str, region: Option<&str>) -> Decision {
    let made = Template::ours().made(&[("Scope", "all"), ("AllowedRegions", regions)]);
    let everything = json!({
        "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }],
    });
    let mut context = Context::new();
    if let Some(region) = region {
        context = context.with_string("aws:RequestedRegion", region);
    }
    let anything = Arn::parse("arn:aws:s3:::anything").unwrap();
    let request = IAMRequest::new_with_context(person(USER), action, anything, context);
    decide(&[&everything, &made["AllowedRegionsPolicy"]["PolicyDocument"]], &request)
}

#[track_caller]
fn assert_with_regions(regions: &str, expected: Decision, requests: &[(&str, &str)]) {
    for (action, region) in requests {
        assert_eq!(with_regions(regions, action, Some(region)), expected, "{action} in {region}");
    }
}

/// us-east-1 and the home Region, as they are when nobody says otherwise.
const DEFAULT: &str = "us-east-1,ap-northeast-2";
/// Without us-east-1, which the template refuses: so that only their names let global services through.
const ELSEWHERE: &str = "ap-northeast-2,eu-central-1";

#[test]
fn work_in_the_allowed_regions_is_left_alone() {
    assert_with_regions(
        DEFAULT,
        Decision::Allow,
        &[
            ("ec2:RunInstances", "ap-northeast-2"),
            ("ec2:RunInstances", "us-east-1"),
            ("s3:CreateBucket", "ap-northeast-2"),
            ("lambda:InvokeFunction", "ap-northeast-2"),
            ("sagemaker:CreateNotebookInstance", "us-east-1"),
        ],
    );
    assert_with_regions(ELSEWHERE, Decision::Allow, &[("ec2:RunInstances", "eu-central-1")]);
}

#[test]
fn operators_of_bongsu_can_deploy_configure_drill_and_look() {
    for region in ["us-east-1", "ap-northeast-2"] {
        assert_with_regions(
            DEFAULT,
            Decision::Allow,
            &[
                ("cloudformation:CreateChangeSet", region),
                ("ssm:PutParameter", region),
                ("kms:Decrypt", region),
                ("events:PutEvents", region),
                ("dynamodb:Scan", region),
                ("sqs:SendMessage", region),
                ("logs:FilterLogEvents", region),
                ("sns:ConfirmSubscription", region),
            ],
        );
    }
}

#[test]
fn work_anywhere_else_is_forbidden() {
    assert_with_regions(
        DEFAULT,
        Decision::Deny,
        &[
            ("ec2:RunInstances", "us-west-2"),
            ("ec2:RunInstances", "ap-northeast-1"),
            ("ec2:RunInstances", "ap-northeast-3"),
            ("ec2:RunInstances", "ap-southeast-3"),
            // What an intruder does first: asking what there is, and for more of it.
            ("ec2:DescribeInstances", "eu-west-1"),
            ("servicequotas:RequestServiceQuotaIncrease", "us-west-2"),
            ("ec2:ImportKeyPair", "sa-east-1"),
            ("ecs:CreateCluster", "us-east-2"),
            ("lambda:CreateFunction", "eu-north-1"),
            ("sagemaker:CreateNotebookInstance", "us-west-2"),
            ("bedrock:InvokeModel", "us-west-2"),
            ("s3:CreateBucket", "eu-central-1"),
            ("s3:PutObject", "eu-central-1"),
            ("cloudformation:CreateStack", "us-west-2"),
            ("ssm:PutParameter", "us-west-2"),
            ("cloudtrail:LookupEvents", "us-west-2"),
            // As IAM, it does not care for capitals.
            ("EC2:runinstances", "us-west-2"),
            // A Region whose name begins like an allowed one.
            ("ec2:RunInstances", "us-east-10"),
        ],
    );
}

#[test]
fn services_that_an_account_has_once_are_exempt_by_name() {
    assert_with_regions(
        ELSEWHERE,
        Decision::Allow,
        &[
            // Who one is, and signing in.
            ("iam:CreateVirtualMFADevice", "us-east-1"),
            ("iam:ChangePassword", "us-east-1"),
            ("sts:GetCallerIdentity", "us-east-1"),
            ("sts:AssumeRole", "eu-west-1"),
            ("signin:AuthorizeOAuth2Access", "us-east-1"),
            ("sso:ListInstances", "us-west-2"),
            ("account:ListRegions", "us-east-1"),
            ("organizations:DescribeOrganization", "us-east-1"),
            // What it costs.
            ("aws-portal:ViewBilling", "us-east-1"),
            ("billing:GetBillingData", "us-east-1"),
            ("budgets:ViewBudget", "us-east-1"),
            ("ce:GetCostAndUsage", "us-east-1"),
            ("payments:ListPaymentPreferences", "us-east-1"),
            ("tax:GetTaxRegistration", "us-east-1"),
            // Help.
            ("support:CreateCase", "us-east-1"),
            ("health:DescribeEvents", "us-east-1"),
            ("trustedadvisor:ListRecommendations", "us-west-2"),
            // What the whole internet sees.
            ("cloudfront:CreateInvalidation", "us-east-1"),
            ("route53:ChangeResourceRecordSets", "us-east-1"),
            ("route53domains:RenewDomain", "us-east-1"),
            ("globalaccelerator:ListAccelerators", "us-west-2"),
            ("chatbot:DescribeSlackWorkspaces", "us-west-2"),
            // The lists that consoles begin with.
            ("s3:ListAllMyBuckets", "us-east-1"),
            ("ec2:DescribeRegions", "us-east-1"),
        ],
    );
}

#[test]
fn nothing_else_is_exempt_by_a_name_that_is_like_one() {
    assert_with_regions(
        ELSEWHERE,
        Decision::Deny,
        &[
            ("ec2:RunInstances", "us-east-1"),
            ("ec2:DescribeInstances", "us-east-1"),
            ("s3:CreateBucket", "us-east-1"),
            ("s3:GetObject", "us-east-1"),
            ("wafv2:CreateWebACL", "us-east-1"),
            ("waf-regional:CreateWebACL", "us-east-1"),
            ("route53resolver:CreateResolverEndpoint", "us-east-1"),
            ("ecr:CreateRepository", "us-east-1"),
            ("cleanrooms:CreateCollaboration", "us-east-1"),
            ("resource-groups:CreateGroup", "us-east-1"),
        ],
    );
}

#[test]
fn a_request_that_does_not_say_its_region_is_forbidden_but_for_those_services() {
    assert_eq!(with_regions(DEFAULT, "ec2:RunInstances", None), Decision::Deny);
    assert_eq!(with_regions(DEFAULT, "iam:ListUsers", None), Decision::Allow);
}

#[test]
fn the_policy_allows_nothing_by_itself() {
    let made = Template::ours().made(&[("Scope", "all")]);
    let policy = &made["AllowedRegionsPolicy"]["PolicyDocument"];
    for (action, region) in [("ec2:RunInstances", "ap-northeast-2"), ("iam:CreateUser", "us-east-1")] {
        let context = Context::new().with_string("aws:RequestedRegion", region);
        let anything = Arn::parse("arn:aws:s3:::anything").unwrap();
        let request = IAMRequest::new_with_context(person(USER), action, anything, context);
        assert_eq!(decide(&[policy], &request), Decision::NotApplicable, "{action}");
    }
}

#[test]
fn nobody_has_the_policy_before_somebody_attaches_it() {
    let made = Template::ours().made(&[("Scope", "all")]);
    let attached = ["Groups", "Roles", "Users"].map(|to| made["AllowedRegionsPolicy"][to].is_null());
    assert_eq!(attached, [true; 3]);
}

/// Whether somebody may become an administrator: with MFA, so many seconds ago.
fn becomes_administrator(who: Principal, action: &str, mfa: Option<bool>, age: Option<f64>) -> bool {
    let made = Template::ours().made(&[("Scope", "all")]);
    let mut context = Context::new();
    if let Some(mfa) = mfa {
        context = context.with_boolean("aws:MultiFactorAuthPresent", mfa);
    }
    if let Some(age) = age {
        context = context.with_number("aws:MultiFactorAuthAge", age);
    }
    let role = Arn::parse("arn:aws:iam::111122223333:role/bongsu-guardrails-administrators").unwrap();
    let request = IAMRequest::new_with_context(who, action, role, context);
    decide(&[&made["AdministratorsMfaRole"]["AssumeRolePolicyDocument"]], &request) == Decision::Allow
}

#[test]
fn only_people_of_this_account_with_mfa_within_the_hour_become_administrators() {
    let rows = [
        ("just now", person(ACCOUNT), Some(true), Some(20.0), true),
        ("59 minutes ago", person(ACCOUNT), Some(true), Some(3_540.0), true),
        ("an hour ago", person(ACCOUNT), Some(true), Some(3_600.0), false),
        ("this morning", person(ACCOUNT), Some(true), Some(28_800.0), false),
        ("MFA of unknown age", person(ACCOUNT), Some(true), None, false),
        ("a session without MFA", person(ACCOUNT), Some(false), None, false),
        ("a session without MFA that has an age", person(ACCOUNT), Some(false), Some(20.0), false),
        // Requests with long-lived keys do not have the condition's key at all.
        ("an access key", person(ACCOUNT), None, None, false),
        ("another account", person(OTHER_ACCOUNT), Some(true), Some(20.0), false),
        ("a service", service("ec2.amazonaws.com"), Some(true), Some(20.0), false),
    ];
    for (case, who, mfa, age, expected) in rows {
        assert_eq!(becomes_administrator(who, "sts:AssumeRole", mfa, age), expected, "{case}");
    }
    for action in ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
    {
        assert!(!becomes_administrator(person(ACCOUNT), action, Some(true), Some(20.0)), "{action}");
    }
}
