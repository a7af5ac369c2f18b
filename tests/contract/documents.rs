//! Compares the documents with the code: an outdated table is a bug.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aanrader_tests::collector::{Collector, Options};
use reqwest::StatusCode;

/// The reference.
const REFERENCE: &str = "www/README.md";

/// A file or folder of the repository.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names in code type in the first column of the reference's table below that heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let reference = read(REFERENCE);
    let (_, section) = reference.split_once(&format!("## {heading}\n")).expect("the heading");
    let section = section.split("\n#").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| quoted(row.split('|').nth(1).unwrap_or_default(), '`')).collect()
}

/// The texts between pairs of this mark.
fn quoted(text: &str, mark: char) -> Vec<String> {
    text.split(mark).skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every word in a text that consists of this start and further small letters and dashes.
fn words(text: &str, start: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
    let ends = text.split(start).skip(1).map(|rest| rest.split(|c| !is_part(c)).next().unwrap_or_default());
    ends.map(|end| format!("{start}{end}")).collect()
}

/// All Rust sources of a folder, as one text.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).expect("a source"),
        _ => String::new(),
    };
    entries.map(text).collect()
}

#[test]
fn the_loader_the_widget_and_the_reference_have_the_same_attributes() {
    let properties = read("www/properties.js");
    let (_, list) = properties.split_once("attributes = [").expect("the list");
    let observed: BTreeSet<String> =
        quoted(list.split(']').next().unwrap_or_default(), '"').into_iter().collect();
    let known: BTreeSet<String> = aanrader_widget::ATTRIBUTES.map(str::to_owned).into();
    assert_eq!(observed, known);
    let mut documented = documented("Attributes");
    // Every element has it, so it belongs to the page rather than to the survey.
    assert!(documented.remove("lang"));
    assert_eq!(documented, known);
}

#[test]
fn the_reference_has_all_events_and_no_other() {
    let sources = [read("src/widget/events.rs"), read("www/element.js")].concat();
    let mut events = words(&sources, "\"aanrader-");
    // These aren't events: the element's own name, and the prefixes of stored keys.
    events.retain(|name| !["\"aanrader-survey", "\"aanrader-answer-"].contains(&name.as_str()));
    let events: BTreeSet<String> = events.iter().map(|name| name.replace('"', "")).collect();
    assert_eq!(documented("Events"), events);
}

#[test]
fn the_reference_has_all_custom_properties_and_no_other() {
    assert_eq!(documented("Looks"), words(&read("src/widget/style.css"), "--aanrader-"));
}

#[test]
fn the_documented_defaults_of_custom_properties_are_those_of_the_style_sheet() {
    let styles = read("src/widget/style.css");
    let manifest: serde_json::Value = serde_json::from_str(&read("www/custom-elements.json")).expect("JSON");
    let element = &manifest["modules"][0]["declarations"][0];
    for property in element["cssProperties"].as_array().expect("a list") {
        let name = property["name"].as_str().expect("a name");
        let stands_in: Vec<_> = styles.split(&format!("var({name}, ")).skip(1).collect();
        assert!(!stands_in.is_empty(), "{name} has no default");
        // An attribute without a documented default has a computed one.
        if let Some(default) = property["default"].as_str() {
            assert!(
                stands_in.iter().all(|rest| rest.starts_with(&format!("{default})"))),
                "{name}: {default}"
            );
        }
    }
}

#[tokio::test]
async fn the_reference_has_all_parameters_of_the_link_and_each_does_something() {
    let samples = [
        ("score", "9"),
        ("lang", "nl"),
        ("touchpoint", "mail"),
        ("brand", "Moes"),
        ("customer", "c-1"),
        ("properties.plan", "pro"),
    ];
    let documented = documented("The link");
    assert_eq!(documented, samples.map(|(name, _)| name.to_owned()).into());
    let collector = Collector::start(Options::default());
    let page = async |path: String| {
        let text = collector.get(&path).await.expect(StatusCode::OK).text();
        // The id differs each time.
        let (before, after) = text.split_once("name=\"id\" value=\"").expect("an id");
        [before, after.split_once('"').expect("its end").1].concat()
    };
    let plain = page("/s/shop".into()).await;
    assert_eq!(plain, page("/s/shop?unknown=1".into()).await);
    for (name, value) in samples {
        assert_ne!(plain, page(format!("/s/shop?{name}={value}")).await, "{name}");
    }
}

