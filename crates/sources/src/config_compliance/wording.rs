//! What is said of a rule, in plain words.

use alert::{Severity, Status, Text};

use super::Turn;
use crate::origin::Saying;

/// A rule that we know by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// How the rule's name is told, lowercase and with hyphens. Conformance packs, Security Hub and organisations put
    /// something before or after it (`…-conformance-pack-…`), so it is looked for anywhere in the name.
    names: &'static [&'static str],
    severity: Severity,
    broken: Text,
    kept: Text,
    advice: Text,
    /// About the root user, whose credentials have a page of their own.
    pub(super) root: bool,
}

/// <https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html>
const RULES: [Rule; 9] = [
    Rule {
        names: &["iam-root-access-key-check", "restrict-root-user-access-keys"],
        severity: Severity::Critical,
        broken: Text::new("루트 사용자에게 액세스 키가 있습니다", "Root user has an access key"),
        kept: Text::new("루트 액세스 키가 없어졌습니다", "Root access keys are gone"),
        advice: Text::new(
            "누가 만들었는지 확인하고, 루트로 로그인해 키를 비활성화한 뒤 지우세요.",
            "Find out who made it. Sign in as root, deactivate the key, then delete it.",
        ),
        root: true,
    },
    Rule {
        names: &["root-account-mfa-enabled"],
        severity: Severity::Critical,
        broken: Text::new("루트 사용자의 MFA가 꺼져 있습니다", "Root user has no MFA"),
        kept: Text::new("루트 사용자의 MFA가 켜졌습니다", "Root user has MFA again"),
        advice: Text::new(
            "누가 껐는지 확인하고, 루트로 로그인해 MFA를 등록하세요.",
            "Find out who turned it off. Sign in as root and register an MFA device.",
        ),
        root: true,
    },
    Rule {
        names: &["s3-bucket-public-read-prohibited", "s3-bucket-public-write-prohibited"],
        severity: Severity::High,
        broken: Text::new("S3 버킷이 공개되어 있습니다", "S3 bucket is open to the public"),
        kept: Text::new("S3 버킷 공개가 해제됐습니다", "S3 bucket is no longer public"),
        advice: Text::new(
            "공개할 버킷이 아니면 버킷의 '퍼블릭 액세스 차단'을 켜세요.",
            "Unless it is meant to be public, turn on Block Public Access for the bucket.",
        ),
        root: false,
    },
    Rule {
        names: &["restricted-ssh", "incoming-ssh-disabled"],
        severity: Severity::High,
        broken: Text::new("SSH가 인터넷에 열려 있습니다", "SSH is open to the internet"),
        kept: Text::new("SSH가 인터넷에서 닫혔습니다", "SSH is closed to the internet"),
        advice: Text::new(
            "보안 그룹에서 0.0.0.0/0과 ::/0에 열린 22번 포트 규칙을 지우거나 주소를 좁히세요.",
            "In the security group, remove or narrow the rule that opens port 22 to 0.0.0.0/0 or ::/0.",
        ),
        root: false,
    },
    Rule {
        names: &["restricted-common-ports", "restricted-incoming-traffic"],
        severity: Severity::High,
        broken: Text::new("중요한 포트가 인터넷에 열려 있습니다", "Sensitive port is open to the internet"),
        kept: Text::new("중요한 포트가 인터넷에서 닫혔습니다", "Sensitive port is closed to the internet"),
        advice: Text::new(
            "보안 그룹에서 원격 데스크톱이나 DB 포트를 0.0.0.0/0 또는 ::/0에 연 규칙을 지우거나 주소를 좁히세요.",
            "In the security group, remove or narrow the rule that opens a remote desktop or database to 0.0.0.0/0 or ::/0.",
        ),
        root: false,
    },
    Rule {
        names: &["iam-user-mfa-enabled"],
        // The rule also judges users without a password, who have nothing to sign in with.
        severity: Severity::Medium,
        broken: Text::new("MFA 없는 IAM 사용자가 있습니다", "IAM user has no MFA"),
        kept: Text::new("IAM 사용자가 MFA를 등록했습니다", "IAM user has MFA now"),
        advice: Text::new(
            "콘솔에 로그인하는 사용자면 MFA를 등록하게 하세요. 아니면 비밀번호가 없는지 확인하세요.",
            "Have the user register an MFA device. A user who never signs in to the console should have no password.",
        ),
        root: false,
    },
    Rule {
        names: &["access-keys-rotated"],
        severity: Severity::Medium,
        broken: Text::new("오래된 액세스 키가 있습니다", "Access key is too old"),
        kept: Text::new("오래된 액세스 키가 교체됐습니다", "Old access key was replaced"),
        advice: Text::new(
            "새 키로 바꾼 뒤 오래된 키를 비활성화하고, 문제가 없으면 지우세요.",
            "Make a new key and use that, deactivate the old one, and delete it once nothing misses it.",
        ),
        root: false,
    },
    Rule {
        names: &[
            "rds-instance-public-access-check",
            "rds-snapshots-public-prohibited",
            "ebs-snapshot-public-restorable-check",
        ],
        severity: Severity::High,
        broken: Text::new("DB나 스냅샷이 공개되어 있습니다", "Database or snapshot is public"),
        kept: Text::new("DB나 스냅샷 공개가 해제됐습니다", "Database or snapshot is private"),
        advice: Text::new(
            "공개 설정을 끄고, 그동안 누가 복사했는지 CloudTrail에서 확인하세요.",
            "Make it private, then look in CloudTrail for who copied it meanwhile.",
        ),
        root: false,
    },
    Rule {
        names: &["cloudtrail-enabled", "cloud-trail-enabled"],
        severity: Severity::High,
        broken: Text::new("CloudTrail 기록이 꺼져 있습니다", "CloudTrail is not recording"),
        kept: Text::new("CloudTrail 기록이 켜졌습니다", "CloudTrail is recording again"),
        advice: Text::new(
            "추적(trail)의 로깅을 다시 켜세요. 꺼져 있으면 루트 로그인 알림도 오지 않습니다.",
            "Turn the trail's logging on again. While it is off, root sign-ins are not reported either.",
        ),
        root: false,
    },
];

