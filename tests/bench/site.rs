//! One site for all candidates, so that they share server and network.

use std::path::{Path, PathBuf};

use aanrader_tests::from_xtask;
use aanrader_tests::host::{Host, Reply};

/// A page to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// A line of text: the lower bound.
    Empty,
    /// The opponent.
    Bare,
    /// The opponent, started by a loader, as a page without a question would also need.
    BareLater,
    /// Our files, started by the loader.
    Loader,
    /// Our bundle, all in one script.
    Bundle,
    /// The other build, started by its loader.
    OtherLoader,
    /// The other build's bundle.
    OtherBundle,
}

/// The folder of the other build, if there is one.
fn other() -> Option<PathBuf> {
    std::env::var_os("AANRADER_AGAINST").map(PathBuf::from)
}

impl Page {
    /// All pages, in the order of a round; pages that are compared come next to each other.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Empty, Self::Bare, Self::Loader];
        all.extend(other().map(|_| Self::OtherLoader));
        all.extend([Self::BareLater, Self::Bundle]);
        all.extend(other().map(|_| Self::OtherBundle));
        all
    }

    /// Whether it has a module.
    pub(crate) fn is_ours(self) -> bool {
        !matches!(self, Self::Empty | Self::Bare | Self::BareLater)
    }

    /// Its path. The page paints only the question.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Empty => "/empty",
            Self::Bare => "/bare",
            Self::BareLater => "/bare-later",
            Self::Loader => "/loader",
            Self::Bundle => "/bundle",
            Self::OtherLoader => "/other-loader",
            Self::OtherBundle => "/other-bundle",
        }
    }

    fn body(self) -> String {
        let (script, tag) = match self {
            Self::Empty => return "<p>A line of text.</p>".to_owned(),
            Self::Bare => ("bare", "bare"),
            Self::BareLater => ("later", "bare"),
            Self::Loader => ("aanrader", "aanrader"),
            Self::Bundle => ("aanrader.en", "aanrader"),
            Self::OtherLoader => ("other/aanrader", "aanrader"),
            Self::OtherBundle => ("other/aanrader.en", "aanrader"),
        };
        format!(
            "<script async src=/{script}.js></script><{tag}-survey survey=bench touchpoint=page></{tag}-survey>"
        )
    }
}

/// The smallest possible loader.
const LATER: &str =
    "document.head.append(Object.assign(document.createElement('script'), { src: '/bare.js' }))";

/// A shop's style that reserves the question's space, as README advises.
const PLACE: &str = "aanrader-survey { display: block; min-height: 168px; }";

const CACHED: &str = "public, max-age=31536000, immutable";

/// Starts the site, with our files and the prepared ones.
pub(crate) fn start() -> Host {
    let host = Host::start();
    for page in Page::all() {
        host.set(page.path(), Reply::html(document(&page.body())));
    }
    host.set("/place.css", Reply::new(200, "text/css", PLACE));
    let shop = format!(
        "<link rel=stylesheet href=/place.css><h1>Shop</h1><p>Before.</p>{}{}",
        Page::Loader.body(),
        "<p>After.</p>".repeat(9)
    );
    host.set("/shop", Reply::html(document(&shop)));
    host.set("/later.js", Reply::new(200, "text/javascript", LATER).header("Cache-Control", CACHED));
    host.set("/counting", Reply::html(document("<p>Counting.</p>")));
    host.set("/v1/answers", Reply::receipt(201));
    host.set("/other/v1/answers", Reply::receipt(201));
    let dist = PathBuf::from(from_xtask("AANRADER_DIST"));
    for file in files(&dist) {
        serve(&host, &path(&dist, &file), &file);
    }
    if let Some(dist) = other() {
        for file in files(&dist) {
            serve(&host, &format!("/other{}", path(&dist, &file)), &file);
        }
    }
    let prepared = PathBuf::from(from_xtask("AANRADER_BENCH"));
    for file in ["bare.js", "counting.js", "read.wasm"] {
        serve(&host, &format!("/{file}"), &prepared.join(file));
    }
    host
}

fn document(body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Bench</title>\
         <meta name=viewport content='width=device-width'></head><body>{body}</body></html>"
    )
}

/// Replies with a file, in its brotli form if it has one.
fn serve(host: &Host, path: &str, file: &Path) {
    let kind = match file.extension().and_then(|extension| extension.to_str()) {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("css") => "text/css",
        _ => return,
    };
    let read = |path: &Path| std::fs::read(path).ok();
    let brotli = read(Path::new(&format!("{}.br", file.display())));
    let reply = match brotli {
        Some(body) => Reply::new(200, kind, body).header("Content-Encoding", "br"),
        None => Reply::new(200, kind, read(file).unwrap_or_else(|| panic!("{} is gone", file.display()))),
    };
    host.set(path, reply.header("Cache-Control", CACHED));
}

/// The path of a file below the site's root.
fn path(root: &Path, file: &Path) -> String {
    format!("/{}", file.strip_prefix(root).expect("a file of this folder").display())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.map_while(Result::ok).flat_map(|entry| below(entry.path())).collect()
}
