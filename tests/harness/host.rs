//! Another site: pages on an origin of their own, as hostile as a test needs.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::witness::WITNESS;

/// The path of the test's own script.
const FIRST: &str = "/first.js";

/// The reply for a path.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Whether the body is a receipt for the sent answer.
    receipt: bool,
}

impl Reply {
    /// A page.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    /// A reply with any status, content type and body.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".into(), content_type.into())];
        Self { status, headers, body: body.into(), receipt: false }
    }

    /// The collector's receipt for any answer.
    pub fn receipt(status: u16) -> Self {
        Self { receipt: true, ..Self::new(status, "application/json", "") }
    }

    /// The collector's refusal, with the code of its error.
    pub fn refusal(status: u16, code: &str) -> Self {
        let problem = serde_json::json!({ "field": "body", "code": code, "message": "no" });
        let body = serde_json::json!({ "problems": [problem] });
        Self::new(status, "application/json", body.to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a content security policy.
    #[must_use]
    pub fn policy(self, policy: impl Into<String>) -> Self {
        self.header("Content-Security-Policy", policy)
    }

    /// Adds the test's own script to a page with a head, before all others, and allows it in the policy. Not
    /// every engine can run such a script by itself.
    fn with_first(mut self, origin: &str) -> Self {
        const HEAD: &str = "<head>";
        let is_page = self.headers.iter().any(|(_, value)| value.starts_with("text/html"));
        let page = str::from_utf8(&self.body).ok().filter(|page| is_page && page.contains(HEAD));
        let Some(page) = page else { return self };
        self.body = page.replacen(HEAD, &format!("{HEAD}<script src={FIRST}></script>"), 1).into_bytes();
        for (_, value) in self.headers.iter_mut().filter(|(name, _)| name == "Content-Security-Policy") {
            *value = value.replacen("script-src ", &format!("script-src {origin}{FIRST} "), 1);
        }
        self
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// The body, as text.
    pub body: String,
}

/// Where surveys count what becomes of the question, as at the collector.
const COUNTS: &str = "/v1/askings";

#[derive(Debug, Default)]
struct Site {
    origin: String,
    replies: Mutex<HashMap<String, Reply>>,
    requests: Mutex<Vec<Request>>,
    /// A script that runs in each page before its own.
    first: Mutex<String>,
    closed: AtomicBool,
}

/// A web server for one test; dropping it stops it.
#[derive(Debug)]
pub struct Host {
    address: SocketAddr,
    site: Arc<Site>,
}

impl Host {
    /// Starts a server on a port of its own; all paths reply 404 at first.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let site = Arc::new(Site { origin: format!("http://{address}"), ..Site::default() });
        let shared = Arc::clone(&site);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.closed.load(Ordering::SeqCst) {
                    return;
                }
                let site = Arc::clone(&shared);
                // A customer may hang up.
                std::thread::spawn(move || drop(site.answer(&stream)));
            }
        });
        Self { address, site }
    }

    /// The origin, `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        self.site.origin.clone()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Sets the reply for a path (without its query).
    pub fn set(&self, path: &str, reply: Reply) {
        lock(&self.site.replies).insert(path.to_owned(), reply);
    }

    /// Changes a file so that only its hash differs: programs read it as before.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn tamper(&self, path: &str) {
        let mut replies = lock(&self.site.replies);
        let reply = replies.get_mut(path).unwrap_or_else(|| panic!("there is no {path}"));
        // A custom section without name and contents; white space.
        reply.body.extend_from_slice(if path.ends_with(".wasm") { &[0, 1, 0] } else { b"\n" });
    }

    /// Runs a script in each later page, before the page's own scripts.
    pub fn before_each_page(&self, script: &str) {
        lock(&self.site.first).push_str(script);
    }

    /// All requests so far, in order, except those for the tests' own script and the counts of the question.
    pub fn requests(&self) -> Vec<Request> {
        let is_other = |request: &&Request| !request.path.starts_with(COUNTS);
        lock(&self.site.requests).iter().filter(is_other).cloned().collect()
    }

    /// The counts of the question so far, in order.
    pub fn counts(&self) -> Vec<String> {
        let requests = lock(&self.site.requests);
        let counts = requests.iter().filter(|request| request.path.starts_with(COUNTS));
        counts.map(|request| request.body.clone()).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.site.closed.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it notices the end.
        drop(TcpStream::connect(self.address));
    }
}

impl Site {
    /// Replies to all requests on a connection, until either side closes it.
    fn answer(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = read(&mut reader)? {
            if self.closed.load(Ordering::SeqCst) {
                break;
            }
            stream.write_all(&self.reply(request))?;
        }
        Ok(())
    }

    /// Records a request, and returns its reply.
    fn reply(&self, request: Request) -> Vec<u8> {
        let path = request.path.split('?').next().unwrap_or_default();
        let reply = lock(&self.replies).get(path).cloned().unwrap_or_else(|| match path {
            // The browser requests this, not the page.
            "/favicon.ico" => Reply::new(204, "image/x-icon", ""),
            FIRST => Reply::new(200, "text/javascript", format!("{WITNESS}\n{}", lock(&self.first))),
            COUNTS => Reply::new(204, "text/plain", ""),
            _ => Reply::new(404, "text/plain", "nothing here"),
        });
        let mut reply = reply.with_first(&self.origin);
        if reply.receipt {
            let sent: serde_json::Value = serde_json::from_str(&request.body).unwrap_or_default();
            reply.body = serde_json::json!({ "id": sent["id"], "rev": sent["rev"] }).to_string().into_bytes();
        }
        if !["/favicon.ico", FIRST].contains(&path) {
            lock(&self.requests).push(request);
        }
        let mut message = format!("HTTP/1.1 {} x\r\n", reply.status);
        for (name, value) in &reply.headers {
            message += &format!("{name}: {value}\r\n");
        }
        message += &format!("Content-Length: {}\r\n\r\n", reply.body.len());
        [message.into_bytes(), reply.body].concat()
    }
}

/// Reads the next request, if there is one; a body must have a length.
fn read(from: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut length = 0;
    loop {
        let mut header = String::new();
        if from.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = String::new();
    from.take(length).read_to_string(&mut body)?;
    Ok(Some(Request { method, path, body }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
