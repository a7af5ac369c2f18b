//! The accessibility tree in every state, compared with `trees/inline.txt` and `trees/popup.txt`.
//!
//! `AANRADER_SNAPSHOTS=write` rewrites them from Firefox, which reports most; every engine is compared with
//! the same text.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::Host;
use aanrader_tests::in_each_engine;
use aanrader_tests::tree;
use serde_json::{Value, json};

use crate::shop::{played_collector, reply};

in_each_engine!(the_inline_tree_is_as_held, the_pop_ups_tree_is_as_held);

fn the_inline_tree_is_as_held(engine: Engine) {
    hold(engine, "inline");
}

fn the_pop_ups_tree_is_as_held(engine: Engine) {
    hold(engine, "popup");
}

/// How long an engine may take to tell of a change.
const PATIENCE: Duration = Duration::from_secs(20);

/// Goes through every state, and compares its tree with the file of that mode.
fn hold(engine: Engine, mode: &str) {
    in_browser(&Options::of(engine), async |browser| {
        let host = played_collector(&format!("<aanrader-survey mode={mode}></aanrader-survey>")).await;
        host.before_each_page(HANG);
        let mut told = Told { lines: Vec::new(), held: held(engine, mode) };
        walk(browser, &host, &mut told).await;
        compare(engine, mode, &told.lines);
    });
}

/// What was told so far, and the states that are to be told.
struct Told {
    lines: Vec<String>,
    held: Vec<Vec<String>>,
}

/// A network that stops answering when the test wants it.
const HANG: &str = "const real = window.fetch;
    window.fetch = function () { return window.hang ? new Promise(() => {}) : real.apply(this, arguments); };";

/// Leads a customer through every state, and records the tree of each.
async fn walk(browser: &Browser, host: &Host, told: &mut Told) {
    let survey = browser.survey();
    let set = async |css: &str, value: String| {
        survey.eval("root.querySelector(args[0]).value = args[1]", json!([css, value])).await;
    };
    open(browser, host, 201).await;
    note(browser, "question", told).await;
    enter(browser).await;
    survey.eval("root.querySelector('input').focus()", Value::Null).await;
    browser.press(Key::Enter).await;
    survey.wait_shown("#error", true).await;
    note(browser, "nothing chosen", told).await;
    survey.choose(2).await;
    survey.wait_for_text(STATUS, "Your 2 has been saved.").await;
    survey.find("textarea").await;
    note(browser, "chosen", told).await;
    survey.click("[part~=check]").await;
    survey.wait_shown("[part~=how]", true).await;
    note(browser, "may be contacted", told).await;
    set("textarea", "x".repeat(2_001)).await;
    set("[part~=how]", "x".repeat(999)).await;
    survey.send().await;
    survey.wait_shown("#how-error", true).await;
    note(browser, "both too long", told).await;
    set("textarea", String::new()).await;
    set("[part~=how]", String::new()).await;
    browser.execute("window.hang = true", vec![]).await;
    survey.send().await;
    survey.wait_for_text(STATUS, "Sending").await;
    note(browser, "sending", told).await;
    for (status, words, state) in [
        (201, "Your answer has been sent.", "thank-you"),
        (503, "It is kept on this device", "kept"),
        (403, "does not take answers from this page", "refused"),
    ] {
        open(browser, host, status).await;
        enter(browser).await;
        survey.choose(9).await;
        survey.find("textarea").await;
        survey.send().await;
        survey.wait_for_text(STATUS, words).await;
        note(browser, state, told).await;
        browser.execute("localStorage.clear()", vec![]).await;
    }
}

const STATUS: &str = "[part~=status]";

async fn open(browser: &Browser, host: &Host, status: u16) {
    host.set("/v1/answers", reply(status));
    browser.goto(&host.url("/")).await;
    let survey = browser.survey();
    survey.wait_shown("[part~=scale]", true).await;
    if survey.eval("!!root.querySelector('[popover]')", Value::Null).await == true {
        survey.wait("word of the pop-up", "!!root.querySelector('.heard').textContent", Value::Null).await;
    }
}

