//! The invariants of `src/README.md` that can be checked by reading the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::graph::Crate;
use crate::layout;

/// A longer file has more than one concern.
const LINES: usize = 400;

/// The allowed names at the top level, besides files whose name starts with a dot.
const TOP: [&str; 8] = ["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "src", "target", "tests", "www"];

/// Words that only certain files may use.
struct Reserved {
    /// The places of the rule, as prefixes of paths.
    places: &'static [&'static str],
    /// The exceptions, also as prefixes.
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const RESERVED: [Reserved; 8] = [
    Reserved {
        places: &["src/widget/", "src/dom/"],
        except: &[],
        words: &["Reflect", "indexing_getter", "indexing_setter", "js_sys::eval", "module = \"/"],
        why: "nothing of the browser is called by a name in a string",
    },
    Reserved {
        places: &["src/widget/", "src/dom/"],
        // Our own objects (settings, replies), and features that stable web-sys lacks or has in another form:
        // `globalPrivacyControl`, `keepalive`, the durability of a transaction, the list of databases, Web
        // Locks.
        except: &[
            "src/dom/platform.rs",
            "src/widget/json.rs",
            "src/widget/texts.rs",
            "src/widget/options.rs",
            "src/widget/delivery.rs",
            "src/widget/storage/database.rs",
            "src/widget/storage/locks.rs",
        ],
        words: &["extern \"C\""],
        why: "the browser's names are web-sys', so that a typing error doesn't compile",
    },
    Reserved {
        places: &["src/widget/", "src/dom/"],
        except: &["src/widget/delivery.rs"],
        words: &["gloo_net", "fetch_with", "\"fetch\"", "send_beacon", "XmlHttpRequest"],
        why: "only widget/delivery.rs talks to the network",
    },
    Reserved {
        places: &["src/widget/", "src/dom/"],
        except: &["src/widget/storage.rs", "src/widget/storage/"],
        words: &["local_storage", "session_storage", "indexed_db", "IdbFactory", "localStorage", "indexedDB"],
        why: "only widget/storage.rs touches browser storage",
    },
    Reserved {
        places: &["www/aanrader.js", "www/element.js", "www/properties.js", "www/widget.js"],
        except: &[],
        words: &["localStorage.", "localStorage[", "sessionStorage", "indexedDB", "document.cookie"],
        why: "the loader only looks whether anything waits to be sent",
    },
    Reserved {
        places: &["src/collector/"],
        // The bench also measures the database itself.
        except: &["src/collector/store/", "src/collector/bench/"],
        words: &["rusqlite", "SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE"],
        why: "SQL stays in collector/store",
    },
    Reserved {
        places: &["src/", "www/"],
        except: &["src/xtask/invariants.rs"],
        words: &["innerHTML", "set_inner_html", "outerHTML", "insertAdjacentHTML", "document.write"],
        why: "markup is built from elements, never parsed from text",
    },
    Reserved {
        places: &["src/", "tests/"],
        except: &["src/xtask/invariants.rs"],
        words: &["todo!(", "unimplemented!(", "dbg!(", "#[ignore", ".forget()"],
        why: "nothing is left half done, unseen or leaking",
    },
];

/// All allowed dependencies of `survey`.
const SURVEY_NEEDS: [&str; 2] = ["libm", "serde"];

/// Checks the checkout; every broken invariant is an error.
pub(crate) fn run() -> Result<()> {
    let root = layout::root();
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&root)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    let mut broken = top(&names);
    for folder in ["src", "tests", "www"] {
        for (path, text) in sources(&root, folder)? {
            broken.extend(source(&path, &text));
        }
    }
    broken.extend(circles(&root)?);
    if broken.is_empty() { Ok(()) } else { bail!("\n  {}", broken.join("\n  ")) }
}

/// The circles among the modules of every crate: each folder with a crate root.
fn circles(root: &Path) -> Result<Vec<String>> {
    let mut crates: BTreeMap<String, Crate> = BTreeMap::new();
    for folder in ["src", "tests"] {
        for (path, text) in sources(root, folder)?.iter().filter(|(path, _)| path.ends_with(".rs")) {
            let mut parts = path.splitn(3, '/');
            if let (Some(top), Some(name), Some(file)) = (parts.next(), parts.next(), parts.next()) {
                crates.entry(format!("{top}/{name}")).or_default().add(file, text)?;
            }
        }
    }
    let circles = crates.iter().map(|(name, modules)| (name, modules.circles()));
    let told = circles
        .flat_map(|(name, circles)| circles.into_iter().map(move |it| format!("{name}: circle: {it}")));
    Ok(told.collect())
}

