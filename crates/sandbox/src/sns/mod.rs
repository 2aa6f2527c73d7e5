//! AWS SNS: `Publish` to a topic, its attributes and its subscriptions, in the AWS query protocol
//! (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>).

mod subject;
mod subscriptions;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::http::{Incoming, Reply, form};
use crate::providers::Verdict;
use crate::server::House;
use crate::{Channel, FaultKind, Message, State};

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_RequestParameters>
const MESSAGE_BYTES: usize = 262_144;

/// A refusal: code and message.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn invalid(what: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", format!("Invalid parameter: {what}"))
    }
}

/// A form, of which the first value of a name counts.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(request: &Incoming) -> Self {
        Self(form(&String::from_utf8_lossy(&request.body)))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether the request sends.
pub(crate) fn sends(request: &Incoming) -> bool {
    request.method == Method::POST && Fields::read(request).get("Action") == Some("Publish")
}

/// Answers any request.
pub(crate) fn answer(house: &House, request: &Incoming) -> Verdict {
    let number = house.journal().next();
    let fields = Fields::read(request);
    try_answer(house, request, &fields, number).unwrap_or_else(|refusal| {
        let reply = error(&refusal, number);
        Verdict::refused(reply, format!("{} {}", refusal.code, refusal.message))
    })
}

fn try_answer(house: &House, request: &Incoming, fields: &Fields, number: u64) -> Result<Verdict, Refusal> {
    let region = region(request)?;
    match fields.get("Action") {
        Some("Publish") => publish(house, request, fields, region, number),
        Some("GetTopicAttributes") => {
            let arn = topic(house, fields, region)?;
            Ok(Verdict::answered(attributes(arn, number)))
        }
        Some("ListSubscriptionsByTopic") => {
            let arn = topic(house, fields, region)?;
            Ok(Verdict::answered(subscriptions::list(&house.accounts, arn, number)))
        }
        Some("GetSubscriptionAttributes") => {
            subscriptions::attributes(&house.accounts, fields, number).map(Verdict::answered)
        }
        Some(action) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "InvalidAction",
            format!("The action {action} is not valid for this web service."),
        )),
        None => Err(Refusal::new(StatusCode::BAD_REQUEST, "MissingAction", "Missing Action")),
    }
}

/// The Region that the request is signed for; the signature itself is not checked, since the sandbox knows no keys
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>).
fn region(request: &Incoming) -> Result<&str, Refusal> {
    let missing =
        || Refusal::new(StatusCode::FORBIDDEN, "MissingAuthenticationToken", "Request is missing Authentication Token");
    let header = request.header("authorization").ok_or_else(missing)?;
    let incomplete = || {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "IncompleteSignature",
            "Authorization header is not a version 4 signature",
        )
    };
    let fields = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(incomplete)?;
    let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name));
    let whole = field("SignedHeaders=").is_some() && field("Signature=").is_some();
    let scope: Vec<&str> = field("Credential=").unwrap_or_default().split('/').collect();
    match scope.as_slice() {
        [_, _, region, "sns", "aws4_request"] if whole => Ok(region),
        _ => Err(incomplete()),
    }
}

/// The topic, which must exist and lie in the Region of the request: SNS does not know the topics of other Regions.
fn topic<'a>(house: &'a House, fields: &Fields, region: &str) -> Result<&'a str, Refusal> {
    let arn = fields.get("TopicArn").unwrap_or_default();
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "sns", home, account, name] = parts.as_slice() else {
        let reason =
            if arn.is_empty() { "TopicArn or TargetArn Reason: no value for required parameter" } else { "TopicArn" };
        return Err(Refusal::invalid(reason));
    };
    if account.len() != 12 || name.is_empty() || *home != region {
        return Err(Refusal::invalid("TopicArn"));
    }
    let known = house.accounts.topics.iter().find(|topic| *topic == arn);
    known.map(String::as_str).ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "NotFound", "Topic does not exist"))
}

fn publish(house: &House, request: &Incoming, fields: &Fields, region: &str, number: u64) -> Result<Verdict, Refusal> {
    let arn = topic(house, fields, region)?;
    let text = fields.get("Message").unwrap_or_default();
    if text.is_empty() {
        return Err(Refusal::invalid("Empty message"));
    }
    if text.len() > MESSAGE_BYTES {
        return Err(Refusal::invalid("Message too long"));
    }
    let subject = fields.get("Subject");
    if let Some(subject) = subject {
        subject::check(subject).map_err(Refusal::invalid)?;
    }
    let id = uuid(number);
    let accepted = Message {
        channel: Channel::SnsEmail,
        at: request.at,
        play: request.play,
        kind: "email",
        to: arn.to_owned(),
        from: None,
        subject: subject.map(str::to_owned),
        text: text.to_owned(),
        parse_mode: None,
        entities: Vec::new(),
        bytes: None,
        provider_id: id.clone(),
        state: None,
        fate: State::Delivered,
        request: shown(fields),
        part: Value::Null,
    };
    let reply = success("Publish", &format!("<MessageId>{id}</MessageId>"), number);
    Ok(Verdict { reply, accepted: vec![accepted], rule: None })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>; one subscription, confirmed.
fn attributes(arn: &str, number: u64) -> Reply {
    let owner = arn.split(':').nth(4).unwrap_or_default();
    let all = [
        ("TopicArn", arn),
        ("Owner", owner),
        ("DisplayName", ""),
        ("SubscriptionsConfirmed", "1"),
        ("SubscriptionsPending", "0"),
        ("SubscriptionsDeleted", "0"),
    ];
    let entries = all.map(|(key, value)| format!("<entry><key>{key}</key><value>{}</value></entry>", escaped(value)));
    success("GetTopicAttributes", &format!("<Attributes>{}</Attributes>", entries.concat()), number)
}

/// What SNS says when it fails, as a fault
/// (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors>).
pub(crate) fn fault(kind: FaultKind) -> Reply {
    let refusal = match kind {
        FaultKind::Status429 => Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Throttled", "Rate exceeded"),
        FaultKind::Unauthorized => Refusal::new(
            StatusCode::FORBIDDEN,
            "AuthorizationError",
            "User is not authorized to perform: SNS:Publish on resource",
        ),
        FaultKind::Refuse => Refusal::invalid("Message too long"),
        _ => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Internal error"),
    };
    error(&refusal, 0)
}

fn success(action: &str, result: &str, number: u64) -> Reply {
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{action}Response>",
        uuid(number)
    );
    Reply::text(StatusCode::OK, "text/xml", body).with("x-amzn-requestid", uuid(number))
}

fn error(refusal: &Refusal, number: u64) -> Reply {
    let whose = if refusal.status.is_server_error() { "Receiver" } else { "Sender" };
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{whose}</Type><Code>{}</Code><Message>{}</Message></Error>\
         <RequestId>{}</RequestId></ErrorResponse>",
        refusal.code,
        escaped(&refusal.message),
        uuid(number)
    );
    Reply::text(refusal.status, "text/xml", body).with("x-amzn-requestid", uuid(number))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An id of the form that AWS gives.
fn uuid(number: u64) -> String {
    format!("5a5a5a5a-0000-4000-8000-{number:012x}")
}

fn shown(fields: &Fields) -> Value {
    let all: Map<String, Value> =
        fields.0.iter().rev().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
    all.into()
}
