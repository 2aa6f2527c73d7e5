//! The credential audit: IAM's report, told once.

use jiff::SignedDuration;
use lambda_runtime::Diagnostic;
use notifier::delivery::Outcome;

use super::iam::{Iam, Say};
use super::queue::{FOLLOW_UPS, Sqs};
use super::*;

const AUDIT: Task = Task::Audit(crate::audit::fetch);
const SCHEDULE: &str = include_str!("../../../../events/credential-audit/scheduled-event.json");
const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                      password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                      access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,\
                      access_key_2_last_used_date";

/// A report of the root user, with or without an access key, and of so many users without MFA.
fn report(root_key: bool, users: usize) -> String {
    let arn = "arn:aws:iam::111122223333";
    let root = format!(
        "<root_account>,{arn}:root,2021-03-04T09:12:44Z,true,2025-11-02T00:31:07Z,2023-02-01T09:12:44Z,not_supported,\
         true,{root_key},2022-08-17T00:00:00Z,N/A,false,N/A,N/A"
    );
    let user = |number: usize| {
        let used = clock::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        format!(
            "user-{number},{arn}:user/user-{number},2024-05-20T09:12:44Z,true,{used},2025-12-20T09:12:44Z,N/A,false,\
             false,N/A,N/A,false,N/A,N/A"
        )
    };
    [HEADER.to_owned(), root].into_iter().chain((0..users).map(user)).collect::<Vec<_>>().join("\n")
}

