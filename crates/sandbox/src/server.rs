use std::io;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::fault::Faults;
use crate::http::{Incoming, Reply, form, segments, take_play};
use crate::journal::Journal;
use crate::providers::Verdict;
use crate::wire::{Scissors, Tearable};
use crate::{Accounts, Channel, Control, FaultKind, Outcome, Request, api, clock, guard, providers};

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
    control: Control,
    server: JoinHandle<()>,
    _open: watch::Sender<()>,
}

impl Sandbox {
    /// Listens on `addr`; port 0 finds a free one. Needs a running `tokio`.
    pub async fn start(addr: SocketAddr, accounts: Accounts) -> Result<Self, StartError> {
        Self::start_with(addr, accounts, |_| Router::new()).await
    }

    /// The same with pages beside the emulators. Only this machine's programs and the pages themselves get at them.
    pub async fn start_with(
        addr: SocketAddr,
        accounts: Accounts,
        pages: impl FnOnce(Control) -> Router,
    ) -> Result<Self, StartError> {
        let failed = |source| StartError { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let (open, closing) = watch::channel(());
        let house = Arc::new(House::new(accounts, closing));
        let control = Control { addr, house: Arc::clone(&house) };
        let pages = pages(control.clone()).layer(middleware::from_fn(guard::layer)).with_state(());
        // A page at `/` is not to hide SNS, which takes its posts there.
        let router = pages.method_not_allowed_fallback(receive).fallback(receive).with_state(house);
        let service = router.into_make_service_with_connect_info::<Scissors>();
        let server = tokio::spawn(async move {
            // It serves until it is dropped, and never fails.
            axum::serve(Tearable(listener), service).await.ok();
        });
        Ok(Self { control, server, _open: open })
    }

    /// Frees the port and waits until it is free.
    pub async fn stop(mut self) {
        self.server.abort();
        // It ends by being aborted, which counts as an error.
        (&mut self.server).await.ok();
    }
}

/// All that can be done with it while it runs.
impl Deref for Sandbox {
    type Target = Control;

    fn deref(&self) -> &Control {
        &self.control
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
    changes: watch::Sender<u64>,
    closing: watch::Receiver<()>,
}

impl House {
    fn new(accounts: Accounts, closing: watch::Receiver<()>) -> Self {
        let (changes, _) = watch::channel(0);
        Self { accounts, faults: Mutex::default(), journal: Mutex::default(), changes, closing }
    }

    /// A panic elsewhere leaves nothing half-done in these, so a poisoned lock is as good as any.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a change, and wakes those who wait for one.
    pub(crate) fn touch(&self) -> u64 {
        let mut number = 0;
        self.changes.send_modify(|changes| {
            *changes += 1;
            number = *changes;
        });
        number
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
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
    let (play, path) = take_play(segments(uri.path()));
    let query = form(uri.query().unwrap_or_default());
    let request = Incoming { at: clock::now(), method, play, path, query, headers, body };
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
        play: request.play,
        channel: None,
        what: format!("{} …", request.method),
        outcome: Outcome::Refused,
        fault: None,
        rule: Some(told.to_owned()),
    });
    house.touch();
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
        play: request.play,
        channel: Some(channel),
        what: format!("{} {}", request.method, providers::public_path(channel, &request.path)),
        outcome: verdict.outcome(),
        fault,
        rule: verdict.rule,
    });
    journal.messages.extend(verdict.accepted);
    drop(journal);
    house.touch();
    verdict.reply
}
