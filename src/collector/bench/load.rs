//! Senders that send one answer after the other, each on a connection of its own.
//!
//! They share the processors with the server under test, so they do as little as possible: a counter replaces
//! randomness, and of a reply they check only status and length.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The measured times.
pub(crate) struct Times {
    /// The time of each request, in milliseconds, sorted.
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

/// Sends answers for this long; every one must be stored.
pub(crate) async fn run(address: &str, connections: usize, lasts: Duration) -> Times {
    let until = Instant::now() + lasts;
    let started = Instant::now();
    let senders = (0..connections).map(|_| {
        let address = address.to_owned();
        tokio::spawn(async move {
            let mut connection = Connection::to(&address).await;
            let (mut millis, mut answers) = (Vec::new(), Answers::new());
            while Instant::now() < until {
                let asked = Instant::now();
                let reply = connection.exchange(&answers.next()).await;
                assert!(reply.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(reply));
                millis.push(asked.elapsed().as_secs_f64() * 1_000.0);
            }
            millis
        })
    });
    let mut all = Vec::new();
    for sender in senders.collect::<Vec<_>>() {
        all.extend(sender.await.expect("an end"));
    }
    Times::of(all, started.elapsed())
}

/// Requests with answers that were never sent before.
struct Answers(u64);

impl Answers {
    fn new() -> Self {
        Self(uuid::Uuid::new_v4().as_u64_pair().0)
    }

    /// A random number (splitmix64).
    fn random(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn next(&mut self) -> String {
        let (high, low) = (self.random(), self.random());
        let id = uuid::Builder::from_u128((u128::from(high) << 64) | u128::from(low));
        let id = id.with_version(uuid::Version::Random).with_variant(uuid::Variant::RFC4122).into_uuid();
        let body = format!(
            r#"{{"id":"{id}","rev":1,"complete":true,"survey":"account","touchpoint":"t{}","score":{},"comment":"{}"}}"#,
            high % 5,
            low % 11,
            crate::raw::COMMENT
        );
        format!(
            "POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) async fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, read: Vec::with_capacity(1_024) }
    }

    /// Sends a request and reads its complete reply.
    pub(crate) async fn exchange(&mut self, request: &str) -> &[u8] {
        self.stream.write_all(request.as_bytes()).await.expect("sent");
        self.read.clear();
        loop {
            let got = self.stream.read_buf(&mut self.read).await.expect("a reply");
            assert!(got > 0, "the connection is closed: {}", String::from_utf8_lossy(&self.read));
            if length_of(&self.read).is_some_and(|length| self.read.len() >= length) {
                return &self.read;
            }
        }
    }
}

/// The length of a complete message, head and body; `None` until its head is complete.
pub(crate) fn length_of(read: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"content-length: ";
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let place = read[..head].windows(LENGTH.len()).position(|name| name.eq_ignore_ascii_case(LENGTH));
    let digits = &read[place? + LENGTH.len()..head];
    let digits = digits.split(|byte| !byte.is_ascii_digit()).next()?;
    Some(head + std::str::from_utf8(digits).ok()?.parse::<usize>().ok()?)
}
