//! The options of a test's browser.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::engine::Engine;
use crate::from_xtask;

/// The window's properties, as the page sees them.
#[derive(Clone, Debug)]
pub struct Options {
    /// The engine that renders and runs the page.
    pub engine: Engine,
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// A phone: touch, and a layout as wide as the screen, however narrow. In Chromium only.
    pub mobile: bool,
    /// `prefers-color-scheme: dark`. Not in `WebKitGTK`.
    pub dark: bool,
    /// `prefers-reduced-motion: reduce`. Not in `WebKitGTK`.
    pub reduced_motion: bool,
    /// The browser's languages, comma separated. `WebKitGTK` speaks English.
    pub language: &'static str,
    /// A browser profile that outlives the window; `None` for a fresh one. In Chromium only.
    pub profile: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            width: 1280,
            height: 900,
            mobile: false,
            dark: false,
            reduced_motion: false,
            language: "en",
            profile: None,
        }
    }
}

impl Options {
    /// A window of this engine; all else is default.
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// A phone of this width.
    pub fn phone(width: u32) -> Self {
        Self { width, height: 700, mobile: true, ..Self::default() }
    }

    /// The capabilities of a session.
    pub(crate) fn capabilities(&self) -> Map<String, Value> {
        let mut capabilities = match self.engine {
            Engine::Chromium => chromium(self),
            Engine::Firefox => firefox(self),
            Engine::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions":
                    { "binary": from_xtask("AANRADER_MINIBROWSER"), "args": ["--automation"] },
            }),
        };
        capabilities["timeouts"] = json!({ "script": 30_000, "pageLoad": 30_000 });
        capabilities.as_object().cloned().unwrap_or_default()
    }
}

fn chromium(options: &Options) -> Value {
    let mut arguments: Vec<String> = [
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "disable-dev-shm-usage",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("window-size={},{}", options.width, options.height));
    arguments.push(format!("lang={}", options.language));
    arguments.push(format!("accept-lang={}", options.language));
    if let Some(profile) = &options.profile {
        arguments.push(format!("user-data-dir={}", profile.display()));
    }
    json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "binary": from_xtask("AANRADER_CHROMIUM"), "args": arguments },
    })
}

fn firefox(options: &Options) -> Value {
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": from_xtask("AANRADER_FIREFOX"),
            "args": ["-headless"],
            "prefs": {
                "intl.accept_languages": options.language,
                "layout.css.prefers-color-scheme.content-override": if options.dark { 0 } else { 1 },
                "ui.prefersReducedMotion": i32::from(options.reduced_motion),
            },
        },
    })
}
