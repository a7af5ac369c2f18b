//! The engines behind bare sockets, with the same senders on the same processors. This server only reads
//! each request to its end, commits a row for each waiting request, and replies. No server that commits
//! before it replies can be faster here, so it is the baseline for the collector's own work.

use std::path::Path;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use crate::load::length_of;
use crate::raw::{PostgresRows, Rows, tables};

const BATCH: usize = 256;

const REPLY: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 55\r\n\r\n{\"id\":\"00000000-0000-4000-8000-000000000000\",\"rev\":1}  ";

type Waiting = mpsc::Receiver<oneshot::Sender<()>>;

/// Serves from SQLite in this process; returns the address.
pub(crate) async fn sqlite(path: &Path) -> String {
    tables(&path.display().to_string()).await;
    let (queue, mut waiting): (_, Waiting) = mpsc::channel(1_024);
    let mut rows = Rows::into(path);
    std::thread::spawn(move || {
        while let Some(first) = waiting.blocking_recv() {
            let mut replies = vec![first];
            while replies.len() < BATCH
                && let Ok(next) = waiting.try_recv()
            {
                replies.push(next);
            }
            rows.commit(replies.len());
            replies.into_iter().for_each(|reply| reply.send(()).unwrap_or_default());
        }
    });
    listen(queue).await
}

/// Serves from PostgreSQL, with one batch underway as the collector has; returns the address.
pub(crate) async fn postgres(url: &str) -> String {
    tables(url).await;
    let (queue, mut waiting): (_, Waiting) = mpsc::channel(1_024);
    let mut rows = PostgresRows::into(url).await;
    tokio::spawn(async move {
        let mut replies = Vec::new();
        while waiting.recv_many(&mut replies, BATCH).await > 0 {
            rows.commit(replies.len()).await;
            replies.drain(..).for_each(|reply| reply.send(()).unwrap_or_default());
        }
    });
    listen(queue).await
}

async fn listen(queue: mpsc::Sender<oneshot::Sender<()>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(visit(stream, queue.clone()));
        }
    });
    address
}

async fn visit(mut stream: TcpStream, queue: mpsc::Sender<oneshot::Sender<()>>) {
    drop(stream.set_nodelay(true));
    let mut read = Vec::with_capacity(1_024);
    loop {
        while length_of(&read).is_none_or(|length| read.len() < length) {
            match stream.read_buf(&mut read).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
        read.clear();
        let (reply, kept) = oneshot::channel();
        if queue.send(reply).await.is_err() || kept.await.is_err() || stream.write_all(REPLY).await.is_err() {
            return;
        }
    }
}
