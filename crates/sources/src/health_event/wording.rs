//! What is said of an event of AWS Health, in plain words.

use alert::{Severity, Status, Text};

use super::Kind;
use crate::origin::Saying;

pub(super) const fn saying(kind: Kind, over: bool) -> Saying {
    if over {
        return Saying { severity: severity(kind), status: Status::Resolved, title: ended(kind), advice: NOTHING };
    }
    let (title, advice) = words(kind);
    let status = match kind {
        Kind::ScheduledChange | Kind::Notification { .. } => Status::Notice,
        Kind::Abuse | Kind::KeyExposed | Kind::Risk | Kind::Issue { .. } | Kind::Investigation => Status::Firing,
    };
    Saying { severity: severity(kind), status, title, advice }
}

const fn severity(kind: Kind) -> Severity {
    match kind {
        Kind::Abuse | Kind::KeyExposed | Kind::Risk => Severity::Critical,
        Kind::Issue { .. } => Severity::High,
        Kind::Investigation | Kind::ScheduledChange | Kind::Notification { urgent: true } => Severity::Medium,
        Kind::Notification { urgent: false } => Severity::Low,
    }
}

const NOTHING: Text = Text::new(
    "지금 할 일은 없습니다. 여러분의 서비스도 괜찮은지 한 번 확인하세요.",
    "Nothing to do now. Have a look whether your own service is well, too.",
);

const fn words(kind: Kind) -> (Text, Text) {
    match kind {
        Kind::Abuse | Kind::KeyExposed | Kind::Risk => of_security(kind),
        Kind::Issue { ours: true } => (
            Text::new("AWS 장애를 겪는 리소스가 있습니다", "AWS trouble hit a resource of yours"),
            Text::new(
                "그 리소스가 도는지 확인하고, 아니면 AWS 설명대로 다시 시작하거나 백업에서 되살리세요.",
                "Check whether the resource works. If not, restart it or restore a backup, as AWS's text says.",
            ),
        ),
        Kind::Issue { ours: false } => (
            Text::new("AWS 서비스에 장애가 있습니다", "AWS has a service issue"),
            Text::new(
                "여러분의 서비스가 영향받는지 확인하고, 받으면 사용자에게 알리세요. 복구는 AWS가 합니다.",
                "Check whether your service is affected; if so, tell your users. The repair is up to AWS.",
            ),
        ),
        Kind::Investigation => (
            Text::new("AWS가 문제를 조사하고 있습니다", "AWS is looking into a problem"),
            Text::new(
                "여러분의 서비스가 영향받는지 확인하고 다음 소식을 기다리세요.",
                "Check whether your service is affected, and wait for news.",
            ),
        ),
        Kind::ScheduledChange => (
            Text::new("AWS 점검이나 변경이 예정돼 있습니다", "AWS plans maintenance or a change"),
            Text::new(
                "예정 시각에 무엇이 멈추는지 AWS 설명에서 보고, 편한 때에 먼저 옮기거나 다시 시작하세요.",
                "See in AWS's text what stops then, and move or restart it before, at a time that suits you.",
            ),
        ),
        Kind::Notification { urgent: true } => (
            Text::new("AWS 알림: 할 일이 있을 수 있습니다", "AWS notice: you may have to act"),
            Text::new(
                "AWS 설명을 읽고, 기한이 있으면 담당자와 날짜를 정하세요.",
                "Read what AWS says; if it names a date, decide who does it and when.",
            ),
        ),
        Kind::Notification { urgent: false } => (
            Text::new("AWS가 계정에 알림을 보냈습니다", "AWS has a notice for the account"),
            Text::new("시간이 날 때 AWS 설명을 읽어 보세요.", "Read what AWS says when there is time."),
        ),
    }
}

const fn of_security(kind: Kind) -> (Text, Text) {
    match kind {
        Kind::Abuse => (
            Text::new("AWS에 악용 신고가 들어왔습니다", "AWS got an abuse report about you"),
            Text::new(
                "신고된 리소스가 해킹됐는지 지금 확인해 멈추고, AWS가 보낸 신고 메일에 답하세요. 답이 없으면 계정이 정지될 수 있습니다.",
                "Check now whether the resource was broken into and stop it, then answer AWS's mail: it may suspend the account.",
            ),
        ),
        Kind::KeyExposed => (
            Text::new("액세스 키가 인터넷에 노출됐습니다", "An access key leaked to the internet"),
            Text::new(
                "이 키를 지금 비활성화하고 새 키로 바꾸세요. 그다음 CloudTrail에서 그 키로 한 일을 확인하세요.",
                "Deactivate this key now and replace it. Then look in CloudTrail for what was done with it.",
            ),
        ),
        _ => (
            Text::new("AWS가 계정 도용을 의심합니다", "AWS suspects a break-in"),
            Text::new(
                "AWS가 보낸 안내를 열어 지금 할 일을 하세요. 모르는 사용자, 키, 서버가 생겼는지도 확인하세요.",
                "Open what AWS says and do it now. Look for users, keys and servers that you do not know.",
            ),
        ),
    }
}

const fn ended(kind: Kind) -> Text {
    match kind {
        Kind::Abuse => Text::new("악용 신고가 마무리됐습니다", "AWS closed the abuse report"),
        Kind::KeyExposed => Text::new("키 노출 건이 마무리됐습니다", "AWS closed the case of the key"),
        Kind::Risk => Text::new("계정 도용 의심이 풀렸습니다", "AWS closed the break-in case"),
        Kind::Issue { .. } => Text::new("AWS 서비스 장애가 끝났습니다", "AWS service issue is over"),
        Kind::Investigation => Text::new("AWS가 문제 조사를 마쳤습니다", "AWS ended its investigation"),
        Kind::ScheduledChange => Text::new("AWS 점검이나 변경이 끝났습니다", "AWS maintenance or change is done"),
        Kind::Notification { .. } => Text::new("AWS 알림이 마무리됐습니다", "AWS closed its notice"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_title_fits;

    const KINDS: [Kind; 9] = [
        Kind::Abuse,
        Kind::KeyExposed,
        Kind::Risk,
        Kind::Issue { ours: true },
        Kind::Issue { ours: false },
        Kind::Investigation,
        Kind::ScheduledChange,
        Kind::Notification { urgent: true },
        Kind::Notification { urgent: false },
    ];

    #[test]
    fn every_title_fits_into_a_text_message() {
        for kind in KINDS {
            assert_title_fits(saying(kind, false).title);
            assert_title_fits(saying(kind, true).title);
        }
    }

    #[test]
    fn only_what_touches_our_own_security_gets_people_up() {
        for kind in KINDS {
            let security = matches!(kind, Kind::Abuse | Kind::KeyExposed | Kind::Risk);
            assert_eq!(saying(kind, false).severity == Severity::Critical, security, "{kind:?}");
        }
    }
}
