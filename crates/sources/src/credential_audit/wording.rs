//! What is said of a report, in plain words.

use std::collections::BTreeSet;

use alert::{Fact, Names, Policy, Severity, Status, Text};

use super::findings::{Finding, Kind};
use super::report::{Report, Used, User};
use crate::origin::Saying;

/// How many facts stand in a text message.
const BRIEF: usize = 3;

pub(super) const ALL_CLEAR: Saying = Saying {
    severity: Severity::Info,
    status: Status::Notice,
    title: Text::new("자격 증명에 문제가 없습니다", "Credentials are in order"),
    advice: Text::same(""),
};

pub(super) const NOTHING_NEW: Saying = Saying {
    title: Text::new("전에 알린 자격 증명 문제가 남아 있습니다", "Known credential problems remain"),
    ..ALL_CLEAR
};

/// What is said by the worst of the findings.
pub(super) const fn saying(worst: Kind) -> Saying {
    Saying { severity: worst.severity(), status: Status::Notice, title: title(worst), advice: advice(worst) }
}

const fn title(worst: Kind) -> Text {
    match worst {
        Kind::RootKey => Text::new("루트 액세스 키가 있습니다", "The root user has an access key"),
        Kind::RootWithoutMfa => Text::new("루트 사용자에 MFA가 없습니다", "The root user has no MFA"),
        Kind::WithoutMfa => Text::new("MFA 없는 사용자가 있습니다", "Some users have no MFA"),
        Kind::Unread => Text::new("일부 자격 증명을 확인하지 못했습니다", "Some credentials were not checked"),
        Kind::OldKey => Text::new("오래된 액세스 키가 있습니다", "Some access keys are too old"),
        Kind::UnusedPassword => Text::new("안 쓰는 비밀번호가 있습니다", "Some passwords are not used"),
        Kind::UnusedKey => Text::new("안 쓰는 액세스 키가 있습니다", "Some access keys are not used"),
        Kind::NeverUsedKey => Text::new("한 번도 쓰지 않은 액세스 키가 있습니다", "Some access keys were never used"),
    }
}

const fn advice(worst: Kind) -> Text {
    match worst {
        Kind::RootKey => Text::new(
            "루트 액세스 키를 지우세요. 쓰는 곳이 있으면 IAM 역할로 옮긴 뒤 지우세요.",
            "Delete the root access key. If something uses it, move that to an IAM role first.",
        ),
        Kind::RootWithoutMfa => {
            Text::new("루트 사용자로 로그인해서 MFA를 켜세요.", "Sign in as the root user and turn on MFA.")
        }
        Kind::WithoutMfa => Text::new(
            "사용자마다 MFA를 켜게 하고, 콘솔을 쓰지 않는 사용자는 비밀번호를 지우세요.",
            "Have each of them turn on MFA, and delete the passwords of those who do not use the console.",
        ),
        Kind::Unread => Text::new(
            "IAM 콘솔에서 보고서를 내려받아 해당 항목을 직접 확인하세요.",
            "Download the report in the IAM console and look at these yourself.",
        ),
        Kind::OldKey => Text::new(
            "쓰는 곳을 새 키로 바꾸고, 옛 키는 비활성화해서 문제가 없으면 지우세요.",
            "Give whatever uses them new keys. Then deactivate the old ones, and delete them if nothing breaks.",
        ),
        Kind::UnusedPassword => Text::new(
            "더 쓰지 않는 것이 맞으면 비밀번호를 지우세요.",
            "Make sure that nobody needs them, then delete the passwords.",
        ),
        Kind::UnusedKey | Kind::NeverUsedKey => Text::new(
            "쓰는 곳이 없는지 확인하고, 비활성화해서 문제가 없으면 지우세요.",
            "Make sure that nothing needs them. Deactivate them, and delete them if nothing breaks.",
        ),
    }
}