/// The text files of a folder, with their paths from the top.
fn sources(root: &Path, folder: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in crate::dist::files(&root.join(folder))? {
        // Pictures and modules have no lines.
        if let Ok(text) = fs::read_to_string(root.join(folder).join(&file)) {
            found.push((format!("{folder}/{}", file.display()), text));
        }
    }
    Ok(found)
}

/// The forbidden names at the top level.
fn top(names: &[String]) -> Vec<String> {
    let strange = names.iter().filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()));
    strange.map(|name| format!("{name}: does not belong at the top level")).collect()
}

/// Every invariant that a file breaks.
fn source(path: &str, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let lines = text.lines().count();
    if is_code(path) {
        broken.extend(reserved(path, text));
    }
    if is_code(path) && lines > LINES {
        broken.push(format!("{path}: {lines} lines, {LINES} at most"));
    }
    if path.starts_with("src/") && path.ends_with(".rs") {
        broken.extend(exports(path, text));
    }
    if path == "src/survey/Cargo.toml" {
        broken.extend(dependencies(text));
    }
    if path.ends_with(".html") {
        broken.extend(page(path, text));
    }
    if is_test_program(path) {
        broken.push(format!("{path}: tests that are programs of their own live in tests/"));
    }
    broken
}

fn is_code(path: &str) -> bool {
    [".rs", ".js", ".css", ".html"].iter().any(|extension| path.ends_with(extension))
}

/// Cargo finds a `tests` folder directly below a crate, but our suites don't run it.
fn is_test_program(path: &str) -> bool {
    path.starts_with("src/") && path.split('/').nth(2) == Some("tests")
}

fn reserved(path: &str, text: &str) -> Vec<String> {
    let starts = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    let rules = RESERVED.iter().filter(|rule| starts(rule.places) && !starts(rule.except));
    rules.flat_map(|rule| uses(path, text, rule)).collect()
}

/// The lines that use a reserved word. Comments are exempt.
fn uses(path: &str, text: &str, rule: &Reserved) -> Vec<String> {
    let mut broken = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let used = rule.words.iter().find(|word| line.contains(*word));
        if let Some(word) = used.filter(|_| !line.trim_start().starts_with("//")) {
            broken.push(format!("{path}:{}: {word}: {}", number + 1, rule.why));
        }
    }
    broken
}

/// The files that export to JavaScript, and this one, which contains examples.
const EXPORTING: [&str; 5] = [
    "src/widget/lib.rs",
    "src/pages/lib.rs",
    "src/nps/lib.rs",
    "src/nps-text/lib.rs",
    "src/xtask/invariants.rs",
];

/// Exports to JavaScript in other files; imports (`extern "C"`) are exempt.
fn exports(path: &str, text: &str) -> Vec<String> {
    if EXPORTING.contains(&path) {
        return Vec::new();
    }
    let mut imports = false;
    let mut broken = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        imports = (imports && *line != "}") || line.contains("extern \"C\" {");
        let attribute = line.trim_start().starts_with("#[wasm_bindgen");
        let of = lines[number..].iter().find(|line| !line.trim_start().starts_with(['#', '/']));
        // A private enum only lists the browser's own words.
        let is_import = of.is_some_and(|line| line.contains("extern \"C\"") || line.starts_with("enum "));
        if attribute && !imports && !is_import {
            broken.push(format!("{path}:{}: only a module's lib.rs exports to JavaScript", number + 1));
        }
    }
    broken
}

/// The forbidden dependencies of `survey`.
fn dependencies(manifest: &str) -> Vec<String> {
    let section = manifest.split("\n[").find_map(|section| section.strip_prefix("dependencies]"));
    let names = section.unwrap_or_default().lines().filter_map(|line| line.split(['=', '.']).next());
    names
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.starts_with('#') && !SURVEY_NEEDS.contains(name))
        .map(|name| format!("src/survey/Cargo.toml: {name}: survey knows no browser and no server"))
        .collect()
}

