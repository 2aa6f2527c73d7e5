//! The renderer's own words. Only these and an alert's `Text` may begin a line.

use alert::{Language, Severity, Status, Text};

use super::{Mark, Remarks};

pub(super) const DRILL: Text = Text::new("[훈련]", "[DRILL]");
pub(super) const POSSIBLE_REPEAT: Text = Text::new("[중복일 수 있음]", "[possible repeat]");

pub(super) const OVER: Text = Text::new("[이미 해결됨]", "[over already]");
pub(super) const WHY_LATE: Text = Text::new("늦은 이유", "Why so late");

pub(super) const NAME: Text = Text::new("이름", "Name");
pub(super) const ACCOUNT: Text = Text::new("계정", "Account");
pub(super) const REGION: Text = Text::new("리전", "Region");
pub(super) const TIME: Text = Text::new("시각", "Time");
pub(super) const FIRST_STEP: Text = Text::new("먼저 할 일", "Do this first");
pub(super) const NUMBER: Text = Text::new("알림 번호", "Alert");
pub(super) const KEY: Text = Text::new("알림 키", "Key");
pub(super) const RAW: Text = Text::new("받은 이벤트 원문", "The event as it arrived");
pub(super) const RAW_CUT: Text = Text::new("(원문이 길어 여기까지만 싣습니다)", "(too long: the rest is left out)");

/// How bad it is, or that it is over, as it stands at the start of an email's subject.
pub(super) const fn state(severity: Severity, status: Status) -> Text {
    if matches!(status, Status::Resolved) {
        return Text::new("[해결]", "[RESOLVED]");
    }
    match severity {
        Severity::Critical => Text::new("[긴급]", "[URGENT]"),
        Severity::High => Text::new("[경고]", "[WARNING]"),
        Severity::Medium => Text::new("[주의]", "[CAUTION]"),
        Severity::Low => Text::new("[경미]", "[MINOR]"),
        Severity::Info => Text::new("[참고]", "[FYI]"),
    }
}

/// The same where room is dear: only that one has to get up, or may lie down again.
pub(super) const fn brief_state(severity: Severity, status: Status) -> Option<Text> {
    match (severity, status) {
        (_, Status::Resolved) | (Severity::Critical, _) => Some(state(severity, status)),
        _ => None,
    }
}

/// The same as one colour.
pub(super) const fn emoji(severity: Severity, status: Status) -> &'static str {
    if matches!(status, Status::Resolved) {
        return "✅";
    }
    match severity {
        Severity::Critical => "🔴",
        Severity::High => "🟠",
        Severity::Medium => "🟡",
        Severity::Low => "🔵",
        Severity::Info => "⚪",
    }
}

/// What every text of this alert begins with, a space after each, or nothing.
pub(super) fn marks(drill: bool, mark: Mark, remarks: Remarks, language: Language) -> String {
    let drill = drill.then(|| DRILL.get(language).to_owned());
    let repeat = (mark == Mark::PossibleRepeat).then(|| POSSIBLE_REPEAT.get(language).to_owned());
    let over = remarks.over.then(|| OVER.get(language).to_owned());
    let late = remarks.late.map(|(minutes, _)| late(minutes, language));
    [drill, repeat, over, late].into_iter().flatten().fold(String::new(), |marks, mark| marks + &mark + " ")
}

/// `[47분 늦음]`, `[3시간 늦음]`.
fn late(minutes: i64, language: Language) -> String {
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    let (count, ko, en) = match (days, hours) {
        (2.., _) => (days, "일", "d"),
        (_, 2..) => (hours, "시간", "h"),
        _ => (minutes, "분", "min"),
    };
    match language {
        Language::Ko => format!("[{count}{ko} 늦음]"),
        Language::En => format!("[{count} {en} late]"),
    }
}

/// Says that some facts had no room.
pub(super) fn left_out(count: usize, language: Language) -> String {
    match language {
        Language::Ko => format!("(그 밖의 {count}가지는 생략했습니다)"),
        Language::En => format!("({count} more left out)"),
    }
}

/// How many there are besides those that were named: ` 외 12명`, ` and 12 more`.
pub(super) fn besides(count: usize, unit: Text, language: Language) -> String {
    match language {
        Language::Ko => format!(" 외 {count}{}", unit.get(language)),
        Language::En => format!(" and {count} more"),
    }
}

/// How many there are, where none can be named.
pub(super) fn counted(count: usize, unit: Text, language: Language) -> String {
    let unit = unit.get(language);
    match (language, count) {
        (Language::Ko, _) => format!("{count}{unit}"),
        (Language::En, 1) => format!("1 {unit}"),
        (Language::En, _) => format!("{count} {unit}s"),
    }
}

/// What is said of so many where none can be named: `MFA 없음 15명`, `no MFA (15)`.
pub(super) fn counted_as(what: Text, count: usize, unit: Text, language: Language) -> String {
    match (what.get(language), language) {
        ("", _) => counted(count, unit, language),
        (what, Language::Ko) => format!("{what} {}", counted(count, unit, language)),
        (what, Language::En) => format!("{what} ({count})"),
    }
}
