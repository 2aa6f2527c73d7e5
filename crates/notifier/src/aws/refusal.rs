//! What AWS says where it does not do what it was asked for. Each protocol, and some machines before the services, have ways
//! of their own: <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization>,
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization>

use http::Response;
use roxmltree::Document;
use serde_json::Value;

/// Codes of those who ask too often, and of what just went wrong. What the SDK asks again for too.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
const PASSING: [&str; 16] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
];

/// No code is longer.
const LONGEST_CODE: usize = 100;

/// An answer that is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What AWS calls it: `ThrottlingException`; nothing where the answer is none of AWS's.
    pub code: String,
    /// AWS's own words, which may repeat anything of the question.
    pub message: String,
    /// The whole answer, where it is JSON.
    pub body: Value,
}

impl Refusal {
    pub(super) fn read(answer: &Response<Vec<u8>>) -> Self {
        let text = std::str::from_utf8(answer.body()).unwrap_or_default();
        let status = answer.status().as_u16();
        if let Ok(document) = Document::parse(text) {
            let element = |name| document.descendants().find(|node| node.tag_name().name() == name)?.text();
            let message = element("Message").unwrap_or_default().to_owned();
            return Self { status, code: code(element("Code")), message, body: Value::Null };
        }
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let member = |name| body.get(name).and_then(Value::as_str);
        let header = |name| answer.headers().get(name)?.to_str().ok();
        let named = header("x-amzn-query-error").or_else(|| header("x-amzn-errortype"));
        let code = code(named.or_else(|| member("code")).or_else(|| member("__type")));
        let message = member("message").or_else(|| member("Message")).unwrap_or_default().to_owned();
        Self { status, code, message, body }
    }

    /// Whether the same question may get another answer at once.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.status, 500 | 502 | 503 | 504) || PASSING.contains(&self.code.as_str())
    }
}

/// `com.amazonaws.sqs#Name:http://…`, `Name;Sender` and `Name` all say `Name`. What is no name is left out, since an error
/// shows it.
fn code(spelling: Option<&str>) -> String {
    let name = spelling.unwrap_or_default().split([':', ';']).next().unwrap_or_default();
    let name = name.rsplit('#').next().unwrap_or_default();
    let is_name = name.len() <= LONGEST_CODE && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if is_name { name.to_owned() } else { String::new() }
}
