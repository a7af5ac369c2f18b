//! The commands on a database, while a collector serves from it.

use std::fs;
use std::path::Path;

use aanrader_tests::collector::{Collector, Options, answer, run_tool, tool};
use aanrader_tests::postgres;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

fn folder() -> (TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name).display().to_string())
}

/// This many answers as lines, of two surveys and many days; a few have all optional fields.
fn lines(count: u32) -> String {
    let line = |number: u32| {
        let at = 1_790_000_000_000_u64 + u64::from(number) * 1_234_567;
        let survey = ["account", "order"][(number % 2) as usize];
        let mut line = json!({
            "id": format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d{number:08x}"), "rev": 1 + number % 3,
            "complete": !number.is_multiple_of(5), "survey": survey,
            "touchpoint": "t", "score": number % 11, "answered_at": at - 1_000, "received_at": at,
        });
        if number.is_multiple_of(7) {
            line["comment"] = json!(format!("=\"{number}\" ; 'snel', 👍\n-"));
            line["contact"] = json!({ "allowed": true, "how": "+31" });
            line["customer"] = json!(format!("customer-{number}"));
            line["properties"] = json!({ "plan": "groß" });
            line["language"] = json!("nl");
        }
        format!("{line}\n")
    };
    (0..count).map(line).collect()
}

/// The lines of an export, sorted, so that exports can be compared.
fn sorted(file: &str) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a file");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn answers_move_from_a_file_to_postgresql_and_back_without_losing_a_row() {
    let (_folder, path) = folder();
    fs::write(path("in.ndjson"), lines(1_500)).expect("written");
    let postgres = postgres::shared().database();
    assert!(run_tool(&path("a.db"), &["import", &path("in.ndjson")]).starts_with("1500 new, 0 known"));
    run_tool(&path("a.db"), &["export", "-o", &path("a.ndjson")]);
    assert!(run_tool(&postgres, &["import", &path("a.ndjson")]).starts_with("1500 new, 0 known"));
    assert!(run_tool(&postgres, &["import", &path("a.ndjson")]).starts_with("0 new, 1500 known"));
    run_tool(&postgres, &["export", "-o", &path("b.csv"), "--delimiter", ";"]);
    assert!(run_tool(&path("c.db"), &["import", &path("b.csv")]).starts_with("1500 new, 0 known"));
    run_tool(&path("c.db"), &["export", "-o", &path("c.ndjson")]);
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("c.ndjson")));
    let numbers = |text: String| {
        let mut values: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        values.sort_by_key(|value| value["id"].to_string());
        values
    };
    let read = |file: &str| numbers(fs::read_to_string(path(file)).expect("a file"));
    assert_eq!(read("in.ndjson"), read("c.ndjson"));
    for database in [path("a.db"), postgres, path("c.db")] {
        assert!(run_tool(&database, &["check"]).contains("every tally"));
    }
}

#[tokio::test]
async fn an_interrupted_export_goes_on_where_it_ended() {
    let (_folder, path) = folder();
    fs::write(path("in.ndjson"), lines(2_300)).expect("written");
    run_tool(&path("a.db"), &["import", &path("in.ndjson")]);
    for (end, head) in [("ndjson", 0), ("csv", 1)] {
        let (full, again) = (path(&format!("full.{end}")), path(&format!("again.{end}")));
        run_tool(&path("a.db"), &["export", "--survey", "account", "-o", &full]);
        // The state of an export that was killed in the middle of its second page.
        let text = fs::read_to_string(&full).expect("a file");
        let first: String = text.split_inclusive('\n').take(1).collect();
        assert!(end == "ndjson" || first.starts_with("\u{feff}id,rev,"), "{first}");
        let page = if end == "csv" { page_of_table(&text, head) } else { page_of_lines(&text) };
        fs::write(format!("{again}.part"), format!("{}half a li", &text[..page.0])).expect("written");
        fs::write(format!("{again}.next"), format!("{} {}", page.0, page.1)).expect("written");
        run_tool(&path("a.db"), &["export", "--survey", "account", "-o", &again]);
        assert_eq!(text, fs::read_to_string(&again).expect("a file"), "{end}");
        assert!(!Path::new(&format!("{again}.next")).exists());
    }
}

/// The end of the thousandth answer, and its place in the list.
fn page_of_lines(text: &str) -> (usize, String) {
    let lines: Vec<_> = text.split_inclusive('\n').take(1_000).collect();
    let last: Value = serde_json::from_str(lines[999]).expect("JSON");
    let cursor = format!(
        "{}.{}.{}",
        last["received_at"],
        last["survey"].as_str().expect("a survey"),
        last["id"].as_str().expect("an id")
    );
    (lines.iter().map(|line| line.len()).sum(), cursor)
}

fn page_of_table(text: &str, head: usize) -> (usize, String) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let row = reader.records().nth(1_000 - head).expect("a row").expect("a row");
    let before = row.position().expect("a place").byte() as usize;
    let last =
        csv::Reader::from_reader(text.as_bytes()).records().nth(999 - head).expect("a row").expect("a row");
    let at: jiff::Timestamp = last[14].parse().expect("an instant");
    (before, format!("{}.{}.{}", at.as_millisecond(), &last[3], &last[0]))
}

