//! `/s/{survey}`: the question as a page of its own, without scripts.

use std::collections::BTreeMap;

use aanrader_tests::collector::{Collector, Options, Reply};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::files::POLICY;

/// The fields that a page's form sends unchanged.
fn fields(page: &str) -> BTreeMap<String, String> {
    let form = page.split("<form").nth(1).and_then(|form| form.split("</form>").next()).expect("a form");
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">"))
            .map(|value| value.replace("&amp;", "&"))
    };
    let sent = |tag: &str| {
        let kind = attribute(tag, "type")?;
        (!["radio", "checkbox"].contains(&kind.as_str()) || tag.contains(" checked")).then(|| {
            Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_else(|| "on".into())))
        })?
    };
    form.split("<input").skip(1).filter_map(|tag| sent(&format!(" {}", tag.split('>').next()?))).collect()
}

async fn page(collector: &Collector, path: &str) -> String {
    let text = collector.get(path).await.expect(StatusCode::OK).text();
    assert!(text.starts_with("<!doctype html><html lang="), "{text}");
    text
}

/// Sends a form's fields, with some changes.
async fn send(
    collector: &Collector,
    fields: &BTreeMap<String, String>,
    changed: &[(&str, &str)],
    status: StatusCode,
) -> String {
    let changed = changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all: BTreeMap<String, String> = fields.clone().into_iter().chain(changed).collect();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&all).finish();
    let request = collector.request(Method::POST, "/v1/answers").header("origin", collector.url());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    Reply::of(request.body(body)).await.expect(status).text()
}

fn chosen(page: &str) -> usize {
    page.matches(" checked").count()
}

