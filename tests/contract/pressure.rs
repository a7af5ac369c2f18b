//! No outside influence stops the collector: neither its log, nor a crowd that keeps connections open.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aanrader_tests::collector::{answer, command};
use reqwest::StatusCode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A collector whose log goes to a destination of the test's choice.
struct Started {
    _folder: TempDir,
    child: Child,
    address: String,
}

impl Started {
    /// `before` is a shell command that runs before the shell becomes the collector.
    fn with(before: &str, log: Stdio) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = command().get_program().to_owned();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{before}; exec \"$0\" \"$@\"")]).arg(program);
        shell.args(["serve", "--listen", "127.0.0.1:0", "--database"]).arg(folder.path().join("answers.db"));
        let mut child = shell.stdout(Stdio::piped()).stderr(log).spawn().expect("a collector");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("ready: http://").expect("it is ready").to_owned();
        Self { _folder: folder, child, address }
    }

    /// Posts on a connection of its own; returns the reply's status.
    async fn post(&self) -> StatusCode {
        let request = reqwest::Client::new().post(format!("http://{}/v1/answers", self.address));
        let request = request.header("content-type", "text/plain").body(answer().to_string());
        let reply = request.timeout(Duration::from_secs(30)).send().await.expect("a reply");
        reply.status()
    }

    async fn all_posts_are_kept(&self, count: usize) {
        let client = reqwest::Client::new();
        for _ in 0..count {
            let request = client.post(format!("http://{}/v1/answers", self.address));
            let request = request.header("content-type", "text/plain").body(answer().to_string());
            let reply = request.timeout(Duration::from_secs(30)).send().await.expect("a reply");
            assert_eq!(reply.status(), StatusCode::CREATED);
        }
    }

    /// Its highest memory so far, in megabytes.
    fn most_megabytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).expect("a number") / 1024
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn a_log_whose_reader_has_gone_stops_nothing() {
    let mut started = Started::with("true", Stdio::piped());
    started.all_posts_are_kept(1).await;
    drop(started.child.stderr.take());
    started.all_posts_are_kept(50).await;
}

#[tokio::test]
async fn a_log_on_a_full_disk_stops_nothing() {
    let full = File::options().write(true).open("/dev/full").expect("a disk that is full");
    Started::with("true", full.into()).all_posts_are_kept(50).await;
}

#[tokio::test]
async fn a_log_that_nobody_empties_stops_nothing() {
    // A pipe holds 64 KiB, which is some 500 lines. As many again wait for it, and all further lines are
    // lost.
    let mut started = Started::with("true", Stdio::piped());
    started.all_posts_are_kept(3_500).await;
    // A reader who comes back learns of the gap.
    let log = BufReader::new(started.child.stderr.take().expect("its log"));
    let told = log.lines().map_while(Result::ok).find(|line| line.contains("lines of the log were lost"));
    assert!(told.is_some());
}

/// The number of connections of each kind. Together they far exceed the collector's files.
const OF_EACH_KIND: usize = 670;

/// This process needs a file for each connection.
fn raise_own_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).expect("raised");
}

/// Connects, and sends some bytes; the collector may have closed the connection meanwhile.
async fn hold(address: &str, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    drop(stream.write_all(bytes).await);
    stream
}

#[tokio::test]
async fn two_thousand_slow_unread_and_fat_connections_at_1024_open_files_keep_nobody_out() {
    raise_own_files();
    let log = File::options().write(true).open("/dev/null").expect("a log");
    let started = Started::with("ulimit -n 1024", log.into());
    let slow =
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n{";
    let unread = b"GET /aanrader.en.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let fat =
        [b"GET / HTTP/1.1\r\nHost: x\r\n".to_vec(), b"X-Fat: ".to_vec(), b"x".repeat(15 * 1024)].concat();
    let mut held = Vec::new();
    for round in 0..OF_EACH_KIND {
        for bytes in [&slow[..], &unread, &fat] {
            held.push(hold(&started.address, bytes).await);
        }
        if round % 10 == 0 {
            assert_eq!(started.post().await, StatusCode::CREATED, "after {} connections", held.len());
        }
    }
    for _ in 0..50 {
        assert_eq!(started.post().await, StatusCode::CREATED);
    }
    assert!(held.len() > 2_000);
    let megabytes = started.most_megabytes();
    assert!(megabytes < 100, "{megabytes} MB");
}

#[tokio::test]
async fn a_body_that_is_far_too_long_is_refused_in_words_that_its_sender_gets_to_read() {
    let log = File::options().write(true).open("/dev/null").expect("a log");
    let started = Started::with("true", log.into());
    for length in [20_000, 500_000, 3_000_000, 50_000_000] {
        let mut stream = TcpStream::connect(&started.address).await.expect("a connection");
        let head = format!(
            "POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let (mut reading, mut writing) = stream.into_split();
        // Like a browser, it sends until it is stopped.
        let sending = tokio::spawn(async move {
            let mut left = length;
            while left > 0 && writing.write_all(&[b' '; 10_000]).await.is_ok() {
                left -= 10_000;
            }
            // It doesn't hang up before its reply.
            std::future::pending::<()>().await;
        });
        let mut reply = Vec::new();
        let mut part = [0; 4_096];
        while !String::from_utf8_lossy(&reply).contains("too_large") {
            let read = reading.read(&mut part).await.unwrap_or_else(|error| panic!("{length}: {error}"));
            assert!(read > 0, "{length}: closed after {:?}", String::from_utf8_lossy(&reply));
            reply.extend_from_slice(&part[..read]);
        }
        let reply = String::from_utf8_lossy(&reply);
        assert!(reply.starts_with("HTTP/1.1 413 "), "{length}: {reply}");
        sending.abort();
    }
}

#[tokio::test]
async fn connections_that_never_finish_do_not_keep_the_collector_from_stopping() {
    let log = File::options().write(true).open("/dev/null").expect("a log");
    let mut started = Started::with("true", log.into());
    let slow =
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n{";
    let unread = b"GET /aanrader.en.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let mut held = Vec::new();
    for _ in 0..50 {
        for bytes in [&slow[..], &unread, b"GET"] {
            held.push(hold(&started.address, bytes).await);
        }
    }
    started.all_posts_are_kept(1).await;
    let terminated = Command::new("kill").arg(started.child.id().to_string()).status().expect("sent");
    assert!(terminated.success());
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    let ended = loop {
        if let Some(status) = started.child.try_wait().expect("a process") {
            break status;
        }
        assert!(std::time::Instant::now() < deadline, "it does not stop");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(ended.success(), "{ended}");
}