#[tokio::test]
async fn a_backup_is_made_while_the_collector_serves_and_restored_when_it_does_not() {
    let mut collector = Collector::start(Options::default());
    let (_folder, path) = folder();
    let (kept, late) = (answer(), answer());
    collector.post(&kept).await.expect(StatusCode::CREATED);
    run_tool(&collector.location(), &["backup", &path("backup.db")]);
    collector.post(&late).await.expect(StatusCode::CREATED);
    let output = tool(&collector.location(), &["restore", &path("backup.db"), "--replace"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("another collector serves"), "{said}");
    assert_eq!(collector.answers().await.len(), 2);
    assert!(collector.stop().success());
    assert!(!tool(&collector.location(), &["restore", &path("backup.db")]).status.success());
    run_tool(&collector.location(), &["restore", &path("backup.db"), "--replace"]);
    collector.restart();
    let answers = collector.answers().await;
    assert_eq!((answers.len(), &answers[0]["id"]), (1, &kept["id"]));
    assert!(run_tool(&collector.location(), &["check"]).contains("every tally"));
}

#[tokio::test]
async fn an_erased_customer_is_found_in_no_byte_of_database_log_and_export() {
    let collector = Collector::start(Options::default());
    let mut sent = answer();
    sent["comment"] = json!("unheard-of words");
    sent["customer"] = json!("customer-4711");
    sent["contact"] = json!({ "allowed": true, "how": "unheard-of@b.example" });
    collector.post(&sent).await.expect(StatusCode::CREATED);
    (sent["rev"], sent["comment"]) = (json!(2), json!("more unheard-of words"));
    collector.post(&sent).await.expect(StatusCode::OK);
    let told = run_tool(&collector.location(), &["export", "--customer", "customer-4711"]);
    assert!(told.contains("more unheard-of words") && told.lines().count() == 2, "{told}");
    let told = run_tool(&collector.location(), &["erase", "--customer", "customer-4711"]);
    assert_eq!(told.trim(), "erased from 1 answers");
    // A late revision from an outbox that was offline restores nothing.
    sent["rev"] = json!(3);
    collector.post(&sent).await.expect(StatusCode::OK);
    let mut bytes = collector.log().into_bytes();
    bytes.extend(run_tool(&collector.location(), &["export"]).into_bytes());
    for file in fs::read_dir(collector.database().with_file_name("")).expect("a folder") {
        bytes.extend(fs::read(file.expect("a file").path()).expect("bytes"));
    }
    // Not only digits, because an id or an instant could contain the same.
    for text in ["unheard-of", "customer-4711"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 1);
}

#[tokio::test]
async fn a_second_collector_on_the_same_file_says_so_and_stops() {
    let collector = Collector::start(Options::default());
    let output = tool(
        &collector.location(),
        &["serve", "--listen", "127.0.0.1:0", "--admin-token", "0123456789abcdef"],
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("another collector serves from it"), "{said}");
    collector.post(&answer()).await.expect(StatusCode::CREATED);
}

#[test]
fn rows_that_are_no_answers_are_named_and_the_others_are_kept() {
    let (_folder, path) = folder();
    let wrong = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,"survey":"a","touchpoint":"t","score":11}"#;
    fs::write(path("in.ndjson"), format!("{wrong}\nno json\n{}", lines(3))).expect("written");
    let output = tool(&path("a.db"), &["import", &path("in.ndjson")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("line 1: score") && said.contains("line 2: it is no JSON"), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("3 new"), "{said}");
    let misspelled = tool(&path("b.db"), &["check"]);
    assert!(!misspelled.status.success() && !Path::new(&path("b.db")).exists());
}

#[tokio::test]
async fn a_customer_who_is_stored_under_another_name_is_found_with_the_key_only() {
    let (_folder, path) = folder();
    fs::write(path("key"), "0123456789abcdef0123456789abcdef\n").expect("written");
    let arguments = vec!["--pseudonym-key-file".to_owned(), path("key")];
    let collector = Collector::start(Options { arguments, ..Options::default() });
    let mut sent = answer();
    sent["customer"] = json!("customer-4711");
    collector.post(&sent).await.expect(StatusCode::CREATED);
    assert!(!run_tool(&collector.location(), &["export"]).contains("4711"));
    let export = ["export", "--customer", "customer-4711"];
    assert_eq!(run_tool(&collector.location(), &export), "");
    let key = path("key");
    let with_key = [&export[..], &["--pseudonym-key-file", &key]].concat();
    assert_eq!(run_tool(&collector.location(), &with_key).lines().count(), 1);
    let erase = ["erase", "--customer", "customer-4711", "--pseudonym-key-file", &path("key")];
    assert_eq!(run_tool(&collector.location(), &erase).trim(), "erased from 1 answers");
}
