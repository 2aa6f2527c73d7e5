//! What is wrong with the credentials in a report.

use std::collections::BTreeSet;

use alert::{Policy, Severity};
use jiff::{SignedDuration, Timestamp};

use super::report::{Flag, Key, Report, Used, User};

/// What can be wrong; the order is that of danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The root user has an access key.
    RootKey,
    /// The root user has a password and no MFA.
    RootWithoutMfa,
    /// A user has a password and no MFA.
    WithoutMfa,
    /// The report says nothing of it that we can read.
    Unread,
    /// An access key is older than the operator allows.
    OldKey,
    /// A password was not used for longer than the operator allows.
    UnusedPassword,
    /// The same of an access key.
    UnusedKey,
    /// An access key was never used.
    NeverUsedKey,
}

impl Kind {
    /// All of them, the worst first.
    pub(super) const ALL: [Self; 8] = [
        Self::RootKey,
        Self::RootWithoutMfa,
        Self::WithoutMfa,
        Self::Unread,
        Self::OldKey,
        Self::UnusedPassword,
        Self::UnusedKey,
        Self::NeverUsedKey,
    ];

    pub(super) const fn severity(self) -> Severity {
        match self {
            Self::RootKey | Self::RootWithoutMfa => Severity::Critical,
            Self::WithoutMfa => Severity::High,
            Self::Unread | Self::OldKey | Self::UnusedPassword | Self::UnusedKey => Severity::Medium,
            Self::NeverUsedKey => Severity::Low,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::RootKey => "root-key",
            Self::RootWithoutMfa => "root-without-mfa",
            Self::WithoutMfa => "without-mfa",
            Self::Unread => "unread",
            Self::OldKey => "old-key",
            Self::UnusedPassword => "unused-password",
            Self::UnusedKey => "unused-key",
            Self::NeverUsedKey => "never-used-key",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    /// Of whom.
    pub(super) name: String,
    /// What tells the credential from the one before it: when it was made or last used, which stays what it is for as
    /// long as the finding does. A key that was changed and grew old again is another finding.
    mark: String,
    /// Since when it is so, where the report says it.
    since: Option<Timestamp>,
}

/// The findings, the worst kind first and the oldest first within each. Ages are those at `now`.
pub(super) fn of(report: &Report, now: Timestamp, policy: &Policy) -> Vec<Finding> {
    let mut findings: Vec<Finding> = report.users.iter().flat_map(|user| of_user(user, now, policy)).collect();
    let unread = report.unread.iter().map(|name| finding(Kind::Unread, name, "", None));
    findings.extend(unread);
    findings.sort_by_key(|finding| (finding.kind, finding.since.unwrap_or(Timestamp::MAX)));
    findings
}

/// What names a set of findings: the same next week, however old they are then.
pub(super) fn names(findings: &[Finding]) -> Vec<String> {
    let name = |finding: &Finding| format!("{} {:?} {:?}", finding.kind.as_str(), finding.name, finding.mark);
    findings.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect()
}

fn finding(kind: Kind, name: &str, mark: &str, since: Option<Timestamp>) -> Finding {
    Finding { kind, name: name.to_owned(), mark: mark.to_owned(), since }
}

fn of_user(user: &User, now: Timestamp, policy: &Policy) -> Vec<Finding> {
    if user.is_root() {
        return of_root(user);
    }
    let has_password = user.password == Flag::Yes;
    let without_mfa = has_password && user.mfa == Flag::No;
    let without_mfa = without_mfa.then(|| finding(Kind::WithoutMfa, &user.name, &user.created, None));
    let password = Some(user).filter(|_| has_password).and_then(|user| unused_password(user, now, policy));
    let keys = user.active_keys().flat_map(|key| of_key(user, key, now, policy));
    without_mfa.into_iter().chain(password).chain(keys).collect()
}

/// A root user without a password, as new accounts of an organisation have, needs no MFA.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management>
fn of_root(user: &User) -> Vec<Finding> {
    let keys = user.active_keys().map(|key| finding(Kind::RootKey, &user.name, &key.rotated, key.rotated.parse().ok()));
    let without_mfa = user.mfa == Flag::No && user.password != Flag::No;
    let without_mfa = without_mfa.then(|| finding(Kind::RootWithoutMfa, &user.name, &user.created, None));
    keys.chain(without_mfa).collect()
}

fn unused_password(user: &User, now: Timestamp, policy: &Policy) -> Option<Finding> {
    let since = match user.password_used {
        Used::At(time) => time,
        Used::Never => user.password_since?,
        Used::Unknown => return None,
    };
    let mark = since.to_string();
    is_past(since, policy.unused_days, now).then(|| finding(Kind::UnusedPassword, &user.name, &mark, Some(since)))
}

fn of_key(user: &User, key: &Key, now: Timestamp, policy: &Policy) -> impl Iterator<Item = Finding> {
    let made = key.rotated.parse().ok();
    let found = |kind, mark: &str, since| finding(kind, &user.name, mark, since);
    let old = made.is_some_and(|made| is_past(made, policy.key_age_days, now));
    let old = old.then(|| found(Kind::OldKey, &key.rotated, made));
    let unused = match key.used {
        Used::At(time) if is_past(time, policy.unused_days, now) => {
            Some(found(Kind::UnusedKey, &time.to_string(), Some(time)))
        }
        // One that was made today may well be used tomorrow.
        Used::Never if made.is_none_or(|made| is_past(made, 1, now)) => {
            Some(found(Kind::NeverUsedKey, &key.rotated, made))
        }
        _ => None,
    };
    old.into_iter().chain(unused)
}

/// Whether it is longer ago than so many days.
fn is_past(time: Timestamp, days: i64, now: Timestamp) -> bool {
    now.duration_since(time) > SignedDuration::from_hours(days.saturating_mul(24).clamp(0, 1_000_000))
}
