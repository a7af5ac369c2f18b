//! `cargo xtask gallery [--all]`: pictures of the survey, for a person to look at.
//!
//! A picture shows every state side by side, each in a window of its own. English has every look, every
//! language the plain look, and all of them every width; `--all` combines every language with every look.

mod index;
mod readme;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::host::Reply;
use aanrader_tests::stage::{STATES, Stage};
use serde_json::{Value, json};

/// Common window widths, in CSS pixels; the first is also 1280 at 400 % zoom.
const WIDTHS: [u32; 5] = [320, 360, 520, 768, 1280];

const MODES: [&str; 2] = ["inline", "popup"];

/// The plain look in each scheme, and those of `www/assets/looks.css`.
const LOOKS: [&str; 8] = ["plain", "dark", "forced", "meadow", "ink", "sun", "berry", "night"];

const LANGUAGES: [&str; 6] = ["en", "nl", "de", "ar", "ja", "th"];

/// One picture.
struct Scene {
    mode: &'static str,
    look: &'static str,
    language: String,
    width: u32,
}

impl Scene {
    fn file(&self) -> String {
        format!("{}-{}-{}-{}.png", self.mode, self.look, self.language, self.width)
    }
}

fn main() -> ExitCode {
    let all = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [option] if option == "--all" => true,
        other => {
            eprintln!("error: unknown options {}; there is --all", other.join(" "));
            return ExitCode::FAILURE;
        }
    };
    let (started, folder) = (Instant::now(), path("target/gallery"));
    let stage = Stage::open();
    furnish(&stage);
    let scenes = scenes(all);
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");
    readme::take(&folder);
    // One browser for each few scenes of a mode and width, because a browser has a limit of two minutes.
    for (at, some) in scenes.chunks(12).enumerate() {
        in_browser(&Options { reduced_motion: true, ..Options::default() }, async |browser| {
            for (nth, scene) in some.iter().enumerate() {
                println!("{:>4}/{} {}", at * 12 + nth + 1, scenes.len(), scene.file());
                let picture = take(browser, &stage, scene).await;
                std::fs::write(folder.join(scene.file()), picture).expect("the picture is kept");
            }
        });
    }
    std::fs::write(folder.join("index.html"), index::page(&scenes)).expect("the index is kept");
    println!("{} in {:.0} s", folder.join("index.html").display(), started.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

/// A file or folder of the repository.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn scenes(all: bool) -> Vec<Scene> {
    let mut languages: Vec<String> = LANGUAGES.map(str::to_owned).into();
    languages.push(longest());
    let mut scenes = Vec::new();
    for mode in MODES {
        for language in &languages {
            for look in LOOKS {
                if all || language == "en" || look == "plain" {
                    let scene = |width| Scene { mode, look, language: language.clone(), width };
                    scenes.extend(WIDTHS.map(scene));
                }
            }
        }
    }
    scenes
}

/// The language with the longest texts, of those that have no picture otherwise.
fn longest() -> String {
    let files = std::fs::read_dir(path("www/locales"))
        .expect("the locales")
        .map(|entry| entry.expect("a file").path());
    let name = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let others = files.filter(|file| !LANGUAGES.contains(&name(file).as_str()));
    let length = |file: &PathBuf| std::fs::read_to_string(file).map_or(0, |text| text.chars().count());
    name(&others.max_by_key(length).expect("a language"))
}

/// Adds the looks, and a page behind the pop-up.
fn furnish(stage: &Stage) {
    let looks = std::fs::read_to_string(path("www/assets/looks.css")).expect("the looks");
    let scene = "body { font: 16px/1.5 system-ui, sans-serif; margin: 16px; }
        main > p { color: GrayText; }
        figure { display: inline-block; margin: 8px; vertical-align: top; }
        iframe { border: 1px dashed GrayText; display: block; }";
    stage.host.set("/shop.css", Reply::new(200, "text/css", format!("{scene}\n{looks}")));
    let text = "<p>Early peas in a cold frame, broad beans under fleece, and a list of what to order.</p>";
    stage.host.set("/", Reply::html(stage.page(&text.repeat(3))));
    stage.host.set(
        "/scene",
        Reply::html(
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme content='light dark'>\
         <title>Scene</title><link rel=stylesheet href=/shop.css><body>",
        ),
    );
}

/// Lays out every state in windows side by side, and returns the total size.
const LAY_OUT: &str = "
    const [states, attributes, width, height] = arguments;
    document.body.style.inlineSize = Math.max(width < 700 ? 1900 : 2500, width + 64) + 'px';
    const show = async (state) => {
        const figure = document.createElement('figure'), caption = document.createElement('figcaption');
        const frame = document.createElement('iframe');
        Object.assign(frame, { width, height, src: '/' });
        caption.textContent = state;
        figure.append(caption, frame);
        document.body.append(figure);
        await new Promise((resolve) => { frame.onload = resolve; });
        // Each is a survey of its own: an answer to the same one in another window would take it away.
        await frame.contentWindow.stage(state, { ...attributes, survey: state });
        if (attributes.mode === 'inline') frame.height = frame.contentDocument.documentElement.scrollHeight;
    };
    return Promise.all(states.map(show)).then(() => {
        const all = document.body.getBoundingClientRect();
        return [Math.ceil(all.right) + 16, Math.ceil(all.bottom) + 16];
    });";

async fn take(browser: &Browser, stage: &Stage, scene: &Scene) -> Vec<u8> {
    let features = json!([
        { "name": "prefers-color-scheme", "value": if scene.look == "dark" { "dark" } else { "light" } },
        { "name": "forced-colors", "value": if scene.look == "forced" { "active" } else { "none" } },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    browser.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    browser.goto(&stage.host.url("/scene")).await;
    let attributes =
        json!({ "mode": scene.mode, "lang": scene.language, "class": scene.look, "brand": "Moes & Mei" });
    let height = if scene.mode == "inline" { 100 } else { 600 };
    let laid_out =
        browser.execute(LAY_OUT, vec![json!(STATES), attributes, json!(scene.width), json!(height)]).await;
    resize(browser, &laid_out[0], &laid_out[1]).await;
    // The field with an error has taken the focus and scrolled the page.
    browser.execute("scrollTo(0, 0)", vec![]).await;
    browser.client().screenshot().await.expect("a picture")
}

async fn resize(browser: &Browser, width: &Value, height: &Value) {
    let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.cdp("Emulation.setDeviceMetricsOverride", screen).await;
}
