//! `/cases/settings` and its commands: hours, time limits, plans, people and causes of a site.

use aanrader_tests::collector::{Collector, Options, TOKEN, run_tool};
use aanrader_tests::person::{Person, hidden};
use reqwest::StatusCode;
use serde_json::json;

const SETTINGS: &str = "/cases/settings";

/// Sends one of the page's forms.
async fn save(person: &Person, fields: &[(&str, &str)]) -> aanrader_tests::collector::Reply {
    let csrf = hidden(&person.get(SETTINGS).await.expect(StatusCode::OK).text(), "csrf");
    person.post(SETTINGS, &[&[("csrf", &*csrf)], fields].concat()).await
}

#[tokio::test]
async fn an_admin_saves_settings_and_new_cases_follow_them() {
    let collector = Collector::start(Options::default());
    let admin = Person::signed_in(&collector, TOKEN).await;
    let times =
        [("part", "times"), ("zone", "Asia/Kathmandu"), ("hours", "mon-sun 00:00-24:00"), ("due-0", "30d")];
    save(&admin, &times).await.expect(StatusCode::SEE_OTHER);
    let people = [
        ("part", "people"),
        ("people", "anna = anna@shop.example\r\nbert = bert@shop.example"),
        ("owners", "delivery = anna"),
        ("shop", "De Winkel & Co"),
        ("reply_to", "help@shop.example"),
        ("weekly", "baas@shop.example"),
        ("language", "nl"),
    ];
    save(&admin, &people).await.expect(StatusCode::SEE_OTHER);
    let plan = [("part", "plans"), ("plan-0", "Bel meteen\r\nStuur <bloemen>")];
    save(&admin, &plan).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(SETTINGS).await.text();
    for part in [
        "Asia/Kathmandu",
        "mon-sun 00:00-24:00",
        "value=\"30d\"",
        "De Winkel &amp; Co",
        "help@shop.example",
        "baas@shop.example",
        "anna = anna@shop.example\nbert",
        "delivery = anna",
        "Stuur &lt;bloemen&gt;",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let case = collector.post_score(0, json!({})).await;
    let page = admin.get(&case).await.expect(StatusCode::OK).text();
    assert!(page.contains("<li dir=\"auto\">Stuur &lt;bloemen&gt;</li>"), "{page}");
    assert!(!page.contains("Call the customer yourself"), "{page}");
    let listed = run_tool(&collector.location(), &["site", "list"]);
    for part in [
        "due 0=30d",
        "own plans for 0",
        "anna=anna@shop.example",
        "replies to help@shop.example",
        "mails in nl",
    ] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
}

#[tokio::test]
async fn a_wrong_setting_is_named_keeps_what_was_typed_and_saves_nothing() {
    let collector = Collector::start(Options::default());
    let admin = Person::signed_in(&collector, TOKEN).await;
    for (fields, says) in [
        (
            [("part", "times"), ("hours", "always & ever"), ("zone", "")],
            "“always &amp; ever” are no opening hours",
        ),
        ([("part", "times"), ("hours", ""), ("due-3", "soon")], "“soon” is no time limit"),
        ([("part", "people"), ("reply_to", "nobody"), ("shop", "Typed")], "“nobody” is no e-mail address"),
        ([("part", "causes"), ("name", " "), ("do", "add")], "Write something first"),
    ] {
        let page = save(&admin, &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
        assert!(page.contains(says) && page.contains("role=\"alert\""), "{says}: {page}");
        let typed = fields[1].1.replace('&', "&amp;");
        assert!(typed.trim().is_empty() || page.contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
    }
    assert!(!admin.get(SETTINGS).await.text().contains("Typed"));
}

#[tokio::test]
async fn only_an_admin_with_a_form_of_the_session_changes_settings() {
    let mut collector = Collector::start(Options::default());
    let database = collector.location();
    run_tool(&database, &["site", "add", "toys"]);
    let token = |name: &str, site: &str, scope: &str| {
        run_tool(&database, &["token", "add", name, "--site", site, "--scope", scope]).trim().to_owned()
    };
    let (worker, toys) = (token("wim", "default", "work"), token("tom", "toys", "admin"));
    collector.restart();
    let wim = Person::signed_in(&collector, &worker).await;
    wim.get(SETTINGS).await.expect(StatusCode::FORBIDDEN);
    let csrf = wim.csrf();
    let fields = [("csrf", &*csrf), ("part", "causes"), ("name", "x"), ("do", "add")];
    wim.post(SETTINGS, &fields).await.expect(StatusCode::FORBIDDEN);
    assert!(!wim.get("/cases").await.text().contains("/cases/settings"));
    let tom = Person::signed_in(&collector, &toys).await;
    tom.get("/cases/settings?site=default").await.expect(StatusCode::FORBIDDEN);
    save(&tom, &fields[1..]).await.expect(StatusCode::SEE_OTHER);
    tom.post(SETTINGS, &fields).await.expect(StatusCode::FORBIDDEN);
    let said = run_tool(&database, &["cause", "list", "--site", "toys"]);
    assert_eq!((said.trim(), run_tool(&database, &["cause", "list"]).trim()), ("x", ""));
    Person::new(&collector).get(SETTINGS).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_cause_that_is_renamed_is_renamed_in_its_cases_on_the_page_and_by_command() {
    let collector = Collector::start(Options::default());
    let admin = Person::signed_in(&collector, TOKEN).await;
    let case = collector.post_score(0, json!({})).await;
    admin.act(&case, "cause", "carrier").await.expect(StatusCode::SEE_OTHER);
    let rename = [("part", "causes"), ("old", "carrier"), ("name", "Pakket & Co"), ("do", "rename")];
    save(&admin, &rename).await.expect(StatusCode::SEE_OTHER);
    let page = admin.get(&case).await.text();
    assert!(page.contains("value=\"Pakket &amp; Co\"") && !page.contains("value=\"carrier\""), "{page}");
    let database = collector.location();
    assert_eq!(run_tool(&database, &["cause", "rename", "Pakket & Co", "bezorger"]).trim(), "bezorger");
    assert!(admin.get(&case).await.text().contains("value=\"bezorger\""));
    assert_eq!(run_tool(&database, &["cause", "add", "maat"]).trim(), "bezorger\nmaat");
    let remove = [("part", "causes"), ("old", "bezorger"), ("name", "bezorger"), ("do", "remove")];
    save(&admin, &remove).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(run_tool(&database, &["cause", "list"]).trim(), "maat");
    assert!(admin.get(&case).await.text().contains("value=\"bezorger\""), "the case keeps it");
    assert!(run_tool(&database, &["site", "plan", "default", "3", "Bel", "Mail"]).contains("Bel\nMail"));
    assert!(run_tool(&database, &["site", "plan", "default", "3"]).contains("the usual plan"));
}
