//! Chromium's tree, by its `DevTools` protocol.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Node, string, within};
use crate::browser::Browser;

pub(super) async fn nodes(browser: &Browser) -> Vec<Node> {
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
    let by_id: HashMap<_, _> = nodes.iter().map(|node| (string(&node["nodeId"]), node)).collect();
    let root = nodes.iter().find(|node| node["parentId"].is_null()).expect("the tree has a root");
    within(vec![node(root, &by_id)], "main").expect("the page has a main part")
}

fn node(told: &Value, by_id: &HashMap<String, &Value>) -> Node {
    let ids = told["childIds"].as_array().into_iter().flatten().map(string);
    let children = ids.filter_map(|id| by_id.get(&id)).map(|child| node(child, by_id)).collect();
    let role = match told["role"]["value"].as_str().unwrap_or_default() {
        _ if told["ignored"] == true => "",
        "StaticText" => "text",
        // Their words are the name of their control.
        "LabelText" | "Legend" => return without_words(children),
        role => role,
    };
    let property = |name: &str| {
        let properties = told["properties"].as_array().into_iter().flatten();
        let value = properties
            .filter(|property| property["name"] == name)
            .map(|p| p["value"]["value"].clone())
            .next();
        value.is_some_and(|value| value == true || value == "true")
    };
    let states = ["checked", "invalid", "disabled"].into_iter().filter(|state| property(state));
    Node {
        role: role.to_owned(),
        name: string(&told["name"]["value"]),
        description: string(&told["description"]["value"]),
        states: states.map(str::to_owned).collect(),
        position: None,
        children,
    }
}

fn without_words(children: Vec<Node>) -> Node {
    Node { children: super::without_words(children), ..Node::default() }
}
