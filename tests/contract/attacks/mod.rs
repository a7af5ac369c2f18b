//! Attacks by strangers. Each group is a table of attempts. Every attempt is refused, or is harmless, and the
//! test says how.

mod addresses;
mod bodies;
mod clients;
mod forms;
mod framing;
mod logs;
mod origins;
mod times;
mod tokens;

use aanrader_tests::collector::{Collector, Options, answer};
use aanrader_tests::postgres;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};

/// The time limit of an exchange: on any machine, a longer one is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// A collector on the engine of this module's name.
fn start(options: Options) -> Collector {
    let on_postgres = module_path!().ends_with("on_postgresql");
    let database = on_postgres.then(|| postgres::shared().database());
    Collector::start(Options { database, ..options })
}

/// Sends these bytes on a connection of their own, and reads until the collector closes it.
async fn exchange(collector: &Collector, bytes: impl AsRef<[u8]>) -> String {
    let address = collector.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let mut reply = Vec::new();
    let all = async {
        // The collector may refuse it before all of it is sent.
        drop(stream.write_all(bytes.as_ref()).await);
        drop(stream.read_to_end(&mut reply).await);
    };
    timeout(PATIENCE, all).await.expect("the connection is closed");
    String::from_utf8_lossy(&reply).into_owned()
}

/// The statuses of all replies on one connection.
fn statuses(replies: &str) -> Vec<u16> {
    let lines = replies.split("HTTP/1.").skip(1).filter_map(|reply| reply.get(2..5));
    lines.filter_map(|status| status.parse().ok()).collect()
}

/// A request with a new answer as its body and exactly these headers.
fn post(headers: &str) -> String {
    let body = answer().to_string();
    format!("POST /v1/answers HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Asserts that no answer is stored.
async fn assert_nothing_is_kept(collector: &Collector) {
    assert_eq!(collector.answers().await.len(), 0);
}
