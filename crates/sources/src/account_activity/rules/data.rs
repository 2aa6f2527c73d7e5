//! Data that is opened to the world, or that nobody will be able to read again.

use alert::{Policy, Severity, Text};
use serde_json::Value;

use super::super::call::{Call, truth, words};
use super::super::conditions::{and, any_word, is_word, not, or};
use super::super::documents::{document, lets_in_anybody};
use super::{Events, RULE, Rule};

const BUCKET: &[&str] = &["/requestParameters/bucketName"];
const CLOSE: Text = Text::new(
    "공개할 것이 아니면 지금 되돌리고, 그사이 누가 읽었는지 확인하세요.",
    "Unless it is meant to be public, undo it now, and see who has read it since.",
);
const BLOCK: Text = Text::new(
    "일부러 연 것이 아니면 지금 '퍼블릭 액세스 차단'을 다시 켜세요.",
    "Unless it is meant to be open, turn Block Public Access on again now.",
);
/// Groups of S3 that are everybody, or everybody with an AWS account.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee>
const EVERYBODY: [&str; 2] = ["/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"];
/// What carries a grant besides.
const HEADERS: [&str; 5] = [
    "/requestParameters/x-amz-grant-read",
    "/requestParameters/x-amz-grant-write",
    "/requestParameters/x-amz-grant-read-acp",
    "/requestParameters/x-amz-grant-write-acp",
    "/requestParameters/x-amz-grant-full-control",
];
const PUBLIC_ACLS: [&str; 3] = ["public-read", "public-read-write", "authenticated-read"];

pub(super) const RULES: &[Rule] = &[
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
    Rule {
        name: "account-guard-removed",
        severity: Severity::Critical,
        events: Events::Named(&[
            ("s3", &["PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"]),
            ("s3-control", &["PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"]),
        ]),
        when: lowers_the_guard,
        title: Text::new("계정의 S3 공개 차단이 풀렸습니다", "S3 public access block of account is off"),
        attempt: Text::new("계정의 S3 차단 해제 시도 (실패)", "Opening S3 of the account failed"),
        advice: BLOCK,
        ..RULE
    },
    Rule {
        name: "bucket-guard-removed",
        severity: Severity::High,
        events: Events::Named(&[("s3", &["PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock"])]),
        when: lowers_the_guard,
        title: Text::new("S3 버킷의 공개 차단이 풀렸습니다", "S3 public access block of bucket is off"),
        attempt: Text::new("S3 버킷 공개 차단 해제 시도 (실패)", "Opening an S3 bucket failed"),
        advice: BLOCK,
        subject: BUCKET,
        ..RULE
    },
    Rule {
        name: "bucket-opened",
        severity: Severity::High,
        events: Events::Named(&[("s3", &["PutBucketPolicy"])]),
        when: opens_by_policy,
        title: Text::new("S3 버킷 정책이 모두에게 열렸습니다", "S3 bucket policy lets in anybody"),
        attempt: Text::new("S3 버킷 공개 시도 (실패)", "Opening an S3 bucket failed"),
        advice: CLOSE,
        subject: BUCKET,
        ..RULE
    },
    Rule {
        name: "bucket-acl-opened",
        severity: Severity::High,
        events: Events::Named(&[("s3", &["PutBucketAcl"])]),
        when: opens_by_acl,
        title: Text::new("S3 버킷 ACL이 모두에게 열렸습니다", "S3 bucket ACL lets in anybody"),
        attempt: Text::new("S3 버킷 공개 시도 (실패)", "Opening an S3 bucket failed"),
        advice: CLOSE,
        subject: BUCKET,
        ..RULE
    },
    Rule {
        name: "snapshot-opened",
        severity: Severity::High,
        events: Events::Named(&[
            ("ec2", &["ModifySnapshotAttribute", "ModifyImageAttribute"]),
            ("rds", &["ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"]),
        ]),
        when: shares_with_all,
        title: Text::new("스냅샷이나 이미지가 공개됐습니다", "A snapshot or image was made public"),
        attempt: Text::new("스냅샷 공개 시도 (실패)", "Making a snapshot public failed"),
        advice: CLOSE,
        subject: &[
            "/requestParameters/snapshotId",
            "/requestParameters/imageId",
            "/requestParameters/dBSnapshotIdentifier",
            "/requestParameters/dBClusterSnapshotIdentifier",
        ],
        ..RULE
    },
    Rule {
        name: "key-deletion-scheduled",
        severity: Severity::High,
        events: Events::Named(&[("kms", &["ScheduleKeyDeletion"])]),
        title: Text::new("KMS 키 삭제가 예약됐습니다", "Deletion of a KMS key is scheduled"),
        attempt: Text::new("KMS 키 삭제 시도 (실패)", "Deleting a KMS key failed"),
        advice: Text::new(
            "키가 지워지면 그 키로 암호화한 데이터를 다시 읽을 수 없습니다. 계획한 일이 아니면 삭제를 취소하세요.",
            "Once it is gone, nobody can read what it encrypts. Unless it was planned, cancel the deletion.",
        ),
        subject: &["/requestParameters/keyId"],
        more: &[(Text::new("삭제까지 일수", "Days left"), "/requestParameters/pendingWindowInDays")],
        ..RULE
    },
    Rule {
        name: "key-disabled",
        severity: Severity::High,
        events: Events::Named(&[("kms", &["DisableKey"])]),
        title: Text::new("KMS 키가 비활성화됐습니다", "KMS key was disabled"),
        attempt: Text::new("KMS 키 비활성화 시도 (실패)", "Disabling a KMS key failed"),
        advice: Text::new(
            "그 키를 쓰는 서비스가 멈춥니다. 계획한 일이 아니면 키를 다시 활성화하세요.",
            "What uses the key stops working. Unless it was planned, enable the key again.",
        ),
        subject: &["/requestParameters/keyId"],
        ..RULE
    },
];

