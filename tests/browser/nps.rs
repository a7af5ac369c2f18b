//! `npsOf` in other people's pages: from the packed package, and from the collector.

use aanrader_survey::{Tally, compare, shown};
use aanrader_tests::browser::{Browser, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::{Host, Reply};
use aanrader_tests::in_each_engine;
use serde_json::{Value, json};

use crate::figures::tally;

in_each_engine! {
    the_package_counts_arrays_bytes_and_text_under_a_strict_policy,
    the_collector_has_it_for_pages_elsewhere,
    it_works_in_a_worker,
    what_is_no_score_or_not_sure_is_named,
}

/// A strict policy for a page whose scripts and module are its own, or come from one more origin.
fn policy(origin: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' {origin} 'wasm-unsafe-eval'; connect-src 'self' {origin}; \
         require-trusted-types-for 'script'"
    )
}

/// Exposes `npsOf`, `compare` and `load` of a module in the page: `window.nps`.
fn app(from: &str) -> String {
    format!("import * as nps from '{from}'; window.nps = nps;")
}

const PAGE: &str = "<!doctype html><html lang=en><head><meta charset=utf-8><title>A report</title>
    <script type=module src=/app.js></script></head><body><main><h1>Report</h1></main></body></html>";

/// A site with the files of the packed package, as a shop without a bundler would serve them.
async fn site() -> Host {
    let collector = Collector::start(collector::Options::default());
    let folder = tempfile::tempdir().expect("a folder");
    let tarball = folder.path().join("aanrader.tgz");
    std::fs::write(&tarball, collector.get("/aanrader.tgz").await.body).expect("it is written");
    let mut tar = std::process::Command::new("tar");
    let unpacked = tar.arg("-xzf").arg(&tarball).arg("-C").arg(folder.path()).status();
    assert!(unpacked.expect("tar runs").success());
    let host = Host::start();
    let (script, module) = ("text/javascript", "application/wasm");
    let files =
        [("nps.js", script), ("nps.wasm", module), ("nps-text.js", script), ("nps-text.wasm", module)];
    for (name, kind) in files {
        let body = std::fs::read(folder.path().join("package").join(name)).expect(name);
        host.set(&format!("/aanrader/{name}"), Reply::new(200, kind, body).policy(policy("")));
    }
    host.set("/app.js", Reply::new(200, "text/javascript", app("/aanrader/nps.js")));
    host.set("/", Reply::html(PAGE).policy(policy("")));
    host
}

/// The result of an expression with `npsOf` and `compare`, or the error's name, message and candidates.
async fn run(browser: &Browser, expression: &str) -> Value {
    browser.wait("'nps' in window").await;
    let script = format!(
        "const {{ npsOf, compare, load }} = window.nps;
        return (async () => {expression})()
            .catch((error) => ({{ name: error.name, message: error.message, candidates: error.candidates ?? null }}))"
    );
    browser.execute(&script, vec![]).await
}

#[track_caller]
fn assert_near(told: &Value, expected: f64) {
    let told = told.as_f64().unwrap_or(f64::NAN);
    assert!((told - expected).abs() < 1e-9, "{told} instead of {expected}");
}

/// Asserts that a result is the core's for this tally.
#[track_caller]
fn assert_is(told: &Value, tally: &Tally) {
    let nps = tally.nps().expect("answers");
    assert_near(&told["score"], nps.score());
    assert_near(&told["interval"]["low"], nps.low());
    assert_near(&told["interval"]["high"], nps.high());
    assert_eq!(told["interval"]["confidence"], 0.95);
    assert_eq!((&told["rounded"], &told["n"]), (&json!(nps.shown()), &json!(tally.n())));
    assert_eq!(told["counts"], json!(tally.counts()));
    assert_eq!(told["text"], json!(shown::nps(tally)));
}

fn the_package_counts_arrays_bytes_and_text_under_a_strict_policy(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = site().await;
        browser.goto(&host.url("/")).await;
        let scores = [0, 6, 7, 8, 9, 10, 10];
        let expected = tally(&scores);
        for given in [
            format!("{scores:?}"),
            format!("Uint8Array.from({scores:?})"),
            format!("new (class Scores extends Uint8Array {{}})({scores:?})"),
            "'0\\n6\\n7\\n8\\n9\\n10\\n10'".to_owned(),
            "'name,score\\na,0\\nb,6\\nc,7\\nd,8\\ne,9\\nf,10\\ng,10'".to_owned(),
        ] {
            let told = run(browser, &format!("npsOf({given})")).await;
            assert_is(&told, &expected);
            assert_eq!(told["groups"], json!({ "promoters": 3, "passives": 2, "detractors": 2 }), "{given}");
        }
        let told = run(browser, "npsOf('score\\n9\\nsilent\\n10\\n')").await;
        assert_eq!((&told["n"], &told["read"]["leftOut"]), (&json!(2), &json!(1)), "{told}");
        assert_eq!(told["read"]["leftOutLines"], json!(["Line 3: “silent” is not a number"]));
        let nobody = run(browser, "npsOf([])").await;
        assert_eq!(
            (&nobody["score"], &nobody["interval"], &nobody["n"]),
            (&Value::Null, &Value::Null, &json!(0))
        );
        // Results, promises of results and scores compare the same way.
        let (one, other) = (tally(&[9; 30]), tally(&[7; 30]));
        let expected = compare(&one, &other).expect("answers");
        let (nines, sevens) = ("Array(30).fill(9)", "Array(30).fill(7)");
        for given in
            [format!("compare({nines}, {sevens})"), format!("compare(npsOf({nines}), await npsOf({sevens}))")]
        {
            let told = run(browser, &given).await;
            assert_near(&told["difference"], 100.0);
            assert_near(&told["interval"]["low"], expected.low);
            assert_near(&told["p"], expected.p);
        }
        browser.assert_quiet().await;
    });
}

