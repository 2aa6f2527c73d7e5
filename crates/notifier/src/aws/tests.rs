use aws_credential_types::Credentials;
use serde_json::{Value, json};

use super::*;
use crate::config::Variables;
use crate::testing::{Heard, Reply, Stub, clients};

fn at(url: &str) -> Variables {
    let variables = [("AWS_REGION", "us-east-1"), ("AWS_ENDPOINT_URL", url)];
    Variables::new(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

fn json_client(url: &str) -> JsonClient {
    JsonClient::ssm(&at(url), clients().credentials.unwrap(), clients().http)
}

fn query_client(url: &str) -> QueryClient {
    let endpoint = Endpoint { region: "us-east-1".to_owned(), address: url.to_owned() };
    QueryClient::sns(endpoint, clients().credentials.unwrap(), clients().http)
}

async fn ask(client: &JsonClient) -> Result<Value, CallError> {
    client.call("GetParameter", &json!({ "Name": "/bongsu/config" })).await
}

/// What an answer is read as: code, message, whether it may pass.
fn read(status: u16, headers: &[(&str, &str)], body: &str) -> (String, String, bool) {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    let refusal = Refusal::read(&answer.body(body.as_bytes().to_vec()).unwrap());
    assert_eq!(refusal.status, status);
    let passing = refusal.is_passing();
    (refusal.code, refusal.message, passing)
}

#[test]
fn an_error_of_either_protocol_has_its_code_and_its_words() {
    let query_error = [("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")];
    let error_type = [("x-amzn-errortype", "AccessDeniedException:http://internal.amazon.com/coral/")];
    let sns = r#"<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>a &lt;b&gt;</Message></Error></ErrorResponse>"#;
    let other = "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>Throttling</Code><Message>no</Message></Error></Errors></Response>";
    #[rustfmt::skip]
    let cases = [
        (400, &[][..], r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#, "ResourceNotFoundException", "no", false),
        (400, &[], r#"{"__type":"ParameterNotFound"}"#, "ParameterNotFound", "", false),
        (400, &[], r#"{"__type":"com.amazon.coral.service#ThrottlingException","Message":"Rate"}"#, "ThrottlingException", "Rate", true),
        (400, &[], r#"{"code":"SlowDown","__type":"Other"}"#, "SlowDown", "", true),
        (400, &error_type, r#"{"__type":"Other"}"#, "AccessDeniedException", "", false),
        (400, &query_error, r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}"#, "AWS.SimpleQueueService.NonExistentQueue", "no", false),
        (500, &[], r#"{"__type":"InternalServerError"}"#, "InternalServerError", "", true),
        (400, &[], sns, "InvalidParameter", "a <b>", false),
        (400, &[], other, "Throttling", "no", true),
        (503, &[], "<html><body>Service Unavailable</body></html>", "", "", true),
        (502, &[], "<html>", "", "", true),
        (403, &[], "", "", "", false),
        (400, &[], r#"{"__type":7}"#, "", "", false),
        (400, &[], "[]", "", "", false),
        // What is no name of an error is not shown as one.
        (400, &[], r#"{"__type":"a\nb"}"#, "", "", false),
        (400, &[], r#"{"__type":"비밀"}"#, "", "", false),
        (400, &[], "<!DOCTYPE a [<!ENTITY b \"c\">]><Error><Code>&b;</Code></Error>", "", "", false),
    ];
    for (status, headers, body, code, message, passing) in cases {
        assert_eq!(read(status, headers, body), (code.to_owned(), message.to_owned(), passing), "{headers:?} {body}");
    }
}

#[tokio::test]
async fn what_passes_is_asked_for_once_more_and_everything_else_once() {
    let throttled = Reply::json(400, &json!({ "__type": "ThrottlingException" }));
    let denied = Reply::json(400, &json!({ "__type": "AccessDeniedException" }));
    let cases = [
        (Reply::json(200, &json!({ "Parameter": {} })), 1),
        (denied, 1),
        (throttled, 2),
        (Reply::json(503, &""), 2),
        (Reply::json(501, &""), 1),
        (Reply::Reset, 2),
        (Reply::CutShort, 2),
        (Reply::json(200, &"<html>"), 2),
    ];
    for (reply, expected) in cases {
        for (attempts, client) in [(expected, json_client as fn(&str) -> _), (1, |url: &str| json_client(url).once())] {
            let answer = reply.clone();
            let stub = Stub::start(move |_| answer.clone()).await;
            let _ = ask(&client(&stub.url())).await;
            assert_eq!(stub.heard().len(), attempts, "{reply:?}");
        }
    }
}

#[tokio::test]
async fn the_second_answer_counts_and_each_attempt_is_signed_anew() {
    let stub = Stub::start({
        let replies = std::sync::Mutex::new(vec![Reply::json(200, &"{}"), Reply::json(500, &"")]);
        move |_| replies.lock().unwrap().pop().unwrap()
    })
    .await;
    assert_eq!(ask(&json_client(&stub.url())).await, Ok(json!({})));
    let signed = |heard: &Heard| heard.headers["authorization"].starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
    assert!(stub.heard().iter().all(signed));
}

#[tokio::test]
async fn an_error_says_what_happened_in_a_few_words() {
    let of = async |reply: Reply| {
        let stub = Stub::start(move |_| reply.clone()).await;
        ask(&json_client(&stub.url()).once()).await.unwrap_err().to_string()
    };
    assert_eq!(of(Reply::json(400, &json!({ "__type": "a#Nope" }))).await, "SSM said Nope");
    assert_eq!(of(Reply::json(400, &"")).await, "SSM said nothing that we know");
    assert_eq!(of(Reply::json(200, &"hello")).await, "SSM gave an answer that cannot be read");
    assert_eq!(of(Reply::Reset).await, "SSM does not answer");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let Cause::NoAnswer(failure) = ask(&json_client(&url)).await.unwrap_err().cause else { panic!("an answer") };
    assert_eq!(failure.kind, Kind::Unavailable);
}

#[tokio::test]
async fn without_a_region_or_with_credentials_that_no_header_holds_nothing_is_asked() {
    let stub = Stub::start(|_| Reply::json(200, &"{}")).await;
    let url = [("AWS_ENDPOINT_URL".to_owned(), stub.url())];
    let nowhere = JsonClient::ssm(&Variables::new(url), clients().credentials.unwrap(), clients().http);
    let broken = Credentials::new("AKIDEXAMPLE", "aws-s3cret", Some("aws-\nt0ken".to_owned()), None, "test");
    let broken_token = JsonClient::ssm(&at(&stub.url()), SharedCredentialsProvider::new(broken), clients().http);
    for (client, says) in [(nowhere, "AWS_REGION is not set"), (broken_token, "credentials")] {
        let error = ask(&client).await.unwrap_err();
        assert!(error.to_string().contains(says) && !format!("{error:?}").contains("t0ken"), "{error:?}");
    }
    assert!(stub.heard().is_empty());
}

#[tokio::test]
async fn all_that_says_what_is_asked_is_signed_and_no_client_shows_its_credentials() {
    let stub = Stub::start(|_| Reply::json(200, &"{}")).await;
    let client = json_client(&stub.url());
    ask(&client).await.unwrap();
    let heard = &stub.heard()[0];
    let authorization = &heard.headers["authorization"];
    let signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,";
    assert!(authorization.contains(signed) && authorization.contains("/us-east-1/ssm/aws4_request"), "{authorization}");
    assert_eq!(heard.line, "POST / HTTP/1.1");
    let shown = format!("{client:?} {:?}", query_client("http://here"));
    assert!(!shown.contains("aws-s3cret") && !shown.contains("aws-t0ken"), "{shown}");
}

#[tokio::test]
async fn an_answer_in_xml_counts_where_it_is_called_like_the_action() {
    let answers = [
        (
            r#"<PublishResponse xmlns="urn:x"><PublishResult><MessageId>a&amp;b</MessageId></PublishResult></PublishResponse>"#,
            true,
        ),
        ("<PublishResponse/>", true),
        ("<html><body>Welcome</body></html>", false),
        ("{}", false),
        ("", false),
    ];
    for (answer, is_read) in answers {
        let stub = Stub::start(move |_| Reply::json(200, &answer)).await;
        let read = query_client(&stub.url()).once().call("Publish", &[("Message", "a b&c=d")]).await;
        assert_eq!(read.is_ok(), is_read, "{answer}: {read:?}");
        assert_eq!(stub.heard()[0].body, "Action=Publish&Version=2010-03-31&Message=a%20b%26c%3Dd");
    }
}

#[test]
fn an_element_is_found_by_its_name_whatever_its_namespace() {
    let answer = r#"<a xmlns="urn:x"><b><c>1 &lt; 2</c></b><c>3</c><d/></a>"#;
    assert_eq!(element(answer, "c").as_deref(), Some("1 < 2"));
    assert_eq!(elements(answer, "c"), ["1 < 2", "3"]);
    assert_eq!(elements(answer, "d"), [""]);
    assert_eq!((element(answer, "e"), element("<a>", "a")), (None, None));
}
