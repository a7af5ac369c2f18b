//! A real nginx in front, in a careless setup and in the documented one.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aanrader_tests::collector::{Collector, Options};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// The time limit: on any machine, a longer wait is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// It listens on sockets, so it needs no port.
struct Nginx {
    folder: TempDir,
    child: Child,
}

impl Nginx {
    /// In front of a collector: as `plain`, and as `told`, which passes the headers on that the documents
    /// require.
    fn before(collector: &Collector) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (at, to) = (folder.path().display(), collector.url());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {at}/{name};"))
            .concat();
        let told = "proxy_set_header Host $host; proxy_set_header X-Forwarded-For 203.0.113.7;";
        let settings = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log; events {{}}
            http {{ access_log off; {temporary}
                server {{ listen unix:{at}/plain; location / {{ proxy_pass {to}; }} }}
                server {{ listen unix:{at}/told; location / {{ proxy_pass {to}; {told} }} }} }}"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, settings).expect("settings");
        let mut nginx = Command::new(program());
        nginx.arg("-e").arg(folder.path().join("error.log")).arg("-c").arg(file);
        let child = nginx.stderr(Stdio::null()).spawn().expect("nginx: apt install nginx-light");
        Self { folder, child }
    }

    /// Sends a request for `survey.example` through it (a form as a browser sends it); returns the status and
    /// the body.
    async fn send(&self, server: &str, request: &str, body: &str) -> (u16, String) {
        let deadline = Instant::now() + PATIENCE;
        let mut stream = loop {
            match UnixStream::connect(self.folder.path().join(server)).await {
                Ok(stream) => break stream,
                Err(error) => assert!(Instant::now() < deadline, "{error}: {}", self.log()),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let head = format!("{request} HTTP/1.1\r\nHost: survey.example\r\nConnection: close\r\n");
        let form = "Origin: https://survey.example\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let form = if body.is_empty() { "" } else { form };
        let request = format!("{head}{form}Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.expect("a reply");
        let status = reply.get(9..12).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("{reply}: {}", self.log())), reply)
    }

    /// Sends the form of the link's page.
    async fn answer(&self, server: &str) -> u16 {
        let form = "survey=shop&touchpoint=link&score=9";
        self.send(server, "POST /v1/answers", form).await.0
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Debian installs it outside a user's path.
fn program() -> PathBuf {
    let debian = Path::new("/usr/sbin/nginx");
    if debian.is_file() { debian.into() } else { "nginx".into() }
}

#[tokio::test]
async fn behind_nginx_a_collector_that_was_not_told_of_it_says_what_to_set() {
    for server in ["plain", "told"] {
        let collector = Collector::start(Options::default());
        let nginx = Nginx::before(&collector);
        let (status, page) = nginx.send(server, "GET /s/shop", "").await;
        assert!(status == 200 && page.contains("name=\"score\""), "{server}: {page}");
        assert_eq!(nginx.answer(server).await, 403, "{server}");
        collector.logs("set --public-url to it").await;
        assert!(collector.log().contains("set --proxies 1"), "{server}: {}", collector.log());
    }
}

#[tokio::test]
async fn behind_nginx_with_the_documented_settings_answers_are_taken_and_clients_limited() {
    for server in ["plain", "told"] {
        let arguments = vec!["--public-url".into(), "https://survey.example".into()];
        let collector = Collector::start(Options { arguments, rate: Some((2, 1)), ..Options::default() });
        let nginx = Nginx::before(&collector);
        assert_eq!([nginx.answer(server).await, nginx.answer(server).await], [201, 201], "{server}");
        if server == "told" {
            assert_eq!(nginx.answer(server).await, 429);
        }
        assert_eq!(collector.answers().await.len(), 2, "{server}");
    }
}
