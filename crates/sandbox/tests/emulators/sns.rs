use reqwest::Method;
use sandbox::demo::TOPIC_ARN;

use crate::stage::{Answer, Stage, form, stage};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/sns/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date, Signature=0123456789abcdef";

async fn ask(stage: &Stage, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(authorization.map(|value| ("authorization", value)));
    stage.ask(Method::POST, "/", &headers, form(fields)).await
}

async fn publish(stage: &Stage, fields: &[(&str, &str)]) -> Answer {
    let all = [&[("Action", "Publish"), ("Version", "2010-03-31")], fields].concat();
    ask(stage, Some(SIGNED), &all).await
}

/// Status and code of a refusal.
fn refusal(answer: &Answer) -> (u16, &str) {
    let (_, rest) = answer.text.split_once("<Code>").unwrap_or_else(|| panic!("no error: {}", answer.text));
    (answer.status, rest.split_once("</Code>").unwrap().0)
}

#[tokio::test]
async fn a_mail_is_published_with_its_subject() {
    let stage = stage().await;
    let fields = [("TopicArn", TOPIC_ARN), ("Message", "본문 & <글>"), ("Subject", "[훈련] 제목")];
    let answer = publish(&stage, &fields).await;
    let [message] = stage.sandbox.messages().try_into().unwrap();
    assert!(answer.text.contains(&format!("<MessageId>{}</MessageId>", message.provider_id)), "{}", answer.text);
    assert_eq!((message.kind, message.to.as_str(), message.text.as_str()), ("email", TOPIC_ARN, "본문 & <글>"));
    assert_eq!(message.subject.as_deref(), Some("[훈련] 제목"));
}

#[tokio::test]
async fn a_topic_must_exist_in_the_region_that_the_request_is_signed_for() {
    let stage = stage().await;
    let seoul = SIGNED.replace("us-east-1", "ap-northeast-2");
    let fields = [("Action", "Publish"), ("TopicArn", TOPIC_ARN), ("Message", "x")];
    assert_eq!(refusal(&ask(&stage, Some(&seoul), &fields).await), (400, "InvalidParameter"));
    let other = format!("{TOPIC_ARN}-other");
    assert_eq!(refusal(&publish(&stage, &[("TopicArn", &other), ("Message", "x")]).await), (404, "NotFound"));
    for arn in ["bongsu-alerts", "arn:aws:sqs:us-east-1:111122223333:x", "arn:aws:sns:us-east-1:1:x", ""] {
        let answer = publish(&stage, &[("TopicArn", arn), ("Message", "x")]).await;
        assert_eq!(refusal(&answer), (400, "InvalidParameter"), "{arn}");
    }
}

#[tokio::test]
async fn a_message_has_1_to_262144_bytes() {
    let stage = stage().await;
    let size = async |bytes: usize| publish(&stage, &[("TopicArn", TOPIC_ARN), ("Message", &"x".repeat(bytes))]).await;
    assert_eq!(size(262_144).await.status, 200);
    assert_eq!(refusal(&size(262_145).await), (400, "InvalidParameter"));
    assert_eq!(refusal(&size(0).await), (400, "InvalidParameter"));
}

#[tokio::test]
async fn a_subject_of_several_lines_or_100_characters_is_refused() {
    let stage = stage().await;
    for subject in ["a\nb".to_owned(), "가".repeat(100), String::new()] {
        let answer = publish(&stage, &[("TopicArn", TOPIC_ARN), ("Message", "x"), ("Subject", &subject)]).await;
        assert_eq!(refusal(&answer), (400, "InvalidParameter"));
        assert!(answer.text.contains("Invalid parameter: Subject"), "{}", answer.text);
    }
    assert!(stage.texts().is_empty());
}

#[tokio::test]
async fn a_request_must_be_signed() {
    let stage = stage().await;
    let fields = [("Action", "Publish"), ("TopicArn", TOPIC_ARN), ("Message", "x")];
    assert_eq!(refusal(&ask(&stage, None, &fields).await), (403, "MissingAuthenticationToken"));
    let other_service = SIGNED.replace("/sns/", "/sqs/");
    assert_eq!(refusal(&ask(&stage, Some(&other_service), &fields).await), (400, "IncompleteSignature"));
    assert_eq!(refusal(&ask(&stage, Some("Bearer x"), &fields).await), (400, "IncompleteSignature"));
}

#[tokio::test]
async fn a_topic_tells_how_many_confirmed_it() {
    let stage = stage().await;
    let answer = ask(&stage, Some(SIGNED), &[("Action", "GetTopicAttributes"), ("TopicArn", TOPIC_ARN)]).await;
    assert!(answer.text.contains("<key>SubscriptionsConfirmed</key><value>1</value>"), "{}", answer.text);
    assert_eq!(refusal(&ask(&stage, Some(SIGNED), &[("Action", "DeleteTopic")]).await), (400, "InvalidAction"));
}

#[tokio::test]
async fn a_topic_has_one_address_that_was_confirmed_by_somebody_who_was_signed_in() {
    let stage = stage().await;
    let list = [("Action", "ListSubscriptionsByTopic"), ("TopicArn", TOPIC_ARN)];
    let list = ask(&stage, Some(SIGNED), &list).await.text;
    let (_, arn) = list.split_once("<SubscriptionArn>").unwrap();
    let arn = arn.split_once('<').unwrap().0;
    let attributes = [("Action", "GetSubscriptionAttributes"), ("SubscriptionArn", arn)];
    let attributes = ask(&stage, Some(SIGNED), &attributes).await.text;
    assert!(attributes.contains("<key>ConfirmationWasAuthenticated</key><value>true</value>"), "{attributes}");
    let none = [("Action", "GetSubscriptionAttributes"), ("SubscriptionArn", "arn:aws:sns:us-east-1:1:none:2")];
    assert_eq!(refusal(&ask(&stage, Some(SIGNED), &none).await), (404, "NotFound"));
}
