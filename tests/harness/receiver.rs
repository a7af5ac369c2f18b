//! A receiver of webhooks on loopback, which keeps what it gets and can be made to fail.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// How long a connection may say nothing.
const SILENCE: Duration = Duration::from_secs(20);

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Message {
    /// The path that it was posted to.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// When it came.
    pub at: Instant,
}

impl Message {
    /// A header's text; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Its `webhook-id`.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// Its body.
    ///
    /// # Panics
    /// When it isn't JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }
}

/// The receiver's reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// A reply with this status and these header lines.
    Reply(u16, String),
    /// The connection closes without a reply, as if the receiver had been killed.
    Dies,
}

type React = Box<dyn FnMut(&Message) -> Reaction + Send>;

struct Shared {
    messages: Mutex<Vec<Message>>,
    react: Mutex<React>,
    is_over: AtomicBool,
}

/// A receiver on a port of the system's choice.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Starts a receiver that takes every message.
    ///
    /// # Panics
    /// When there is no port.
    pub fn start() -> Self {
        Self::reacting(|_| Reaction::Reply(204, String::new()))
    }

    /// Starts a receiver with this reaction. It keeps the message before it reacts.
    ///
    /// # Panics
    /// When there is no port.
    pub fn reacting(react: impl FnMut(&Message) -> Reaction + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            messages: Mutex::default(),
            react: Mutex::new(Box::new(react)),
            is_over: AtomicBool::new(false),
        });
        let listening = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || listen(&listener, &shared))
        };
        Self { address, shared, listening: Some(listening) }
    }

    /// Its URL with this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Changes its reaction.
    pub fn react(&self, react: impl FnMut(&Message) -> Reaction + Send + 'static) {
        *lock(&self.shared.react) = Box::new(react);
    }

    /// All messages so far.
    pub fn messages(&self) -> Vec<Message> {
        lock(&self.shared.messages).clone()
    }

    /// Waits until there are this many messages.
    ///
    /// # Panics
    /// When they don't come within a minute.
    pub async fn wait_for(&self, count: usize) -> Vec<Message> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let messages = self.messages();
            if messages.len() >= count {
                return messages;
            }
            assert!(Instant::now() < deadline, "{} of {count} messages came: {messages:?}", messages.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        drop(TcpStream::connect(self.address));
        drop(self.listening.take().map(JoinHandle::join));
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.is_over.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        // A connection that breaks is the sender's to notice.
        thread::spawn(move || drop(serve(stream, &shared)));
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    let Some(message) = read(&stream)? else { return Ok(()) };
    lock(&shared.messages).push(message.clone());
    let reaction = (lock(&shared.react))(&message);
    if let Reaction::Reply(status, headers) = reaction {
        write!(stream, "HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")?;
    }
    Ok(())
}

/// A complete request; `None` if it ends early.
fn read(stream: &TcpStream) -> std::io::Result<Option<Message>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let Some(path) = line.split(' ').nth(1).map(str::to_owned) else { return Ok(None) };
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let header = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value.trim()).ok());
        headers.extend(header);
    }
    let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Some(Message { path, headers, body, at: Instant::now() }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
