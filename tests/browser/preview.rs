//! The preview: any scores, counted in the page, with the core's own numbers.

use aanrader_survey::{Category, Score, Tally};
use aanrader_tests::axe::assert_accessible;
use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use serde_json::{Value, json};

use crate::figures::{interval, score, tally, thousands};

fn collector() -> Collector {
    Collector::start(collector::Options::default())
}

async fn open(browser: &Browser, collector: &Collector) {
    browser.goto(&format!("{}/preview/", collector.url())).await;
    browser.wait("!document.querySelector('#inputs').disabled").await;
}

async fn type_scores(browser: &Browser, text: &str) {
    let write = "const scores = document.querySelector('#scores'); scores.value = arguments[0];
        scores.dispatchEvent(new Event('input'))";
    browser.execute(write, vec![json!(text)]).await;
}

/// Asserts that the page shows the core's numbers for this tally.
async fn assert_shows(browser: &Browser, tally: &Tally) {
    browser.wait_for_text("#result .interval", &interval(tally)).await;
    assert_eq!(browser.text("#result .nps strong").await, score(tally));
    let cells = "return [...document.querySelectorAll(arguments[0])].map((cell) => cell.textContent)";
    let groups = browser.execute(cells, vec![json!("#result .groups td:nth-of-type(1)")]).await;
    let of = |category| thousands(tally.of(category));
    assert_eq!(groups, json!([of(Category::Promoter), of(Category::Passive), of(Category::Detractor)]));
    let counts = browser.execute(cells, vec![json!("#result .counts td:nth-of-type(1)")]).await;
    assert_eq!(counts, json!(tally.counts().map(thousands)));
    let picture = "return document.querySelector('#result [role=img]').ariaLabel";
    let picture = browser.execute(picture, vec![]).await;
    for score in Score::all() {
        let said = format!("{}: {}", score.get(), thousands(tally.count(score)));
        assert!(picture.as_str().is_some_and(|text| text.contains(&said)), "{said}: {picture}");
    }
}

#[test]
fn typed_scores_make_the_cores_numbers() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let lists: [&[u8]; 4] = [&[0, 3, 6, 7, 8, 9, 10, 10, 10], &[0, 1, 2, 3], &[7], &[9, 9, 10, 6, 7]];
        for scores in lists {
            type_scores(browser, &scores.iter().map(u8::to_string).collect::<Vec<_>>().join("\n")).await;
            assert_shows(browser, &tally(scores)).await;
        }
        browser.click("#clear").await;
        browser.wait_for_text("#result", "Nothing to count yet.").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn lines_that_hold_no_score_are_named_and_not_counted() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        type_scores(browser, "9\n6.5\n<b>tien</b>\n11\n-1\n10\n").await;
        assert_shows(browser, &tally(&[9, 10])).await;
        let left_out = browser.text("#result .left-out").await;
        assert_eq!(
            left_out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>(),
            [
                "4 of 6 lines hold no score and were not counted",
                "Line 2: “6.5” is not a whole number",
                "Line 3: “<b>tien</b>” is not a number",
                "Line 4: “11” is not between 0 and 10",
                "Line 5: “-1” is not between 0 and 10",
            ]
        );
        assert_accessible(browser, "the preview with lines left out").await;
    });
}

/// A file of this many million lines, and their tally.
fn file_of(millions: u64) -> (tempfile::NamedTempFile, Tally) {
    let (mut text, mut million) = (String::new(), Tally::default());
    for line in 0..1_000_000_u64 {
        let score = (line * line / 7 % 11) as u8;
        million.add(Score::new(score).expect("a score"));
        text.push_str(&format!("2026-11-01,{score},\"fine, thanks\"\n"));
    }
    let scores = million.counts().map(|count| millions * count);
    let text = format!("when,score,comment\n{}", text.repeat(millions as usize));
    (file_with(text.as_bytes()), Tally::from_counts(scores))
}

fn file_with(content: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a temporary file");
    std::fs::write(file.path(), content).expect("it is written");
    file
}

/// Records, frame by frame, the progress of the reading and the page's long tasks.
const WATCH: &str = "
    window.seen = []; window.longest = 0;
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
    }).observe({ type: 'longtask' });
    const look = () => {
        if (!document.querySelector('#reading').hidden) {
            seen.push([document.querySelector('#progress').value, performance.now(), document.querySelector('#read').textContent]);
            if (window.stopAt && seen.at(-1)[0] > stopAt) document.querySelector('#stop').click();
        }
        requestAnimationFrame(look);
    };
    look();";

async fn choose_file(browser: &Browser, file: &tempfile::NamedTempFile) {
    let path = file.path().to_str().expect("a path of text").to_owned();
    browser.find("#file").await.send_keys(&path).await.expect("a file is chosen");
}