#[tokio::test]
async fn the_page_is_plain_html_that_is_not_kept_and_sets_no_cookie() {
    let collector = Collector::start(Options::default());
    let reply = collector.get("/s/shop").await.expect(StatusCode::OK);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(reply.header("content-security-policy"), POLICY);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("vary"), "Accept-Language");
    assert!(reply.headers.get("set-cookie").is_none());
    let text = reply.text();
    assert!(!text.contains("<script") && !text.contains("style="), "{text}");
    assert_eq!(text.matches("type=\"radio\"").count(), 11);
    assert_eq!(chosen(&text), 0);
    assert!(text.contains("How likely are you to recommend us to a friend or colleague?"), "{text}");
    let style = text.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    assert!(style.starts_with("/v/") && style.ends_with("/link.css"), "{style}");
    let style = collector.get(style).await.expect(StatusCode::OK);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_thousand_looks_at_a_preselected_score_leave_the_number_unchanged() {
    let collector = Collector::start(Options::default());
    for _ in 0..1_000 {
        let reply = collector.get("/s/shop?score=9&touchpoint=mail").await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    assert_eq!(collector.results().await["surveys"], json!([]));
    assert_eq!(collector.answers().await.len(), 0);
}

#[tokio::test]
async fn a_preselected_score_counts_when_it_is_sent() {
    let collector = Collector::start(Options::default());
    let text = page(&collector, "/s/shop?score=9").await;
    assert_eq!(chosen(&text), 1);
    assert!(text.contains("value=\"9\" checked"), "{text}");
    send(&collector, &fields(&text), &[], StatusCode::CREATED).await;
    assert_eq!(collector.answers().await[0]["score"], 9);
    for wrong in ["11", "-1", "9.5", "09", "nine", "", "%00", "%2B9"] {
        let text = page(&collector, &format!("/s/shop?score={wrong}")).await;
        assert_eq!(chosen(&text), 0, "{wrong}");
    }
}

#[tokio::test]
async fn a_score_is_kept_at_once_and_a_comment_goes_with_it() {
    let collector = Collector::start(Options::default());
    let address = "/s/shop?touchpoint=mail&customer=c-7&brand=Moes+%26+Mei&properties.plan=pro&lang=nl";
    let text = page(&collector, address).await;
    assert!(text.contains("dat u Moes &amp; Mei aanbeveelt"), "{text}");
    let follow_up = send(&collector, &fields(&text), &[("score", "3")], StatusCode::CREATED).await;
    assert!(
        follow_up.contains("<html lang=\"nl\"") && follow_up.contains("Uw 3 is opgeslagen."),
        "{follow_up}"
    );
    assert!(follow_up.contains("Wat ging er mis"), "{follow_up}");
    let kept = &collector.answers().await[0];
    assert_eq!((&kept["score"], &kept["complete"], &kept["rev"]), (&json!(3), &json!(false), &json!(1)));
    let words =
        [("comment", "Te laat\r\nbezorgd"), ("contact_allowed", "on"), ("contact_how", "a@b.example")];
    let thanks = send(&collector, &fields(&follow_up), &words, StatusCode::OK).await;
    assert!(thanks.contains("Dank u wel!") && !thanks.contains("<form"), "{thanks}");
    let answers = collector.answers().await;
    assert_eq!(answers.len(), 1);
    let kept = &answers[0];
    assert_eq!((&kept["survey"], &kept["touchpoint"]), (&json!("shop"), &json!("mail")));
    assert_eq!((&kept["customer"], &kept["language"]), (&json!("c-7"), &json!("nl")));
    assert_eq!((&kept["comment"], &kept["complete"]), (&json!("Te laat\nbezorgd"), &json!(true)));
    assert_eq!(kept["contact"], json!({ "allowed": true, "how": "a@b.example" }));
    assert_eq!(kept["properties"], json!({ "plan": "pro" }));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_counts_once_and_one_that_is_sent_changed_changes_it() {
    let collector = Collector::start(Options::default());
    let text = page(&collector, "/s/shop").await;
    send(&collector, &fields(&text), &[("score", "3")], StatusCode::CREATED).await;
    send(&collector, &fields(&text), &[("score", "3")], StatusCode::OK).await;
    // After Back in the browser: another score from the same page.
    let second = send(&collector, &fields(&text), &[("score", "8")], StatusCode::OK).await;
    assert!(second.contains("Your 8 has been saved."), "{second}");
    assert_eq!(collector.answers().await[0]["score"], 8);
    send(&collector, &fields(&second), &[("comment", "fine")], StatusCode::OK).await;
    send(&collector, &fields(&second), &[("comment", "finer")], StatusCode::OK).await;
    assert_eq!(collector.answers().await[0]["comment"], "finer");
    // A bare score from the very first page doesn't remove a comment, and isn't reported as saved.
    let stale = send(&collector, &fields(&text), &[("score", "1")], StatusCode::OK).await;
    assert!(!stale.contains("has been saved"), "{stale}");
    let answers = collector.answers().await;
    assert_eq!(
        (answers.len(), &answers[0]["comment"], &answers[0]["score"]),
        (1, &json!("finer"), &json!(8))
    );
    // Two customers count as two.
    let other = page(&collector, "/s/shop").await;
    send(&collector, &fields(&other), &[("score", "0")], StatusCode::CREATED).await;
    assert_eq!(collector.answers().await.len(), 2);
}

#[tokio::test]
async fn the_page_is_in_the_nearest_of_49_languages_and_in_its_direction() {
    let collector = Collector::start(Options::default());
    let locales = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/locales")).expect("locales");
    let mut known = 0;
    for entry in locales {
        let path = entry.expect("an entry").path();
        let texts: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("texts");
        let tag = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = page(&collector, &format!("/s/shop?lang={tag}")).await;
        let rtl = ["ar", "fa", "he", "ur"].contains(&tag.as_str());
        let html = format!("<html lang=\"{tag}\" dir=\"{}\">", if rtl { "rtl" } else { "ltr" });
        assert!(text.contains(&html), "{text}");
        let question = texts["question"].as_str().expect("a question");
        assert!(text.contains(question), "{question}: {text}");
        known += 1;
    }
    assert_eq!(known, 49);
    let cases = [
        ("?lang=nl-BE", "de", "nl"),
        ("?lang=zh-TW", "", "zh-Hant"),
        ("?lang=zh-CN", "", "zh-Hans"),
        ("?lang=pt-BR", "", "pt-BR"),
        ("?lang=no", "", "nb"),
        ("", "xx, fr;q=0.3, de-CH;q=0.8", "de"),
        ("", "", "en"),
        ("?lang=klingon", "sv-SE,sv;q=0.9", "sv"),
        ("?lang=%22%3E%3Cscript%3E", "*", "en"),
    ];
    for (query, accepted, expected) in cases {
        let request = collector.request(Method::GET, &format!("/s/shop{query}"));
        let text = Reply::of(request.header("accept-language", accepted)).await.expect(StatusCode::OK).text();
        assert!(text.contains(&format!("<html lang=\"{expected}\"")), "{query} {accepted}: {text}");
    }
}

#[tokio::test]
async fn a_bad_parameter_never_breaks_the_page_nor_what_is_sent_from_it() {
    let collector = Collector::start(Options::default());
    let long = "x".repeat(200);
    let address = format!(
        "/s/shop?touchpoint=No%20Slug&customer={long}&brand={long}&properties.plan={long}&properties.b%20d=1\
         &properties.tier=2&utm_source=mail&score=99&lang=&fbclid=%FF%FE&="
    );
    let text = page(&collector, &address).await;
    let sent = fields(&text);
    assert_eq!(sent["touchpoint"], "link");
    assert_eq!(sent["properties.tier"], "2");
    let names: Vec<&str> = sent.keys().map(String::as_str).collect();
    let expected =
        ["complete", "id", "language", "properties.tier", "rev", "survey", "touchpoint", "wording"];
    assert_eq!(names, expected);
    send(&collector, &sent, &[("score", "5")], StatusCode::CREATED).await;
    let kept = &collector.answers().await[0];
    assert_eq!((&kept["properties"], &kept["customer"]), (&json!({ "tier": "2" }), &Value::Null));
}

#[tokio::test]
async fn nothing_in_a_parameter_or_a_field_becomes_markup() {
    let collector = Collector::start(Options::default());
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E%27";
    let address =
        format!("/s/shop?brand={evil}&customer={evil}&properties.a={evil}&lang={evil}&score={evil}");
    let text = page(&collector, &address).await;
    assert!(!text.contains("<script") && text.contains("&lt;script&gt;"), "{text}");
    let sent = fields(&text);
    assert_eq!(sent["customer"], "\"><script>alert(1)</script>'");
    let evil = "</textarea><script>alert(1)</script>";
    let long = format!("{evil}{}", "x".repeat(2_000));
    let next = send(&collector, &sent, &[("score", "2")], StatusCode::CREATED).await;
    let typed = [("comment", long.as_str()), ("contact_allowed", "on"), ("contact_how", "\"><script>")];
    let text = send(&collector, &fields(&next), &typed, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(!text.contains("<script") && text.contains("&lt;/textarea&gt;&lt;script&gt;"), "{text}");
    assert_eq!(fields(&text)["contact_how"], "\"><script>");
}

#[tokio::test]
async fn a_page_with_problems_keeps_what_was_typed_and_ties_each_to_its_field() {
    let collector = Collector::start(Options::default());
    let text = page(&collector, "/s/shop?lang=de").await;
    let unanswered = send(&collector, &fields(&text), &[], StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(unanswered.contains("aria-describedby=\"score-error low high\""), "{unanswered}");
    assert!(
        unanswered.contains("id=\"score-error\"") && unanswered.contains("<html lang=\"de\""),
        "{unanswered}"
    );
    assert_eq!(fields(&unanswered)["id"], fields(&text)["id"]);
    let next = send(&collector, &fields(&unanswered), &[("score", "7")], StatusCode::CREATED).await;
    let comment = format!("\nü{}", "y".repeat(2_000));
    let how = "h".repeat(201);
    let typed = [("comment", comment.as_str()), ("contact_allowed", "on"), ("contact_how", &how)];
    let problems = send(&collector, &fields(&next), &typed, StatusCode::UNPROCESSABLE_ENTITY).await;
    let comment_at = "aria-invalid=\"true\" aria-describedby=\"comment-error\" autofocus>";
    assert!(problems.contains(&format!("{comment_at}\n{comment}</textarea>")), "{problems}");
    assert!(problems.contains("aria-invalid=\"true\" aria-describedby=\"how-error\""), "{problems}");
    for (id, length) in [("comment-error", "2001"), ("how-error", "201")] {
        let said = problems.split(&format!("id=\"{id}\">")).nth(1).and_then(|rest| rest.split('<').next());
        assert!(said.is_some_and(|said| said.contains(length)), "{id}: {said:?}");
    }
    let sent = fields(&problems);
    assert_eq!(
        (&sent["contact_allowed"], &sent["contact_how"], &sent["score"]),
        (&"on".into(), &how, &"7".into())
    );
    send(&collector, &sent, &[("comment", "kurz"), ("contact_how", "")], StatusCode::OK).await;
    let kept = &collector.answers().await[0];
    assert_eq!((&kept["comment"], &kept["score"]), (&json!("kurz"), &json!(7)));
}

#[tokio::test]
async fn a_survey_s_name_has_a_form_and_other_addresses_say_so() {
    let collector = Collector::start(Options::default());
    for path in ["/s/Shop", "/s/a%20b", "/s/%3Cscript%3E", "/s/%FF", &format!("/s/{}", "a".repeat(65))] {
        let reply = collector.get(path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(reply.header("content-security-policy"), POLICY);
        assert!(reply.text().contains("1 to 64 of a–z, 0–9 and -"), "{}", reply.text());
    }
    page(&collector, &format!("/s/{}", "a".repeat(64))).await;
    let posted = Reply::of(collector.request(Method::POST, "/s/shop")).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}
