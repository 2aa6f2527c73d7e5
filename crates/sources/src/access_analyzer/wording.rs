//! What is said of a finding, in plain words.

use alert::{Fact, Severity, Status, Text};

use super::{Kind, Stage};
use crate::origin::Saying;

pub(super) fn saying(kind: Kind, stage: Stage) -> Saying {
    let (severity, title, advice) = active(kind);
    let (status, title, advice) = match stage {
        Stage::Active => (Status::Firing, title, advice),
        Stage::Resolved => {
            (Status::Resolved, resolved(kind), Text::new("지금 할 일은 없습니다.", "Nothing to do now."))
        }
        // A person, or a rule that a person made, looked at it and found it right: told, so that the fire does not
        // burn on in the records, and so that nobody hides one unseen.
        Stage::Archived => (
            Status::Resolved,
            Text::new("Access Analyzer 결과를 보관했습니다", "Access Analyzer finding was archived"),
            Text::new(
                "접근은 그대로 열려 있습니다. 누가 왜 보관했는지 모르면 확인하세요.",
                "The access is still there. If you do not know who archived it and why, find out.",
            ),
        ),
        Stage::Deleted => (
            Status::Resolved,
            Text::new("Access Analyzer 결과가 삭제됐습니다", "Access Analyzer finding was deleted"),
            Text::new(
                "리소스를 지운 것이면 끝난 일입니다. 분석기를 지운 것이면 접근은 그대로 열려 있으니 확인하세요.",
                "If the resource was deleted, all is done. If the analyzer was, the access is still there: check.",
            ),
        ),
    };
    Saying { severity, status, title, advice }
}

const fn active(kind: Kind) -> (Severity, Text, Text) {
    match kind {
        Kind::Public => (
            Severity::Critical,
            Text::new("전체 공개된 리소스가 있습니다", "A resource is open to the public"),
            Text::new(
                "일부러 공개한 것이 아니면 지금 리소스의 정책에서 공개 접근을 없애세요.",
                "Unless it is meant to be public, remove public access from its policy now.",
            ),
        ),
        Kind::External => (
            Severity::High,
            Text::new("외부에 열린 리소스가 있습니다", "A resource is shared with an outsider"),
            Text::new(
                "접근을 허용한 상대가 아는 곳인지 확인하세요. 모르는 곳이면 정책에서 빼세요.",
                "Check whether you know who can reach it. If not, take them out of the policy.",
            ),
        ),
        Kind::Internal => (
            Severity::Medium,
            Text::new("내부 접근이 새로 열렸습니다", "New internal access was found"),
            Text::new(
                "지켜보는 중요 리소스입니다. 이 역할이나 사용자가 접근해야 하는지 확인하고, 아니면 권한을 빼세요.",
                "The resource is one you have watched. Check whether this role or user needs it; if not, take it away.",
            ),
        ),
        Kind::Unused => (
            Severity::Low,
            Text::new("쓰지 않는 권한이 있습니다", "Unused access was found"),
            Text::new(
                "쓰는 곳이 없는지 확인하고, 권한이나 자격 증명을 지우세요.",
                "Make sure that nothing needs it, then remove the permission or credential.",
            ),
        ),
        Kind::Failed => (
            Severity::Medium,
            Text::new("접근 권한을 분석하지 못했습니다", "Access could not be analysed"),
            Text::new(
                "왜 분석하지 못했는지 결과 화면에서 확인하세요. 그동안은 외부에 열려 있어도 알 수 없습니다.",
                "See the finding's page for the reason. Until then, open access to the resource goes unnoticed.",
            ),
        ),
    }
}

const fn resolved(kind: Kind) -> Text {
    match kind {
        Kind::Public | Kind::External => Text::new("외부 접근이 닫혔습니다", "Outside access is closed"),
        Kind::Internal => Text::new("내부 접근이 닫혔습니다", "Internal access is closed"),
        Kind::Unused => Text::new("쓰지 않던 권한이 정리됐습니다", "Unused access was cleaned up"),
        Kind::Failed => Text::new("접근 권한 분석 문제가 해결됐습니다", "Access can be analysed again"),
    }
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_FindingSummaryV2.html>
pub(super) fn unused(finding_type: &str) -> Option<Text> {
    Some(match finding_type {
        "UnusedIAMRole" => Text::new("쓰지 않는 역할", "unused role"),
        "UnusedIAMUserAccessKey" => Text::new("쓰지 않는 액세스 키", "unused access key"),
        "UnusedIAMUserPassword" => Text::new("쓰지 않는 비밀번호", "unused password"),
        "UnusedPermission" => Text::new("쓰지 않는 권한", "unused permission"),
        _ => return None,
    })
}

pub(super) fn error(error: &str) -> Fact {
    const LABEL: Text = Text::new("이유", "Why");
    match error {
        "ACCESS_DENIED" => Fact::words(LABEL, Text::new("권한 없음", "access denied")),
        "INTERNAL_ERROR" => Fact::words(LABEL, Text::new("AWS 내부 오류", "internal error of AWS")),
        other => Fact::foreign(LABEL, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    #[test]
    fn every_title_fits_into_a_text_message() {
        for kind in [Kind::Public, Kind::External, Kind::Internal, Kind::Unused, Kind::Failed] {
            for stage in [Stage::Active, Stage::Resolved, Stage::Archived, Stage::Deleted] {
                assert_title_fits(saying(kind, stage).title);
            }
        }
    }

    #[test]
    fn only_an_active_finding_burns() {
        for stage in [Stage::Resolved, Stage::Archived, Stage::Deleted] {
            assert_eq!(saying(Kind::Public, stage).status, Status::Resolved);
        }
        assert_eq!(saying(Kind::Public, Stage::Active).status, Status::Firing);
    }
}
