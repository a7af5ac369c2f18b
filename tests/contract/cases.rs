//! `/cases`: who may see and change cases, through plain forms.

use std::time::{Duration, Instant};

use aanrader_tests::collector::{Collector, Options, Reply, TOKEN, answer, run_tool};
use aanrader_tests::person::{Person, hidden};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn without_a_session_there_is_a_page_to_sign_in_and_the_way_back() {
    let collector = Collector::start(Options::default());
    let case = collector.post_score(0, json!({})).await;
    let person = Person::new(&collector);
    for (path, next) in [("/cases?score=0", "%2Fcases%3Fscore%3D0"), (&*case, &*case.replace('/', "%2F"))] {
        let reply = person.get(path).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), format!("/sign-in?next={next}"));
    }
    let page = person.get("/sign-in?next=%2Fcases%3Fscore%3D0").await.expect(StatusCode::OK);
    assert_eq!(hidden(&page.text(), "next"), "/cases?score=0");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let signed_out = person.post(&case, &[("csrf", "x"), ("action", "take")]).await;
    signed_out.expect(StatusCode::UNAUTHORIZED);
    let elsewhere = person.post("/sign-in", &[("token", TOKEN), ("next", "//evil.example")]).await;
    assert_eq!(elsewhere.expect(StatusCode::SEE_OTHER).header("location"), "/cases");
}

#[tokio::test]
async fn only_the_right_token_from_the_collectors_own_page_signs_in() {
    let collector = Collector::start(Options::default());
    let person = Person::new(&collector);
    for token in ["", "wrong", "contract-token-012345678"] {
        let reply = person.post("/sign-in", &[("token", token)]).await.expect(StatusCode::FORBIDDEN);
        assert!(reply.text().contains("opens nothing here") && reply.header("set-cookie").is_empty());
    }
    for origin in ["https://evil.example", "null"] {
        let reply = person.post_from(origin, "/sign-in", &[("token", TOKEN)]).await;
        assert_eq!(reply.expect(StatusCode::FORBIDDEN).header("set-cookie"), "");
    }
    let mut forged = Person::new(&collector);
    forged.cookie = "aanrader=.0123456789abcdef".into();
    forged.get("/cases").await.expect(StatusCode::SEE_OTHER);
    // Sign-in refuses JSON, because it isn't a form.
    let request = collector.request(Method::POST, "/sign-in").header("content-type", "application/json");
    Reply::of(request.body("{}")).await.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn behind_an_encrypting_proxy_the_cookie_is_bound_to_its_address() {
    let arguments = vec!["--public-url".into(), "https://survey.example".into()];
    let collector = Collector::start(Options { arguments, ..Options::default() });
    let mut person = Person::new(&collector);
    let reply = person.post_from("https://survey.example", "/sign-in", &[("token", TOKEN)]).await;
    let cookie = reply.expect(StatusCode::SEE_OTHER).header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-aanrader=.") && cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    person.cookie = cookie;
    person.get("/cases").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_case_goes_from_new_to_told_by_plain_forms() {
    let collector = Collector::start(Options::default());
    let text = "<b>Te laat</b> & \"stuk\"";
    let more = json!({ "comment": text, "contact": { "allowed": true, "how": "anna@klant.example" } });
    let case = collector.post_score(0, more).await;
    collector.post_score(9, json!({})).await;
    let person = Person::signed_in(&collector, TOKEN).await;
    let list = person.get("/cases").await.expect(StatusCode::OK).text();
    assert_eq!(list.matches("/cases/account/").count(), 1, "{list}");
    assert!(list.contains("&lt;b&gt;Te laat&lt;/b&gt; &amp; &quot;stuk&quot;"), "{list}");
    // An action that needs an owner is refused, and the case is shown unchanged.
    let refused = person.act(&case, "solve", "").await.expect(StatusCode::CONFLICT).text();
    assert!(refused.contains("A case in this state"), "{refused}");
    for (action, says) in [
        ("take", "admin took it"),
        ("contact", "admin contacted the customer"),
        ("solve", "admin solved it"),
        ("tell", "admin told the customer"),
    ] {
        let reply = person.act(&case, action, "").await.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), case);
        let page = person.get(&case).await.expect(StatusCode::OK).text();
        assert!(page.contains(says) && page.contains("anna@klant.example"), "{page}");
    }
    person.act(&case, "note", "a < b").await.expect(StatusCode::SEE_OTHER);
    person.act(&case, "cause", "bezorger").await.expect(StatusCode::SEE_OTHER);
    let page = person.get(&case).await.text();
    assert!(page.contains("a &lt; b") && page.contains("<option value=\"bezorger\">"), "{page}");
    let empty = person.act(&case, "note", " ").await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(empty.contains("Write something first"), "{empty}");
    assert!(person.get("/cases").await.text().contains("There are no such cases"));
    assert!(person.get("/cases?state=closed").await.text().contains(&case));
    person.act(&case, "reopen", "").await.expect(StatusCode::SEE_OTHER);
    assert!(person.get("/cases").await.text().contains(&case));
    assert_eq!(collector.results().await["surveys"][0]["total"]["n"], 2, "the number knows no cases");
}

