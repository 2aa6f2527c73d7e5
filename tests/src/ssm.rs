use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::json::text;

/// What SSM says to `GetParameter`.
#[derive(Debug, Clone)]
pub enum SsmReply {
    /// The parameter's value.
    Value(String),
    /// An error with this code: `ParameterNotFound`.
    Refusal(&'static str),
    /// Nothing, for a minute.
    Silence,
}

/// An SSM with one `SecureString`, as strict as the real one about how it is asked.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
pub struct Ssm {
    url: String,
    shelf: Arc<Mutex<Shelf>>,
    server: JoinHandle<()>,
}

struct Shelf {
    reply: SsmReply,
    asked: usize,
}

impl Ssm {
    /// The name of the parameter.
    pub const PARAMETER: &str = "/bongsu/config";

    /// Listens on a port of its own.
    pub async fn start(reply: SsmReply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::new(Mutex::new(Shelf { reply, asked: 0 }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shelf, server }
    }

    /// What a function needs in its environment to find the parameter here.
    pub fn environment(&self) -> Vec<(String, String)> {
        let names = [("BONGSU_CONFIG_PARAMETER", Self::PARAMETER), ("AWS_ENDPOINT_URL_SSM", &self.url)];
        names.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// Says something else from now on.
    pub fn set(&self, reply: SsmReply) {
        self.shelf.lock().unwrap().reply = reply;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.shelf.lock().unwrap().asked
    }

    /// Is not there any more.
    pub async fn stop(mut self) {
        self.server.abort();
        // It ends by being aborted, which counts as an error.
        (&mut self.server).await.ok();
    }
}

impl Drop for Ssm {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(shelf): State<Arc<Mutex<Shelf>>>, headers: HeaderMap, body: Bytes) -> Response {
    let reply = {
        let mut shelf = shelf.lock().unwrap();
        shelf.asked += 1;
        shelf.reply.clone()
    };
    match (fault(&headers, &body), reply) {
        (Some(fault), _) => refusal(fault),
        (None, SsmReply::Value(value)) => reply_of(StatusCode::OK, &parameter(&value)),
        (None, SsmReply::Refusal(code)) => refusal(code),
        (None, SsmReply::Silence) => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            refusal("InternalServerError")
        }
    }
}

/// What is wrong with the question.
fn fault(headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let signed = header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIDTESTS/");
    if header("x-amz-target") != "AmazonSSM.GetParameter" {
        Some("UnknownOperationException")
    } else if !signed || !header("authorization").contains("/us-east-1/ssm/aws4_request") {
        Some("MissingAuthenticationTokenException")
    } else if text(&asked["Name"]) != Ssm::PARAMETER {
        Some("ParameterNotFound")
    } else {
        // Without it the value comes encrypted.
        (asked["WithDecryption"] != true).then_some("ValidationException")
    }
}

fn parameter(value: &str) -> Value {
    let arn = format!("arn:aws:ssm:us-east-1:111122223333:parameter{}", Ssm::PARAMETER);
    json!({ "Parameter": {
        "Name": Ssm::PARAMETER, "Type": "SecureString", "Value": value, "Version": 1,
        "LastModifiedDate": 1_773_108_849.0, "ARN": arn, "DataType": "text",
    } })
}

fn refusal(code: &str) -> Response {
    reply_of(StatusCode::BAD_REQUEST, &json!({ "__type": code, "message": "said by the tests' SSM" }))
}

fn reply_of(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.1")], body.to_string()).into_response()
}
