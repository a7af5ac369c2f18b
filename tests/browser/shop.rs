//! A shop on an origin of its own, whose page embeds the survey of a collector elsewhere.

use aanrader_tests::collector::{Collector, Options};
use aanrader_tests::host::{Host, Reply};
use serde_json::Value;

/// A shop and its collector.
pub(crate) struct Shop {
    pub(crate) host: Host,
    pub(crate) collector: Collector,
}

impl Shop {
    /// A shop whose collector accepts its answers.
    pub(crate) fn open() -> Self {
        let host = Host::start();
        let options = Options { origins: vec![host.origin()], ..Options::default() };
        Self { host, collector: Collector::start(options) }
    }

    /// A shop that the collector doesn't know.
    pub(crate) fn unknown() -> Self {
        Self { host: Host::start(), collector: Collector::start(Options::default()) }
    }

    /// The strict policy of the collector's own pages, adapted to a shop elsewhere.
    pub(crate) fn policy(&self) -> String {
        let collector = self.collector.url();
        format!(
            "default-src 'none'; script-src {collector} 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src {collector}; require-trusted-types-for 'script'"
        )
    }

    /// Puts this into the shop's page, under the strict policy, and returns the page's address.
    pub(crate) fn page(&self, main: &str) -> String {
        self.page_under(&self.policy(), main)
    }

    /// The same under another policy.
    pub(crate) fn page_under(&self, policy: &str, main: &str) -> String {
        self.host.set("/", Reply::html(page(self.collector.url(), main)).policy(policy));
        self.host.url("/")
    }
}

/// A realistic page of a shop with the script of a collector.
pub(crate) fn page(collector: &str, main: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A shop</title>\
         <meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'>\
         <script async src='{collector}/aanrader.js'></script></head>\
         <body><main><h1>Shop</h1>{main}</main></body></html>"
    )
}

/// A host that simulates the collector: it serves the real files and its page. The test sets its replies to
/// answers at `/v1/answers`.
pub(crate) async fn played_collector(main: &str) -> Host {
    let (real, host) = (Collector::start(Options::default()), Host::start());
    let loader = real.get("/aanrader.js").await.text();
    let version = version(&loader);
    let files = ["aanrader.js", "targeting.js", "widget.js", "widget.wasm", "en.json", "nl.json"]
        .map(|name| format!("/{version}/{name}"));
    for path in files.iter().map(String::as_str).chain(["/aanrader.js", "/aanrader.json"]) {
        let file = real.get(path).await;
        let kind = file.header("content-type").to_owned();
        host.set(path, Reply::new(200, &kind, file.body));
    }
    host.set("/", Reply::html(page(&host.origin(), main)));
    host
}

/// The folder of the loader's files, such as `v/0123456789ab`.
fn version(loader: &str) -> &str {
    let is_version = |at: usize| loader[at + 2..].bytes().take(12).all(|byte| byte.is_ascii_hexdigit());
    let at = loader.match_indices("v/").map(|(at, _)| at).find(|at| is_version(*at));
    let at = at.expect("the loader names its version");
    &loader[at..at + 14]
}

/// A reply of the collector.
pub(crate) fn reply(status: u16) -> Reply {
    match status {
        200..=299 => Reply::receipt(status),
        403 => Reply::refusal(status, "foreign_origin"),
        400..=499 => Reply::refusal(status, "malformed"),
        _ => Reply::refusal(status, "unavailable"),
    }
}

/// The answers that a simulated collector received.
pub(crate) fn posted(host: &Host) -> Vec<Value> {
    let posts = host.requests().into_iter().filter(|request| request.method == "POST");
    posts.map(|request| serde_json::from_str(&request.body).expect("JSON")).collect()
}
