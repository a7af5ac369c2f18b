//! An app: built by xtask, served on an origin of its own, with a collector that knows it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use aanrader_tests::collector::{Collector, Options};
use aanrader_tests::host::{Host, Reply};

/// The longest start of a framework's server.
const PATIENCE: Duration = Duration::from_secs(60);

/// An app; dropping it stops its server.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) collector: Collector,
    /// Whether the page contains the tag before any script of the app has run.
    pub(crate) is_rendered_on_a_server: bool,
    origin: String,
    _server: Server,
}

#[derive(Debug)]
enum Server {
    Files { _host: Host },
    Program { program: Child },
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Self::Program { program } = self {
            // It may already have ended, which is the goal.
            drop(program.kill());
            drop(program.wait());
        }
    }
}

/// The folder in which xtask has built an app.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(aanrader_tests::from_xtask("AANRADER_FRAMEWORKS")).join(name)
}

impl App {
    /// An app of files, which are served under a strict policy.
    pub(crate) fn of_files(name: &str, built: &str) -> Self {
        let host = Host::start();
        let origin = host.origin();
        let collector = collector_for(&origin);
        // Without Trusted Types, because most frameworks make elements from text.
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' {}",
            collector.url()
        );
        let root = folder(name).join(built);
        serve(&host, &root, &root, &policy);
        // Some frameworks leave their page beside the sources.
        let page =
            [root.join("index.html"), folder(name).join("index.html")].into_iter().find(|it| it.exists());
        let page = std::fs::read(page.expect("the app's page")).expect("the app's page");
        host.set("/", Reply::html(page).policy(&policy));
        Self { collector, is_rendered_on_a_server: false, origin, _server: Server::Files { _host: host } }
    }

    /// An app with a server of its own, which prints its address.
    pub(crate) fn served(name: &str, arguments: &[&str]) -> Self {
        let mut node = Command::new("node");
        node.args(arguments).current_dir(folder(name)).stdin(Stdio::null());
        node.stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .env("NO_COLOR", "1");
        let mut program = node.spawn().expect("node starts");
        let output = program.stdout.take().expect("its output");
        let server = Server::Program { program };
        let origin = address(output);
        Self {
            collector: collector_for(&origin),
            is_rendered_on_a_server: name == "next",
            origin,
            _server: server,
        }
    }

    /// The page's address, with the collector's in it.
    pub(crate) fn url(&self) -> String {
        format!("{}/?collector={}", self.origin, self.collector.url())
    }

    /// The page's address, without the collector's.
    pub(crate) fn url_without_collector(&self) -> String {
        format!("{}/", self.origin)
    }

    /// The page as the server sends it.
    pub(crate) async fn page(&self) -> String {
        reqwest::get(self.url()).await.expect("a reply").text().await.expect("a page")
    }
}

fn collector_for(origin: &str) -> Collector {
    Collector::start(Options { origins: vec![origin.to_owned()], ..Options::default() })
}

/// Serves all files of a folder.
fn serve(host: &Host, root: &Path, folder: &Path, policy: &str) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            serve(host, root, &path, policy);
            continue;
        }
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        };
        let name = path.strip_prefix(root).expect("a path in the folder");
        let bytes = std::fs::read(&path).expect("a file");
        host.set(&format!("/{}", name.display()), Reply::new(200, kind, bytes).policy(policy));
    }
}

/// The address that a server prints; its later output is discarded.
fn address(output: impl Read + Send + 'static) -> String {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let address = line.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:"));
            if let Some(address) = address {
                // Only the first address is received.
                drop(sender.send(address.trim_end_matches('/').to_owned()));
            }
        }
    });
    receiver.recv_timeout(PATIENCE).expect("the server says where it is")
}
