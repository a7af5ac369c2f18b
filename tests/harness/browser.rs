//! A browser window of one test.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::engine::Engine;
use crate::wait::until;
use crate::witness::WITNESS;

pub use crate::options::Options;
pub use fantoccini::key::Key;

/// The time limit of a single test.
const TEST_LIMIT: Duration = Duration::from_secs(120);

/// A window, with a record of its events.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    engine: Engine,
}

/// Runs a test in a window of its own.
///
/// When it panics, a screenshot `failed-NAME.png` and the console's lines are kept before the window
/// closes.
///
/// # Panics
/// When the test does, or takes longer than two minutes.
pub fn in_browser(options: &Options, test: impl AsyncFnOnce(&Browser)) {
    in_browser_within(TEST_LIMIT, options, test);
}

/// The same with another time limit.
///
/// # Panics
/// When the test does, or takes longer.
pub fn in_browser_within(limit: Duration, options: &Options, test: impl AsyncFnOnce(&Browser)) {
    let driver = Driver::of(options.engine);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let browser = runtime.block_on(Browser::open(&driver, options));
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let limited = async { tokio::time::timeout(limit, test(&browser)).await };
        runtime.block_on(limited).unwrap_or_else(|_| panic!("not done within {limit:?}"));
    }));
    runtime.block_on(async {
        if done.is_err() {
            browser.post_mortem().await;
        }
        // If the window can't be closed, it ends with the driver.
        let _ = tokio::time::timeout(Duration::from_secs(10), browser.client.clone().close()).await;
    });
    drop((browser, runtime, driver));
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
}

impl Browser {
    async fn open(driver: &Driver, options: &Options) -> Self {
        let engine = options.engine;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(options.capabilities());
        let opened = builder.connect(&driver.url).await;
        let client =
            opened.unwrap_or_else(|error| panic!("{}'s driver opens no window: {error}", engine.name()));
        let browser = Self { client, engine };
        if engine == Engine::Chromium {
            browser.emulate(options).await;
            browser.before_each_page(WITNESS).await;
        } else {
            browser.resize(options.width, options.height).await;
        }
        browser
    }

    /// Sets the options' screen and preferences in Chromium.
    async fn emulate(&self, options: &Options) {
        self.prefer(options.dark, options.reduced_motion).await;
        let screen = json!({ "width": options.width, "height": options.height,
            "deviceScaleFactor": 1, "mobile": options.mobile });
        self.cdp("Emulation.setDeviceMetricsOverride", screen).await;
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": options.mobile })).await;
    }

    /// Resizes the window so that its page has this size, in CSS pixels.
    async fn resize(&self, width: u32, height: u32) {
        until("a window of the right size", async || {
            let sizes = "return [outerWidth, innerWidth, outerHeight, innerHeight]";
            let sizes = self.execute(sizes, vec![]).await;
            let size = |at: usize| sizes[at].as_u64().and_then(|size| u32::try_from(size).ok()).unwrap_or(0);
            if (size(1), size(3)) == (width, height) {
                return Ok(());
            }
            let (frame_width, frame_height) = (size(0).abs_diff(size(1)), size(2).abs_diff(size(3)));
            let resized = self.client.set_window_size(width + frame_width, height + frame_height).await;
            resized.map_err(|error| error.to_string())?;
            Err(format!("it is {sizes}"))
        })
        .await;
    }

