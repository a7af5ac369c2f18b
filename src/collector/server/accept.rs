//! Taking connections in, and letting those that are there finish.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::connection;
use super::seats::Seats;
use super::stream::Stream;
use crate::http::limit::{Peer, is_near};

/// Requests that are under way when the signal comes get so long to finish.
const GRACE: Duration = Duration::from_secs(8);

/// When the system has no file for another connection, so many of the oldest leave.
const ROOM: usize = 16;

/// Accepts until it is told to stop, and ends when the last connection has, or has had long enough.
pub(super) async fn run(
    listener: TcpListener,
    app: Router,
    seats: Arc<Seats>,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    // Each connection holds a sender, so receiving ends with the last of them.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let address = peer.ip().to_canonical();
                    let seat = seats.take(Some(address).filter(|address| !is_near(*address)));
                    let serving = connection::serve(open(stream), app.clone(), Peer(address), seat, stopped.clone());
                    let alive = alive.clone();
                    tokio::spawn(async move {
                        serving.await;
                        drop(alive);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    seats.make_room(ROOM);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
    drop((listener, alive));
    tracing::info!("stopping");
    stopping.send_replace(true);
    if tokio::time::timeout(GRACE, all_gone.recv()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn open(stream: TcpStream) -> Stream<TcpStream> {
    // Small replies go out at once instead of waiting for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no-delay could not be set");
    }
    Stream::new(stream)
}