/// A customer finds the pop-up, so it need no longer be announced.
async fn enter(browser: &Browser) {
    let enter =
        "root.querySelector('button, input').focus(), root.querySelector('.heard')?.replaceChildren()";
    browser.survey().eval(enter, Value::Null).await;
}

async fn note(browser: &Browser, state: &str, told: &mut Told) {
    // Announcements disappear after their own time. The pop-up's announcement has just been waited for.
    if state != "question" {
        browser.survey().eval("root.querySelector('.heard')?.replaceChildren()", Value::Null).await;
    }
    let name = format!("== {state}");
    let held = told.held.iter().find(|held| held.first() == Some(&name));
    // An engine tells of a change a while after the page has made it, the later the busier the machine is.
    let deadline = Instant::now() + PATIENCE;
    let lines = loop {
        let lines = tree::lines(browser).await;
        if held.is_none_or(|held| held[1..] == lines) || Instant::now() > deadline {
            break lines;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    told.lines.push(name);
    told.lines.extend(lines);
    told.lines.push(String::new());
}

fn file(mode: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/browser/trees")).join(format!("{mode}.txt"))
}

fn is_writing() -> bool {
    std::env::var("AANRADER_SNAPSHOTS").is_ok_and(|it| it == "write")
}

/// The states of the file, none while it is written anew.
fn held(engine: Engine, mode: &str) -> Vec<Vec<String>> {
    if is_writing() {
        return Vec::new();
    }
    let path = file(mode);
    let held = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    states(&held.lines().map(|line| tree::as_told_by(engine, line)).collect::<Vec<_>>())
}

/// The states, each with its name in the first line. The last one may lack the empty line at its end.
fn states(lines: &[String]) -> Vec<Vec<String>> {
    let states = lines.split(String::is_empty).map(<[String]>::to_vec);
    states.filter(|state| !state.is_empty()).collect()
}

fn compare(engine: Engine, mode: &str, told: &[String]) {
    let path = file(mode);
    if is_writing() {
        if engine == Engine::Firefox {
            fs::write(&path, told.join("\n")).expect("the tree is written");
        }
        return;
    }
    let differences = differences(&held(engine, mode).join(&String::new()), told);
    let (name, path) = (engine.name(), path.display());
    assert!(differences.is_empty(), "{name} tells another tree than {path} (-):{differences}");
}

/// The differences, state by state.
fn differences(held: &[String], told: &[String]) -> String {
    let (held, told) = (states(held), states(told));
    let mut differences = String::new();
    for at in 0..held.len().max(told.len()) {
        let (held, told) = (held.get(at).map_or(&[][..], |it| it), told.get(at).map_or(&[][..], |it| it));
        if held == told {
            continue;
        }
        let name = held.first().or(told.first());
        differences += &format!("\n{}", name.map_or("", |name| name));
        for line in held.iter().filter(|line| !told.contains(line)) {
            differences += &format!("\n- {line}");
        }
        for line in told.iter().filter(|line| !held.contains(line)) {
            differences += &format!("\n+ {line}");
        }
    }
    differences
}

#[test]
fn a_tree_that_has_changed_is_noticed() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let held = lines("== a\nradio \"0\"\nradio \"1\"\n\n== b\nbutton \"Send\"\n");
    assert_eq!(differences(&held, &held), "");
    let told = lines("== a\nradio \"0\"\nradio \"1\", checked\n\n== b\nbutton \"Send\"\n");
    assert_eq!(differences(&held, &told), "\n== a\n- radio \"1\"\n+ radio \"1\", checked");
    let swapped = lines("== a\nradio \"1\"\nradio \"0\"\n\n== b\nbutton \"Send\"\n");
    assert_eq!(differences(&held, &swapped), "\n== a");
}
