//! Accepts connections, and lets them finish at the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::connection::{self, App};
use super::seats::{Seat, Seats};
use super::stream::Stream;
use super::tls::Certificate;
use crate::http::limit::{Peer, is_near};

/// How long underway requests may take after the stop signal.
const GRACE: Duration = Duration::from_secs(8);

/// The time limit of a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many of the oldest connections end if the system has no file for another one.
const ROOM: usize = 16;

/// The ways for connections to come in.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) seats: Arc<Seats>,
    /// HTTPS, if there is a certificate.
    pub(super) tls: Option<Certificate>,
}

impl Doors {
    /// The limit on connections, without a certificate.
    pub(crate) fn plain(most: usize) -> Self {
        Self { seats: Arc::new(Seats::new(most, most)), tls: None }
    }
}

/// Accepts connections until the stop signal. Ends with the last connection, or after the grace period.
pub(crate) async fn run(listener: TcpListener, app: impl App, doors: Doors, mut stop: watch::Receiver<bool>) {
    let stopped = stop.clone();
    // Each connection holds a sender, so the receiver ends with the last of them.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    loop {
        tokio::select! {
            () = told(&mut stop) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let address = peer.ip().to_canonical();
                    let seat = doors.seats.take(Some(address).filter(|address| !is_near(*address)));
                    let serving = serve(stream, doors.tls.clone(), app.clone(), Peer(address), seat, stopped.clone());
                    let alive = alive.clone();
                    tokio::spawn(async move {
                        serving.await;
                        drop(alive);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    doors.seats.make_room(ROOM);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
    drop((listener, alive));
    tracing::info!("stopping");
    if tokio::time::timeout(GRACE, all_gone.recv()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Ends at the stop signal.
async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that no signal can come any more.
    drop(stop.wait_for(|stop| *stop).await);
}

async fn serve(
    stream: TcpStream,
    tls: Option<Certificate>,
    app: impl App,
    peer: Peer,
    seat: Seat,
    stop: watch::Receiver<bool>,
) {
    // Sends small replies at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no-delay could not be set");
    }
    let stream = Stream::new(stream);
    let Some(certificate) = tls else {
        return connection::serve(stream, app, peer, seat, stop).await;
    };
    let handshake = tokio::time::timeout(HANDSHAKE, certificate.acceptor().accept(stream));
    let secret = tokio::select! {
        secret = handshake => secret,
        () = seat.needed() => return,
    };
    match secret {
        Ok(Ok(stream)) => connection::serve(stream, app, peer, seat, stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => tracing::debug!("TLS takes too long"),
    }
}
