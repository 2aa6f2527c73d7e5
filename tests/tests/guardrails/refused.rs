//! Every check can fail: each is shown a template with that fault alone.

use serde_json::{Value, json};

use crate::faults::faults;
use crate::template::Template;

/// A change to the resources has to be found, as this fault and no other.
#[track_caller]
fn refused(fault: &str, change: impl FnOnce(&mut Value)) {
    let mut template = Template::ours();
    change(&mut template.0["Resources"]);
    assert_ne!(template.0, Template::ours().0, "the change changes nothing");
    assert_eq!(faults(&template), [fault]);
}

/// The same of one value, at `/TrailBucket/Properties/…`; nothing is put where there is `None`.
#[track_caller]
fn changed(pointer: &str, value: Option<Value>, fault: &str) {
    let name = pointer.split('/').nth(1).unwrap();
    refused(&format!("{name}: {fault}"), |resources| {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match (resources.pointer_mut(parent).unwrap(), value) {
            (Value::Object(map), Some(value)) => _ = map.insert(key.to_owned(), value),
            (Value::Object(map), None) => _ = map.remove(key).unwrap(),
            (Value::Array(list), None) => _ = list.remove(key.parse().unwrap()),
            (other, _) => panic!("{other}"),
        }
    });
}

#[test]
fn a_bucket_that_is_open_or_not_kept_is_refused() {
    for bucket in ["TrailBucket", "ConfigBucket", "AccessLogBucket"] {
        let properties = format!("/{bucket}/Properties");
        changed(&format!("{properties}/BucketEncryption"), None, "not encrypted");
        changed(
            &format!("{properties}/VersioningConfiguration/Status"),
            Some(json!("Suspended")),
            "what is overwritten is gone",
        );
        changed(&format!("{properties}/OwnershipControls"), None, "has access control lists");
        for guard in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
            let pointer = format!("{properties}/PublicAccessBlockConfiguration/{guard}");
            changed(&pointer, Some(json!(false)), "can be opened to the public");
            changed(&pointer, None, "can be opened to the public");
        }
        let lifecycle = format!("{properties}/LifecycleConfiguration/Rules");
        changed(&format!("{lifecycle}/0/ExpirationInDays"), None, "grows for ever: no ExpirationInDays");
        changed(
            &format!("{lifecycle}/0/NoncurrentVersionExpiration"),
            None,
            "grows for ever: no NoncurrentVersionExpiration",
        );
        changed(&format!("{lifecycle}/1"), None, "grows for ever: no ExpiredObjectDeleteMarker");
        changed(&format!("/{bucket}/DeletionPolicy"), None, "deleted with the stack");
        changed(&format!("/{bucket}/DeletionPolicy"), Some(json!("Delete")), "deleted with the stack");
        changed(&format!("/{bucket}/UpdateReplacePolicy"), None, "deleted when it is replaced");
    }
}

#[test]
fn a_bucket_whose_logs_make_logs_is_refused() {
    let destination = "/TrailBucket/Properties/LoggingConfiguration/DestinationBucketName";
    changed(destination, Some(json!({ "Ref": "TrailBucket" })), "logs into itself");
    changed("/TrailBucket/Properties/LoggingConfiguration", None, "nobody sees who reads it");
    let log = |to: &str| json!({ "DestinationBucketName": { "Ref": to } });
    let itself = Some(log("AccessLogBucket"));
    changed("/AccessLogBucket/Properties/LoggingConfiguration", itself, "logs into itself");
    let mut ring = Template::ours();
    ring.0["Resources"]["AccessLogBucket"]["Properties"]["LoggingConfiguration"] = log("TrailBucket");
    assert_eq!(faults(&ring), ["AccessLogBucket: takes logs and logs", "TrailBucket: takes logs and logs"]);
}

#[test]
fn a_bucket_that_lets_in_too_many_is_refused() {
    let statements = |name: &str| format!("/{name}Policy/Properties/PolicyDocument/Statement");
    for (bucket, last) in [("TrailBucket", 2), ("ConfigBucket", 0), ("AccessLogBucket", 1)] {
        refused(&format!("{bucket}: takes plain HTTP"), |resources| {
            resources.pointer_mut(&statements(bucket)).unwrap().as_array_mut().unwrap().remove(last);
        });
        refused(&format!("{bucket}: takes plain HTTP"), |resources| {
            *resources.pointer_mut(&format!("{}/{last}/Action", statements(bucket))).unwrap() = json!("s3:GetObject");
        });
    }
    for (bucket, number, test) in
        [("TrailBucket", 0, "StringEquals"), ("TrailBucket", 1, "StringEquals"), ("AccessLogBucket", 0, "ArnEquals")]
    {
        let statement = format!("{}/{number}", statements(bucket));
        refused(&format!("{bucket}: lets in a service for resources of anybody"), |resources| {
            resources.pointer_mut(&statement).unwrap()["Condition"][test] = json!({});
        });
        refused(&format!("{bucket}: lets somebody in who is no service"), |resources| {
            resources.pointer_mut(&statement).unwrap()["Principal"] = json!("*");
        });
        refused(&format!("{bucket}: lets a service do anything"), |resources| {
            resources.pointer_mut(&statement).unwrap()["Action"] = json!("s3:*");
        });
    }
}

