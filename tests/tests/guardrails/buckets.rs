//! What the policies of the buckets let through, in the opinion of `iam-rs`.

use iam_rs::{Arn, Context, Decision, IAMRequest, Principal};

use crate::rights::{ACCOUNT, OTHER_ACCOUNT, USER, decide, person, service};
use crate::template::Template;

const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/bongsu-guardrails";
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";
const LOGGING: &str = "logging.s3.amazonaws.com";

/// What the policy of a bucket says to somebody who does something on behalf of something.
fn bucket(name: &str, who: Principal, action: &str, object: &str, because_of: &str) -> Decision {
    let made = Template::ours().made(&[("Scope", "all")]);
    let context = Context::new()
        .with_string("aws:SourceArn", because_of)
        .with_string("aws:SourceAccount", "111122223333")
        .with_string("s3:x-amz-acl", "bucket-owner-full-control")
        .with_boolean("aws:SecureTransport", true);
    let object = Arn::parse(&format!("arn:aws:s3:::{}{object}", name.to_lowercase())).unwrap();
    let request = IAMRequest::new_with_context(who, action, object, context);
    decide(&[&made[&format!("{name}Policy")]["PolicyDocument"]], &request)
}

#[test]
fn each_bucket_takes_only_what_is_meant_for_it() {
    const LOG: &str = "/AWSLogs/111122223333/CloudTrail/us-east-1/log.json.gz";
    let stranger = "arn:aws:cloudtrail:us-east-1:444455556666:trail/bongsu-guardrails";
    let trail_bucket = "arn:aws:s3:::trailbucket";
    let rows = [
        ("TrailBucket", service(CLOUDTRAIL), "s3:GetBucketAcl", "", TRAIL, true),
        ("TrailBucket", service(CLOUDTRAIL), "s3:PutObject", LOG, TRAIL, true),
        ("TrailBucket", service(CLOUDTRAIL), "s3:PutObject", LOG, stranger, false),
        ("TrailBucket", service(CLOUDTRAIL), "s3:PutObject", "/AWSLogs/444455556666/log.json.gz", TRAIL, false),
        ("TrailBucket", service(CLOUDTRAIL), "s3:GetObject", LOG, TRAIL, false),
        ("TrailBucket", service(CLOUDTRAIL), "s3:DeleteObject", LOG, TRAIL, false),
        ("TrailBucket", service(LOGGING), "s3:PutObject", LOG, TRAIL, false),
        ("TrailBucket", person(OTHER_ACCOUNT), "s3:PutObject", LOG, TRAIL, false),
        ("AccessLogBucket", service(LOGGING), "s3:PutObject", "/trail/2026-03-10", trail_bucket, true),
        ("AccessLogBucket", service(LOGGING), "s3:PutObject", "/config/2026-03-10", "arn:aws:s3:::configbucket", true),
        ("AccessLogBucket", service(LOGGING), "s3:PutObject", "/x", "arn:aws:s3:::accesslogbucket", false),
        ("AccessLogBucket", service(LOGGING), "s3:PutObject", "/x", "arn:aws:s3:::of-somebody-else", false),
        ("AccessLogBucket", service(CLOUDTRAIL), "s3:PutObject", "/x", trail_bucket, false),
        ("ConfigBucket", service("config.amazonaws.com"), "s3:PutObject", "/AWSLogs/x", TRAIL, false),
    ];
    for (name, who, action, object, because_of, expected) in rows {
        let allowed = bucket(name, who.clone(), action, object, because_of) == Decision::Allow;
        assert_eq!(allowed, expected, "{who:?} {action} {name}{object} for {because_of}");
    }
}

#[test]
fn no_bucket_speaks_plain_http_with_anybody() {
    let made = Template::ours().made(&[("Scope", "all")]);
    for name in ["TrailBucket", "ConfigBucket", "AccessLogBucket"] {
        for who in [person(USER), service(CLOUDTRAIL)] {
            let context = Context::new().with_boolean("aws:SecureTransport", false);
            let object = Arn::parse(&format!("arn:aws:s3:::{}/object", name.to_lowercase())).unwrap();
            let request = IAMRequest::new_with_context(who, "s3:GetObject", object, context);
            assert_eq!(
                decide(&[&made[&format!("{name}Policy")]["PolicyDocument"]], &request),
                Decision::Deny,
                "{name}"
            );
        }
    }
}

#[test]
fn config_writes_into_its_own_bucket_and_nowhere_else() {
    let made = Template::ours().made(&[("Scope", "all")]);
    let policy = &made["ConfigRole"]["Policies"][0]["PolicyDocument"];
    let rows = [
        ("s3:PutObject", "configbucket/AWSLogs/111122223333/Config/us-east-1/item.json.gz", Decision::Allow),
        ("s3:PutObject", "trailbucket/AWSLogs/111122223333/Config/us-east-1/item.json.gz", Decision::NotApplicable),
        ("s3:PutObject", "configbucket/AWSLogs/444455556666/Config/us-east-1/item.json.gz", Decision::NotApplicable),
        ("s3:DeleteObject", "configbucket/AWSLogs/111122223333/Config/us-east-1/item.json.gz", Decision::NotApplicable),
        ("s3:GetBucketAcl", "configbucket", Decision::Allow),
        ("s3:PutBucketPolicy", "configbucket", Decision::NotApplicable),
    ];
    for (action, place, expected) in rows {
        let context = Context::new().with_string("s3:x-amz-acl", "bucket-owner-full-control");
        let place = Arn::parse(&format!("arn:aws:s3:::{place}")).unwrap();
        let request = IAMRequest::new_with_context(person(ACCOUNT), action, place, context);
        assert_eq!(decide(&[policy], &request), expected, "{action}");
    }
}