#[tokio::test]
async fn of_two_who_take_a_case_one_has_it_and_the_other_sees_who() {
    let collector = Collector::start(Options::default());
    let case = collector.post_score(0, json!({})).await;
    let database = collector.location();
    let tokens = ["anna", "bert"]
        .map(|name| run_tool(&database, &["token", "add", name, "--scope", "work"]).trim().to_owned());
    let mut people = Vec::new();
    for token in &tokens {
        people.push(signed_in_soon(&collector, token).await);
    }
    let mut pages = Vec::new();
    for person in &people {
        pages.push(person.get(&case).await.expect(StatusCode::OK).text());
    }
    let mut fields = Vec::new();
    for page in &pages {
        fields.push((hidden(page, "csrf"), hidden(page, "version")));
    }
    let take = |number: usize| {
        let (csrf, version) = &fields[number];
        let fields = vec![("csrf", csrf.as_str()), ("version", version.as_str()), ("action", "take")];
        let (person, case) = (&people[number], &case);
        async move { person.post(case, &fields).await }
    };
    let (anna, bert) = tokio::join!(take(0), take(1));
    let (first, second) = if anna.status == StatusCode::SEE_OTHER { (anna, bert) } else { (bert, anna) };
    first.expect(StatusCode::SEE_OTHER);
    let page = second.expect(StatusCode::CONFLICT).text();
    assert!(page.contains("Somebody changed this case before you"), "{page}");
    assert_eq!(page.matches("took it").count(), 1, "{page}");
}

