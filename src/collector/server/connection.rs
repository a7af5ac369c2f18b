//! One connection, from its first byte to its last.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::seats::Seat;
use crate::http::limit::Peer;

/// A request's headers have to come within this time; an idle connection is closed after it.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// A request's line and headers together, in bytes.
const HEADER_BYTES: usize = 16 * 1024;

/// How long, and how far, a client is read that still sends when its reply is written.
const LINGER: (Duration, u64) = (Duration::from_secs(2), 1024 * 1024);

/// Serves requests until one of the two ends it, somebody else needs the seat, or the collector stops.
pub(super) async fn serve<S>(stream: S, app: Router, peer: Peer, seat: Seat, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let seat = std::sync::Arc::new(seat);
    let requests = Requests { app: TowerToHyperService::new(app), peer, seat: seat.clone() };
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
    // A visitor who leaves halfway is not worth a line.
    if let Err(error) = outcome {
        tracing::debug!(%error, "connection ended");
    }
    let stream = connection.into_parts().io.into_inner();
    tokio::select! {
        () = linger(stream) => {}
        () = needed => {}
    }
}

/// Ends our half, and reads on for a while: closing with bytes unread would reset the connection, and who
/// still sends would never read why it was refused.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let end = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut (&mut stream).take(LINGER.1), &mut tokio::io::sink()).await
    };
    // It is over one way or the other.
    drop(tokio::time::timeout(LINGER.0, end).await);
}

/// Hands requests on, with who sent them.
struct Requests {
    app: TowerToHyperService<Router>,
    peer: Peer,
    seat: std::sync::Arc<Seat>,
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
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
