use std::time::Duration;

use super::super::contract::{self, Answer, Finds, Means, Sample, answer, check};
use super::*;
use crate::testing::{Reply, Stub};

macro_rules! refused {
    ($code:literal, $message:literal) => {
        concat!(
            r#"<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>"#,
            $code,
            "</Code><Message>",
            $message,
            "</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        )
    };
}

macro_rules! subscribed {
    ($arn:literal) => {
        concat!(
            "<member><TopicArn>t</TopicArn><Protocol>email</Protocol><SubscriptionArn>",
            $arn,
            "</SubscriptionArn><Owner>111122223333</Owner><Endpoint>ops@example.com</Endpoint></member>"
        )
    };
}

macro_rules! listed {
    ($one:expr, $two:expr) => {
        concat!(
            "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>",
            $one,
            $two,
            "</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"
        )
    };
}

macro_rules! attributes {
    ($authenticated:literal) => {
        concat!(
            "<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult><Attributes><entry><key>ConfirmationWasAuthenticated</key><value>",
            $authenticated,
            "</value></entry></Attributes></GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>"
        )
    };
}

const TAKEN: &str = r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>M1</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>"#;

pub(crate) const SAMPLE: Sample = Sample {
    settings: "topic_arn = \"arn:aws:sns:ap-northeast-2:111122223333:alerts\"",
    secrets: &["aws-s3cret", "aws-t0ken"],
    accepted: TAKEN,
    error: r#"<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>MESSAGE</Message></Error><RequestId>r</RequestId></ErrorResponse>"#,
    answers: &[
        answer("taken", 200, TAKEN, Means::Accepted),
        answer("bad parameter", 400, refused!("InvalidParameter", "Invalid parameter: Message too long"), Means::Rejected),
        answer("bad subject, in ASCII too", 400, refused!("InvalidParameter", "Invalid parameter: Subject"), Means::Rejected),
        answer("no rights", 403, refused!("AuthorizationError", "User is not authorized"), Means::Unauthorized),
        answer("no such topic", 404, refused!("NotFound", "Topic does not exist"), Means::Unauthorized),
        answer("endpoint disabled", 400, refused!("EndpointDisabled", "no"), Means::Unauthorized),
        answer("key disabled", 400, refused!("KMSDisabled", "no"), Means::Unauthorized),
        answer("key not usable", 400, refused!("KMSAccessDenied", "no"), Means::Unauthorized),
        answer("token expired", 403, refused!("ExpiredToken", "no"), Means::Unauthorized),
        answer("unknown key id", 403, refused!("InvalidClientTokenId", "no"), Means::Unauthorized),
        answer("wrong signature", 403, refused!("SignatureDoesNotMatch", "no"), Means::Unauthorized),
        answer("clock is off", 400, refused!("RequestExpired", "no"), Means::Unavailable),
        answer("throttled", 429, refused!("Throttled", "Rate exceeded"), Means::RateLimited(1)),
        answer("throttled with another status", 400, refused!("ThrottlingException", "Rate exceeded"), Means::RateLimited(1)),
        answer("key service throttled", 400, refused!("KMSThrottling", "Rate exceeded"), Means::RateLimited(1)),
        answer("internal error", 500, refused!("InternalError", "no"), Means::Uncertain),
        answer("bad gateway", 503, "<html>", Means::Uncertain),
        Answer { name: "not XML", status: 200, headers: &[], body: "hello", means: Means::Uncertain },
    ],
    receipts: None,
    checks: &[
        check("confirmed by somebody who was signed in", &[LISTED, ("Action=GetSubscriptionAttributes", 200, attributes!("true"))], &[Finds::Ok], "2건이 확인되었고"),
        check("confirmed by a link", &[("Action=GetSubscriptionAttributes", 200, attributes!("false"))], &[Finds::Warning], "--authenticate-on-unsubscribe true"),
        check("one waits", &[("Action=ListSubscriptions", 200, listed!(subscribed!("PendingConfirmation"), subscribed!("arn:aws:sns:r:1:t:a")))], &[Finds::Warning], "1건이 확인을 기다립니다"),
        check("all wait", &[("Action=ListSubscriptions", 200, listed!(subscribed!("PendingConfirmation"), subscribed!("Deleted")))], &[Finds::Broken], "nobody gets the mail"),
        check("nobody", &[("Action=ListSubscriptions", 200, listed!("", subscribed!("Deleted")))], &[Finds::Broken], "Nobody is subscribed"),
        check("who may end it is not told", &[("Action=GetSubscriptionAttributes", 403, refused!("AuthorizationError", "no"))], &[Finds::Unasked], "sns:GetSubscriptionAttributes"),
        check("no such topic", &[("Action=ListSubscriptions", 404, refused!("NotFound", "Topic does not exist"))], &[Finds::Broken], "make deploy"),
        check("no rights", &[("Action=ListSubscriptions", 403, refused!("AuthorizationError", "no"))], &[Finds::Unasked], "sns:ListSubscriptionsByTopic"),
        check("token expired", &[("Action=ListSubscriptions", 403, refused!("ExpiredToken", "no"))], &[Finds::Unasked], "ExpiredToken"),
        check("throttled", &[("Action=ListSubscriptions", 400, refused!("Throttled", "no"))], &[Finds::Unasked], "Throttled"),
    ],
};

const LISTED: (&str, u16, &str) = ("Action=ListSubscriptions", 200, listed!(subscribed!("arn:aws:sns:r:1:t:a"), subscribed!("arn:aws:sns:r:1:t:b")));

#[tokio::test]
async fn a_topic_that_takes_ascii_subjects_only_gets_one() {
    let stub = Stub::start(|heard| {
        let subject = heard.body.split('&').find(|field| field.starts_with("Subject=")).unwrap_or_default();
        // Korean is percent-encoded: every byte of it begins with %8 or above.
        let ascii = !["%E", "%A", "%B", "%8", "%9"].iter().any(|byte| subject.contains(byte));
        if ascii { Reply::json(200, &TAKEN) } else { Reply::json(400, &refused!("InvalidParameter", "Invalid parameter: Subject")) }
    })
    .await;
    let sent = contract::send(&contract::channel("sns-email", &SAMPLE, &stub.url()), Duration::from_secs(5)).await.unwrap();
    assert_eq!(sent.provider_id.as_deref(), Some("M1"));
    assert_eq!(stub.heard().len(), 2);
}

#[tokio::test]
async fn the_request_is_signed_for_the_region_of_the_topic() {
    let stub = Stub::start(|_| Reply::json(200, &TAKEN)).await;
    contract::send(&contract::channel("sns-email", &SAMPLE, &stub.url()), Duration::from_secs(5)).await.unwrap();
    let authorization = stub.heard()[0].headers["authorization"].clone();
    assert!(authorization.contains("/ap-northeast-2/sns/aws4_request"), "{authorization}");
}

#[test]
fn only_the_arn_of_a_standard_topic_is_a_topic() {
    assert_eq!(region_of_topic("arn:aws-cn:sns:cn-north-1:111122223333:a").unwrap(), "cn-north-1");
    for bad in ["", "alerts", "arn:aws:sqs:us-east-1:111122223333:a", "arn:aws:sns:us-east-1:111122223333:a.fifo", "arn:aws:sns:us-east-1:1:a"] {
        assert!(region_of_topic(bad).is_err(), "{bad}");
    }
}