#[test]
fn five_million_lines_are_counted_while_the_page_stays_alive() {
    let (collector, (file, scores)) = (collector(), file_of(5));
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        browser.execute(WATCH, vec![]).await;
        choose_file(browser, &file).await;
        assert_shows(browser, &scores).await;
        assert_eq!(scores.n(), 5_000_000);
        browser.wait_for_text("#choice", "Counted: “score”").await;
        let seen = browser.execute("return seen", vec![]).await;
        let seen = seen.as_array().expect("a list");
        let values: Vec<f64> = seen.iter().filter_map(|look| look[0].as_f64()).collect();
        let mut steps = values.clone();
        steps.dedup();
        assert!(steps.len() >= 4 && steps.is_sorted(), "the bar did not move: {values:?}");
        assert!(seen.iter().any(|look| look[2].as_str().is_some_and(|text| text.contains("lines read, "))));
        let instant = |look: Option<&Value>| look.and_then(|look| look[1].as_f64()).unwrap_or(f64::NAN);
        let took = instant(seen.last()) - instant(seen.first());
        let longest = browser.execute("return longest", vec![]).await.as_f64().unwrap_or(f64::NAN);
        assert!(longest < took / 4.0, "the page stood still for {longest} of {took} ms");
        assert!(browser.execute("return document.querySelector('#reading').hidden", vec![]).await == true);
        browser.assert_quiet().await;
    });
}

#[test]
fn reading_a_file_can_be_stopped() {
    let (collector, (file, _)) = (collector(), file_of(5));
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        browser.execute(&format!("window.stopAt = 5; {WATCH}"), vec![]).await;
        choose_file(browser, &file).await;
        browser.wait_for_text("#status", "Stopped. Nothing of that file was counted.").await;
        assert_eq!(browser.execute("return document.querySelector('#reading').hidden", vec![]).await, true);
        assert!(!browser.text("#result").await.contains("interval"));
    });
}

#[test]
fn a_file_that_is_no_text_is_recognised_by_its_beginning() {
    let collector = collector();
    let workbook = file_with(&[b"PK\x03\x04\0\0".repeat(100), b"9\n".repeat(10)].concat());
    let list = file_with(b"9\n10\n");
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        choose_file(browser, &workbook).await;
        browser.wait_for_text("#result .problem", "This is a workbook, not plain text.").await;
        choose_file(browser, &list).await;
        assert_shows(browser, &tally(&[9, 10])).await;
        browser.assert_quiet().await;
    });
}

#[test]
fn a_file_that_is_gone_is_said_to_be() {
    let (collector, file) = (collector(), file_with(b"9\n"));
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        choose_file(browser, &file).await;
        assert_shows(browser, &tally(&[9])).await;
        drop(file);
        browser.execute("document.querySelector('#file').dispatchEvent(new Event('change'))", vec![]).await;
        browser.wait_for_text("#result .problem", "could not be read").await;
        assert_eq!(browser.execute("return document.querySelector('#reading').hidden", vec![]).await, true);
    });
}

#[test]
fn a_file_is_dropped_anywhere_on_the_form() {
    let (collector, file) = (collector(), file_with(b"name,score\nAnna,9\nBram,3\n"));
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let place = "const { x, y, width } = document.querySelector('#drop').getBoundingClientRect();
            return { x: x + width - 5, y: y + 5 }";
        let place = browser.execute(place, vec![]).await;
        let drag = async |kind: &str, place: &Value| {
            let data = json!({ "items": [], "files": [file.path()], "dragOperationsMask": 1 });
            let event = json!({ "type": kind, "x": place["x"], "y": place["y"], "data": data });
            browser.cdp("Input.dispatchDragEvent", event).await;
        };
        let marked = "document.querySelector('#drop').classList.contains('over')";
        drag("dragEnter", &place).await;
        drag("dragOver", &place).await;
        browser.wait(marked).await;
        drag("dragOver", &json!({ "x": 1, "y": 1 })).await;
        browser.wait(&format!("!{marked}")).await;
        // The first event only enters it again.
        drag("dragOver", &place).await;
        drag("dragOver", &place).await;
        browser.wait(marked).await;
        drag("drop", &place).await;
        assert_shows(browser, &tally(&[9, 3])).await;
        browser.wait_for_text("#choice", "Counted: “score”").await;
        assert_eq!(browser.execute(&format!("return {marked}"), vec![]).await, false);
        browser.assert_quiet().await;
    });
}

#[test]
fn the_column_can_be_chosen() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        type_scores(browser, "score;branch\n9;0\n10;1\n8;10\n").await;
        assert_shows(browser, &tally(&[9, 10, 8])).await;
        browser.find("#columns").await.send_keys("“branch”").await.expect("a column is chosen");
        assert_shows(browser, &tally(&[0, 1, 10])).await;
        browser.wait_for_text("#why", "Counted: “branch”, as you chose.").await;
    });
}

const HEADLINE: &str = "document.querySelector('#result .headline')";