#[test]
fn a_trail_that_sees_less_is_refused() {
    for property in ["IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"] {
        changed(&format!("/AccountTrail/Properties/{property}"), Some(json!(false)), &format!("no {property}"));
    }
    changed("/AccountTrail/DependsOn", None, "may be made before it may write");
    changed("/AccountTrail/Properties/TrailName", Some(json!("main")), "is not called as its bucket's policy says");
}

#[test]
fn a_role_that_may_do_more_is_refused() {
    let administrator = json!([{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess" }]);
    let more = "a policy of AWS that it does not need";
    changed("/ConfigRole/Properties/ManagedPolicyArns", Some(administrator), more);
    let trust = "AssumeRolePolicyDocument/Statement/0/Condition";
    for role in ["ConfigRole", "AdministratorsMfaRole"] {
        changed(&format!("/{role}/Properties/{trust}"), None, "may be assumed without a condition");
    }
    let star = "a `*` in what it may do";
    let inline = "/ConfigRole/Properties/Policies/0/PolicyDocument/Statement/0";
    changed(&format!("{inline}/Action"), Some(json!(["s3:*"])), star);
    changed(&format!("{inline}/Resource"), Some(json!("*")), star);
    let longer = "its sessions are longer than an hour";
    changed("/AdministratorsMfaRole/Properties/MaxSessionDuration", Some(json!(43_200)), longer);
}

#[test]
fn a_recorder_that_waits_costs_or_is_late_is_refused() {
    let waits = "waits for something else than the bucket";
    changed("/ConfigRecorder/DependsOn", Some(json!("ConfigChannel")), waits);
    changed("/ConfigChannel/DependsOn", Some(json!("ConfigRecorder")), waits);
    changed("/ConfigChannel/DependsOn", None, waits);
    let group = "/ConfigRecorder/Properties/RecordingGroup";
    changed(&format!("{group}/AllSupported"), Some(json!(true)), "records all, which costs");
    let daily = Some(json!({ "RecordingFrequency": "DAILY" }));
    let late = "records once a day, so that alerts are late";
    changed("/ConfigRecorder/Properties/RecordingMode", daily, late);
}

#[test]
fn a_rule_that_is_early_unknown_or_blind_is_refused() {
    changed("/SshRule/Metadata", None, "may be made before the recorder");
    let taken = "may be called like a rule that is there already";
    changed("/SshRule/Properties/ConfigRuleName", Some(json!("restricted-ssh")), taken);
    changed("/SshRule/Properties/Source/Owner", Some(json!("CUSTOM_LAMBDA")), "is no rule of AWS's own");
    let blind = Some(json!({ "ComplianceResourceTypes": ["AWS::RDS::DBInstance"] }));
    changed("/SshRule/Properties/Scope", blind, "judges what is not recorded");
    let often = "does not come as often as the user says";
    changed("/RootMfaRule/Properties/MaximumExecutionFrequency", Some(json!("TwentyFour_Hours")), often);
    changed("/RootMfaRule/Properties/MaximumExecutionFrequency", None, often);
}

#[test]
fn an_alarm_that_bongsu_takes_for_its_own_is_refused() {
    let name = Some(json!({ "Fn::Sub": "${AWS::StackName}-cpu" }));
    changed("/Cpu1/Properties/AlarmName", name, "is called like an alarm of bongsu");
    changed("/Cpu1/Properties/ThresholdMetricId", Some(json!("cpu")), "does not know what is usual");
}

#[test]
fn money_that_is_spent_unheard_is_refused() {
    changed("/CostSubscription/Properties/Frequency", Some(json!("DAILY")), "is told late");
    changed("/CostSubscription/Properties/Subscribers/0/Type", Some(json!("EMAIL")), "bongsu is not told");
    changed("/CostSubscription/Properties/ThresholdExpression/Fn::Sub", Some(json!("{")), "its threshold is no JSON");
    changed("/DailyBudget/Properties/Budget/CostTypes", None, "credits hide costs");
    let notice = |budget: &str, number: u8| format!("/{budget}/Properties/NotificationsWithSubscribers/{number}");
    let forecast = "a forecast where there is none, or none where there is one";
    changed(&notice("MonthlyBudget", 1), None, forecast);
    changed(&notice("MonthlyBudget", 0), None, "is not told of what was spent");
    changed(&format!("{}/Subscribers", notice("DailyBudget", 0)), None, "bongsu is not told");
    changed("/DailyBudget/Properties/Budget/TimeUnit", Some(json!("MONTHLY")), forecast);
}

#[test]
fn a_kind_of_resource_that_nothing_checks_is_refused() {
    refused("Topic: nothing checks a \"AWS::SNS::Topic\"", |resources| {
        resources["Topic"] = json!({ "Type": "AWS::SNS::Topic" });
    });
}