/// A guard that is put up needs all four switches; one that is not said is off.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html>
#[expect(clippy::unnecessary_wraps, reason = "a condition like the others")]
fn lowers_the_guard(call: &Call<'_>, _: &Policy) -> Option<bool> {
    const SWITCHES: [&str; 4] = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    let guard = call.detail.pointer("/requestParameters/PublicAccessBlockConfiguration");
    let is_on = |switch: &&str| guard.and_then(|guard| truth(guard.get(*switch)?)) == Some(true);
    Some(call.name.starts_with("Delete") || !SWITCHES.iter().all(is_on))
}

fn opens_by_policy(call: &Call<'_>, _: &Policy) -> Option<bool> {
    lets_in_anybody(&document(call.detail.pointer("/requestParameters/bucketPolicy")?)?)
}

/// A ready-made ACL, grants in headers, or a list of grants.
fn opens_by_acl(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let everybody = |grantee: &str| EVERYBODY.iter().any(|group| grantee.contains(group));
    let ready_made = any_word(call, &["/requestParameters/x-amz-acl"], |acl| PUBLIC_ACLS.contains(&acl));
    let headers = any_word(call, &HEADERS, everybody);
    let list = call.detail.pointer("/requestParameters/AccessControlPolicy/AccessControlList/Grant");
    let grants = match list {
        Some(Value::Array(grants)) => grants.as_slice(),
        Some(grant) => std::slice::from_ref(grant),
        None => &[],
    };
    let grantee = |grant: &Value| {
        let grantee = grant.get("Grantee")?;
        // An account is named by its id or mail address, and only a group by its address.
        let named =
            ["ID", "EmailAddress"].iter().any(|name| grantee.get(*name).is_some_and(|it| !words(it).is_empty()));
        let group = grantee.get("URI").map(words).unwrap_or_default();
        (named || !group.is_empty()).then(|| group.into_iter().any(everybody))
    };
    let listed = or(grants.iter().map(grantee));
    [ready_made, headers, listed].into_iter().flatten().reduce(|one, another| one || another)
}

/// `all` in the list of those who are let in; whoever is taken out of a list lets nobody in.
fn shares_with_all(call: &Call<'_>, _: &Policy) -> Option<bool> {
    let added = |list: &str| call.detail.pointer(&format!("/requestParameters/{list}"));
    let of_ec2 = ["createVolumePermission", "launchPermission"].into_iter().filter_map(added).map(|change| {
        let added = change.get("add").and_then(|add| add.get("items")).and_then(Value::as_array);
        let members = added.into_iter().flatten().map(|it| {
            let account = is_word(it.get("userId"), "all").map(|_| false);
            is_word(it.get("group"), "all").or(account)
        });
        or(members).or(change.get("remove").map(|_| false))
    });
    let of_rds = is_word(added("valuesToAdd"), "all").or(added("valuesToRemove").map(|_| false));
    // An attribute of an image that is no permission (its description) opens nothing.
    let another = ["description", "imdsSupport"].iter().any(|name| added(name).is_some());
    or(of_ec2).or(of_rds).or(and([not(Some(another)), None]))
}
