//! Connections that are opened before there is anything to send, and kept for who sends first.
//!
//! An HTTP client connects when it has a request. A function has none yet while it starts, but a whole CPU, which Lambda
//! takes away with the first event: so the handshakes are done before.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use hyper::rt::{Read, ReadBuf};
use jiff::Timestamp;
use reqwest::Url;
use tokio::sync::oneshot;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

use super::IDLE_TIMEOUT;
use crate::clock;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

tokio::task_local! {
    /// What the connector is called for: it is not told the address.
    static JOURNEY: Journey;
}

/// Where a request goes, and whether only a connection is wanted.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    origin: String,
    only_open: bool,
}

impl Journey {
    pub(super) fn to_send(url: &Url) -> Self {
        Self { origin: url.origin().ascii_serialization(), only_open: false }
    }

    /// The request of such a journey fails as soon as there is a connection, without having been sent.
    pub(super) fn to_open(url: &Url) -> Self {
        Self { only_open: true, ..Self::to_send(url) }
    }

    pub(super) async fn scope<F: Future>(self, request: F) -> F::Output {
        JOURNEY.scope(self, request).await
    }
}

/// Gives a client's connector the connections that were opened ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead;

impl<R, C> Layer<BoxCloneSyncService<R, C, BoxError>> for Ahead {
    type Service = Connector<R, C>;

    fn layer(&self, connect: BoxCloneSyncService<R, C, BoxError>) -> Connector<R, C> {
        Connector { connect, opened: Arc::default() }
    }
}

/// A connection that was opened ahead, or soon will be.
struct Opened<C> {
    at: Timestamp,
    connection: oneshot::Receiver<C>,
}

pub(super) struct Connector<R, C> {
    connect: BoxCloneSyncService<R, C, BoxError>,
    /// By origin.
    opened: Arc<Mutex<HashMap<String, Opened<C>>>>,
}

impl<R, C> Clone for Connector<R, C> {
    fn clone(&self) -> Self {
        Self { connect: self.connect.clone(), opened: self.opened.clone() }
    }
}

impl<R, C> Service<R> for Connector<R, C>
where
    R: Send + 'static,
    C: Read + Send + Unpin + 'static,
{
    type Response = C;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connect.poll_ready(context)
    }

    fn call(&mut self, destination: R) -> Self::Future {
        let journey = JOURNEY.try_with(Clone::clone).ok();
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        match journey {
            Some(Journey { origin, only_open: true }) => {
                let connecting = self.connect.call(destination);
                let (give, connection) = oneshot::channel();
                opened.insert(origin, Opened { at: clock::now(), connection });
                Box::pin(async move {
                    // Where it fails, whoever waits for it connects by himself.
                    let _ = give.send(connecting.await?);
                    Err("opened, and not used".into())
                })
            }
            Some(Journey { origin, only_open: false }) => {
                let opened = opened.remove(&origin).filter(Opened::is_fresh);
                let mut connect = self.connect.clone();
                Box::pin(async move {
                    if let Some(opened) = opened
                        && let Ok(mut connection) = opened.connection.await
                        && is_open(&mut connection)
                    {
                        return Ok(connection);
                    }
                    connect.ready().await?.call(destination).await
                })
            }
            None => self.connect.call(destination),
        }
    }
}

/// There is nothing to read before something was sent, unless the other side has closed it.
fn is_open(connection: &mut (impl Read + Unpin)) -> bool {
    let mut byte = [0];
    let mut buffer = ReadBuf::new(&mut byte);
    let reading = Pin::new(connection).poll_read(&mut Context::from_waker(Waker::noop()), buffer.unfilled());
    reading.is_pending()
}

impl<C> Opened<C> {
    /// By the time of day, which goes on while an environment is frozen.
    fn is_fresh(&self) -> bool {
        let idle = clock::now().duration_since(self.at);
        !idle.is_negative() && idle.unsigned_abs() < IDLE_TIMEOUT
    }
}

#[cfg(test)]
mod tests;
