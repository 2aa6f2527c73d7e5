use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::function::free_addresses;

/// Stands between a client and a server, byte for byte. It can be shut, and slow.
pub struct Gate {
    address: SocketAddr,
    behind: SocketAddr,
    pace: Pace,
    server: Option<JoinHandle<()>>,
}

/// By how many milliseconds each answer is late.
type Pace = Arc<AtomicU64>;

impl Gate {
    /// Listens on a port of its own, and passes on to what is behind it: `http://127.0.0.1:8025`.
    pub async fn before(url: &str) -> Self {
        let behind = url.strip_prefix("http://").unwrap().parse().unwrap();
        let [address, _] = free_addresses();
        let mut gate = Self { address, behind, pace: Pace::default(), server: None };
        gate.open().await;
        gate
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Tears every connection, and refuses new ones.
    pub async fn shut(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
            // It ends by being aborted, which counts as an error.
            server.await.ok();
        }
    }

    /// Lets connections through, from now on.
    pub async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.server = Some(tokio::spawn(serve(listener, self.behind, Arc::clone(&self.pace))));
    }

    /// Lets every answer be late by this much.
    pub fn slow(&self, by: Duration) {
        self.pace.store(by.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

/// Its connections end with it.
async fn serve(listener: TcpListener, behind: SocketAddr, pace: Pace) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(connect(client, behind, Arc::clone(&pace)));
    }
}

async fn connect(client: TcpStream, behind: SocketAddr, pace: Pace) {
    let Ok(server) = TcpStream::connect(behind).await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let ((asked, answer_to), (answered, ask)) = (client.into_split(), server.into_split());
    let at_once = Pace::default();
    // Whoever hangs up first ends both ways.
    tokio::select! {
        () = carry(asked, ask, &at_once) => {}
        () = carry(answered, answer_to, &pace) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, pace: &Pace) {
    let mut chunk = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut chunk).await {
        sleep(Duration::from_millis(pace.load(Ordering::Relaxed))).await;
        if to.write_all(&chunk[..count]).await.is_err() {
            return;
        }
    }
}
