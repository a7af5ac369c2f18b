//! The accessibility tree of a page's `<main>`, as its engine computes it, in readable lines.
//!
//! Each engine reports it in its own way: Chromium by its `DevTools` protocol, Firefox to a script of the
//! browser itself, WebKit element by element over WebDriver. Roles are those of ARIA. Nodes without a meaning
//! of their own have no line: `generic`, an unnamed form, and the words of a label, which are already the
//! name of its control.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::engine::Engine;

mod chromium;
mod firefox;
mod webkit;

/// One node, as assistive technology receives it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// An ARIA role; `text` for words that aren't a name.
    role: String,
    name: String,
    description: String,
    /// `checked`, `invalid`, `disabled`.
    states: Vec<String>,
    /// Position and set size, if the engine reports them.
    position: Option<(u64, u64)>,
    children: Vec<Node>,
}

/// The tree of the page's `<main>`, except its heading, a line for each node.
///
/// # Panics
/// When the engine doesn't report it.
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

/// Removes from a complete line what an engine doesn't report to a test: only Firefox reports position and
/// set size. (The others report them to screen readers, which a test can't observe.)
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
        // The content is already the name or the value.
        if !["button", "radio", "checkbox", "textbox", "text"].contains(&&*node.role) {
            write(&node.children, depth + 1, lines);
        }
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Sends a command below the session, as `GET` without a body.
async fn asked(browser: &Browser, path: String) -> String {
    string(&browser.command(path, None).await)
}

/// The children of the first node with a role, at any depth.
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

/// Removes words that aren't a name.
fn without_words(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = nodes.into_iter().filter(|node| node.role != "text");
    nodes.map(|node| Node { children: without_words(node.children), ..node }).collect()
}

/// Runs a script in the page.
async fn run(browser: &Browser, script: &str) -> Value {
    browser.execute(script, vec![json!(null)]).await
}
