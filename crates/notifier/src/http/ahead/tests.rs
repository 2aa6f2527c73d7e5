use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::rt::ReadBufCursor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tower::service_fn;

use super::*;
use crate::clock::instant;
use crate::http::Http;

/// How long the other side takes to open a connection.
const HANDSHAKE: Duration = Duration::from_millis(100);

/// A connection on which nothing comes, with its number.
#[derive(Debug)]
struct Line {
    number: usize,
    closed: bool,
}

impl Read for Line {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: ReadBufCursor<'_>) -> Poll<std::io::Result<()>> {
        if self.closed { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

/// Connections are numbered from 1. Those of these numbers fail, or are closed at once.
fn connector(fails: Option<usize>, closed: Option<usize>) -> Connector<(), Line> {
    let count = Arc::new(AtomicUsize::new(0));
    let connect = service_fn(move |()| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            sleep(HANDSHAKE).await;
            if fails == Some(number) {
                return Err(BoxError::from("refused"));
            }
            Ok(Line { number, closed: closed == Some(number) })
        }
    });
    Ahead.layer(BoxCloneSyncService::new(connect))
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

async fn open(connector: &Connector<(), Line>, address: &str) {
    let opened = Journey::to_open(&url(address)).scope(connector.clone().oneshot(())).await;
    assert!(opened.is_err(), "nothing is sent");
}

async fn send(connector: &Connector<(), Line>, address: &str) -> usize {
    Journey::to_send(&url(address)).scope(connector.clone().oneshot(())).await.unwrap().number
}

#[tokio::test(start_paused = true)]
async fn the_first_request_takes_the_connection_that_was_opened_ahead_and_the_second_opens_its_own() {
    let connector = connector(None, None);
    open(&connector, "https://one.example/path").await;
    let start = instant();
    assert_eq!(send(&connector, "https://one.example/other?key=1").await, 1);
    assert_eq!(instant() - start, Duration::ZERO);
    assert_eq!(send(&connector, "https://one.example/").await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_for_the_connection_that_is_opening_and_opens_no_second_one() {
    let connector = connector(None, None);
    let opening = connector.clone();
    tokio::spawn(async move { open(&opening, "https://one.example").await });
    sleep(HANDSHAKE * 9 / 10).await;
    let start = instant();
    assert_eq!(send(&connector, "https://one.example").await, 1);
    assert_eq!(instant() - start, HANDSHAKE / 10);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_for_the_place_that_it_leads_to() {
    let connector = connector(None, None);
    open(&connector, "https://one.example").await;
    for elsewhere in ["https://two.example", "http://one.example", "https://one.example:8443"] {
        assert_ne!(send(&connector, elsewhere).await, 1, "{elsewhere}");
    }
    assert_eq!(send(&connector, "https://one.example:443").await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_idled_too_long_is_not_used() {
    let connector = connector(None, None);
    open(&connector, "https://one.example").await;
    sleep(IDLE_TIMEOUT).await;
    assert_eq!(send(&connector, "https://one.example").await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_the_other_side_has_closed_is_not_used() {
    let connector = connector(None, Some(1));
    open(&connector, "https://one.example").await;
    assert_eq!(send(&connector, "https://one.example").await, 2);
}

#[tokio::test(start_paused = true)]
async fn where_no_connection_could_be_opened_ahead_the_request_opens_one() {
    let connector = connector(Some(1), None);
    open(&connector, "https://one.example").await;
    assert_eq!(send(&connector, "https://one.example").await, 2);
}

#[tokio::test]
async fn the_client_opens_without_sending_and_sends_on_what_it_has_opened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let http = Http::new().unwrap();
    http.open(&address).await;
    let (mut only, _) = listener.accept().await.unwrap();
    assert!(only.try_read(&mut [0; 16]).is_err(), "nothing was sent");

    let answer = tokio::spawn(async move {
        let mut start = [0; 10];
        only.read_exact(&mut start).await.unwrap();
        only.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        (start, listener)
    });
    let request = http::Request::post(format!("{address}/send")).body(b"text".to_vec()).unwrap();
    assert_eq!(http.exchange(request).await.unwrap().status(), 204);
    let (start, listener) = answer.await.unwrap();
    assert_eq!(&start, b"POST /send");
    assert!(timeout(Duration::ZERO, listener.accept()).await.is_err(), "there was no second connection");
}
