//! A shop moves from one database to another with all it has.

use std::fs;

use aanrader_tests::collector::{Collector, Options, Reply, TOKEN, run_tool, tool};
use aanrader_tests::person::{Person, hidden};
use aanrader_tests::postgres;
use aanrader_tests::smtp::Smtp;
use aanrader_tests::wait::until;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tempfile::TempDir;

fn folder() -> (TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name).display().to_string())
}

/// The lines of an export, sorted, so that exports can be compared.
fn sorted(file: &str) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a file");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

/// How many lines of each of these kinds an export has.
fn kinds<const N: usize>(file: &str, kinds: [&str; N]) -> [usize; N] {
    let lines = sorted(file);
    kinds.map(|kind| lines.iter().filter(|line| line.contains(&format!(r#"{{"kind":"{kind}","#))).count())
}

const ALL: [&str; 9] = ["site", "case", "cause", "mark", "counter", "week", "token", "notice", "secret"];

/// Exports all that a database has.
fn export(database: &str, to: &str) {
    run_tool(database, &["export", "--secrets", "-o", to]);
}

const ANNA: &str = "anna@klant.example";

async fn done(person: &Person, case: &str, actions: &[(&str, &str)]) {
    for (action, text) in actions {
        person.act(case, action, text).await.expect(StatusCode::SEE_OTHER);
    }
}

/// A case that was solved, and whose customer was told by e-mail; returns the mail's link.
async fn told(person: &Person, smtp: &Smtp, case: &str) -> String {
    done(person, case, &[("take", ""), ("cause", "carrier"), ("note", "belt <terug>"), ("solve", "")]).await;
    let path = format!("{case}/reply");
    let page = person.get(&path).await.expect(StatusCode::OK).text();
    let (csrf, version) = (hidden(&page, "csrf"), hidden(&page, "version"));
    let fields = [("csrf", &*csrf), ("version", &*version), ("subject", "Gemaakt"), ("text", "Zo goed?")];
    person.post(&path, &fields).await.expect(StatusCode::SEE_OTHER);
    let link = smtp.wait_for(ANNA, 1).remove(0).link("/solved/");
    link[link.find("/solved/").expect("a path")..].to_owned()
}

/// Waits until the outbox of a collector's database is empty of what waits.
async fn all_is_sent(collector: &Collector) {
    until("an empty outbox", async || {
        let log = run_tool(&collector.location(), &["export", "--answers-only"]);
        let output = tool(&collector.location(), &["export", "--secrets"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.contains("wait to be sent") { Err(format!("{said}{log}")) } else { Ok(()) }
    })
    .await;
}

/// Gives a shop people, plans, groups, causes, tokens, links and notices.
fn furnish(database: &str) {
    let people = "bert=bert@shop.example,carla=carla@shop.example";
    for arguments in [
        &[
            "site",
            "add",
            "default",
            "--people",
            people,
            "--shop",
            "De Winkel",
            "--hours",
            "mon-sun 08:00-20:00",
        ][..],
        &["site", "plan", "default", "3", "Bel <zelf>"],
        &["cause", "add", "maat"],
        &["notify", "add", "boss", "--mail", "bert", "--scores", "0-2"],
        &[
            "notify",
            "add",
            "crm",
            "--webhook",
            "https://crm.example/hook",
            "--on",
            "case.opened",
            "--scores",
            "0",
        ],
        &["token", "add", "oud", "--scope", "read"],
        &["token", "revoke", "oud"],
    ] {
        run_tool(database, arguments);
    }
}

#[tokio::test]
async fn a_shop_moves_to_postgresql_and_back_with_cases_settings_and_keys() {
    let smtp = Smtp::start();
    let mut old = Collector::start(Options { arguments: smtp.arguments(), ..Options::default() });
    furnish(&old.location());
    let token = run_tool(&old.location(), &["token", "add", "carla", "--scope", "work"]).trim().to_owned();
    let wall = run_tool(&old.location(), &["wall", "add", "kassa"]);
    old.restart();
    let contact =
        json!({ "contact": { "allowed": true, "how": ANNA }, "customer": "anna", "comment": "Te <laat>" });
    let first = old.post_score(4, contact).await;
    let taken = old.post_score(6, json!({ "properties": { "agent": "bert" } })).await;
    let open = old.post_score(5, json!({})).await;
    old.post_score(10, json!({ "comment": "Top 👍" })).await;
    let carla = Person::signed_in(&old, &token).await;
    let link = told(&carla, &smtp, &first).await;
    done(&carla, &taken, &[("take", ""), ("note", "wacht op 'magazijn'")]).await;
    all_is_sent(&old).await;
    let before = carla.get(&first).await.expect(StatusCode::OK).text();

    let (_folder, path) = folder();
    let (new, back) = (postgres::shared().database(), path("c.db"));
    export(&old.location(), &path("a.ndjson"));
    assert_eq!(kinds(&path("a.ndjson"), ALL), [1, 3, 2, 0, 0, 0, 3, 2, 1], "{:?}", sorted(&path("a.ndjson")));
    let said = run_tool(&new, &["import", &path("a.ndjson")]);
    assert_eq!(said.trim(), "4 new, 0 known, 0 without a score\ncases: 3 new, 0 brought up to date, 0 known");
    let said = run_tool(&new, &["import", &path("a.ndjson")]);
    assert_eq!(said.trim(), "0 new, 4 known, 0 without a score\ncases: 0 new, 0 brought up to date, 3 known");
    export(&new, &path("b.ndjson"));
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("b.ndjson")));
    run_tool(&back, &["import", &path("b.ndjson")]);
    export(&back, &path("c.ndjson"));
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("c.ndjson")));

    // The people go on in the new place: with their tokens, cases, screens and the links in mails.
    let arguments = smtp.arguments();
    let sent = smtp.mails().len();
    let moved = Collector::start(Options { database: Some(new), arguments, ..Options::default() });
    let carla = Person::signed_in(&moved, &token).await;
    let after = carla.get(&first).await.expect(StatusCode::OK).text();
    let main = |page: &str| page.split("<main").nth(1).unwrap_or_default().replace(&hidden(page, "csrf"), "");
    assert_eq!(main(&before), main(&after));
    assert!(after.contains("belt &lt;terug&gt;") && after.contains("carla"), "{after}");
    let wall = wall.lines().find(|line| line.starts_with("/wall/")).expect("a link");
    moved.get(wall).await.expect(StatusCode::OK);
    let request = moved.request(Method::POST, &link);
    let form = request.header("content-type", "application/x-www-form-urlencoded");
    Reply::of(form.body("solved=no&text=Nog+stuk")).await.expect(StatusCode::OK);
    let scores: Vec<_> = carla.cases().await.iter().map(|(_, score)| *score).collect();
    assert_eq!(scores, [4, 5, 6]);
    done(&carla, &open, &[("take", "")]).await;
    assert_eq!(smtp.mails().len(), sent, "nobody is told of what moved");

    // What was done here later stays, also if the old export is read once more.
    let said = run_tool(&moved.location(), &["import", &path("a.ndjson")]);
    assert!(said.contains("1 known, 2 left as they are, because people worked on them here later"), "{said}");
    let page = carla.get(&first).await.expect(StatusCode::OK).text();
    assert!(page.contains("Nog stuk") && page.contains("Reopened"), "{page}");
    assert!(run_tool(&moved.location(), &["check"]).contains("every tally"));
}

#[test]
fn a_year_of_a_shop_moves_in_both_directions_and_in_parts() {
    let (_folder, path) = folder();
    let (file, server, part) = (path("a.db"), postgres::shared().database(), postgres::shared().database());
    run_tool(&file, &["demo"]);
    export(&file, &path("a.ndjson"));
    let [site, cases, causes, marks, counters, ..] = kinds(&path("a.ndjson"), ALL);
    assert!(
        site == 1 && cases > 50 && causes == 1 && marks >= 2 && counters > 300,
        "{cases} {marks} {counters}"
    );
    run_tool(&server, &["import", &path("a.ndjson")]);
    export(&server, &path("b.ndjson"));
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("b.ndjson")));
    run_tool(&path("c.db"), &["import", &path("b.ndjson")]);
    export(&path("c.db"), &path("c.ndjson"));
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("c.ndjson")));
    // An import that ended in the middle is run again.
    let text = fs::read_to_string(path("a.ndjson")).expect("a file");
    fs::write(path("half.ndjson"), &text[..text.len() * 2 / 3]).expect("written");
    let half = tool(&part, &["import", &path("half.ndjson")]);
    let said = String::from_utf8_lossy(&half.stderr).into_owned();
    assert!(!half.status.success() && said.contains("it is no JSON"), "{said}");
    run_tool(&part, &["import", &path("a.ndjson")]);
    export(&part, &path("d.ndjson"));
    assert_eq!(sorted(&path("a.ndjson")), sorted(&path("d.ndjson")));
    for database in [&file, &server, &part, &path("c.db")] {
        assert!(run_tool(database, &["check"]).contains("every tally"));
    }
}

