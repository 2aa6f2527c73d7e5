//! A stub of IAM, which speaks its Query protocol.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html>

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;

/// What IAM answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Say {
    /// The state of a report.
    State(&'static str),
    /// The report itself.
    Report,
    /// An error with its code.
    Error(u16, &'static str),
    /// Nothing at all.
    Silence,
}

/// What IAM was asked, and what it answers: in turn, the last one for ever.
#[derive(Clone)]
pub(super) struct Iam {
    asked: Arc<Mutex<Vec<String>>>,
    generate: Arc<Mutex<VecDeque<Say>>>,
    get: Arc<Mutex<VecDeque<Say>>>,
    report: Arc<Mutex<(String, Timestamp)>>,
    pub(super) url: String,
}

impl Iam {
    /// One whose report, of this text and time, is ready.
    pub(super) async fn with(csv: &str, generated: Timestamp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = |say| Arc::new(Mutex::new(VecDeque::from([say])));
        let iam = Self {
            asked: Arc::default(),
            generate: script(Say::State("COMPLETE")),
            get: script(Say::Report),
            report: Arc::new(Mutex::new((csv.to_owned(), generated))),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = axum::Router::new().fallback(answer).with_state(iam.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        iam
    }

    /// What it answers to `GenerateCredentialReport`.
    pub(super) fn generates(&self, says: &[Say]) {
        *self.generate.lock().unwrap() = says.iter().copied().collect();
    }

    /// What it answers to `GetCredentialReport`.
    pub(super) fn gives(&self, says: &[Say]) {
        *self.get.lock().unwrap() = says.iter().copied().collect();
    }

    /// From now on it has another report.
    pub(super) fn reports(&self, csv: &str, generated: Timestamp) {
        *self.report.lock().unwrap() = (csv.to_owned(), generated);
    }

    /// What it was asked: `GenerateCredentialReport`.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(iam): State<Iam>, question: String) -> (StatusCode, String) {
    let field = |name: &str| question.split('&').find_map(|field| field.strip_prefix(name)).unwrap_or_default();
    let (action, version) = (field("Action=").to_owned(), field("Version=").to_owned());
    assert_eq!(version, "2010-05-08");
    iam.asked.lock().unwrap().push(action.clone());
    let script = if action == "GenerateCredentialReport" { &iam.generate } else { &iam.get };
    let say = {
        let mut script = script.lock().unwrap();
        if script.len() > 1 { script.pop_front().unwrap() } else { script[0] }
    };
    let result = match say {
        Say::State(state) => format!("<State>{state}</State>"),
        Say::Report => {
            let (csv, generated) = iam.report.lock().unwrap().clone();
            let content = base64(csv.as_bytes());
            let generated = generated.strftime("%Y-%m-%dT%H:%M:%SZ");
            format!(
                "<Content>{content}</Content><ReportFormat>text/csv</ReportFormat>\
                 <GeneratedTime>{generated}</GeneratedTime>"
            )
        }
        Say::Error(status, code) => {
            let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>Unknown</Message></Error>");
            let error = format!("<ErrorResponse xmlns=\"{NAMESPACE}\">{error}<RequestId>r</RequestId></ErrorResponse>");
            return (StatusCode::from_u16(status).unwrap(), error);
        }
        Say::Silence => std::future::pending().await,
    };
    let result = format!("<{action}Result>{result}</{action}Result>");
    let rest = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>";
    (StatusCode::OK, format!("<{action}Response xmlns=\"{NAMESPACE}\">{result}{rest}</{action}Response>"))
}

const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// <https://www.rfc-editor.org/rfc/rfc4648#section-4>
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
            write!(text, "{}", if at <= chunk.len() { letter } else { '=' }).unwrap();
        }
    }
    text
}
