//! WebKit's tree: role and name of each element as the engine computes them, over WebDriver. The driver
//! doesn't report descriptions and states, so they are read from the attributes and properties behind them.

use serde_json::{Value, json};

use super::{Node, asked, run, string};
use crate::browser::Browser;

/// All rendered elements in `<main>` and in open shadow roots there, with their words.
const WALK: &str = "
    const described = (e) => (e.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
        .map((id) => e.getRootNode().getElementById(id)?.textContent ?? '').join(' ');
    const walk = (e) => ({
        element: e,
        description: described(e),
        states: [
            e.checked && 'checked',
            e.getAttribute('aria-invalid') === 'true' && 'invalid',
            (e.disabled || e.getAttribute('aria-disabled') === 'true') && 'disabled',
        ].filter(Boolean),
        children: ['LABEL', 'LEGEND'].includes(e.nodeName) ? elements(e) : [...(e.shadowRoot ?? e).childNodes].flatMap(child),
    });
    const child = (n) => n.nodeType === Node.TEXT_NODE ? [{ words: n.data }]
        : n.nodeType === Node.ELEMENT_NODE && n.checkVisibility() || n.shadowRoot ? [walk(n)] : [];
    // Of a label: its words are the name of what it labels.
    const elements = (e) => [...e.querySelectorAll('input')].map(walk);
    return [...document.querySelector('main').childNodes].flatMap(child);";

pub(super) async fn nodes(browser: &Browser) -> Vec<Node> {
    let told = run(browser, WALK).await;
    let mut nodes = Vec::new();
    for told in told.as_array().into_iter().flatten() {
        nodes.push(Box::pin(node(browser, told)).await);
    }
    nodes
}

async fn node(browser: &Browser, told: &Value) -> Node {
    if let Some(words) = told["words"].as_str() {
        return Node { role: "text".to_owned(), name: words.to_owned(), ..Node::default() };
    }
    let element = told["element"].as_object().and_then(|element| element.values().next());
    let element = string(element.unwrap_or(&json!("")));
    let mut children = Vec::new();
    for child in told["children"].as_array().into_iter().flatten() {
        children.push(Box::pin(node(browser, child)).await);
    }
    Node {
        role: asked(browser, format!("element/{element}/computedrole")).await,
        name: asked(browser, format!("element/{element}/computedlabel")).await,
        description: string(&told["description"]),
        states: told["states"].as_array().into_iter().flatten().map(string).collect(),
        position: None,
        children,
    }
}