/// The rule of this name, if we know it.
pub(super) fn rule(name: &str) -> Option<&'static Rule> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    RULES.iter().find(|rule| rule.names.iter().any(|known| name.contains(known)))
}

pub(super) fn saying(known: Option<&Rule>, turn: Turn) -> Saying {
    let severity = known.map_or(Severity::Medium, |known| known.severity);
    let (status, title, advice) = match turn {
        Turn::Broken => (
            Status::Firing,
            known.map_or(
                Text::new("Config 규칙을 어긴 리소스가 있습니다", "Resource violates an AWS Config rule"),
                |known| known.broken,
            ),
            known.map_or(
                Text::new(
                    "규칙 화면에서 어긴 이유를 보고, 리소스 설정을 고치거나 예외로 등록하세요.",
                    "See on the rule's page what is wrong, then fix the resource or record an exception.",
                ),
                |known| known.advice,
            ),
        ),
        Turn::Kept => (
            Status::Resolved,
            known.map_or(
                Text::new("Config 규칙 위반이 해결됐습니다", "AWS Config rule passes again"),
                |known| known.kept,
            ),
            Text::new("지금 할 일은 없습니다.", "Nothing to do now."),
        ),
        Turn::Gone => (
            Status::Resolved,
            Text::new("Config 규칙이 더는 적용되지 않습니다", "AWS Config rule no longer applies"),
            Text::new(
                "리소스가 지워졌거나 규칙 대상에서 빠졌습니다. 일부러 뺀 것이 아니면 규칙의 범위를 확인하세요.",
                "The resource was deleted or left the rule's scope. If nobody meant that, check the scope.",
            ),
        ),
        Turn::Unclear => (
            Status::Notice,
            Text::new("Config 평가 결과를 알 수 없습니다", "AWS Config result is unclear"),
            Text::new("규칙 화면에서 지금 상태를 직접 확인하세요.", "Look at the rule's page to see how things stand."),
        ),
    };
    Saying { severity, status, title, advice }
}

pub(super) const fn result(turn: Turn) -> Text {
    match turn {
        Turn::Broken => Text::new("Config 규칙 위반", "Config violation"),
        Turn::Kept => Text::new("Config 규칙 준수", "Config compliant"),
        Turn::Gone => Text::new("규칙 적용 안 함", "rule not applied"),
        Turn::Unclear => Text::new("평가 결과 없음", "no result"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    #[test]
    fn every_title_fits_into_a_text_message() {
        for known in RULES.iter().map(Some).chain([None]) {
            for turn in [Turn::Broken, Turn::Kept, Turn::Gone, Turn::Unclear] {
                assert_title_fits(saying(known, turn).title);
            }
        }
    }

    #[test]
    fn a_rule_is_known_whatever_stands_around_its_name() {
        for name in [
            "root-account-mfa-enabled",
            "root-account-mfa-enabled-conformance-pack-k3x9qvexa",
            "securityhub-root-account-mfa-enabled-5f0a1c2e",
            "AWSControlTower_AWS-GR_ROOT_ACCOUNT_MFA_ENABLED",
        ] {
            assert_eq!(rule(name).map(|rule| rule.severity), Some(Severity::Critical), "{name}");
        }
        assert!(rule("root-account-hardware-mfa-enabled").is_none());
        assert!(rule("team-tag-required").is_none());
    }
}
