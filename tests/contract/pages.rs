//! The served pages: complete, with valid links, and consistent with the element.

use std::collections::BTreeSet;

use aanrader_tests::collector::{Collector, Options, TOKEN};
use aanrader_tests::person::Person;
use reqwest::StatusCode;

/// All pages except those of the demo shop, in both languages.
const PAGES: [&str; 20] = [
    "/",
    "/builder/",
    "/recipes/",
    "/preview/",
    "/results/",
    "/nl/",
    "/nl/builder/",
    "/nl/recipes/",
    "/nl/preview/",
    "/nl/results/",
    "/docs/",
    "/docs/reference/",
    "/docs/collector/",
    "/docs/tests/",
    "/docs/code/",
    "/nl/docs/",
    "/nl/docs/reference/",
    "/nl/docs/collector/",
    "/nl/docs/tests/",
    "/nl/docs/code/",
];

/// Elements without end tags.
const VOID: [&str; 7] = ["meta", "link", "input", "br", "path", "img", "hr"];

async fn page(collector: &Collector, path: &str) -> String {
    Person::signed_in(collector, TOKEN).await.get(path).await.expect(StatusCode::OK).text()
}

/// The values of an attribute, in any tag.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let begin = format!(" {attribute}=\"");
    let of = |tag: &str| Some(tag.split_once(&begin)?.1.split('"').next()?.to_owned());
    tags(html).filter_map(of).collect()
}

/// The tags in their order, each without `<` and `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|part| part.split('>').next()).filter(|tag| !tag.starts_with('!'))
}

#[tokio::test]
async fn every_element_of_a_page_ends_where_it_should() {
    let collector = Collector::start(Options::default());
    for path in PAGES {
        let html = page(&collector, path).await;
        let mut open = Vec::new();
        for tag in tags(&html) {
            let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{path}: </{name}>");
            } else if !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert_eq!(open, Vec::<&str>::new(), "{path}");
        let ids = values(&html, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
    }
}

#[tokio::test]
async fn every_link_of_a_page_leads_to_what_is_there() {
    let collector = Collector::start(Options::default());
    for path in PAGES {
        let html = page(&collector, path).await;
        let ids: BTreeSet<_> = values(&html, "id").into_iter().collect();
        for to in values(&html, "href").into_iter().chain(values(&html, "src")) {
            match to.split_once('#') {
                Some(("", id)) => assert!(ids.contains(id), "{path}: #{id}"),
                _ => {
                    let page =
                        reqwest::Url::parse(&format!("{}{path}", collector.url())).expect("an address");
                    let to = page.join(&to).expect("an address");
                    if to.origin() != page.origin() {
                        continue;
                    }
                    let there = collector.get(to.path()).await;
                    assert_eq!(there.status, StatusCode::OK, "{path}: {to}");
                    if let Some(id) = to.fragment() {
                        assert!(values(&there.text(), "id").iter().any(|it| it == id), "{path}: {to}");
                    }
                }
            }
        }
        for id in values(&html, "for").into_iter().chain(values(&html, "list")) {
            assert!(ids.contains(&id), "{path}: {id}");
        }
        for list in values(&html, "aria-describedby").into_iter().chain(values(&html, "aria-labelledby")) {
            assert!(list.split(' ').all(|id| ids.contains(id)), "{path}: {list}");
        }
    }
}

#[tokio::test]
async fn every_recipe_says_where_when_what_policy_and_what_does_not_work() {
    let collector = Collector::start(Options::default());
    let html = page(&collector, "/recipes/").await;
    let recipes: Vec<_> = html.split("<section class=\"panel recipe\" id=\"").skip(1).collect();
    let ids: Vec<_> = recipes.iter().filter_map(|recipe| recipe.split('"').next()).collect();
    let shops = [
        "woocommerce",
        "magento",
        "prestashop",
        "shopware",
        "lightspeed",
        "shopify",
        "frameworks",
        "spa",
        "tag-managers",
    ];
    assert_eq!(ids, [&shops[..], &["routers", "receiver", "link"]].concat());
    for library in ["Turbo", "htmx", "Livewire", "swup", "Alpine", "page.js", "Navigo"] {
        assert!(recipes[shops.len()].contains(library), "{library} is not told of");
    }
    for recipe in &recipes[..shops.len()] {
        let parts: Vec<_> =
            recipe.split("<h3>").skip(1).filter_map(|part| part.split("</h3>").next()).collect();
        let expected = ["Where it goes", "After login", "Content security policy", "What doesn’t work"];
        assert_eq!(parts, expected, "{recipe:.40}");
    }
    // The page loads only from the shop's own collector.
    let hosts: BTreeSet<_> = html
        .split("https://")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-.".contains(c)).next())
        .collect();
    assert_eq!(hosts, ["survey.example.nl"].into());
}

#[tokio::test]
async fn the_recipes_write_only_attributes_that_the_builder_offers() {
    let collector = Collector::start(Options::default());
    let builder = page(&collector, "/builder/").await;
    let mut known: BTreeSet<_> = values(&builder, "name").into_iter().collect();
    known.extend(["customer", "properties", "src", "async", "href"].map(str::to_owned));
    let html = page(&collector, "/recipes/").await.replace("&lt;", "<").replace("&gt;", ">");
    let mut seen = 0;
    for tag in html.split("<aanrader-survey ").skip(1).chain(html.split("data-survey").skip(1)) {
        for (at, _) in tag.split('>').next().unwrap_or_default().match_indices("=\"") {
            let name: String =
                tag[..at].chars().rev().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            let name: String = name.chars().rev().collect();
            let name = name.strip_prefix("data-").unwrap_or(&name);
            assert!(name.is_empty() || known.contains(name), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
