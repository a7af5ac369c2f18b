//! A page on which surveys are led into any state that a visitor may meet.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::collector::{Collector, Options};
use crate::host::{Host, Reply};

/// The states: the names under which `stage.js` knows the ways to them.
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

/// A page with nothing on it but a heading, its collector, and what leads a survey into a state.
#[derive(Debug)]
pub struct Stage {
    /// The shop: what else it serves is the test's to set.
    pub host: Host,
    /// What serves the widget; no answer ever reaches it.
    pub collector: Collector,
}

impl Stage {
    /// Opens it.
    pub fn open() -> Self {
        let (host, collector) = (Host::start(), Collector::start(Options::default()));
        let script = Reply::new(200, "text/javascript", include_str!("stage.js"));
        host.set("/stage.js", script);
        host.set("/shop.css", Reply::new(200, "text/css", ""));
        let stage = Self { host, collector };
        stage.host.set("/", Reply::html(stage.page("")));
        stage
    }

    /// Its page, with this behind the heading.
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

    /// Opens the page anew and leads a survey with these attributes into the state.
    ///
    /// # Panics
    /// When it does not get there.
    pub async fn show(&self, browser: &Browser, state: &str, attributes: &Value) {
        browser.goto(&self.host.url("/")).await;
        let lead = "return stage(arguments[0], arguments[1]).then(() => true)";
        browser.execute(lead, vec![json!(state), attributes.clone()]).await;
    }
}
