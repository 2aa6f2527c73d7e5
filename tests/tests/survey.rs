//! `bongsu guardrails`, as `make guardrails` calls it, before an AWS that knows nothing or says nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may, in their helpers too")]

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use system_tests::{Said, bongsu, repository, secrets};

async fn has_nothing(body: String) -> Response {
    if body.contains("Action=GetCallerIdentity") {
        return identity();
    }
    if body.contains("Action=DescribeStacks") {
        return refusal(&body, "ValidationError", "Stack with id bongsu-guardrails does not exist");
    }
    // What each asks for is a field of its own.
    let fields = ["trailList", "ConfigurationRecorders", "DeliveryChannels", "analyzers", "AnomalyMonitors", "Budgets"];
    let fields = fields.map(|field| format!("\"{field}\":[]"));
    format!("{{{}}}", fields.join(",")).into_response()
}

async fn refuses(body: String) -> Response {
    if body.contains("Action=GetCallerIdentity") { identity() } else { refusal(&body, "AccessDenied", "no") }
}

fn identity() -> Response {
    let identity = "<Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/ops</Arn><UserId>A</UserId>";
    let result = format!("<GetCallerIdentityResult>{identity}</GetCallerIdentityResult>");
    format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>").into_response()
}

fn refusal(body: &str, code: &str, message: &str) -> Response {
    let body = if body.starts_with("Action=") {
        let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
    } else {
        format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}")
    };
    (StatusCode::BAD_REQUEST, [("x-amzn-errortype", code.to_owned())], body).into_response()
}

/// The command, with an AWS of this kind.
async fn run(denied: bool, arguments: &[&str]) -> Said {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = if denied { axum::Router::new().fallback(refuses) } else { axum::Router::new().fallback(has_nothing) };
    tokio::spawn(async move { axum::serve(listener, router).await });
    let environment = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIDTESTS"),
        ("AWS_SECRET_ACCESS_KEY", secrets::AWS_SECRET_ACCESS_KEY),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let arguments: Vec<_> = ["guardrails"].iter().chain(arguments).map(|it| (*it).to_owned()).collect();
    let call = move || bongsu(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &environment, b"");
    tokio::task::spawn_blocking(call).await.unwrap()
}

#[tokio::test]
async fn an_account_without_anything_gets_it_all_where_it_is_alone_and_its_share_elsewhere() {
    let said = run(false, &[]).await;
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(said.out.starts_with("us-east-1: account 111122223333, stack bongsu-guardrails\n"), "{}", said.out);
    assert_eq!(said.out.matches("will be created").count(), 7, "{}", said.out);
    let said = run(false, &["--region", "ap-northeast-2"]).await;
    assert_eq!((said.code, said.out.matches("will be created").count()), (Some(0), 3), "{}", said.out);
    let said = run(false, &["--parameters"]).await;
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "", ""));
    let said = run(false, &["--parameters", "Recorder=none"]).await;
    assert_eq!((said.code, said.out.as_str()), (Some(0), "ConfigRules=none\n"), "{}", said.err);
}

#[tokio::test]
async fn each_part_is_called_as_the_parameter_that_switches_it() {
    let template = std::fs::read_to_string(repository().join("guardrails.yaml")).unwrap();
    let said = run(false, &[]).await.out;
    let parts: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert!(parts.len() >= 8, "{said}");
    for part in parts {
        assert!(template.contains(&format!("\n  {part}:\n    Description")), "{part}: {said}");
    }
}

#[tokio::test]
async fn what_may_not_be_asked_is_said_to_a_person_and_stops_a_deployment() {
    let said = run(true, &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out.matches("could not be asked").count(), 8, "{}", said.out);
    assert!(said.out.contains("you need cloudformation:DescribeStacks"), "{}", said.out);
    let said = run(true, &["--parameters"]).await;
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert_eq!(said.err.matches("could not be asked").count(), 8, "{}", said.err);
    let wrong = run(true, &["--parameters", "Recorder"]).await;
    assert!(wrong.code == Some(2) && wrong.err.contains("use NAME=VALUE"), "{}", wrong.err);
}