    /// Sets the customer's preferences for dark colours and reduced motion. In Chromium only.
    pub async fn prefer(&self, dark: bool, reduced_motion: bool) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } },
            { "name": "prefers-reduced-motion", "value": if reduced_motion { "reduce" } else { "" } },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Runs a script in each page that is opened from now on, before its own scripts run. In Chromium
    /// only; a [`Host`](crate::host::Host) can do it in every engine.
    pub async fn before_each_page(&self, script: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// The engine of the window.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The WebDriver session, for tests with more than one window.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page.
    ///
    /// # Panics
    /// When it cannot be loaded.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("opening {url}: {error}"));
        if self.engine != Engine::Chromium {
            // A page of the tests has it from the start; other pages get it as early as possible.
            self.execute(WITNESS, vec![]).await;
        }
    }

    /// The address of the page.
    ///
    /// # Panics
    /// When the window is gone.
    pub async fn url(&self) -> String {
        self.client.current_url().await.expect("the window has an address").into()
    }

    /// Runs a function body in the page; `arguments` holds the arguments, promises are awaited.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Value {
        let done = self.client.execute(script, arguments).await;
        done.unwrap_or_else(|error| panic!("running a script: {error}\n{:.400}", script.trim()))
    }

    /// Sends a command of the Chrome DevTools protocol.
    ///
    /// # Panics
    /// When Chromium refuses it.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.command("goog/cdp/execute".to_owned(), Some(body)).await
    }

    /// Sends a command below the session: a `POST` with this body, or a `GET`.
    ///
    /// # Panics
    /// When the driver refuses it.
    pub(crate) async fn command(&self, path: String, body: Option<Value>) -> Value {
        let command = Command { path, body };
        let done = self.client.issue_cmd(command.clone()).await;
        done.unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// Takes the page off line, or back on line.
    pub async fn set_offline(&self, offline: bool) {
        self.cdp("Network.enable", json!({})).await;
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.emulateNetworkConditions", conditions).await;
    }

    /// The first matching element of the page, once there is one.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn find(&self, css: &str) -> Element {
        until(css, async || self.client.find(Locator::Css(css)).await.map_err(|error| error.to_string()))
            .await
    }

    /// Presses and releases one key, wherever the focus is.
    ///
    /// # Panics
    /// When the window is gone.
    pub async fn press(&self, key: Key) {
        self.type_keys(&[KeyAction::Down { value: key.into() }, KeyAction::Up { value: key.into() }]).await;
    }

    /// Presses a key while another is held, such as `Shift` and `Tab`.
    ///
    /// # Panics
    /// When the window is gone.
    pub async fn press_with(&self, held: Key, key: Key) {
        let (held, key) = (char::from(held), char::from(key));
        self.type_keys(&[
            KeyAction::Down { value: held },
            KeyAction::Down { value: key },
            KeyAction::Up { value: key },
            KeyAction::Up { value: held },
        ])
        .await;
    }

    /// Types a text, wherever the focus is.
    ///
    /// # Panics
    /// When the window is gone.
    pub async fn type_text(&self, text: &str) {
        let strokes = text.chars().flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        self.type_keys(&strokes.collect::<Vec<_>>()).await;
    }

    async fn type_keys(&self, strokes: &[KeyAction]) {
        let keys =
            strokes.iter().fold(KeyActions::new("keyboard".into()), |keys, stroke| keys.then(stroke.clone()));
        self.client.perform_actions(keys).await.expect("the keyboard works");
    }

    /// The focused element, as the page sees it: its tag and its id, such as `a#account`.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn focused(&self) -> String {
        let describe = "const e = document.activeElement; return e.localName + (e.id && '#' + e.id)";
        self.execute(describe, vec![]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a JavaScript expression is true on the page.
    ///
    /// # Panics
    /// When it stays false until the time limit.
    pub async fn wait(&self, expression: &str) {
        until(expression, async || match self.execute(&format!("return {expression}"), vec![]).await {
            Value::Bool(true) => Ok(()),
            other => Err(format!("it is {other}")),
        })
        .await;
    }

    /// The rendered text of the first matching element; empty if there is none.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn text(&self, css: &str) -> String {
        let text = "return document.querySelector(arguments[0])?.innerText ?? ''";
        self.execute(text, vec![json!(css)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the rendered text of the first matching element contains these words.
    ///
    /// # Panics
    /// When it doesn't in time; the message has its text.
    pub async fn wait_for_text(&self, css: &str, words: &str) {
        until(&format!("{words:?} in {css}"), async || {
            let text = self.text(css).await;
            if text.contains(words) { Ok(()) } else { Err(format!("it says {text:?}")) }
        })
        .await;
    }

    /// Clicks the first matching element of the page, once it is clickable.
    ///
    /// # Panics
    /// When it isn't clickable in time.
    pub async fn click(&self, css: &str) {
        until(&format!("a click on {css}"), async || self.find(css).await.click().await).await;
    }

    /// The survey's events so far on this page: `{"name", "detail"}`, the name without `aanrader-`.
    pub async fn events(&self) -> Vec<Value> {
        self.execute("return witness.events", vec![]).await.as_array().cloned().unwrap_or_default()
    }

    /// The violations of this page's content security policy.
    pub async fn violations(&self) -> Vec<Value> {
        self.execute("return witness.violations", vec![]).await.as_array().cloned().unwrap_or_default()
    }

    /// The console's lines since the last call, each after its level.
    pub async fn console(&self) -> Vec<String> {
        if self.engine != Engine::Chromium {
            let lines = self.execute("return witness.console.splice(0)", vec![]).await;
            return lines
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
        let log = self.command("se/log".to_owned(), Some(json!({ "type": "browser" }))).await;
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = log.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| format!("{} {}", text(entry, "level"), text(entry, "message"))).collect()
    }

    /// Asserts that the policy blocked nothing and the console has no error or warning.
    ///
    /// # Panics
    /// When there is one, naming it.
    pub async fn assert_quiet(&self) {
        let violations = self.violations().await;
        assert!(violations.is_empty(), "the content security policy blocked {violations:?}");
        let console = self.console().await;
        let loud: Vec<_> =
            console.iter().filter(|line| !line.starts_with("INFO") && !line.starts_with("DEBUG")).collect();
        assert!(loud.is_empty(), "the console says {loud:#?}");
    }

    /// Keeps a picture of the window as `target/screenshots/NAME.png`.
    ///
    /// # Panics
    /// When it cannot be taken or kept.
    pub async fn screenshot(&self, name: &str) {
        let folder = screenshots();
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let picture = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("the screenshot is kept");
    }

    /// Saves information about a failure. Nothing here may fail again.
    async fn post_mortem(&self) {
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        if let Ok(picture) = self.client.screenshot().await {
            let path = screenshots().join(format!("failed-{name}.png"));
            let kept = std::fs::create_dir_all(screenshots()).and_then(|()| std::fs::write(&path, picture));
            println!("screenshot: {} ({kept:?})", path.display());
        }
        let log = match self.engine {
            Engine::Chromium => {
                let body = Some(json!({ "type": "browser" }));
                self.client.issue_cmd(Command { path: "se/log".to_owned(), body }).await
            }
            _ => self.client.execute("return window.witness?.console", vec![]).await,
        };
        if let Ok(log) = log {
            println!("console: {log:#}");
        }
    }
}

fn screenshots() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots").into()
}

/// A command below the session that fantoccini does not know.
#[derive(Clone, Debug)]
struct Command {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        match &self.body {
            Some(body) => (http::Method::POST, Some(body.to_string())),
            None => (http::Method::GET, None),
        }
    }
}