#[test]
fn an_answer_s_line_is_as_before_and_a_table_says_that_it_has_answers_only() {
    let (_folder, path) = folder();
    run_tool(&path("a.db"), &["demo"]);
    run_tool(&path("a.db"), &["export", "-o", &path("all.ndjson")]);
    let answers = run_tool(&path("a.db"), &["export", "--answers-only"]);
    assert!(answers.lines().all(|line| line.starts_with(r#"{"answered_at":"#) && !line.contains("kind")));
    let all = fs::read_to_string(path("all.ndjson")).expect("a file");
    let of_all: Vec<_> = all.lines().filter(|line| !line.starts_with(r#"{"kind":"#)).collect();
    assert_eq!(of_all, answers.lines().collect::<Vec<_>>());
    let output = tool(&path("a.db"), &["export", "-o", &path("a.csv")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("answers, and nothing else"), "{said}");
    let refused = tool(&path("a.db"), &["export", "--secrets", "-o", &path("b.csv")]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("export as NDJSON"), "{said}");
}

#[test]
fn keys_leave_only_if_they_are_asked_for_and_then_for_the_operator_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    furnish(&path("a.db"));
    let output = tool(&path("a.db"), &["export", "-o", &path("a.ndjson")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("left out (3); --secrets"), "{said}");
    assert_eq!(kinds(&path("a.ndjson"), ["token", "notice", "secret"]), [0, 0, 0]);
    assert!(!fs::read_to_string(path("a.ndjson")).expect("a file").contains("whsec_"));
    export(&path("a.db"), &path("b.ndjson"));
    assert!(fs::read_to_string(path("b.ndjson")).expect("a file").contains("whsec_"));
    let mode = fs::metadata(path("b.ndjson")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_site_comes_with_its_settings_unless_it_is_there() {
    let (_folder, path) = folder();
    let add = ["site", "add", "toys", "--origins", "https://toys.example", "--groups", "agent"];
    run_tool(&path("a.db"), &add);
    run_tool(&path("a.db"), &["export", "--site", "toys", "-o", &path("a.ndjson")]);
    let none = tool(&path("b.db"), &["import", "--site", "other", "-"]);
    assert!(none.status.success(), "an empty file names no site");
    run_tool(&path("b.db"), &["import", "--site", "toys", &path("a.ndjson")]);
    assert!(run_tool(&path("b.db"), &["site", "list"]).contains("https://toys.example"));
    run_tool(&path("b.db"), &["site", "add", "toys", "--origins", "https://new.example"]);
    let output = tool(&path("b.db"), &["import", "--site", "toys", &path("a.ndjson")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("settings of the site toys stay"), "{said}");
    assert!(run_tool(&path("b.db"), &["site", "list"]).contains("https://new.example"));
}

#[test]
fn lines_that_are_broken_are_named_with_field_and_way_out() {
    let (_folder, path) = folder();
    let case = |more: &str| {
        format!(
            r#"{{"kind":"case","survey":"a","id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","version":2,"urgency":0,"due_at":1,"lowest":0,"opened_at":1{more}}}"#
        )
    };
    let event = |what: &str, version: i64| {
        format!(r#","state":"new","events":[{{"version":{version},"at":1,"what":"{what}"}}]"#)
    };
    let lines = [
        case(r#","state":"done""#),
        case(""),
        case(&event("dance", 2)),
        case(&event("take", 3)),
        case(r#","state":"new""#).replace(r#""lowest":0"#, r#""lowest":11"#),
        r#"{"kind":"planet","name":"x"}"#.into(),
        r#"{"kind":7}"#.into(),
        r#"{"kind":"week","monday":"soon"}"#.into(),
        r#"{"kind":"token","name":"x","hash":"abc","scopes":"read","created_at":1}"#.into(),
        r#"{"kind":"secret","name":"other","value":"x"}"#.into(),
        case(r#","state":"new""#),
    ];
    fs::write(path("in.ndjson"), lines.join("\n")).expect("written");
    let output = tool(&path("a.db"), &["import", &path("in.ndjson")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("11 rows could not be read"), "{said}");
    for (line, text) in [
        (1, "case: state: \"done\" is no state; give one of new, taken"),
        (2, "case: missing field `state`"),
        (3, "case: events[0].what is \"dance\""),
        (4, "case: events[0].version is 3; give ascending versions up to the case's, 2"),
        (5, "case: lowest: 11 is no score from 0 to 10"),
        (6, "kind is \"planet\", which this version doesn't know; import it with the version that wrote it"),
        (7, "kind is no text"),
        (8, "week: monday is \"soon\"; give a date such as 2026-11-23"),
        (9, "token: hash is no SHA-256"),
        (10, "secret: name is \"other\""),
        (
            11,
            "case: there is no answer 3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41 of the survey a; import its line first",
        ),
    ] {
        assert!(said.contains(&format!("line {line}: {text}")), "{line}: {said}");
    }
}

/// The rows and pages of an erased customer, wherever they were: answer, case, history, mails, log.
async fn assert_nothing_left(collector: &Collector, person: &Person, case: &str) {
    let mut bytes = collector.log().into_bytes();
    bytes.extend(run_tool(&collector.location(), &["export", "--secrets"]).into_bytes());
    for page in ["/cases", "/cases?state=closed", "/cases/notices", "/trend"] {
        bytes.extend(person.get(page).await.text().into_bytes());
    }
    if collector.location().ends_with(".db") {
        for file in fs::read_dir(collector.database().with_file_name("")).expect("a folder") {
            bytes.extend(fs::read(file.expect("a file").path()).expect("bytes"));
        }
    }
    for text in ["unheard-of", "customer-4711"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    person.get(case).await.expect(StatusCode::NOT_FOUND);
}

async fn an_erased_customer_leaves_nothing(database: Option<String>) {
    let smtp = Smtp::start();
    let collector = Collector::start(Options { arguments: smtp.arguments(), database, ..Options::default() });
    let how = "unheard-of@b.example";
    let more = json!({ "comment": "unheard-of words", "customer": "customer-4711",
        "contact": { "allowed": true, "how": how } });
    let case = collector.post_score(0, more).await;
    collector.post_score(1, json!({ "customer": "other" })).await;
    let person = Person::signed_in(&collector, TOKEN).await;
    done(&person, &case, &[("take", ""), ("note", "an unheard-of note"), ("cause", "carrier")]).await;
    // The server's refusal names the address.
    smtp.refuse(&["550 5.1.1 <unheard-of@b.example> unknown"]);
    let path = format!("{case}/reply");
    let page = person.get(&path).await.expect(StatusCode::OK).text();
    let (csrf, version) = (hidden(&page, "csrf"), hidden(&page, "version"));
    let fields = [("csrf", &*csrf), ("version", &*version), ("subject", "S"), ("text", "unheard-of text")];
    person.post(&path, &fields).await.expect(StatusCode::SEE_OTHER);
    until("the refusal in the case", async || {
        let page = person.get(&case).await.expect(StatusCode::OK).text();
        if page.contains("5.1.1") { Ok(()) } else { Err(page) }
    })
    .await;
    let told = run_tool(&collector.location(), &["export", "--customer", "customer-4711"]);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 2, "an answer and its case: {told}");
    assert!(lines[1].starts_with(r#"{"kind":"case","#) && told.contains("an unheard-of note"), "{told}");
    run_tool(&collector.location(), &["export", "-o", &format!("{}.kept", collector.database().display())]);
    let kept = format!("{}.kept", collector.database().display());
    let backup = fs::read_to_string(&kept).expect("an export");
    fs::remove_file(&kept).expect("removed");
    let erased = run_tool(&collector.location(), &["erase", "--customer", "customer-4711"]);
    assert_eq!(erased.trim(), "erased from 1 answers");
    assert_nothing_left(&collector, &person, &case).await;
    // An old export brings nothing of it back.
    let (_folder, path) = folder();
    fs::write(path("old.ndjson"), backup).expect("written");
    let said = run_tool(&collector.location(), &["import", &path("old.ndjson")]);
    assert!(said.contains("1 left out, because their answers were erased here"), "{said}");
    assert_nothing_left(&collector, &person, &case).await;
    // Nor does a late revision, also after the erased answer has moved.
    run_tool(&collector.location(), &["export", "-o", &path("now.ndjson")]);
    run_tool(&path("b.db"), &["import", &path("now.ndjson")]);
    let late = path("late.ndjson");
    let id = case.rsplit('/').next().expect("an id");
    let line = json!({ "id": id, "rev": 3, "complete": true, "survey": "account", "touchpoint": "post-login",
        "score": 0, "comment": "unheard-of words", "contact": { "allowed": true, "how": how } });
    fs::write(&late, line.to_string()).expect("written");
    run_tool(&path("b.db"), &["import", &late]);
    assert!(!run_tool(&path("b.db"), &["export"]).contains("unheard-of"));
}

#[tokio::test]
async fn a_customer_s_export_has_the_case_and_erasing_leaves_no_byte_of_it() {
    an_erased_customer_leaves_nothing(None).await;
}

#[tokio::test]
async fn a_customer_s_export_has_the_case_and_erasing_leaves_no_byte_of_it_on_postgresql() {
    an_erased_customer_leaves_nothing(Some(postgres::shared().database())).await;
}
