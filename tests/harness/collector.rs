//! The real collector as a process of its own, with a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{PATIENCE, Process};

/// The default admin token of the tests' collectors.
pub const TOKEN: &str = "contract-token-0123456789";

/// The options of a collector.
#[derive(Clone, Debug)]
pub struct Options {
    /// The origins that may send answers, besides its own.
    pub origins: Vec<String>,
    /// The token that opens results and answers.
    pub admin_token: Option<String>,
    /// Whether the demo shop is served.
    pub demo: bool,
    /// How many answers one client may send in a minute, and how many proxies are in front.
    pub rate: Option<(u32, u32)>,
    /// The URL of a PostgreSQL database, instead of a file of its own.
    pub database: Option<String>,
    /// More settings, as flags.
    pub arguments: Vec<String>,
    /// Whether writing beyond the limit of [`Collector::limit_file_size`] is an error, as on a full disk.
    /// Otherwise it ends the process.
    pub survives_a_full_disk: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            admin_token: Some(TOKEN.into()),
            demo: true,
            rate: None,
            database: None,
            arguments: Vec::new(),
            survives_a_full_disk: false,
        }
    }
}

/// A collector that runs until it is dropped.
#[derive(Debug)]
pub struct Collector {
    options: Options,
    folder: TempDir,
    process: Process,
    url: String,
    http: reqwest::Client,
}

