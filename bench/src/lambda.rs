//! Lambda's Runtime API, as a function sees it.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, timeout};

/// How long anything may take. A function has 30 s.
const PATIENCE: Duration = Duration::from_secs(40);

/// The platform of one process.
pub(crate) struct Lambda {
    /// What `AWS_LAMBDA_RUNTIME_API` says.
    pub(crate) address: String,
    asked: mpsc::Receiver<Instant>,
    events: mpsc::Sender<Bytes>,
    answered: mpsc::Receiver<(Instant, bool, Bytes)>,
}

impl Lambda {
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (asks, asked) = mpsc::channel(8);
        let (events, coming) = mpsc::channel(8);
        let (answers, answered) = mpsc::channel(8);
        let side = Arc::new(Side { asks, coming: Mutex::new(coming), answers });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).ok();
                let side = side.clone();
                let service = service_fn(move |request| {
                    let side = side.clone();
                    async move { Ok::<_, Infallible>(side.serve(request).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { address, asked, events, answered })
    }

    /// When the function asked for its next event.
    pub(crate) async fn next(&mut self) -> Result<Instant> {
        let asked = timeout(PATIENCE, self.asked.recv()).await.context("it does not ask for an event")?;
        asked.context("the platform is gone")
    }

    /// Gives it an event, and says when.
    pub(crate) async fn invoke(&self, event: Bytes) -> Result<Instant> {
        self.events.send(event).await?;
        Ok(Instant::now())
    }

    /// When it answered, and what.
    pub(crate) async fn response(&mut self) -> Result<(Instant, Bytes)> {
        let answered = timeout(PATIENCE, self.answered.recv()).await.context("it does not answer")?;
        let (at, well, body) = answered.context("the platform is gone")?;
        if !well {
            bail!("it failed: {}", String::from_utf8_lossy(&body));
        }
        Ok((at, body))
    }
}

/// The side of the function.
struct Side {
    asks: mpsc::Sender<Instant>,
    coming: Mutex<mpsc::Receiver<Bytes>>,
    answers: mpsc::Sender<(Instant, bool, Bytes)>,
}

impl Side {
    async fn serve(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        if path.ends_with("/invocation/next") {
            self.asks.send(Instant::now()).await.ok();
            let event = self.coming.lock().await.recv().await.unwrap_or_default();
            return next(event);
        }
        let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        self.answers.send((Instant::now(), path.ends_with("/response"), body)).await.ok();
        let mut taken = Response::new(Full::new(Bytes::from_static(br#"{"status":"OK"}"#)));
        *taken.status_mut() = StatusCode::ACCEPTED;
        taken
    }
}

fn next(event: Bytes) -> Response<Full<Bytes>> {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + Duration::from_secs(30);
    let answer = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:111122223333:function:bongsu")
        .body(Full::new(event));
    answer.unwrap_or_default()
}