/// Each kind with its names, the worst first, and by what they were judged. The title speaks of the worst one already.
pub(super) fn facts(findings: &[Finding], report: &Report, policy: &Policy) -> Vec<Fact> {
    let of = |kind: Kind| findings.iter().filter(move |finding| finding.kind == kind);
    let kinds: Vec<_> = Kind::ALL.into_iter().filter(|kind| of(*kind).next().is_some()).collect();
    let alone = kinds.len() == 1;
    let mut told = 0;
    let mut facts = Vec::new();
    for (place, kind) in kinds.iter().enumerate() {
        let (is_title, found) = (place == 0, of(*kind).collect::<Vec<_>>());
        let fact = root(*kind, found.len()).unwrap_or_else(|| named(*kind, &found, is_title));
        // Of the root user there is nothing to say but what the title says.
        let brief = told < BRIEF && (alone || !is_title || *kind > Kind::RootWithoutMfa);
        told += usize::from(brief);
        facts.push(if brief { fact.brief() } else { fact });
    }
    let root = report.users.iter().find(|user| user.is_root() && kinds.contains(&Kind::RootKey));
    facts.extend(root.and_then(last_use));
    let unused = [Kind::UnusedPassword, Kind::UnusedKey].iter().any(|kind| kinds.contains(kind));
    let limits = [
        (kinds.contains(&Kind::OldKey), Text::new("키 교체 기준(일)", "Oldest key (days)"), policy.key_age_days),
        (unused, Text::new("미사용 기준(일)", "Longest without use (days)"), policy.unused_days),
    ];
    facts.extend(limits.iter().filter(|limit| limit.0).map(|(_, label, days)| number(*label, days)));
    facts.push(users(report));
    facts
}

fn root(kind: Kind, count: usize) -> Option<Fact> {
    let (label, value) = match (kind, count) {
        (Kind::RootKey, 1) => (Text::new("루트 액세스 키", "Root access keys"), Text::new("루트 키 1개", "1 root key")),
        (Kind::RootKey, _) => {
            (Text::new("루트 액세스 키", "Root access keys"), Text::new("루트 키 2개", "2 root keys"))
        }
        (Kind::RootWithoutMfa, _) => {
            (Text::new("루트 사용자", "Root user"), Text::new("루트 MFA 없음", "root without MFA"))
        }
        _ => return None,
    };
    Some(Fact::words(label, value))
}

/// A user with two keys of a kind is one name.
fn named(kind: Kind, findings: &[&Finding], is_title: bool) -> Fact {
    let (label, what) = label(kind);
    let unit = if kind == Kind::Unread { Text::new("건", "item") } else { Text::new("명", "user") };
    let what = if is_title { Text::same("") } else { what };
    let mut known = BTreeSet::new();
    let names = findings.iter().map(|finding| &finding.name).filter(|name| known.insert(*name)).cloned().collect();
    Fact::names(label, Names { what, unit, names })
}

const fn label(kind: Kind) -> (Text, Text) {
    match kind {
        Kind::RootKey | Kind::RootWithoutMfa | Kind::WithoutMfa => {
            (Text::new("MFA 없는 사용자", "Users without MFA"), Text::new("MFA 없음", "no MFA"))
        }
        Kind::Unread => (Text::new("확인하지 못한 항목", "Not checked"), Text::new("확인 못 함", "not checked")),
        Kind::OldKey => (Text::new("오래된 액세스 키", "Old access keys"), Text::new("오래된 키", "old key")),
        Kind::UnusedPassword => {
            (Text::new("안 쓰는 비밀번호", "Unused passwords"), Text::new("안 쓰는 비밀번호", "unused password"))
        }
        Kind::UnusedKey => {
            (Text::new("안 쓰는 액세스 키", "Unused access keys"), Text::new("안 쓰는 키", "unused key"))
        }
        Kind::NeverUsedKey => (
            Text::new("한 번도 쓰지 않은 액세스 키", "Access keys never used"),
            Text::new("쓴 적 없는 키", "key never used"),
        ),
    }
}

/// When somebody last used an access key of the root user.
fn last_use(root: &User) -> Option<Fact> {
    const LABEL: Text = Text::new("루트 키를 마지막으로 쓴 시각", "Root key last used");
    match root.active_keys().map(|key| key.used).max()? {
        Used::At(time) => Some(Fact::time(LABEL, time)),
        Used::Never => Some(Fact::words(LABEL, Text::new("쓴 적 없음", "never"))),
        Used::Unknown => None,
    }
}

/// That all is well.
pub(super) fn checked(report: &Report) -> Vec<Fact> {
    vec![Fact::words(Text::new("결과", "Result"), Text::new("이상 없음", "nothing to mend")).brief(), users(report)]
}

/// That people know what there is to know.
pub(super) fn known(findings: usize) -> Vec<Fact> {
    vec![
        Fact::words(Text::new("결과", "Result"), Text::new("새로운 문제 없음", "nothing new")).brief(),
        number(Text::new("남은 문제 수", "Problems that remain"), &findings),
    ]
}

fn users(report: &Report) -> Fact {
    let count = report.users.iter().filter(|user| !user.is_root()).count();
    number(Text::new("확인한 사용자 수", "Users checked"), &count)
}

fn number(label: Text, number: &impl ToString) -> Fact {
    Fact::foreign(label, number.to_string())
}
