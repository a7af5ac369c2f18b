//! Firefox's tree from the browser itself: the one that screen readers receive.

use serde_json::{Value, json};

use super::{Node, string, within, without_words};
use crate::browser::Browser;

/// Reads the tree in the browser's own process, once it exists: the first request creates it.
const READ: &str = "
    const service = Cc['@mozilla.org/accessibilityService;1'].getService(Ci.nsIAccessibilityService);
    const read = (accessible) => {
        const level = {}, of = {}, at = {}, state = {}, more = {}, children = [];
        accessible.groupPosition(level, of, at);
        accessible.getState(state, more);
        for (let child = accessible.firstChild; child; child = child.nextSibling) children.push(read(child));
        return {
            kind: service.getStringRole(accessible.role),
            role: accessible.computedARIARole,
            name: accessible.name ?? '',
            description: accessible.description ?? '',
            states: [...service.getStringStates(state.value, more.value)],
            at: at.value,
            of: of.value,
            children,
        };
    };
    const browser = gBrowser.selectedBrowser;
    const document = service.getAccessibleFor(browser)?.firstChild;
    return document?.childCount ? read(document) : null;";

pub(super) async fn nodes(browser: &Browser) -> Vec<Node> {
    let context =
        async |name: &str| browser.command("moz/context".to_owned(), Some(json!({ "context": name }))).await;
    context("chrome").await;
    let tree = crate::wait::until("Firefox's tree", async || match browser.execute(READ, vec![]).await {
        Value::Null => Err("there is none"),
        tree => Ok(tree),
    })
    .await;
    context("content").await;
    within(vec![node(&tree)], "main").expect("the page has a main part")
}

fn node(told: &Value) -> Node {
    let children: Vec<_> = told["children"].as_array().into_iter().flatten().map(node).collect();
    let kind = told["kind"].as_str().unwrap_or_default();
    let role = match kind {
        "text leaf" | "statictext" => "text".to_owned(),
        // Their words are the name of their control.
        "label" => return Node { children: without_words(children), ..Node::default() },
        _ => string(&told["role"]),
    };
    let has = |state: &str| told["states"].as_array().into_iter().flatten().any(|it| it == state);
    let states = [("checked", "checked"), ("invalid", "invalid"), ("unavailable", "disabled")];
    let states = states.into_iter().filter(|(theirs, _)| has(theirs)).map(|(_, ours)| ours.to_owned());
    let position = (told["at"].as_u64().unwrap_or(0), told["of"].as_u64().unwrap_or(0));
    Node {
        name: string(&told["name"]),
        description: string(&told["description"]),
        states: states.collect(),
        position: (role == "radio").then_some(position),
        role,
        children,
    }
}
