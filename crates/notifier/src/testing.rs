//! What the tests of this crate share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use alert::{Alert, Fact, Identity, Language, Severity, Status, Text, Throttle};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http::Http;
use crate::provider::Clients;
use crate::render::{Document, Wording};

/// An alert like a root sign-in. Alerts of different names have different keys.
pub(crate) fn alert(name: &str) -> Alert {
    let (account, region) = (Some("111122223333"), Some("us-east-1"));
    let identity = Identity { source: "root-login", drill: false, account, region };
    Alert {
        source: "root-login",
        severity: Severity::Critical,
        status: Status::Notice,
        drill: false,
        key: identity.key(&[name]),
        fingerprint: identity.fingerprint(&[]),
        throttle: Throttle::Never,
        free_only: false,
        only_if_firing: false,
        mailed_by: None,
        title: Text::new("루트 로그인 성공", "Root signed in"),
        subject: None,
        account: account.map(str::to_owned),
        region: region.map(str::to_owned),
        time: "2026-01-02T03:04:05Z".parse::<Timestamp>().ok(),
        facts: vec![Fact::foreign(Text::same("IP"), "203.0.113.7").brief()],
        advice: Text::new("비밀번호를 바꾸세요.", "Change the password."),
        links: Vec::new(),
        raw: "{}".to_owned(),
    }
}

pub(crate) fn wording() -> Wording {
    let accounts = BTreeMap::from([("111122223333".to_owned(), "prod".to_owned())]);
    Wording { language: Language::Ko, zone: TimeZone::UTC, accounts }
}

pub(crate) fn document() -> Document {
    Document::new(&alert("sample"), &wording())
}

pub(crate) fn clients() -> Clients {
    let credentials =
        aws_credential_types::Credentials::new("AKIDEXAMPLE", "aws-s3cret", Some("aws-t0ken".to_owned()), None, "test");
    let credentials = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
    Clients { http: Http::new().unwrap(), credentials: Some(credentials) }
}

/// What the stub does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answers with a status, extra header lines and a body.
    Answer(u16, Vec<(String, String)>, String),
    /// Reads the request and says nothing.
    Never,
    /// Reads the request and breaks the connection.
    Reset,
    /// Promises more than it says.
    CutShort,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &dyn ToString) -> Self {
        Self::Answer(status, Vec::new(), body.to_string())
    }
}

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A server that answers each request as the test says.
pub(crate) struct Stub {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stub {
    pub(crate) async fn start(reply: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (log, reply) = (heard.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, reply) = (log.clone(), reply.clone());
                tokio::spawn(async move {
                    let (mut stream, request) = read(stream).await;
                    let answer = reply(&request);
                    log.lock().unwrap().push(request);
                    write(&mut stream, answer).await;
                });
            }
        });
        Self { address, heard }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

async fn read(mut stream: TcpStream) -> (TcpStream, Heard) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.lines();
            let line = lines.next().unwrap_or_default().to_owned();
            let headers: BTreeMap<_, _> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return (stream, Heard { line, headers, body: body.to_owned() });
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return (stream, Heard { line: String::new(), headers: BTreeMap::new(), body: String::new() }),
        }
    }
}

async fn write(stream: &mut TcpStream, reply: Reply) {
    let text = match reply {
        Reply::Answer(status, headers, body) => {
            let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let headers = headers.concat();
            let length = body.len();
            format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
        }
        Reply::CutShort => "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{".to_owned(),
        Reply::Reset => return,
        Reply::Never => return std::future::pending().await,
    };
    let _ = stream.write_all(text.as_bytes()).await;
}