/// The parts of a page that a strict content security policy would block.
fn page(path: &str, html: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for (number, line) in html.lines().enumerate() {
        let inline_script = line.split("<script").skip(1).any(|rest| {
            let tag = rest.split('>').next().unwrap_or_default();
            !tag.contains("src=")
        });
        let handler = line.split_whitespace().any(|word| {
            word.strip_prefix("on").and_then(|rest| rest.split_once('=')).is_some_and(|(event, value)| {
                event.bytes().all(|byte| byte.is_ascii_lowercase()) && value.starts_with(['"', '\''])
            })
        });
        for (found, what) in [
            (inline_script, "a script without src on the same line"),
            (handler, "an event handler"),
            (line.contains("<style"), "a <style>"),
            (line.contains(" style="), "a style attribute"),
        ] {
            if found {
                broken.push(format!("{path}:{}: {what}; the content security policy blocks it", number + 1));
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [&str; 0] = [];

    #[test]
    fn the_top_level_holds_only_what_belongs_there() {
        let names = [".ci", "src", "notes.txt"].map(str::to_owned);
        assert_eq!(top(&names), ["notes.txt: does not belong at the top level"]);
    }

    #[test]
    fn only_delivery_talks_to_the_network() {
        let text = "use gloo_net::http;";
        assert_eq!(
            source("src/widget/element.rs", text),
            ["src/widget/element.rs:1: gloo_net: only widget/delivery.rs talks to the network"]
        );
        assert_eq!(source("src/widget/delivery.rs", text), NONE);
        assert_eq!(source("src/pages/results.rs", text), NONE);
    }

    #[test]
    fn only_storage_touches_browser_storage() {
        assert_eq!(source("src/widget/outbox.rs", "window.local_storage()").len(), 1);
        assert_eq!(source("www/element.js", "localStorage.x = 1").len(), 1);
        assert_eq!(source("src/widget/storage.rs", "window.local_storage()"), NONE);
    }

    #[test]
    fn sql_stays_in_the_store() {
        assert_eq!(source("src/collector/http/answers.rs", "\"SELECT 1\"").len(), 1);
        assert_eq!(source("src/collector/store/sqlite.rs", "\"SELECT 1\""), NONE);
    }

    #[test]
    fn markup_is_never_parsed_from_text() {
        assert_eq!(source("src/widget/view.rs", "e.set_inner_html(x);").len(), 1);
        assert_eq!(source("www/assets/start.js", "e.innerHTML = x").len(), 1);
    }

    #[test]
    fn nothing_is_left_half_done() {
        for left in ["todo!()", "dbg!(x)", "#[ignore]", "#[ignore = \"later\"]", "closure.forget();"] {
            assert_eq!(source("tests/browser/host.rs", left).len(), 1, "{left}");
        }
    }

    #[test]
    fn the_widget_calls_nothing_by_a_name_in_a_string() {
        for named in ["js_sys::Reflect::get(&x, &\"nmae\".into())", "    indexing_getter"] {
            assert_eq!(source("src/widget/element.rs", named).len(), 1, "{named}");
        }
        assert_eq!(source("src/widget/events.rs", "unsafe extern \"C\" {").len(), 1);
        assert_eq!(source("src/pages/counting.rs", "extern \"C\" {"), NONE);
    }

    #[test]
    fn a_comment_may_name_what_code_may_not() {
        assert_eq!(source("src/widget/view.rs", "// never innerHTML"), NONE);
    }

    #[test]
    fn a_long_file_is_named() {
        let long = "\n".repeat(LINES + 1);
        assert_eq!(source("src/dom/lib.rs", &long), ["src/dom/lib.rs: 401 lines, 400 at most"]);
        assert_eq!(source("src/dom/lib.rs", &long[1..]), NONE);
    }

    #[test]
    fn only_lib_exports_to_javascript() {
        let export = "#[wasm_bindgen]\npub fn f() {}\n";
        let import = "#[wasm_bindgen]\nextern \"C\" {\n    #[wasm_bindgen(js_name = f)]\n    fn f();\n}\n";
        assert_eq!(source("src/pages/page.rs", export).len(), 1);
        assert_eq!(source("src/pages/page.rs", import), NONE);
        assert_eq!(source("src/pages/page.rs", &format!("{import}{export}")).len(), 1);
        assert_eq!(source("src/widget/lib.rs", export), NONE);
    }

    #[test]
    fn survey_needs_only_serde_and_libm() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\nlibm = \"1\"\nserde.workspace = true\nweb-sys = \"1\"\n\n[dev-dependencies]\nproptest.workspace = true\n";
        assert_eq!(
            source("src/survey/Cargo.toml", manifest),
            ["src/survey/Cargo.toml: web-sys: survey knows no browser and no server"]
        );
    }

    #[test]
    fn a_page_has_no_inline_script_style_or_handler() {
        for bad in ["<script>x()</script>", "<style>", "<p style=\"color: red\">", "<a onclick=\"x()\">"] {
            assert_eq!(source("www/pages/index.html", bad).len(), 1, "{bad}");
        }
        let good = "<script async src=\"/aanrader.js\"></script><link rel=\"stylesheet\" href=\"x.css\">";
        assert_eq!(source("www/pages/index.html", good), NONE);
    }

    #[test]
    fn a_test_program_no_suite_runs_is_named() {
        assert_eq!(source("src/collector/tests/http.rs", "").len(), 1);
        assert_eq!(source("src/survey/flow/tests.rs", ""), NONE);
    }
}
