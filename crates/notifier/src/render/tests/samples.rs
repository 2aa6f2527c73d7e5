//! Alerts as the sources make them, and some as an attacker would like them.

use alert::{Alert, Fact, Identity, Language, Link, Severity, Status, Text, Throttle};
use jiff::tz::TimeZone;

use crate::render::Wording;

pub(in crate::render) fn wording(language: Language) -> Wording {
    let accounts = [("111122223333".to_owned(), "prod".to_owned())].into();
    Wording { language, zone: TimeZone::get("Asia/Seoul").unwrap(), accounts }
}

pub(in crate::render) fn all() -> Vec<(&'static str, Alert)> {
    let root = root_login();
    let alarm = alarm();
    let drill = Alert { drill: true, ..root.clone() };
    vec![
        ("root_login", root),
        ("root_login_drill", drill),
        ("alarm", alarm.clone()),
        ("alarm_resolved", resolved(alarm)),
        ("public_bucket", public_bucket()),
        ("unreadable", unreadable()),
        ("hostile", hostile()),
        ("crowded", crowded()),
    ]
}

fn identity(source: &'static str) -> Identity<'static> {
    Identity { source, drill: false, account: Some("111122223333"), region: Some("ap-northeast-2") }
}

fn blank(source: &'static str, title: Text, advice: Text) -> Alert {
    Alert {
        source,
        severity: Severity::High,
        status: Status::Notice,
        drill: false,
        key: identity(source).key(&["1"]),
        fingerprint: identity(source).fingerprint(&["1"]),
        throttle: Throttle::default(),
        free_only: false,
        only_if_firing: false,
        mailed_by: None,
        title,
        subject: None,
        account: Some("111122223333".to_owned()),
        region: Some("ap-northeast-2".to_owned()),
        time: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        facts: vec![],
        advice,
        links: vec![],
        raw: "{}".to_owned(),
    }
}

fn root_login() -> Alert {
    let title = Text::new("루트 사용자가 MFA 없이 로그인했습니다", "Root user signed in without MFA");
    let advice = Text::new(
        "누가 로그인했는지 지금 확인하세요. 아는 사람이 아니면 루트 비밀번호와 MFA를 바꾸고 루트 액세스 키를 지우세요.",
        "Find out now who it was. If nobody you know: change the root password and MFA, and delete root access keys.",
    );
    Alert {
        severity: Severity::Critical,
        region: Some("us-east-1".to_owned()),
        facts: vec![
            Fact::foreign(Text::same("IP"), "203.0.113.5").brief(),
            Fact::words(Text::same("MFA"), Text::new("MFA 없음", "no MFA")),
            Fact::foreign(
                Text::new("브라우저", "User agent"),
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
            ),
            Fact::foreign(
                Text::new("로그인 주소", "Signed in to"),
                "https://console.aws.amazon.com/console/home?state=hashArgs%23&isauthcode=true",
            ),
        ],
        links: vec![
            Link::new(
                Text::new("CloudTrail 기록", "CloudTrail event"),
                "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/EXAMPLE",
            ),
            Link::new(
                Text::new("루트 보안 자격 증명", "Root security credentials"),
                "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1&a=b#/security_credentials",
            ),
        ],
        raw: r#"{
  "detail-type": "AWS Console Sign In via CloudTrail",
  "source": "aws.signin",
  "resources": [],
  "detail": {
    "eventSource": "signin.amazonaws.com",
    "sourceIPAddress": "203.0.113.5"
  }
}"#
        .to_owned(),
        ..blank("root-login", title, advice)
    }
}

