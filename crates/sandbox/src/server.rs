use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::fault::Faults;
use crate::http::{Incoming, Reply, form, segments};
use crate::journal::Journal;
use crate::providers::Verdict;
use crate::wire::{Scissors, Tearable};
use crate::{Accounts, Channel, Fault, FaultKind, Message, Outcome, Request, api, clock, providers};

/// How long an unanswered connection is held open.
const SILENCE: Duration = Duration::from_mins(1);
/// How late a slow answer is.
const DELAY: Duration = Duration::from_secs(3);

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox cannot listen on {addr}")]
pub struct StartError {
    addr: SocketAddr,
    source: io::Error,
}

/// The running emulators. Dropping it frees the port.
pub struct Sandbox {
    addr: SocketAddr,
    house: Arc<House>,
    server: JoinHandle<()>,
    _open: watch::Sender<()>,
}

impl Sandbox {
    /// Listens on `addr`; port 0 finds a free one. Needs a running `tokio`.
    pub async fn start(addr: SocketAddr, accounts: Accounts) -> Result<Self, StartError> {
        let failed = |source| StartError { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let (open, closing) = watch::channel(());
        let house = Arc::new(House { accounts, faults: Mutex::default(), journal: Mutex::default(), closing });
        let router = Router::new().fallback(receive).with_state(Arc::clone(&house));
        let service = router.into_make_service_with_connect_info::<Scissors>();
        let server = tokio::spawn(async move {
            // It serves until it is dropped, and never fails.
            axum::serve(Tearable(listener), service).await.ok();
        });
        Ok(Self { addr, house, server, _open: open })
    }

    /// `http://127.0.0.1:8025`, to be given to channels as their `base_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Adds a fault after those that the channel already has.
    pub fn inject(&self, fault: Fault) {
        self.house.faults().inject(fault);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.house.faults().heal();
    }

    /// What was accepted, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.house.journal().messages.clone()
    }

    /// Everything that was asked for, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.house.journal().requests.clone()
    }

    /// Forgets all messages and requests.
    pub fn clear(&self) {
        self.house.journal().clear();
    }

    /// Frees the port and waits until it is free.
    pub async fn stop(mut self) {
        self.server.abort();
        // It ends by being aborted, which counts as an error.
        (&mut self.server).await.ok();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What all requests share.
pub(crate) struct House {
    pub(crate) accounts: Accounts,
    faults: Mutex<Faults>,
    journal: Mutex<Journal>,
    closing: watch::Receiver<()>,
}

impl House {
    /// A panic elsewhere leaves nothing half-done in these, so a poisoned lock is as good as any.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when the time is over, or the sandbox closes.
    async fn wait(&self, time: Duration) {
        let mut closing = self.closing.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = closing.changed() => {}
        }
    }
}

/// Every request comes in here.
async fn receive(
    State(house): State<Arc<House>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (path, query) = (segments(uri.path()), form(uri.query().unwrap_or_default()));
    let request = Incoming { at: clock::now(), method, path, query, headers, body };
    if let Some(reply) = api::answer(&house, &request) {
        return reply.into_response();
    }
    match providers::channel(&request) {
        Some(channel) => serve(&house, &request, channel, &scissors).await.into_response(),
        None => stray(&house, &request).into_response(),
    }
}

/// A path that no provider has. It is not written down, since a mistyped one may hold a secret in any place.
fn stray(house: &House, request: &Incoming) -> Reply {
    let told = "no provider has this path";
    house.journal().requests.push(Request {
        at: request.at,
        channel: None,
        what: format!("{} …", request.method),
        outcome: Outcome::Refused,
        fault: None,
        rule: Some(told.to_owned()),
    });
    Reply::text(StatusCode::NOT_FOUND, "text/plain", told)
}

/// Answers, or does what a fault says.
async fn serve(house: &House, request: &Incoming, channel: Channel, scissors: &Scissors) -> Reply {
    let fault = if providers::sends(channel, request) { house.faults().take(channel) } else { None };
    let verdict = match fault {
        None | Some(FaultKind::Slow | FaultKind::ResetAfterWrite) => providers::answer(channel, house, request),
        Some(FaultKind::Carrier) => providers::answer(channel, house, request).doomed(),
        Some(FaultKind::Garbage) => Verdict::refused(Reply::garbage(), "fault: garbage"),
        Some(kind) => Verdict::refused(providers::fault(channel, kind), format!("fault: {kind}")),
    };
    let reply = note(house, request, channel, fault, verdict);
    match fault {
        Some(FaultKind::Slow) => house.wait(DELAY).await,
        Some(FaultKind::Timeout) => {
            house.wait(SILENCE).await;
            torn(scissors).await;
        }
        Some(FaultKind::ResetAfterWrite) => torn(scissors).await,
        _ => {}
    }
    reply
}

/// Tears the connection, and with it the task that waits here.
async fn torn(scissors: &Scissors) {
    scissors.cut();
    std::future::pending::<()>().await;
}

/// Writes down what became of a request.
fn note(house: &House, request: &Incoming, channel: Channel, fault: Option<FaultKind>, verdict: Verdict) -> Reply {
    let mut journal = house.journal();
    journal.requests.push(Request {
        at: request.at,
        channel: Some(channel),
        what: format!("{} {}", request.method, providers::public_path(channel, &request.path)),
        outcome: verdict.outcome(),
        fault,
        rule: verdict.rule,
    });
    journal.messages.extend(verdict.accepted);
    verdict.reply
}
