//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::seats::Seat;
use crate::http::limit::Peer;

/// The time limit for a request's headers, and for an idle connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest request line with headers, in bytes.
const HEADER_BYTES: usize = 16 * 1024;

/// How long, and for how many bytes, the server reads on from a client that still sends after its reply.
const LINGER: (Duration, u64) = (Duration::from_secs(2), 1024 * 1024);

/// A service of requests.
pub(crate) trait App:
    Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Unpin
    + 'static
{
}

impl<A> App for A where
    A: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Unpin
        + 'static
{
}

/// Serves requests until either side closes the connection, another connection needs the seat, or the
/// collector stops.
pub(super) async fn serve<S>(
    stream: S,
    app: impl App,
    peer: Peer,
    seat: Seat,
    mut stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let seat = std::sync::Arc::new(seat);
    let requests = Requests { app, peer, seat: seat.clone() };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), requests);
    let mut needed = pin!(seat.needed());
    let mut stopping = false;
    let outcome = loop {
        tokio::select! {
            outcome = poll_fn(|context| connection.poll_without_shutdown(context)) => break outcome,
            () = &mut needed => return,
            _ = stop.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    // A client that leaves halfway deserves no line in the log.
    if let Err(error) = outcome {
        tracing::debug!(%error, "connection ended");
    }
    let stream = connection.into_parts().io.into_inner();
    tokio::select! {
        () = linger(stream) => {}
        () = needed => {}
    }
}

/// Closes our half, and reads on for a while. Closing with unread bytes would reset the connection, and a
/// client that still sends would never read why it was refused.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let end = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut (&mut stream).take(LINGER.1), &mut tokio::io::sink()).await
    };
    // The connection is over in either case.
    drop(tokio::time::timeout(LINGER.0, end).await);
}

/// Passes requests on, with their sender.
struct Requests<A> {
    app: A,
    peer: Peer,
    seat: std::sync::Arc<Seat>,
}

impl<A: App> Service<Request<Incoming>> for Requests<A> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.seat.touch();
        request.extensions_mut().insert(self.peer);
        let (reply, seat) = (self.app.call(request), self.seat.clone());
        Box::pin(async move {
            let reply = reply.await;
            seat.touch();
            reply
        })
    }
}
