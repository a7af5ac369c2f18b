//! A proxy on loopback between customers and the collector. It passes everything on unchanged, except the
//! answers for which its plan has a fault.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Fault;
use super::message::{Reply, Request};

/// The fault for a customer's n-th try (from 0) to send an answer.
pub type Plan = Box<dyn Fn(&str, usize) -> Option<Blow> + Send + Sync>;

/// A fault with its particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blow {
    /// The kind.
    pub fault: Fault,
    /// The length of a delay, or the time until a replay.
    pub delay: Duration,
    /// Seconds in `Retry-After`, if there is a status to send it with.
    pub retry_after: Option<u32>,
}

/// The longest time until the port opens or closes.
const LIMIT: Duration = Duration::from_secs(20);

/// A page with one survey for a customer: `/visit/NAME`, and a page to go to: `/elsewhere`.
const PAGE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>A visit</title>\
    <script async src=/aanrader.js></script><main><h1>Shop</h1>\
    <aanrader-survey survey=fault touchpoint=visit customer=\"NAME\"></aanrader-survey></main></html>";
const ELSEWHERE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Elsewhere</title>\
    <main><h1>Elsewhere</h1></main></html>";
/// A service worker that replies in the collector's place to every failed request.
const WORKER: &str = include_str!("worker.js");
const HTML: &str = "content-type: text/html; charset=utf-8\r\ncontent-security-policy: default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    require-trusted-types-for 'script'\r\n";

/// The outcomes of one customer's tries.
#[derive(Clone, Debug, Default)]
pub struct Met {
    /// The number of tries.
    pub tries: usize,
    /// The faults among them, in order.
    pub faults: Vec<Fault>,
    /// How often a 2xx was passed on.
    pub receipts: usize,
}

struct Shared {
    target: SocketAddr,
    plan: Mutex<Plan>,
    met: Mutex<HashMap<String, Met>>,
    /// The number of all customers' tries to send an answer.
    tries: AtomicU64,
    kept: Mutex<HashSet<String>>,
    /// The number of pending replays.
    replays: Arc<AtomicU32>,
}

/// A running proxy; dropping it stops it.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    open: watch::Sender<bool>,
    /// Whether the port is open now.
    state: watch::Receiver<bool>,
    runtime: Option<Runtime>,
}

impl Proxy {
    /// Starts a proxy in front of a collector such as `http://127.0.0.1:12345`.
    ///
    /// # Panics
    /// When no port is free.
    pub fn start(collector: &str, plan: Plan) -> Self {
        let target = collector.trim_start_matches("http://").parse().expect("the collector's address");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("its address");
        let (plan, met, kept) = (Mutex::new(plan), Mutex::default(), Mutex::default());
        let (tries, replays) = (AtomicU64::default(), Arc::default());
        let shared = Arc::new(Shared { target, plan, met, tries, kept, replays });
        let (open, wanted) = watch::channel(true);
        let (opened, state) = watch::channel(true);
        runtime.spawn(listen(Arc::clone(&shared), address, listener, wanted, opened));
        Self { address, shared, open, state, runtime: Some(runtime) }
    }

    /// Its address, such as `http://127.0.0.1:12346`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Replaces the plan.
    pub fn set_plan(&self, plan: Plan) {
        *lock(&self.shared.plan) = plan;
    }