#[test]
fn the_reference_has_all_ready_looks_and_no_other() {
    let styles = read("www/assets/looks.css");
    let classes =
        |line: &str| line.strip_prefix("aanrader-survey.")?.split([',', ' ']).next().map(str::to_owned);
    let looks: BTreeSet<String> = styles.lines().filter_map(classes).collect();
    let reference = read(REFERENCE);
    let (_, list) = reference.split_once("Five ready looks").expect("the looks");
    let list = list.split("\n\n").nth(1).unwrap_or_default();
    let named =
        list.lines().filter_map(|line| line.strip_prefix("- **")?.split("**").next().map(str::to_owned));
    assert_eq!(named.collect::<BTreeSet<_>>(), looks);
    assert_eq!(looks.len(), 5);
    for page in ["nl", "en"] {
        let page = read(&format!("www/pages/demo/{page}/looks.html"));
        assert!(looks.iter().all(|look| page.contains(&format!("id=\"{look}\""))), "{looks:?}");
    }
}

#[test]
fn every_language_has_all_texts_and_every_text_is_used() {
    let texts = |path: &Path| -> BTreeMap<String, String> {
        let text = std::fs::read_to_string(path).expect("a locale");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let english = texts(&path("www/locales/en.json"));
    // The widget lists its texts; the page without scripts uses each one by its key.
    let widget = read("src/widget/texts.rs");
    let (_, list) = widget.split_once("texts! {\n").expect("the widget's list");
    let list: BTreeSet<&str> = list.split('}').next().unwrap_or_default().split([',', ' ', '\n']).collect();
    let page = sources(&path("src/collector/http"));
    for key in english.keys() {
        assert!(
            list.contains(key.as_str()) || page.contains(&format!("(\"{key}\")")),
            "{key} is used nowhere"
        );
    }
    let placeholders = |text: &str| text.matches(['{', '}']).count();
    for entry in std::fs::read_dir(path("www/locales")).expect("the locales") {
        let path = entry.expect("an entry").path();
        let name = path.display();
        let locale = texts(&path);
        assert!(locale.keys().eq(english.keys()), "{name} has other keys");
        for (key, text) in &locale {
            assert!(!text.trim().is_empty(), "{name}: {key} is empty");
            assert_eq!(placeholders(text), placeholders(&english[key]), "{name}: {key}");
        }
    }
}

#[test]
fn the_builder_offers_every_language_look_and_attribute() {
    let page = read("www/pages/builder/index.html");
    let values = |begin: &str| -> BTreeSet<String> {
        page.split(begin).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
    };
    let locales = std::fs::read_dir(path("www/locales")).expect("the locales");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let offered = values("\" lang=\"");
    assert_eq!(offered, locales.map(name).collect());
    assert!(offered.iter().all(|tag| page.contains(&format!("<option value=\"{tag}\" lang=\"{tag}\">"))));
    let looks = values("name=\"look\" value=\"");
    assert_eq!(looks, ["", "meadow", "ink", "sun", "berry", "night"].map(str::to_owned).into());
    // Values that differ between customers belong to the shop's own templates. A shop with its own endpoint
    // doesn't need this collector's builder.
    let by_hand = ["customer", "signature", "name", "properties", "endpoint", "no-counts"];
    for attribute in aanrader_widget::ATTRIBUTES.iter().filter(|name| !by_hand.contains(name)) {
        assert!(page.contains(&format!(" name=\"{attribute}\"")), "{attribute}");
    }
}
