//! Visitors who send one answer after the other, each on a connection of its own.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came of it.
pub(crate) struct Times {
    /// Of each request, in milliseconds, sorted.
    millis: Vec<f64>,
    /// Requests a second.
    pub(crate) rate: f64,
}

impl Times {
    pub(crate) fn of(mut millis: Vec<f64>, lasted: Duration) -> Self {
        millis.sort_by(f64::total_cmp);
        let rate = millis.len() as f64 / lasted.as_secs_f64();
        Self { millis, rate }
    }

    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let last = self.millis.len().saturating_sub(1) as f64;
        self.millis.get((last * percent / 100.0).round() as usize).copied().unwrap_or(f64::NAN)
    }
}

/// Sends answers for a while; every one has to be stored.
pub(crate) async fn run(address: &str, connections: usize, lasts: Duration) -> Times {
    let until = Instant::now() + lasts;
    let started = Instant::now();
    let visitors = (0..connections).map(|_| {
        let address = address.to_owned();
        tokio::spawn(async move {
            let mut connection = TcpStream::connect(&address).await.expect("a connection");
            connection.set_nodelay(true).expect("no delay");
            let mut millis = Vec::new();
            while Instant::now() < until {
                let asked = Instant::now();
                let reply = exchange(&mut connection, &post()).await;
                assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
                millis.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
            millis
        })
    });
    let mut all = Vec::new();
    for visitor in visitors.collect::<Vec<_>>() {
        all.extend(visitor.await.expect("an end"));
    }
    Times::of(all, started.elapsed())
}

fn post() -> String {
    let body = format!(
        r#"{{"id":"{}","rev":1,"complete":true,"survey":"account","touchpoint":"t{}","score":{},"comment":"{}"}}"#,
        uuid::Uuid::new_v4(),
        rand(5),
        rand(11),
        "quick and friendly, thank you ".repeat(3)
    );
    format!(
        "POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn rand(below: u128) -> u128 {
    uuid::Uuid::new_v4().as_u128() % below
}

/// Sends a request and reads its whole reply.
pub(crate) async fn exchange(connection: &mut TcpStream, request: &str) -> String {
    connection.write_all(request.as_bytes()).await.expect("sent");
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
            });
            if length.is_none_or(|length| body.len() >= length) {
                return text.into_owned();
            }
        }
        let mut buffer = [0; 16 * 1024];
        let got = connection.read(&mut buffer).await.expect("a reply");
        assert!(got > 0, "the connection is closed: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..got]);
    }
}