fn the_collector_has_it_for_pages_elsewhere(engine: Engine) {
    let collector = Collector::start(collector::Options::default());
    in_browser(&Options::of(engine), async |browser| {
        let host = Host::start();
        let script = app(&format!("{}/nps.js", collector.url()));
        host.set("/app.js", Reply::new(200, "text/javascript", script));
        host.set("/", Reply::html(PAGE).policy(policy(collector.url())));
        browser.goto(&host.url("/")).await;
        let loaded =
            "return performance.getEntriesByType('resource').some(({ name }) => name.includes('nps-text'))";
        for (scores, text) in [("[9, 10, 3, 7, 8]", false), ("'9, 10, 3, 7, 8'", true)] {
            assert_is(&run(browser, &format!("npsOf({scores})")).await, &tally(&[9, 10, 3, 7, 8]));
            // The module that reads text loads only if there is some.
            assert_eq!(browser.execute(loaded, vec![]).await, json!(text), "{scores}");
        }
        browser.assert_quiet().await;
    });
}

fn it_works_in_a_worker(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = site().await;
        let script = "import { load, loadText, npsOf } from '/aanrader/nps.js';
            await load('/elsewhere.wasm');
            await loadText('/elsewhere-text.wasm');
            postMessage(await npsOf('9\\n10\\n3'));";
        // At other, given addresses.
        for name in ["", "-text"] {
            let module =
                reqwest::get(host.url(&format!("/aanrader/nps{name}.wasm"))).await.expect("the module");
            let module = module.bytes().await.expect("its bytes").to_vec();
            host.set(&format!("/elsewhere{name}.wasm"), Reply::new(200, "application/wasm", module));
            host.set(&format!("/aanrader/nps{name}.wasm"), Reply::new(404, "text/plain", ""));
        }
        host.set("/worker.js", Reply::new(200, "text/javascript", script).policy(policy("")));
        let app = "const same = { createScriptURL: (url) => url };
            const url = window.trustedTypes?.createPolicy('app', same).createScriptURL('/worker.js') ?? '/worker.js';
            const worker = new Worker(url, { type: 'module' });
            worker.onmessage = ({ data }) => { window.told = data; };";
        host.set("/app.js", Reply::new(200, "text/javascript", app));
        browser.goto(&host.url("/")).await;
        browser.wait("'told' in window").await;
        assert_is(&browser.execute("return told", vec![]).await, &tally(&[9, 10, 3]));
    });
}

fn what_is_no_score_or_not_sure_is_named(engine: Engine) {
    in_browser(&Options::of(engine), async |browser| {
        let host = site().await;
        browser.goto(&host.url("/")).await;
        for (list, name, words) in [
            ("[9, '9']", "TypeError", "scores[1] is the text “9”"),
            ("[null]", "TypeError", "scores[0] is null"),
            ("[10, undefined]", "TypeError", "scores[1] is undefined"),
            ("undefined", "TypeError", "scores must be an array of numbers, a Uint8Array"),
            ("{ a: 1 }", "TypeError", "scores must be"),
            ("Int8Array.of(9)", "TypeError", "scores must be"),
            ("[6.5]", "RangeError", "scores[0] is 6.5"),
            ("[9, 9, 11]", "RangeError", "scores[2] is 11"),
            ("[NaN]", "RangeError", "scores[0] is NaN"),
            ("[-1]", "RangeError", "scores[0] is -1"),
            ("new Uint8Array(70000).fill(11, 69999)", "RangeError", "scores[69999] is 11"),
            ("'nothing of the kind'", "Error", "no score"),
        ] {
            let error = run(browser, &format!("npsOf({list})")).await;
            assert_eq!(error["name"], name, "{list}: {error}");
            assert!(error["message"].as_str().is_some_and(|text| text.contains(words)), "{list}: {error}");
        }
        let table = "'speed;service\\n9;0\\n10;1\\n8;10\\n7;9\\n'";
        let error = run(browser, &format!("npsOf({table})")).await;
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains("“speed”") && message.contains("“service”"), "{error}");
        let names: Vec<_> =
            error["candidates"].as_array().expect("a list").iter().map(|one| &one["column"]).collect();
        assert!(names.contains(&&json!("“speed”")) && names.contains(&&json!("“service”")), "{error}");
        for column in ["service", "“service”"] {
            let told = run(browser, &format!("npsOf({table}, {{ column: '{column}' }})")).await;
            assert_is(&told, &tally(&[0, 1, 10, 9]));
        }
        let error = run(browser, &format!("npsOf({table}, {{ column: 'price' }})")).await;
        assert!(error["message"].as_str().is_some_and(|text| text.contains("no column “price”")), "{error}");
        let error = run(browser, "compare([9], { counts: [1] })").await;
        assert!(error["message"].as_str().is_some_and(|text| text.contains("compare takes")), "{error}");
        let error = run(browser, "compare([9], [])").await;
        assert!(error["message"].as_str().is_some_and(|text| text.contains("no answers")), "{error}");
    });
}
