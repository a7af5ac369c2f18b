//! The accessibility tree of a page's `<main>`, as its engine computes it, in lines that can be read.
//!
//! Each engine tells it in its own way: Chromium by its `DevTools` protocol, Firefox to a script of the
//! browser itself, WebKit element by element over WebDriver. Roles are those of ARIA; what has no
//! meaning of its own (`generic`, an unnamed form, the words of a label, which are the name of what it
//! labels) stands in no line.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::engine::Engine;

mod chromium;
mod firefox;
mod webkit;

/// What an assistive technology is told of one thing on the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// Of ARIA; `text` for words that are not the name of something.
    role: String,
    name: String,
    description: String,
    /// `checked`, `invalid`, `disabled`.
    states: Vec<String>,
    /// Which of how many, where the engine says so.
    position: Option<(u64, u64)>,
    children: Vec<Node>,
}

/// The tree of what is in the page's `<main>`, but for its heading, a line for each node.
///
/// # Panics
/// When the engine does not tell.
pub async fn lines(browser: &Browser) -> Vec<String> {
    let nodes = match browser.engine() {
        Engine::Chromium => chromium::nodes(browser).await,
        Engine::Firefox => firefox::nodes(browser).await,
        Engine::WebKit => webkit::nodes(browser).await,
    };
    let mut lines = Vec::new();
    write(&nodes, 0, &mut lines);
    lines
}

/// What an engine does not tell a test, taken out of a line that says all: only Firefox tells which of
/// how many an element is. (The others tell a screen reader; a test can't ask them.)
pub fn as_told_by(engine: Engine, line: &str) -> String {
    match (engine, line.split_once(", number ")) {
        (Engine::Chromium | Engine::WebKit, Some((line, _))) => line.to_owned(),
        _ => line.to_owned(),
    }
}

fn write(nodes: &[Node], depth: usize, lines: &mut Vec<String>) {
    for node in nodes {
        let is_words = node.role == "text" && node.name.trim().is_empty();
        if is_words || node.role == "heading" {
            continue;
        }
        let is_named_form = node.role == "form" && !node.name.is_empty();
        if !is_named_form && ["", "generic", "none", "form", "paragraph"].contains(&&*node.role) {
            write(&node.children, depth, lines);
            continue;
        }
        let mut line = format!("{}{} {:?}", "  ".repeat(depth), node.role, node.name);
        if !node.description.is_empty() {
            line += &format!(", described as {:?}", node.description);
        }
        node.states.iter().for_each(|state| line += &format!(", {state}"));
        if let Some((at, of)) = node.position {
            line += &format!(", number {at} of {of}");
        }
        lines.push(line);
        // What is inside is the name, or the value.
        if !["button", "radio", "checkbox", "textbox", "text"].contains(&&*node.role) {
            write(&node.children, depth + 1, lines);
        }
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Runs a command below the session, as `GET` without a body.
async fn asked(browser: &Browser, path: String) -> String {
    string(&browser.command(path, None).await)
}

/// The children of the first node with a role, wherever it is.
fn within(nodes: Vec<Node>, role: &str) -> Option<Vec<Node>> {
    for node in nodes {
        if node.role == role {
            return Some(node.children);
        }
        if let Some(found) = within(node.children, role) {
            return Some(found);
        }
    }
    None
}

/// Without the words that stand there by themselves.
fn without_words(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = nodes.into_iter().filter(|node| node.role != "text");
    nodes.map(|node| Node { children: without_words(node.children), ..node }).collect()
}

/// Runs a script in the page.
async fn run(browser: &Browser, script: &str) -> Value {
    browser.execute(script, vec![json!(null)]).await
}