/// The schedule's event, so many days from now.
fn schedule(days: i64) -> String {
    let time = clock::now() + SignedDuration::from_hours(24 * days) - SignedDuration::from_mins(1);
    SCHEDULE.replace("2026-03-09T00:00:00Z", &time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// When IAM has made its report for it.
fn made(days: i64) -> jiff::Timestamp {
    clock::now() + SignedDuration::from_hours(24 * days) - SignedDuration::from_secs(30)
}

async fn iam(csv: &str) -> Iam {
    Iam::with(csv, made(0)).await
}

fn audit(config: &str, iam: &Iam) -> Handler {
    function(AUDIT, &[("BONGSU_CONFIG", config), ("AWS_ENDPOINT_URL_IAM", &iam.url)])
}

/// Texts of chat, phone and mail.
fn all_texts(sandbox: &Sandbox) -> [Vec<String>; 3] {
    [Channel::Telegram, Channel::NhnSms, Channel::SnsEmail].map(|channel| texts(sandbox, channel))
}

fn counts(sandbox: &Sandbox) -> [usize; 3] {
    all_texts(sandbox).map(|texts| texts.len())
}

#[tokio::test]
async fn one_message_tells_of_no_user_of_one_and_of_as_many_as_an_account_may_have() {
    let cases = [
        (report(false, 0), "자격 증명에 문제가 없습니다", "확인한 사용자 수: 0"),
        (report(false, 1), "MFA 없는 사용자가 있습니다", "MFA 없는 사용자: user-0"),
        (report(false, 500), "MFA 없는 사용자가 있습니다", " 외 480명"),
        (report(false, 5_000), "MFA 없는 사용자가 있습니다", " 외 4980명"),
        (report(true, 2), "루트 액세스 키가 있습니다", "MFA 없는 사용자: user-0, user-1"),
    ];
    for (csv, title, fact) in cases {
        let (sandbox, iam) = (sandbox().await, iam(&csv).await);
        let output = invoke(&audit(&config(&sandbox, demo::TELEGRAM_TOKEN), &iam), &schedule(0)).await.unwrap();
        assert_eq!(output.report.alerts.len(), 1);
        let texts = texts(&sandbox, Channel::Telegram);
        assert!(texts.len() == 1 && texts[0].contains(title) && texts[0].contains(fact), "{texts:?}");
        assert_eq!(iam.asked(), ["GenerateCredentialReport", "GetCredentialReport"]);
    }
}

#[tokio::test]
async fn that_all_is_well_is_not_worth_a_text() {
    let (sandbox, iam) = (sandbox().await, iam(&report(false, 0)).await);
    invoke(&audit(&full_config(&sandbox), &iam), &schedule(0)).await.unwrap();
    assert_eq!(counts(&sandbox), [1, 0, 1]);
}

#[tokio::test]
async fn a_report_that_takes_its_time_is_waited_for_and_one_that_is_gone_is_made_again() {
    use Say::{Error, Report, State};
    let slow = [State("STARTED"), State("INPROGRESS"), State("INPROGRESS"), State("COMPLETE")];
    let throttled = [Error(400, "Throttling"), Error(400, "Throttling"), Error(500, "ServiceFailure"), slow[3]];
    let cases: [(&[Say], &[Say]); 5] = [
        (&slow, &[Report]),
        (&slow[3..], &[Error(410, "ReportExpired"), Report]),
        (&[slow[3], slow[0], slow[3]], &[Error(410, "ReportNotPresent"), Report]),
        (&slow[3..], &[Error(404, "ReportInProgress"), Report]),
        (&throttled, &[Report]),
    ];
    for (generates, gives) in cases {
        let (sandbox, iam) = (sandbox().await, iam(&report(true, 0)).await);
        iam.generates(generates);
        iam.gives(gives);
        let handler = audit(&config(&sandbox, demo::TELEGRAM_TOKEN), &iam);
        invoke(&handler, &schedule(0)).await.unwrap();
        assert_eq!(texts(&sandbox, Channel::Telegram).len(), 1, "{generates:?} {gives:?}");
        assert!(iam.asked().len() > 2);
    }
}

#[tokio::test]
async fn who_may_not_have_the_report_is_told_which_rights_are_missing() {
    for of_get in [false, true] {
        let (sandbox, iam) = (sandbox().await, iam(&report(true, 0)).await);
        let denied = [Say::Error(403, "AccessDenied")];
        if of_get {
            iam.gives(&denied);
        } else {
            iam.generates(&denied);
        }
        let handler = audit(&config(&sandbox, demo::TELEGRAM_TOKEN), &iam);
        let error = Diagnostic::from(invoke(&handler, &schedule(0)).await.unwrap_err());
        assert_eq!(error.error_type, "ReportError");
        for action in ["iam:GenerateCredentialReport", "iam:GetCredentialReport"] {
            assert!(error.error_message.contains(action), "{}", error.error_message);
        }
        assert_eq!(iam.asked().len(), 1 + usize::from(of_get), "no more is asked");
        assert!(sandbox.messages().is_empty());
    }
}

#[tokio::test]
async fn a_report_that_is_never_ready_is_an_error_before_the_time_is_over() {
    for (says, why) in [
        (Say::State("INPROGRESS"), "INPROGRESS"),
        (Say::Error(400, "Throttling"), "Throttling"),
        (Say::Silence, "does not answer"),
        (Say::State("of next year"), "of next year"),
    ] {
        let (sandbox, iam) = (sandbox().await, iam(&report(true, 0)).await);
        iam.generates(&[says]);
        let started = clock::instant();
        let handler = audit(&config(&sandbox, demo::TELEGRAM_TOKEN), &iam);
        let error = Diagnostic::from(invoke_for(&handler, &schedule(0), 6_000).await.unwrap_err());
        assert!(started.elapsed().as_millis() < 4_500, "{:?}", started.elapsed());
        assert_eq!(error.error_type, "ReportError");
        assert!(error.error_message.contains(why), "{}", error.error_message);
        assert!(sandbox.messages().is_empty());
    }
}

#[tokio::test]
async fn without_a_configuration_or_credentials_nobody_is_asked() {
    let iam = iam(&report(true, 0)).await;
    let handler = function(AUDIT, &[("AWS_ENDPOINT_URL_IAM", &iam.url)]);
    let error = Diagnostic::from(invoke(&handler, &schedule(0)).await.unwrap_err());
    assert_eq!(error.error_type, "ConfigurationError");
    let sandbox = sandbox().await;
    let variables = [("BONGSU_CONFIG".to_owned(), config(&sandbox, demo::TELEGRAM_TOKEN))];
    let environment = Environment::new(Variables::new(variables)).unwrap();
    let handler = Handler::new(AUDIT, Configuration::new(environment));
    let error = Diagnostic::from(invoke(&handler, &schedule(0)).await.unwrap_err());
    assert!(error.error_message.contains("no AWS credentials"), "{}", error.error_message);
    assert!(iam.asked().is_empty());
}

#[tokio::test]
async fn an_event_with_a_report_is_read_as_it_is() {
    let (sandbox, iam) = (sandbox().await, iam(&report(true, 0)).await);
    let handler = audit(&full_config(&sandbox), &iam);
    let drill = include_str!("../../../../events/credential-audit/drill.json");
    invoke(&handler, drill).await.unwrap();
    invoke(&handler, &batch(&[&sources::owed(drill, "")])).await.unwrap();
    assert!(iam.asked().is_empty());
    assert_eq!(counts(&sandbox), [1, 1, 1]);
    assert!(texts(&sandbox, Channel::NhnSms)[0].starts_with("[훈련]"));
}

#[tokio::test]
async fn whatever_else_comes_asks_for_the_report() {
    let (sandbox, iam) = (sandbox().await, iam(&report(true, 0)).await);
    let handler = audit(&config(&sandbox, demo::TELEGRAM_TOKEN), &iam);
    for payload in ["{}", "null", "\"now\"", "[]", EVENT] {
        invoke(&handler, payload).await.unwrap();
    }
    assert_eq!(texts(&sandbox, Channel::Telegram).len(), 1);
    assert_eq!(iam.asked().len(), 10);
}

#[tokio::test]
async fn what_people_know_is_not_told_again_next_week_but_for_one_line_that_costs_nothing() {
    let (sandbox, iam) = (sandbox().await, iam(&report(true, 2)).await);
    let handler = audit(&full_config(&sandbox), &iam);
    invoke(&handler, &schedule(0)).await.unwrap();
    assert_eq!(counts(&sandbox), [1, 1, 1]);
    iam.reports(&report(true, 2), made(7));
    for _ in 0..2 {
        let output = invoke(&handler, &schedule(7)).await.unwrap();
        assert_eq!(output.report.alerts.len(), 2);
        assert!(output.report.alerts[0].deliveries.iter().all(|it| it.outcome == Outcome::Duplicate));
        assert_eq!(counts(&sandbox), [2, 1, 2], "once, however often it is tried");
    }
    let line = &texts(&sandbox, Channel::Telegram)[1];
    assert!(line.contains("전에 알린 자격 증명 문제가 남아 있습니다") && line.contains("남은 문제 수: 3"), "{line}");
    // One more: all of it is told.
    iam.reports(&report(true, 3), made(14));
    invoke(&handler, &schedule(14)).await.unwrap();
    assert_eq!(counts(&sandbox), [3, 2, 3]);
}

#[tokio::test]
async fn a_second_try_of_the_same_run_and_its_twin_say_nothing_more() {
    let (sandbox, iam) = (sandbox().await, iam(&report(true, 2)).await);
    let handler = audit(&full_config(&sandbox), &iam);
    let event = schedule(0);
    sandbox.inject("sns-email=429".parse().unwrap());
    let error = Diagnostic::from(invoke_for(&handler, &event, 4_000).await.unwrap_err());
    assert_eq!(error.error_type, "AlertOwed");
    assert_eq!(counts(&sandbox), [1, 1, 0]);
    sandbox.heal();
    // IAM's report may even be a new one by then.
    iam.reports(&report(true, 2), made(1));
    for _ in 0..3 {
        let output = invoke(&handler, &event).await.unwrap();
        assert_eq!(output.report.alerts.len(), 1);
        assert_eq!(counts(&sandbox), [1, 1, 1]);
    }
}

#[tokio::test]
async fn a_report_that_iam_keeps_tells_nothing_new_to_a_later_run() {
    let (sandbox, iam) = (sandbox().await, iam(&report(true, 2)).await);
    let handler = audit(&full_config(&sandbox), &iam);
    invoke(&handler, &schedule(0)).await.unwrap();
    // Somebody runs it by hand, and IAM gives the report of the first run.
    invoke(&handler, &schedule(1)).await.unwrap();
    assert_eq!(counts(&sandbox), [1, 1, 1]);
}

#[tokio::test]
async fn what_is_owed_goes_on_with_the_report_and_not_with_the_schedule() {
    let (sandbox, iam, sqs) = (sandbox().await, iam(&report(true, 2)).await, Sqs::start(false).await);
    let config = full_config(&sandbox);
    let variables = [
        ("BONGSU_CONFIG", &*config),
        ("AWS_ENDPOINT_URL_IAM", &iam.url),
        ("AWS_ENDPOINT_URL_SQS", &sqs.url),
        ("BONGSU_FOLLOW_UPS", FOLLOW_UPS),
    ];
    for channel in ["telegram=unauthorized", "nhn-sms=unauthorized", "sns-email=unauthorized"] {
        sandbox.inject(channel.parse().unwrap());
    }
    invoke(&function(AUDIT, &variables), &schedule(0)).await.unwrap();
    let sent = sqs.sent();
    assert!(sent.len() == 1 && sent[0].1 == 0 && sandbox.messages().is_empty(), "{sent:?}");
    sandbox.heal();
    let output =
        invoke(&function(Task::Redeliver(sources::ALL), &variables), &batch(&[&sent[0].0.to_string()])).await.unwrap();
    assert!(failures(&output).is_empty());
    assert_eq!(counts(&sandbox), [1, 1, 1]);
    assert!(texts(&sandbox, Channel::Telegram)[0].contains("루트 액세스 키가 있습니다"));
}

#[tokio::test]
async fn what_no_queue_takes_is_an_error() {
    let (sandbox, iam, sqs) = (sandbox().await, iam(&report(true, 2_000)).await, Sqs::start(true).await);
    let config = config(&sandbox, demo::TELEGRAM_TOKEN);
    let variables = [
        ("BONGSU_CONFIG", &*config),
        ("AWS_ENDPOINT_URL_IAM", &iam.url),
        ("AWS_ENDPOINT_URL_SQS", &sqs.url),
        ("BONGSU_FOLLOW_UPS", FOLLOW_UPS),
    ];
    sandbox.inject("telegram=unauthorized".parse().unwrap());
    let handler = function(AUDIT, &variables);
    let error = Diagnostic::from(invoke(&handler, &schedule(0)).await.unwrap_err());
    assert_eq!(error.error_type, "AlertOwed");
    assert!(sqs.sent().is_empty(), "too long");
    iam.reports(&report(true, 2), made(0));
    assert!(invoke(&handler, &schedule(0)).await.is_err());
    assert_eq!(sqs.sent().len(), 1, "refused");
}

#[tokio::test]
async fn an_audit_that_did_not_happen_is_told_by_who_reads_what_was_not_delivered() {
    let sandbox = sandbox().await;
    let handler = function(Task::Redeliver(sources::ALL), &[("BONGSU_CONFIG", &full_config(&sandbox))]);
    let failed = include_str!("../../../../events/credential-audit/on-failure.json");
    for _ in 0..2 {
        let output = invoke(&handler, failed).await.unwrap();
        assert!(failures(&output).is_empty());
    }
    assert_eq!(counts(&sandbox), [1, 1, 1]);
    let text = &texts(&sandbox, Channel::Telegram)[0];
    assert!(text.contains("자격 증명 점검을 끝내지 못했습니다") && text.contains("IAM 보고서를 받지 못했습니다"));
}
