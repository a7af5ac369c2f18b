//! The owner's pages in Dutch and English: the choice of the language, and that all texts are in the text
//! files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aanrader_tests::collector::{Collector, Options, Reply};
use reqwest::{Method, StatusCode};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files with this ending in a folder and its subfolders.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let found = entries.flat_map(|path| match path.is_dir() {
        true => files(&path, ending),
        false if path.to_string_lossy().ends_with(ending) => vec![path],
        false => Vec::new(),
    });
    found.collect()
}

async fn in_language(collector: &Collector, path: &str, languages: &str) -> Reply {
    let request = collector.request(Method::GET, path).header("accept-language", languages);
    Reply::of(request.header("accept", "text/html")).await
}

#[tokio::test]
async fn the_browser_decides_on_the_language_unless_the_address_does() {
    let collector = Collector::start(Options::default());
    for (path, languages, expected) in [
        ("/preview/", "nl-BE,en;q=0.5", "nl"),
        ("/preview/", "en-US,nl;q=0.5", "en"),
        ("/preview/", "fr", "en"),
        ("/en/preview/", "nl", "en"),
        ("/nl/preview/", "en", "nl"),
        ("/", "nl", "nl"),
        ("/nothing", "nl", "nl"),
        ("/en/nothing", "nl", "en"),
    ] {
        let reply = in_language(&collector, path, languages).await;
        let text = reply.text();
        assert!(text.contains(&format!("<html lang=\"{expected}\">")), "{path} {languages}: {text:.200}");
        let varies =
            reply.headers.get_all("vary").iter().any(|value| {
                value.to_str().is_ok_and(|value| value.to_lowercase().contains("accept-language"))
            });
        let fixed = path.starts_with("/en/preview") || path.starts_with("/nl/preview");
        assert_eq!(varies, !fixed, "{path}: {:?}", reply.headers);
    }
}

#[tokio::test]
async fn somebody_at_a_wrong_address_reads_so_in_a_page_with_a_way_out() {
    let collector = Collector::start(Options::default());
    let reply = in_language(&collector, "/cases/<b>", "nl").await.expect(StatusCode::NOT_FOUND);
    let text = reply.text();
    assert!(text.contains("Op dit adres staat niets") && text.contains("href=\"/nl/results/\""), "{text}");
    assert!(!text.contains("<b>") && !text.contains("{{"), "{text}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

/// The readable text of a template: without tags, code, keys of texts and entities.
fn prose(template: &str) -> String {
    let mut text = template.to_owned();
    for (begin, end) in [("<pre", "</pre>"), ("<code", "</code>"), ("<option", "</option>"), ("{{", "}}")] {
        while let Some((before, rest)) = text.split_once(begin) {
            let Some((inside, after)) = rest.split_once(end) else { break };
            // An option needs a key, which stays visible, unless its text is the name of a language.
            let kept = if begin == "<option" && !inside.contains(" lang=") { inside } else { "" };
            let kept = kept.split_once('>').map_or("", |(_, text)| text).replace("{{", "\u{1}");
            text = format!("{before}{}{after}", kept.split('\u{1}').next().unwrap_or_default());
        }
    }
    let mut out = String::new();
    for part in text.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        out.push(' ');
    }
    out
}

#[test]
fn the_templates_hold_no_text_of_their_own() {
    // Names that are the same in every language.
    let names = ["Aanrader", "React", "Vue", "Google Tag Manager", "Node", "PHP", "Python"];
    let mut seen = 0;
    let templates = files(&path("www/pages"), ".html").into_iter().chain(files(&path("www/owner"), ".html"));
    for file in templates {
        if file.to_string_lossy().contains("/demo/") {
            continue;
        }
        let template = read(&file);
        let mut left = prose(&template);
        names.iter().for_each(|name| left = left.replace(name, ""));
        let words: Vec<_> =
            left.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).collect();
        assert!(words.is_empty(), "{}: {words:?}", file.display());
        for attribute in ["aria-label", "data-failed", "title", "alt"] {
            for value in template.split(&format!(" {attribute}=\"")).skip(1) {
                assert!(value.starts_with("{{t."), "{}: {attribute}=\"{value:.30}", file.display());
            }
        }
        seen += 1;
    }
    assert!(seen >= 5, "{seen} templates");
}

/// The string literals of Rust code outside its tests and comments.
fn literals(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    // A backslash and the character after it are one character; a quote in single quotes begins no text.
    let code =
        lines.collect::<Vec<_>>().join("\n").replace("\\\\", " ").replace("\\\"", " ").replace("'\"'", "' '");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_pages_module_says_nothing_that_is_not_in_the_text_files() {
    // Messages for developers whose page lacks an element, and code for shops to paste.
    let code = [
        "the page has no fitting element",
        "<",
        "import {",
        "function",
        "script.",
        "curl ",
        "aanrader-survey:not",
    ];
    let mut seen = 0;
    for file in files(&path("src/pages"), ".rs").iter().filter(|file| !file.ends_with("build.rs")) {
        for literal in literals(&read(file)) {
            seen += 1;
            let words = literal.split_whitespace().filter(|word| {
                word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || ",.:;’".contains(c))
            });
            let is_code = code.iter().any(|begin| literal.trim_start().starts_with(begin));
            assert!(words.count() < 3 || is_code, "{}: {literal:?}", file.display());
        }
    }
    assert!(seen > 100, "{seen} literals");
}

#[test]
fn every_text_of_the_collectors_own_pages_is_used() {
    let texts = ["collector", "notices", "trend"].into_iter().flat_map(|file| {
        let json = read(&path(&format!("www/owner/en/{file}.json")));
        serde_json::from_str::<BTreeMap<String, String>>(&json).expect("texts").into_keys()
    });
    let sources: String = files(&path("src/collector"), ".rs").iter().map(|file| read(file)).collect();
    for key in texts {
        assert!(sources.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
}
