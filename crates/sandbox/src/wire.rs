//! A listener whose connections can be torn from within, which `axum` alone cannot do.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A TCP listener of connections that can be torn.
pub(crate) struct Tearable(pub(crate) TcpListener);

impl Listener for Tearable {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, addr) = Listener::accept(&mut self.0).await;
        let (cut, torn) = oneshot::channel();
        (Wire { stream, torn: Some(torn), scissors: Scissors(Arc::new(Mutex::new(Some(cut)))) }, addr)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Tears one connection.
#[derive(Clone)]
pub(crate) struct Scissors(Arc<Mutex<Option<oneshot::Sender<()>>>>);

impl Scissors {
    /// Resets the connection: the other side sees a TCP RST instead of an answer.
    pub(crate) fn cut(&self) {
        if let Some(cut) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nobody listens any more where the other side has hung up first.
            cut.send(()).ok();
        }
    }
}

impl Connected<IncomingStream<'_, Tearable>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Tearable>) -> Self {
        stream.io().scissors.clone()
    }
}

/// A connection.
pub(crate) struct Wire {
    stream: TcpStream,
    torn: Option<oneshot::Receiver<()>>,
    scissors: Scissors,
}

impl Wire {
    /// Whether the connection has been cut; the server reads all the while that it waits for an answer, to notice
    /// when the other side hangs up, so this is seen at once.
    fn is_cut(&mut self, context: &mut Context<'_>) -> bool {
        let Some(torn) = &mut self.torn else { return false };
        let Poll::Ready(signal) = Pin::new(torn).poll(context) else { return false };
        self.torn = None;
        signal.is_ok()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.is_cut(cx) {
            // Closing with unsent data to linger for zero seconds is what makes the kernel send RST.
            self.stream.set_zero_linger().ok();
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
