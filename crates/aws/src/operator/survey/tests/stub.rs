//! A stub of the services that are asked, each with its own protocol: XML for `CloudFormation`, JSON with a target for most,
//! and REST for Access Analyzer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use notifier::http::{AwsHttp, Http};
use serde_json::{Value, json};

use crate::operator::Operator;

/// What AWS answers.
#[derive(Debug, Clone)]
pub(super) enum Say {
    Json(Value),
    /// What is inside of the result.
    Xml(String),
    /// Status, code and message.
    Error(u16, &'static str, &'static str),
}

/// A question as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// `DescribeTrails`
    pub(super) action: String,
    /// The Region that it is signed for.
    pub(super) region: String,
    /// Its body, or its query.
    pub(super) text: String,
}

/// AWS, as a script has it: each action has its answers, in turn, the last one for ever.
#[derive(Clone)]
pub(super) struct Aws {
    script: Arc<Mutex<BTreeMap<&'static str, VecDeque<Say>>>>,
    asked: Arc<Mutex<Vec<Question>>>,
    url: String,
}

impl Aws {
    pub(super) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let aws = Self { script: Arc::default(), asked: Arc::default(), url };
        let router = axum::Router::new().fallback(answer).with_state(aws.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        aws
    }

    pub(super) fn says(&self, action: &'static str, says: impl IntoIterator<Item = Say>) -> &Self {
        self.script.lock().unwrap().insert(action, says.into_iter().collect());
        self
    }

    pub(super) fn json(&self, action: &'static str, answer: Value) -> &Self {
        self.says(action, [Say::Json(answer)])
    }

    /// Before everything else.
    pub(super) fn says_first(&self, action: &'static str, say: Say) {
        self.script.lock().unwrap().entry(action).or_default().push_front(say);
    }

    pub(super) fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }

    /// The names of what was asked.
    pub(super) fn actions(&self) -> Vec<String> {
        self.asked().into_iter().map(|question| question.action).collect()
    }

    /// Somebody in us-east-1 who asks here.
    pub(super) fn operator(&self) -> Operator {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(AwsHttp(Http::new().unwrap()))
            .endpoint_url(&self.url)
            .build();
        Operator { region: "us-east-1".to_owned(), config }
    }
}

async fn answer(State(aws): State<Aws>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let target = header("x-amz-target").and_then(|target| Some(target.rsplit_once('.')?.1.to_owned()));
    let form = body.split('&').find_map(|field| field.strip_prefix("Action=")).map(str::to_owned);
    let rest = (parts.uri.path() == "/analyzer").then(|| "ListAnalyzers".to_owned());
    let action = target.or_else(|| form.clone()).or_else(|| rest.clone()).unwrap();
    let text = if rest.is_some() { parts.uri.query().unwrap_or_default().to_owned() } else { body };
    let region = header("authorization").unwrap().split('/').nth(2).unwrap().to_owned();
    aws.asked.lock().unwrap().push(Question { action: action.clone(), region, text });
    let say = {
        let mut script = aws.script.lock().unwrap();
        let says = script.get_mut(action.as_str()).unwrap_or_else(|| panic!("{action} was not to be asked"));
        if says.len() > 1 { says.pop_front().unwrap() } else { says[0].clone() }
    };
    match say {
        Say::Json(answer) => answer.to_string().into_response(),
        Say::Xml(result) => {
            format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>").into_response()
        }
        Say::Error(status, code, message) => {
            let body = if form.is_some() {
                let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>");
                format!("<ErrorResponse><Error>{error}</Error><RequestId>r</RequestId></ErrorResponse>")
            } else {
                json!({ "__type": code, "message": message }).to_string()
            };
            (StatusCode::from_u16(status).unwrap(), [("x-amzn-errortype", code)], body).into_response()
        }
    }
}
