//! What the template must not have, each found by a function of its own.

use serde_json::{Value, json};

use crate::template::{Template, list, refers_to, strings};

/// Everything that is wrong with it.
pub(crate) fn faults(template: &Template) -> Vec<String> {
    let finders = [buckets, logging, bucket_policies, trails, roles, recorders, rules, alarms, money, types];
    finders.iter().flat_map(|find| find(template)).collect()
}

/// Notes what is wrong with one resource.
struct Notes<'a>(&'a str, Vec<String>);

impl Notes<'_> {
    fn need(&mut self, met: bool, what: &str) {
        if !met {
            self.1.push(format!("{}: {what}", self.0));
        }
    }
}

fn each(template: &Template, kind: &str, look: impl Fn(&mut Notes<'_>, &Value, &Value)) -> Vec<String> {
    let of_kind = template.resources().filter(|(_, it)| it["Type"] == kind);
    let notes = of_kind.map(|(name, resource)| {
        let mut notes = Notes(name, Vec::new());
        look(&mut notes, &resource["Properties"], resource);
        notes.1
    });
    notes.flatten().collect()
}

const GUARDS: [&str; 4] = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Encrypted, private, with versions, kept, but not for ever.
fn buckets(template: &Template) -> Vec<String> {
    each(template, "AWS::S3::Bucket", |notes, bucket, resource| {
        let encryption = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
        notes.need(encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"].is_string(), "not encrypted");
        let guarded = GUARDS.iter().all(|guard| bucket["PublicAccessBlockConfiguration"][guard] == true);
        notes.need(guarded, "can be opened to the public");
        let owner = &bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
        notes.need(owner == "BucketOwnerEnforced", "has access control lists");
        notes.need(bucket["VersioningConfiguration"]["Status"] == "Enabled", "what is overwritten is gone");
        let rules: Vec<_> = list(&bucket["LifecycleConfiguration"]["Rules"]).collect();
        let ends = |what: &str| rules.iter().any(|it| it["Status"] == "Enabled" && !it[what].is_null());
        for what in ["ExpirationInDays", "NoncurrentVersionExpiration", "ExpiredObjectDeleteMarker"] {
            notes.need(ends(what), &format!("grows for ever: no {what}"));
        }
        notes.need(resource["DeletionPolicy"] == "RetainExceptOnCreate", "deleted with the stack");
        notes.need(resource["UpdateReplacePolicy"] == "Retain", "deleted when it is replaced");
    })
}

fn logs_into(bucket: &Value) -> Option<&str> {
    refers_to(&bucket["LoggingConfiguration"]["DestinationBucketName"])
}

/// No log makes another log, for ever.
fn logging(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, bucket) in template.all("AWS::S3::Bucket") {
        let takes_logs = template.all("AWS::S3::Bucket").any(|(_, other)| logs_into(other) == Some(name));
        match logs_into(bucket) {
            Some(to) if to == name => faults.push(format!("{name}: logs into itself")),
            Some(_) if takes_logs => faults.push(format!("{name}: takes logs and logs")),
            None if !takes_logs => faults.push(format!("{name}: nobody sees who reads it")),
            _ => {}
        }
    }
    faults
}

/// Only services of AWS write, only for resources of ours, and nobody by plain HTTP.
fn bucket_policies(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, _) in template.all("AWS::S3::Bucket") {
        let of_bucket = |(_, policy): &(&str, &Value)| refers_to(&policy["Bucket"]) == Some(name);
        let policy = template.all("AWS::S3::BucketPolicy").find(of_bucket).map(|(_, it)| it);
        let statements: Vec<_> =
            policy.map(|it| list(&it["PolicyDocument"]["Statement"]).collect()).unwrap_or_default();
        let mut notes = Notes(name, Vec::new());
        let arns = json!([{ "Fn::GetAtt": [name, "Arn"] }, { "Fn::Sub": format!("${{{name}.Arn}}/*") }]);
        let refused = statements.iter().any(|it| {
            it["Effect"] == "Deny"
                && it["Principal"] == "*"
                && it["Action"] == "s3:*"
                && it["Resource"] == arns
                && it["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
        });
        notes.need(refused, "takes plain HTTP");
        for allowed in statements.iter().filter(|it| it["Effect"] == "Allow") {
            let says_for_what =
                ["StringEquals", "ArnEquals"].iter().any(|test| !allowed["Condition"][test]["aws:SourceArn"].is_null());
            notes.need(allowed["Principal"]["Service"].is_string(), "lets somebody in who is no service");
            notes.need(says_for_what, "lets in a service for resources of anybody");
            notes.need(!strings(&allowed["Action"]).iter().any(|it| it.contains('*')), "lets a service do anything");
        }
        faults.extend(notes.1);
    }
    faults
}

fn trails(template: &Template) -> Vec<String> {
    each(template, "AWS::CloudTrail::Trail", |notes, trail, resource| {
        for property in ["IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"] {
            notes.need(trail[property] == true, &format!("no {property}"));
        }
        let bucket = refers_to(&trail["S3BucketName"]);
        let policy = resource["DependsOn"].as_str().map(|it| template.properties(it));
        let before = policy.is_some_and(|it| refers_to(&it["Bucket"]) == bucket && bucket.is_some());
        notes.need(before, "may be made before it may write");
        // The policy names the trail, since the trail cannot be made before the policy.
        notes.need(
            trail["TrailName"] == json!({ "Ref": "AWS::StackName" }),
            "is not called as its bucket's policy says",
        );
    })
}

/// The policies of AWS that a role may have. Administrators may do all that there is.
const MANAGED: [(&str, &str); 2] =
    [("ConfigRole", "service-role/AWS_ConfigRole"), ("AdministratorsMfaRole", "AdministratorAccess")];

fn roles(template: &Template) -> Vec<String> {
    let mut faults = each(template, "AWS::IAM::Role", |notes, role, _| {
        for policy in list(&role["ManagedPolicyArns"]) {
            let arn = |(name, policy): &(&str, &str)| {
                (*name == notes.0)
                    .then(|| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}") }))
            };
            notes.need(MANAGED.iter().filter_map(arn).any(|it| it == *policy), "a policy of AWS that it does not need");
        }
        for trust in list(&role["AssumeRolePolicyDocument"]["Statement"]) {
            notes.need(trust["Condition"].is_object(), "may be assumed without a condition");
        }
        notes.need(
            role["MaxSessionDuration"].as_u64().unwrap_or(3_600) <= 3_600,
            "its sessions are longer than an hour",
        );
    });
    for (name, statement) in template.statements() {
        let inline = statement["Principal"].is_null() && statement["Effect"] == "Allow";
        let has_star = strings(&statement["Action"]).iter().any(|it| it.contains('*')) || statement["Resource"] == "*";
        if inline && has_star {
            faults.push(format!("{name}: a `*` in what it may do"));
        }
    }
    faults
}

/// The recorder and its channel are made side by side, when the bucket is ready for both.
fn recorders(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for kind in ["AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel"] {
        faults.extend(each(template, kind, |notes, _, resource| {
            notes.need(resource["DependsOn"] == "ConfigBucketPolicy", "waits for something else than the bucket");
        }));
    }
    faults.extend(each(template, "AWS::Config::ConfigurationRecorder", |notes, recorder, _| {
        let group = &recorder["RecordingGroup"];
        notes.need(
            group["AllSupported"] == false && list(&group["ResourceTypes"]).count() > 0,
            "records all, which costs",
        );
        let at_once = recorder["RecordingMode"]["RecordingFrequency"] == "CONTINUOUS";
        notes.need(at_once, "records once a day, so that alerts are late");
    }));
    faults
}

/// Every rule comes after the recorder that this stack makes, and has a name by which it is known.
fn rules(template: &Template) -> Vec<String> {
    let recorded = template.all("AWS::Config::ConfigurationRecorder").flat_map(|(_, it)| {
        // One is recorded only where it is judged.
        list(&it["RecordingGroup"]["ResourceTypes"]).map(|kind| kind.as_str().or_else(|| kind["Fn::If"][1].as_str()))
    });
    let recorded: Vec<_> = recorded.flatten().collect();
    each(template, "AWS::Config::ConfigRule", |notes, rule, resource| {
        let after = &resource["Metadata"]["After"]["Fn::If"];
        let is_after = after[0] == "CreateRecorder" && after[1] == json!({ "Ref": "ConfigRecorder" });
        notes.need(is_after, "may be made before the recorder");
        let name = rule["ConfigRuleName"]["Fn::Sub"].as_str().unwrap_or_default();
        notes.need(name.starts_with("${AWS::StackName}-"), "may be called like a rule that is there already");
        notes.need(rule["Source"]["Owner"] == "AWS", "is no rule of AWS's own");
        let judged = list(&rule["Scope"]["ComplianceResourceTypes"]);
        let all_known = judged.filter_map(Value::as_str).all(|kind| recorded.contains(&kind));
        notes.need(all_known, "judges what is not recorded");
        // What comes by changes needs no frequency; what does not, has the user's.
        let frequency = &rule["MaximumExecutionFrequency"];
        let has_its_own = rule["Scope"].is_object() || *frequency == json!({ "Ref": "ConfigFrequency" });
        notes.need(has_its_own, "does not come as often as the user says");
    })
}

fn alarms(template: &Template) -> Vec<String> {
    each(template, "AWS::CloudWatch::Alarm", |notes, alarm, _| {
        // Of an alarm that is called like its own, bongsu thinks that it has mailed by itself.
        let name = alarm["AlarmName"].to_string();
        notes.need(!name.contains("AWS::StackName") && !name.contains("bongsu"), "is called like an alarm of bongsu");
        let band = list(&alarm["Metrics"]).find(|it| it["Id"] == alarm["ThresholdMetricId"]);
        let band = band.and_then(|it| it["Expression"].as_str()).unwrap_or_default();
        notes.need(band.starts_with("ANOMALY_DETECTION_BAND("), "does not know what is usual");
    })
}

/// What costs is told at once, to the topics of bongsu, before credits hide it.
fn money(template: &Template) -> Vec<String> {
    let topic = |name: &str| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:${{Stack}}-{name}") });
    let mut faults = each(template, "AWS::CE::AnomalySubscription", |notes, it, _| {
        notes.need(it["Frequency"] == "IMMEDIATE", "is told late");
        notes.need(
            it["Subscribers"] == json!([{ "Type": "SNS", "Address": topic("cost-anomaly") }]),
            "bongsu is not told",
        );
        let threshold = it["ThresholdExpression"]["Fn::Sub"].as_str().unwrap_or_default();
        notes.need(serde_json::from_str::<Value>(threshold).is_ok(), "its threshold is no JSON");
    });
    faults.extend(each(template, "AWS::Budgets::Budget", |notes, it, _| {
        let budget = &it["Budget"];
        notes.need(
            budget["CostTypes"] == json!({ "IncludeCredit": false, "IncludeRefund": false }),
            "credits hide costs",
        );
        let kinds: Vec<_> = list(&it["NotificationsWithSubscribers"]).collect();
        let has = |kind: &str| kinds.iter().any(|it| it["Notification"]["NotificationType"] == kind);
        notes.need(has("ACTUAL"), "is not told of what was spent");
        let of_months = budget["TimeUnit"] == "MONTHLY";
        notes.need(has("FORECASTED") == of_months, "a forecast where there is none, or none where there is one");
        let told =
            |it: &&Value| it["Subscribers"] == json!([{ "SubscriptionType": "SNS", "Address": topic("budget") }]);
        notes.need(kinds.iter().all(told), "bongsu is not told");
    }));
    faults
}

/// What has no check here needs one before it comes in.
fn types(template: &Template) -> Vec<String> {
    const CHECKED: [&str; 13] = [
        "AWS::AccessAnalyzer::Analyzer",
        "AWS::Budgets::Budget",
        "AWS::CE::AnomalyMonitor",
        "AWS::CE::AnomalySubscription",
        "AWS::CloudTrail::Trail",
        "AWS::CloudWatch::Alarm",
        "AWS::Config::ConfigRule",
        "AWS::Config::ConfigurationRecorder",
        "AWS::Config::DeliveryChannel",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
    ];
    let unknown = template.resources().filter(|(_, it)| !strings(&it["Type"]).iter().all(|it| CHECKED.contains(it)));
    unknown.map(|(name, it)| format!("{name}: nothing checks a {}", it["Type"])).collect()
}