impl Collector {
    /// Starts a collector on a port of the system's choice, and waits until it is ready.
    ///
    /// # Panics
    /// When it doesn't start; the message has its log.
    pub fn start(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("data")).expect("a folder for the database");
        let (process, url) = spawn(&options, folder.path(), "127.0.0.1:0")
            .unwrap_or_else(|log| panic!("the collector is not ready:\n{log}"));
        Self { options, folder, process, url, http: reqwest::Client::new() }
    }

    /// Its address, such as `http://127.0.0.1:12345`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's file, the only one in its folder.
    pub fn database(&self) -> PathBuf {
        database(self.folder.path())
    }

    /// The name of its database on a command line.
    pub fn location(&self) -> String {
        self.options.database.clone().unwrap_or_else(|| self.database().display().to_string())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.child.id()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        self.process.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until a line of its log contains this text.
    ///
    /// # Panics
    /// When none does in time.
    pub async fn logs(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.log().contains(text) {
            assert!(Instant::now() < deadline, "{text:?} was not logged:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Kills it (SIGKILL), as a crash would.
    ///
    /// # Panics
    /// When it can't be killed.
    pub fn kill(&mut self) {
        self.process.child.kill().expect("killed");
        self.process.child.wait().expect("its end");
    }

    /// Asks it to stop (SIGTERM) without waiting.
    ///
    /// # Panics
    /// When the signal can't be sent.
    pub fn terminate(&self) {
        shell(&format!("kill -TERM {}", self.pid()));
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&mut self) -> ExitStatus {
        self.terminate();
        self.wait()
    }

    /// Waits until it has stopped, and until its log is complete.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.child.try_wait().expect("a process") {
                self.process.finish_log();
                return status;
            }
            assert!(Instant::now() < deadline, "the collector does not stop:\n{}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Restarts it on the same database and the same port; stops it first if it still runs.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn restart(&mut self) {
        if self.process.child.try_wait().expect("a process").is_none() {
            self.kill();
        }
        let listen = self.url.trim_start_matches("http://").to_owned();
        let deadline = Instant::now() + PATIENCE;
        (self.process, self.url) = loop {
            match spawn(&self.options, self.folder.path(), &listen) {
                Ok(started) => break started,
                // Meanwhile, an outgoing connection may have been given the port.
                Err(log) if log.contains("can't listen") && Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err(log) => panic!("the collector is not ready again:\n{log}"),
            }
        };
        // The connections of the previous process ended with it.
        self.http = reqwest::Client::new();
    }

    /// Limits the size of every file from now on, in bytes, as on a full disk; `None` removes the limit.
    ///
    /// # Panics
    /// When the limit can't be set.
    pub fn limit_file_size(&self, bytes: Option<u64>) {
        let bytes = bytes.map_or("unlimited".into(), |bytes| bytes.to_string());
        shell(&format!("prlimit --pid {} --fsize={bytes}:", self.pid()));
    }

    /// A request to a path, for the caller to complete.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Posts an answer as the widget does.
    pub async fn post(&self, answer: &Value) -> Reply {
        self.post_text(answer.to_string()).await
    }

    /// Posts a new answer with this score and these further fields; returns the address of its case, if it opens
    /// one.
    ///
    /// # Panics
    /// When it isn't stored.
    pub async fn post_score(&self, score: u8, more: Value) -> String {
        let mut sent = answer();
        sent["score"] = score.into();
        for (name, value) in more.as_object().into_iter().flatten() {
            sent[name] = value.clone();
        }
        self.post(&sent).await.expect(StatusCode::CREATED);
        let part = |name: &str| sent[name].as_str().unwrap_or_else(|| panic!("no {name}: {sent}")).to_owned();
        format!("/cases/{}/{}", part("survey"), part("id"))
    }

    /// Posts any body as the widget does.
    pub async fn post_text(&self, body: impl Into<String>) -> Reply {
        let request = self.request(Method::POST, "/v1/answers");
        Reply::of(request.header("content-type", "text/plain;charset=UTF-8").body(body.into())).await
    }

    /// Gets a path, without a token.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    /// Gets a path, with the owner's token.
    pub async fn get_as_owner(&self, path: &str) -> Reply {
        let token = self.options.admin_token.as_deref().unwrap_or(TOKEN);
        Reply::of(self.request(Method::GET, path).header("authorization", format!("Bearer {token}"))).await
    }

    /// All results.
    pub async fn results(&self) -> Value {
        self.get_as_owner("/v1/results").await.expect(StatusCode::OK).json()
    }

    /// The latest answers, newest first, 200 at most.
    pub async fn answers(&self) -> Vec<Value> {
        let page = self.get_as_owner("/v1/answers?limit=200").await.expect(StatusCode::OK).json();
        page["answers"].as_array().cloned().unwrap_or_default()
    }
}

/// A completely read reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, unchanged.
    pub body: Vec<u8>,
}

impl Reply {
    /// Sends a request and reads the complete reply.
    ///
    /// # Panics
    /// When there is none.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("a reply");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.expect("a body").to_vec();
        Self { status, headers, body }
    }

    /// The reply itself, if it has this status.
    ///
    /// # Panics
    /// When it has another one; the message has the body.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it isn't JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header's text; empty if it is missing.
    pub fn header(&self, name: impl TryInto<HeaderName>) -> &str {
        let value = name.try_into().ok().and_then(|name| self.headers.get(name));
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Field and code of every problem, as `score not_whole`.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let body = self.json();
        let problems = body["problems"].as_array().unwrap_or_else(|| panic!("no problems in {body}"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        problems
            .iter()
            .map(|problem| format!("{} {}", text(&problem["field"]), text(&problem["code"])))
            .collect()
    }
}

/// A valid, complete answer with a new id: score 9 for `account` at `post-login`.
pub fn answer() -> Value {
    json!({
        "id": uuid::Uuid::new_v4().to_string(),
        "rev": 1,
        "complete": true,
        "survey": "account",
        "touchpoint": "post-login",
        "score": 9,
        "language": "en",
    })
}

/// The collector's command with these settings, for tests of its start.
pub fn command() -> Command {
    let mut command = Command::new(crate::from_xtask("AANRADER_BIN"));
    // The tests ignore the settings in their own environment.
    for name in ["LISTEN", "DATABASE", "ORIGINS", "PUBLIC_URL", "ADMIN_TOKEN", "TOKEN_FILE", "CONFIG", "DEMO"]
    {
        command.env_remove(format!("AANRADER_{name}"));
    }
    command
}

/// Runs the collector's command on a database, with these arguments, to its end.
///
/// # Panics
/// When it can't be run.
pub fn tool(database: &str, arguments: &[&str]) -> Output {
    command().args(arguments).env("AANRADER_DATABASE", database).output().expect("the command runs")
}

/// The same for a command that must succeed; returns its standard output.
///
/// # Panics
/// When it fails; the message has its output.
#[track_caller]
pub fn run_tool(database: &str, arguments: &[&str]) -> String {
    let output = tool(database, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {}{said}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn database(folder: &Path) -> PathBuf {
    folder.join("data/answers.db")
}

/// A ready process with its address; or its log, if it fails.
fn spawn(options: &Options, folder: &Path, listen: &str) -> Result<(Process, String), String> {
    let mut command = command();
    if options.survives_a_full_disk {
        let program = command.get_program().to_owned();
        command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program);
    }
    command.args(["serve", "--listen", listen, "--database"]);
    match &options.database {
        Some(url) => command.arg(url),
        None => command.arg(database(folder)),
    };
    if !options.origins.is_empty() {
        command.args(["--origins", &options.origins.join(",")]);
    }
    if let Some(token) = &options.admin_token {
        command.args(["--admin-token", token]);
    }
    if let Some((rate, proxies)) = options.rate {
        command.args(["--rate-limit", &rate.to_string(), "--proxies", &proxies.to_string()]);
    }
    command.args(&options.arguments);
    if options.demo {
        command.arg("--demo");
    }
    Process::start(&mut command)
}

fn shell(command: &str) {
    let status = Command::new("sh").args(["-c", command]).status().expect("a shell");
    assert!(status.success(), "{command}: {status}");
}