/// A running collector learns of a new token within 5 s.
async fn signed_in_soon(collector: &Collector, token: &str) -> Person {
    let deadline = Instant::now() + Duration::from_secs(30);
    let person = Person::new(collector);
    // Each wrong token counts, so there are only a few tries.
    while person.post("/sign-in", &[("token", token)]).await.status != StatusCode::SEE_OTHER {
        assert!(Instant::now() < deadline, "the token is not known");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Person::signed_in(collector, token).await
}

#[tokio::test]
async fn a_reader_changes_nothing_a_foreign_form_neither_and_another_site_is_unseen() {
    let mut collector = Collector::start(Options::default());
    let database = collector.location();
    run_tool(&database, &["site", "add", "toys", "--origins", "https://toys.example"]);
    let token = |name: &str, site: &str, scope: &str| {
        run_tool(&database, &["token", "add", name, "--site", site, "--scope", scope]).trim().to_owned()
    };
    let (reader, worker) = (token("rita", "default", "read"), token("wim", "default", "work"));
    let toys = token("tom", "toys", "admin");
    collector.restart();
    let case = collector.post_score(0, json!({})).await;

    let rita = Person::signed_in(&collector, &reader).await;
    let page = rita.get(&case).await.expect(StatusCode::OK).text();
    assert!(page.contains("Your token may read cases") && !page.contains("name=\"action\""), "{page}");
    let csrf = rita.csrf();
    let take = [("csrf", &*csrf), ("version", "1"), ("action", "take")];
    rita.post(&case, &take).await.expect(StatusCode::FORBIDDEN);

    let wim = Person::signed_in(&collector, &worker).await;
    for csrf in [None, Some(""), Some("0"), Some(&*csrf)] {
        let fields = [("version", "1"), ("action", "take")].into_iter();
        let fields: Vec<_> = fields.chain(csrf.map(|csrf| ("csrf", csrf))).collect();
        wim.post(&case, &fields).await.expect(StatusCode::FORBIDDEN);
    }
    wim.post_from("https://evil.example", "/sign-out", &[]).await.expect(StatusCode::FORBIDDEN);
    wim.get("/cases").await.expect(StatusCode::OK);

    let tom = Person::signed_in(&collector, &toys).await;
    assert!(tom.get("/cases").await.expect(StatusCode::OK).text().contains("There are no such cases"));
    tom.get(&case).await.expect(StatusCode::NOT_FOUND);
    for path in ["/cases?site=default".to_owned(), format!("{case}?site=default")] {
        tom.get(&path).await.expect(StatusCode::FORBIDDEN);
    }
    let csrf = tom.csrf();
    let take = [("csrf", &*csrf), ("version", "1"), ("action", "take")];
    tom.post(&case, &take).await.expect(StatusCode::NOT_FOUND);
    let there = format!("{case}?site=default");
    tom.post(&there, &take).await.expect(StatusCode::FORBIDDEN);

    let page = wim.get(&case).await.expect(StatusCode::OK).text();
    assert!(!page.contains("took it"), "nobody has taken it: {page}");
}

#[tokio::test]
async fn a_session_ends_with_its_token_and_when_somebody_signs_out() {
    let mut collector = Collector::start(Options::default());
    let token = run_tool(&collector.location(), &["token", "add", "anna"]).trim().to_owned();
    collector.restart();
    let (anna, admin) =
        (Person::signed_in(&collector, &token).await, Person::signed_in(&collector, TOKEN).await);
    let reply = admin.post("/sign-out", &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(reply.header("set-cookie").contains("Max-Age=0"), "{}", reply.header("set-cookie"));
    admin.get("/cases").await.expect(StatusCode::SEE_OTHER);
    anna.get("/cases").await.expect(StatusCode::OK);
    run_tool(&collector.location(), &["token", "revoke", "anna"]);
    let deadline = Instant::now() + Duration::from_secs(30);
    while anna.get("/cases").await.status == StatusCode::OK {
        assert!(Instant::now() < deadline, "a revoked token still opens");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_site_says_whose_a_case_is_and_when_it_is_due() {
    let mut collector = Collector::start(Options::default());
    let hours = "mon-sun 00:00-24:00";
    let flags =
        ["site", "add", "toys", "--origins", "https://toys.example", "--time-zone", "Europe/Amsterdam"];
    let more = ["--hours", hours, "--owner-property", "agent", "--owners", "delivery=bert,returns=carla"];
    let said = run_tool(&collector.location(), &[&flags[..], &more].concat());
    assert!(said.contains(hours) && said.contains("agent") && said.contains("delivery=bert"), "{said}");
    collector.restart();
    for (touchpoint, properties) in
        [("delivery", json!({ "agent": "anna" })), ("delivery", json!({})), ("x", json!({}))]
    {
        let mut sent = answer();
        (sent["score"], sent["touchpoint"], sent["properties"]) = (json!(1), json!(touchpoint), properties);
        let request = collector.request(Method::POST, "/v1/answers?site=toys").body(sent.to_string());
        let request = request.header("content-type", "text/plain").header("origin", "https://toys.example");
        Reply::of(request).await.expect(StatusCode::CREATED);
    }
    let admin = Person::signed_in(&collector, TOKEN).await;
    let page = admin.get("/cases?site=toys").await.expect(StatusCode::OK).text();
    for (text, times) in [("<span>anna</span>", 1), ("<span>bert</span>", 1), ("overdue</strong>", 0)] {
        assert_eq!(page.matches(text).count(), times, "{text}: {page}");
    }
    let nobody = admin.get("/cases?site=toys&whose=nobody").await.text();
    assert_eq!(nobody.matches("/cases/account/").count(), 1, "{nobody}");
    assert!(nobody.contains("?site=toys&amp;whose=nobody"), "{nobody}");
}

#[tokio::test]
async fn the_pages_are_in_the_language_of_the_address_or_the_browser_and_stay_in_it() {
    let collector = Collector::start(Options::default());
    let case = collector.post_score(0, json!({})).await;
    let person = Person::signed_in(&collector, TOKEN).await;
    let english = person.get("/cases").await.expect(StatusCode::OK).text();
    assert!(english.contains("<html lang=\"en\">") && english.contains("Everybody’s"), "{english}");
    let list = person.get("/nl/cases/").await.expect(StatusCode::OK).text();
    for part in ["<html lang=\"nl\">", "Van iedereen", "href=\"/en/cases/\"", &format!("href=\"/nl{case}\"")]
    {
        assert!(list.contains(part), "{part}: {list}");
    }
    assert!(list.contains("href=\"/nl/cases/\" aria-current=\"page\""), "{list}");
    let there = format!("/nl{case}");
    let taken = person.act(&there, "take", "").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(taken.header("location"), there);
    let page = person.get(&there).await.expect(StatusCode::OK).text();
    assert!(
        page.contains("admin pakte de zaak op") && !page.contains("case_") && !page.contains("{{"),
        "{page}"
    );
    let signed_out = Person::new(&collector).get(&there).await.expect(StatusCode::SEE_OTHER);
    assert!(
        signed_out.header("location").starts_with("/nl/sign-in?next=%2Fnl%2Fcases"),
        "{:?}",
        signed_out.headers
    );
}
