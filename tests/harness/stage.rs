//! A page that leads surveys into any state that a customer may see.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::collector::{Collector, Options};
use crate::host::{Host, Reply};

/// The states, by their names in `stage.js`.
pub const STATES: [&str; 14] = [
    "question",
    "unanswered",
    "chosen",
    "kept-score",
    "refused-score",
    "promoter",
    "passive",
    "detractor",
    "invalid",
    "sending",
    "thanks",
    "kept",
    "refused",
    "thanked",
];

/// A page with only a heading, its collector, and the script that leads a survey into a state.
#[derive(Debug)]
pub struct Stage {
    /// The shop; tests may add further replies.
    pub host: Host,
    /// The server of the widget's files; it never receives an answer.
    pub collector: Collector,
}

impl Stage {
    /// Opens the stage.
    pub fn open() -> Self {
        let (host, collector) = (Host::start(), Collector::start(Options::default()));
        let script = Reply::new(200, "text/javascript", include_str!("stage.js"));
        host.set("/stage.js", script);
        host.set("/shop.css", Reply::new(200, "text/css", ""));
        let stage = Self { host, collector };
        stage.host.set("/", Reply::html(stage.page("")));
        stage
    }

    /// Its page, with this after the heading.
    pub fn page(&self, main: &str) -> String {
        format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title>\
             <meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'>\
             <link rel=stylesheet href=/shop.css>\
             <script src=/stage.js></script><script async src='{}/aanrader.js'></script></head>\
             <body><main><h1>Shop</h1>{main}</main></body></html>",
            self.collector.url()
        )
    }

    /// Reloads the page and leads a survey with these attributes into the state.
    ///
    /// # Panics
    /// When it doesn't reach the state in time.
    pub async fn show(&self, browser: &Browser, state: &str, attributes: &Value) {
        browser.goto(&self.host.url("/")).await;
        let lead = "return stage(arguments[0], arguments[1]).then(() => true)";
        browser.execute(lead, vec![json!(state), attributes.clone()]).await;
    }
}