    /// Opens the port, or closes it with all its connections, so that further ones are refused.
    ///
    /// # Panics
    /// When that takes too long.
    pub fn set_open(&self, open: bool) {
        self.open.send_replace(open);
        let started = Instant::now();
        while *self.state.borrow() != open {
            assert!(started.elapsed() < LIMIT, "the proxy's port does not open or close");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The outcomes of a customer's tries.
    pub fn met(&self, customer: &str) -> Met {
        lock(&self.shared.met).get(customer).cloned().unwrap_or_default()
    }

    /// How often customers have tried to send an answer.
    pub fn tries(&self) -> u64 {
        self.shared.tries.load(Ordering::SeqCst)
    }

    /// Whether a page has reported with `GET /kept/…` that its answer is on the device.
    pub fn was_kept(&self, what: &str) -> bool {
        lock(&self.shared.kept).contains(what)
    }

    /// Waits for the last replay.
    ///
    /// # Panics
    /// When it doesn't come in time.
    pub fn settle(&self) {
        let started = Instant::now();
        while self.shared.replays.load(Ordering::SeqCst) > 0 {
            assert!(started.elapsed() < LIMIT, "a replay does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Proxy({} -> {})", self.address, self.shared.target)
    }
}

/// Accepts connections while the port is open, and ends all of them when it closes.
async fn listen(
    shared: Arc<Shared>,
    address: SocketAddr,
    mut listener: TcpListener,
    mut wanted: watch::Receiver<bool>,
    opened: watch::Sender<bool>,
) {
    loop {
        let mut connections = JoinSet::new();
        while *wanted.borrow_and_update() {
            tokio::select! {
                accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(Arc::clone(&shared), stream));
                },
                Some(_) = connections.join_next() => {}
                changed = wanted.changed() => if changed.is_err() { return },
            }
        }
        drop(listener);
        connections.shutdown().await;
        opened.send_replace(false);
        if wanted.wait_for(|open| *open).await.is_err() {
            return;
        }
        listener = bind(address).await;
        opened.send_replace(true);
    }
}

/// The same port again, once a temporary user of it has closed it.
async fn bind(address: SocketAddr) -> TcpListener {
    loop {
        let socket = TcpSocket::new_v4().and_then(|socket| {
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(1024)
        });
        match socket {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves one connection. An error ends the connection, as it would without the proxy.
async fn serve(shared: Arc<Shared>, mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut buffer = Vec::new();
    while let Some(request) = Request::read(&mut client, &mut buffer).await? {
        let reply = if request.is_answer() {
            shared.answer(&mut client, &request).await?
        } else if let Some(what) = request.target().strip_prefix("GET /kept/") {
            lock(&shared.kept).insert(what.to_owned());
            Some(Reply::new(204, "", ""))
        } else if let Some(page) = page(request.target()) {
            Some(page)
        } else {
            Some(shared.forward(&request).await?)
        };
        let Some(reply) = reply else { return Ok(()) };
        client.write_all(&reply.bytes()).await?;
        if !reply.is_delimited() {
            break;
        }
    }
    Ok(())
}

fn page(target: &str) -> Option<Reply> {
    let path = target.strip_prefix("GET ")?;
    if path == "/elsewhere" {
        return Some(Reply::new(200, HTML, ELSEWHERE));
    }
    if path == "/worker.js" {
        return Some(Reply::new(200, "content-type: text/javascript\r\n", WORKER));
    }
    let name = path.strip_prefix("/visit/")?;
    Some(Reply::new(200, HTML, &PAGE.replace("NAME", name)))
}

impl Shared {
    /// Sends the reply to an answer, or returns `None`, which ends the connection.
    async fn answer(&self, client: &mut TcpStream, request: &Request) -> io::Result<Option<Reply>> {
        let customer = request.customer();
        let blow = self.next(&customer);
        let reply = match blow {
            None => Some(self.forward(request).await?),
            Some(blow) => self.strike(client, request, blow).await?,
        };
        if reply.as_ref().is_some_and(Reply::is_success) {
            lock(&self.met).entry(customer).or_default().receipts += 1;
        }
        Ok(reply)
    }

    /// The fault for this try.
    fn next(&self, customer: &str) -> Option<Blow> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        let mut met = lock(&self.met);
        let met = met.entry(customer.to_owned()).or_default();
        let blow = lock(&self.plan)(customer, met.tries);
        met.tries += 1;
        met.faults.extend(blow.map(|blow| blow.fault));
        blow
    }

    async fn strike(
        &self,
        client: &mut TcpStream,
        request: &Request,
        blow: Blow,
    ) -> io::Result<Option<Reply>> {
        match blow.fault {
            Fault::Refused | Fault::CutBefore => {
                // Without lingering, closing resets the connection. A refusing port concerns everybody, see
                // `set_open`.
                client.set_zero_linger()?;
                Ok(None)
            }
            Fault::CutAfter => Ok(None),
            Fault::Swallowed => self.forward(request).await.map(|_| None),
            Fault::Delayed => tokio::select! {
                () = tokio::time::sleep(blow.delay) => self.forward(request).await.map(Some),
                // A hang-up appears as the end of the readable data.
                _ = client.read_u8() => Ok(None),
            },
            Fault::Status(status) => Ok(Some(refusal(status, blow.retry_after))),
            Fault::FalseError => {
                self.forward(request).await?;
                Ok(Some(refusal(500, None)))
            }
            Fault::Replayed => {
                let replay = Replay::new(&self.replays);
                let reply = self.forward(request).await?;
                self.forward(request).await?;
                self.replay_later(request.clone(), blow.delay, replay);
                Ok(Some(reply))
            }
        }
    }

    fn replay_later(&self, request: Request, delay: Duration, replay: Replay) {
        let target = self.target;
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            // If the collector is gone by then, the replay is lost.
            drop(forward(target, &request).await);
            drop(replay);
        });
    }

    /// Returns the collector's complete reply.
    async fn forward(&self, request: &Request) -> io::Result<Reply> {
        forward(self.target, request).await
    }
}

/// A pending replay; dropping it ends it.
struct Replay(Arc<AtomicU32>);

impl Replay {
    fn new(all: &Arc<AtomicU32>) -> Self {
        all.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(all))
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn refusal(status: u16, retry_after: Option<u32>) -> Reply {
    let header = retry_after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
    Reply::new(status, &header, "no")
}

async fn forward(target: SocketAddr, request: &Request) -> io::Result<Reply> {
    let mut collector = TcpStream::connect(target).await?;
    collector.set_nodelay(true)?;
    collector.write_all(&request.closing()).await?;
    let mut bytes = Vec::new();
    collector.read_to_end(&mut bytes).await?;
    Reply::parse(bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