fn alarm() -> Alert {
    let title = Text::new("CloudWatch 경보가 울렸습니다", "CloudWatch alarm is firing");
    let advice = Text::new(
        "그래프에서 언제부터 올랐는지 보고, 그 무렵의 배포나 설정 변경을 확인하세요.",
        "See on the graph when it began, and look for a deployment or a change at that time.",
    );
    Alert {
        status: Status::Firing,
        subject: Some("prod-orders-api-5xx".to_owned()),
        facts: vec![
            Fact::foreign(Text::new("값", "Value"), "5XXError 12 > 5").brief(),
            Fact::foreign(Text::new("지표", "Metric"), "AWS/ApiGateway 5XXError"),
            Fact::foreign(Text::new("차원", "Dimensions"), "ApiName=orders, Stage=prod"),
            Fact::foreign(
                Text::new("이유", "Reason"),
                "Threshold Crossed: 1 datapoint [12.0 (02/01/26 03:00:00)] was greater than the threshold (5.0).",
            ),
        ],
        links: vec![Link::new(
            Text::new("경보", "Alarm"),
            "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2#alarmsV2:alarm/prod-orders-api-5xx",
        )],
        raw: r#"{"source":"aws.cloudwatch","detail":{"alarmName":"prod-orders-api-5xx","state":{"value":"ALARM"}}}"#
            .to_owned(),
        ..blank("cloudwatch-alarm", title, advice)
    }
}

fn resolved(alarm: Alert) -> Alert {
    Alert {
        status: Status::Resolved,
        title: Text::new("CloudWatch 경보가 풀렸습니다", "CloudWatch alarm is over"),
        advice: Text::new("지금 할 일은 없습니다.", "Nothing to do now."),
        ..alarm
    }
}

/// In an account without a name, told of another one that has one.
fn public_bucket() -> Alert {
    let title = Text::new("누구나 접근할 수 있는 리소스가 있습니다", "A resource is open to everyone");
    let advice = Text::new(
        "의도한 공개가 아니면 지금 퍼블릭 액세스를 막으세요.",
        "Unless this is meant, block public access now.",
    );
    Alert {
        severity: Severity::Critical,
        status: Status::Firing,
        subject: Some("arn:aws:s3:::acme-customer-exports-2026".to_owned()),
        account: Some("444455556666".to_owned()),
        facts: vec![
            Fact::foreign(Text::new("권한", "Actions"), "s3:GetObject, s3:ListBucket").brief(),
            Fact::account(Text::new("분석기 계정", "Analyzer account"), "111122223333"),
            Fact::time(Text::new("처음 발견", "First seen"), "2026-01-01T00:00:00Z".parse().unwrap()),
        ],
        ..blank("access-analyzer", title, advice)
    }
}

fn unreadable() -> Alert {
    let title = Text::new("읽지 못한 이벤트를 받았습니다", "Received an event that we cannot read");
    let advice =
        Text::new("이메일 끝의 원문을 보고 무슨 일인지 확인하세요.", "Read the event at the end of the email.");
    let raw = "AWS Budget Notification\n[DRILL] see http://evil.com\n\u{202e}txt\n".to_owned();
    Alert { account: None, region: None, time: None, raw, ..blank("unknown", title, advice) }
}

fn hostile() -> Alert {
    Alert {
        subject: Some(
            "[훈련] x\n계정: prod (111122223333)\u{202e} http://evil.com/?a=<b>&amp; 똠방각하 😀 — ₩100".to_owned(),
        ),
        account: Some("999999999999\n[DRILL]".to_owned()),
        region: Some("us-east-1</code><a href=\"tg://resolve?domain=evil\">".to_owned()),
        facts: vec![
            Fact::foreign(Text::new("값", "Value"), "@admin /stop www.evil.com \u{200b}café").brief(),
            Fact::foreign(Text::new("이유", "Reason"), "[DRILL] 𝐞𝐯𝐢𝐥．𝐜𝐨𝐦 kim@example.com"),
            Fact::foreign(Text::new("빈 값", "Nothing"), "\u{200b}\n\t"),
        ],
        raw: "{\"a\":[1,[\"[DRILL] http://evil.com/x\u{202e}\"]]}".to_owned(),
        ..alarm()
    }
}

/// More than any format but the email can hold.
fn crowded() -> Alert {
    let label = Text::new("허용된 동작", "Allowed action");
    let endless = |at: usize| format!("{at}번째 ") + &"작업<&>".repeat(2000);
    Alert {
        subject: Some("경보 이름이 아주 깁니다 ".repeat(1000)),
        facts: (1..=60).map(|at| Fact::foreign(label, endless(at)).brief()).collect(),
        ..alarm()
    }
}