#[test]
fn where_two_columns_remain_the_page_asks_and_shows_no_number_before_the_answer() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let table = "id;NPS shop;NPS delivery\nR0;9;0\nR1;10;1\nR2;8;10\nR3;n/a;7\n";
        let file = file_with(table.as_bytes());
        choose_file(browser, &file).await;
        let asked = "2 columns could hold the answers: “NPS shop”, “NPS delivery”. Choose the one you mean.";
        browser.wait_for_text("#result .question", asked).await;
        assert_eq!(browser.text("#status").await, asked);
        assert_eq!(browser.execute(&format!("return {HEADLINE} === null"), vec![]).await, true);
        assert!(browser.execute("return document.querySelector('#choice').hidden", vec![]).await == true);
        let made = browser.text("#result .candidates").await;
        for words in ["9, 10, 8", "NPS +67, n = 3, 1 left out", "0, 1, 10, 7", "NPS \u{2212}25, n = 4"] {
            assert!(made.contains(words), "{words}: {made}");
        }
        assert_accessible(browser, "the preview with a question").await;
        browser.click("#result [data-column='2']").await;
        assert_shows(browser, &tally(&[0, 1, 10, 7])).await;
        browser.wait_for_text("#why", "Counted: “NPS delivery”, as you chose.").await;
        assert_eq!(browser.focused().await, "select#columns");
        browser.assert_quiet().await;
    });
}

#[test]
fn where_there_is_nothing_to_count_a_sentence_says_why() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        for (text, sentence) in [
            (
                "Order,Items,Total\n9000,1,19.95\n9001,2,20.95\n9002,3,21.95\n9003,4,3.5\n9004,1,2.5\n9005,3,9.5\n",
                "No column looks like answers from 0 to 10.",
            ),
            ("Name,Date\nAnna,2026-11-01\nBram,2026-11-02\n", "There is no score in it"),
            ("month,NPS\n2026-09,32\n2026-10,41\n2026-11,-8\n", "are results from \u{2212}100 to 100"),
            ("{\"answers\": [9, ", "This starts as JSON, but line 1 can't be read."),
        ] {
            type_scores(browser, text).await;
            browser.wait_for_text("#result .problem", sentence).await;
            assert_eq!(browser.execute(&format!("return {HEADLINE} === null"), vec![]).await, true, "{text}");
        }
        browser.assert_quiet().await;
    });
}

#[test]
fn a_typed_list_may_have_any_signs_between_its_scores() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        for text in ["9, 10, 3, 7, 8", "9 10 3 7 8", "9;10;3;7;8", "9,0\n10,0\n3,0\n7,0\n8,0"] {
            type_scores(browser, text).await;
            assert_shows(browser, &tally(&[9, 10, 3, 7, 8])).await;
            browser.click("#clear").await;
            browser.wait_for_text("#result", "Nothing to count yet.").await;
        }
        type_scores(browser, "9, 10, eleven, 3").await;
        assert_shows(browser, &tally(&[9, 10, 3])).await;
        browser.wait_for_text("#result .left-out", "Line 1: “eleven” is not a number").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn a_table_of_counts_is_read_as_such_and_said_so() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let file = file_with(b"Score,Responses\n6,1\n7,0\n8,2\n9,3\n10,14\nTotal,20\n");
        choose_file(browser, &file).await;
        let scores: Vec<u8> = [(6, 1), (8, 2), (9, 3), (10, 14)]
            .into_iter()
            .flat_map(|(score, times)| std::iter::repeat_n(score, times))
            .collect();
        assert_shows(browser, &tally(&scores)).await;
        browser.wait_for_text("#result", "This is a table of counts: 5 lines say how often").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn the_live_example_runs_npsof_with_what_is_typed() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        browser.wait_for_text("#use-from", &format!("{}/nps.js", collector.url())).await;
        browser.click("#use-run").await;
        browser.wait_for_text("#use-told", "\"text\": \"NPS +20, 95% interval").await;
        type_scores(browser, "9\n10\n").await;
        browser.click("#use-run").await;
        browser.wait_for_text("#use-told", "\"n\": 2,").await;
        type_scores(browser, "nothing").await;
        browser.click("#use-run").await;
        browser.wait_for_text("#use-told", "Error: ").await;
        assert_accessible(browser, "the preview with its live example").await;
        browser.assert_quiet().await;
    });
}

#[test]
fn the_preview_works_by_keyboard_alone() {
    let collector = collector();
    in_browser(&Options::default(), async |browser| {
        open(browser, &collector).await;
        let tab_to = async |wanted: &str| {
            for _ in 0..20 {
                browser.press(Key::Tab).await;
                if browser.focused().await == wanted {
                    return;
                }
            }
            panic!("Tab never comes to {wanted}");
        };
        tab_to("textarea#scores").await;
        browser.type_text("9\u{e007}9\u{e007}3").await;
        assert_shows(browser, &tally(&[9, 9, 3])).await;
        tab_to("input#file").await;
        tab_to("button#example").await;
        browser.press(Key::Enter).await;
        browser.wait_for_text("#result .interval", "n = 17").await;
        tab_to("summary").await;
        browser.press(Key::Space).await;
        browser.wait("document.querySelector('#result details').open").await;
        assert_accessible(browser, "the preview with its table").await;
    });
}
