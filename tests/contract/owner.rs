//! The owner can read the number and the answers; nobody else can.

use aanrader_survey::{Score, Tally};
use aanrader_tests::collector::{Collector, Options, Reply, TOKEN, answer, run_tool};
use aanrader_tests::person::Person;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Posts one answer for each score.
async fn post_scores(collector: &Collector, survey: &str, touchpoint: &str, scores: &[u8]) {
    for score in scores {
        let mut sent = answer();
        sent["survey"] = json!(survey);
        sent["touchpoint"] = json!(touchpoint);
        sent["score"] = json!(score);
        collector.post(&sent).await.expect(StatusCode::CREATED);
    }
}

/// Compares a group of the results with the core's numbers for the same scores.
#[track_caller]
fn assert_group(group: &Value, scores: &[u8]) {
    let tally: Tally = scores.iter().filter_map(|score| Score::new(*score)).collect();
    let nps = tally.nps().expect("an NPS");
    assert_eq!(group["n"], tally.n());
    assert_eq!(group["counts"], json!(tally.counts()));
    let named = |name: &str| group[name].as_u64().unwrap_or_default();
    assert_eq!(named("promoters") + named("passives") + named("detractors"), tally.n());
    assert_eq!(group["nps"]["rounded"], nps.shown());
    for (name, value) in [("score", nps.score()), ("low", nps.low()), ("high", nps.high())] {
        let shown = group["nps"][name].as_f64().unwrap_or(f64::NAN);
        assert!((shown - value).abs() < 1e-9, "{name} is {shown} instead of {value}");
    }
}

#[tokio::test]
async fn results_are_the_cores_numbers_per_survey_and_touchpoint() {
    let collector = Collector::start(Options::default());
    let (login, checkout, mail) = ([0, 3, 6, 7, 8, 9, 10, 10], [9, 9, 10], [5, 7]);
    post_scores(&collector, "account", "post-login", &login).await;
    post_scores(&collector, "account", "checkout", &checkout).await;
    post_scores(&collector, "support", "mail", &mail).await;
    let results = collector.results().await;
    assert_eq!((&results["from"], &results["to"]), (&json!(null), &json!(null)));
    assert_eq!(results["confidence"], 0.95);
    let [account, support] = &results["surveys"].as_array().expect("surveys")[..] else {
        panic!("{results}")
    };
    assert_eq!((&account["survey"], &support["survey"]), (&json!("account"), &json!("support")));
    assert_group(&account["total"], &[&login[..], &checkout[..]].concat());
    assert_eq!(account["touchpoints"][0]["touchpoint"], "checkout");
    assert_group(&account["touchpoints"][0], &checkout);
    assert_eq!(account["touchpoints"][1]["touchpoint"], "post-login");
    assert_group(&account["touchpoints"][1], &login);
    assert_group(&support["total"], &mail);
    let only = collector.get_as_owner("/v1/results?survey=support").await.expect(StatusCode::OK).json();
    assert_eq!(only["surveys"], json!([support]));
}

#[tokio::test]
async fn without_answers_there_are_no_results_rather_than_zeros() {
    let collector = Collector::start(Options::default());
    assert_eq!(collector.results().await["surveys"], json!([]));
    for path in ["/v1/results?survey=none", "/v1/answers?survey=none"] {
        let reply = collector.get_as_owner(path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.problems(), ["survey unknown"]);
        assert!(reply.text().contains("no survey has any yet"), "{}", reply.text());
    }
}

#[tokio::test]
async fn results_are_counted_from_one_instant_up_to_but_without_another() {
    let collector = Collector::start(Options::default());
    // The score tells the day: noon on the first three of the days before yesterday, by a correct clock. An
    // answer older than a week would be dated by its arrival.
    let today = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let days: Vec<String> =
        (0..=3).map(|day| today.saturating_sub(jiff::Span::new().days(6 - day)).to_string()).collect();
    for (score, day) in days.iter().enumerate().skip(1) {
        let noon: jiff::Timestamp = format!("{day}T12:00:00Z").parse().expect("an instant");
        let mut sent = answer();
        sent["score"] = json!(score);
        sent["answered_at"] = json!(noon.as_millisecond());
        collector.post(&sent).await.expect(StatusCode::CREATED);
    }
    let second = &days[2];
    for (query, days) in [
        (format!("from={second}"), vec![2, 3]),
        (format!("to={second}"), vec![1, 2]),
        (format!("from={second}&to={second}"), vec![2]),
        (format!("from={second}T12:00:00Z"), vec![2, 3]),
        (format!("from={second}T12:00:00.001Z"), vec![3]),
        (format!("to={second}T12:00:00Z"), vec![1]),
        (format!("to={second}T13:00:00.001%2B01:00"), vec![1, 2]),
        ("from=2199-01-01".into(), vec![]),
        ("from=&to=".into(), vec![1, 2, 3]),
    ] {
        let results =
            collector.get_as_owner(&format!("/v1/results?{query}")).await.expect(StatusCode::OK).json();
        let counts = results["surveys"][0]["total"]["counts"].as_array().cloned().unwrap_or_default();
        let found: Vec<usize> = (0..counts.len()).filter(|score| counts[*score] == 1).collect();
        assert_eq!(found, days, "{query}");
    }
    let results = collector.get_as_owner(&format!("/v1/results?from={second}&to={second}")).await.json();
    assert_eq!(results["from"], format!("{second}T00:00:00.000Z"));
    assert_eq!(results["to"], format!("{}T00:00:00.000Z", days[3]));
}

#[tokio::test]
async fn a_day_is_the_owners_with_25_hours_when_the_clocks_are_put_back() {
    let collector = Collector::start(Options::default());
    // Midnight on Kiritimati, the world's first, is 14 hours before that in UTC. It is a day of this week,
    // because an older answer would be dated by its arrival.
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(14));
    let day = jiff::Timestamp::now()
        .to_zoned_datetime(zone.clone())
        .date()
        .saturating_sub(jiff::Span::new().days(4));
    let midnight = day.to_zoned_datetime(zone).expect("a midnight").timestamp().as_millisecond();
    let next = midnight + 24 * 60 * 60 * 1_000;
    // The score tells the instant: the last one of the previous day, the first and the last of the day, and
    // the first of the next day.
    for (score, instant) in [midnight - 1, midnight, next - 1, next].into_iter().enumerate() {
        let mut sent = answer();
        sent["score"] = json!(score);
        sent["answered_at"] = json!(instant);
        collector.post(&sent).await.expect(StatusCode::CREATED);
    }
    let query = format!("from={day}&to={day}&tz=Pacific/Kiritimati");
    let results = collector.get_as_owner(&format!("/v1/results?{query}")).await.expect(StatusCode::OK).json();
    assert_eq!(results["surveys"][0]["total"]["counts"], json!([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
    let answers = collector.get_as_owner(&format!("/v1/answers?{query}")).await.expect(StatusCode::OK).json();
    assert_eq!(answers["answers"].as_array().map(Vec::len), Some(2));
    let query = "from=2025-10-26&to=2025-10-26&tz=Europe/Amsterdam";
    for path in ["results", "answers"] {
        let reply =
            collector.get_as_owner(&format!("/v1/{path}?{query}")).await.expect(StatusCode::OK).json();
        assert_eq!(reply["from"], "2025-10-25T22:00:00.000Z");
        assert_eq!(reply["to"], "2025-10-26T23:00:00.000Z");
        assert_eq!(reply["tz"], "Europe/Amsterdam");
    }
}

#[tokio::test]
async fn a_period_or_survey_that_can_have_no_answers_is_told_in_a_sentence_of_its_own() {
    let collector = Collector::start(Options::default());
    post_scores(&collector, "account", "checkout", &[9]).await;
    post_scores(&collector, "account", "post-login", &[9]).await;
    post_scores(&collector, "support", "mail", &[9]).await;
    for (query, problem, sentence) in [
        ("from=2026-01-03&to=2026-01-02", "from after_to", "the period ends before it begins"),
        ("to=9999-12-31", "to out_of_range", "to is 9999-12-31, where the calendar ends"),
        ("tz=Mars/Base", "tz malformed", "give a name of the IANA time zone database"),
        ("survey=acount", "survey unknown", "those with answers are account, support"),
    ] {
        for path in ["/v1/results", "/v1/answers"] {
            let reply = collector.get_as_owner(&format!("{path}?{query}")).await;
            let reply = reply.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(reply.problems(), [problem], "{path}?{query}");
            assert!(reply.text().contains(sentence), "{path}?{query}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn wrong_parameters_are_all_named() {
    let collector = Collector::start(Options::default());
    for (path, problems) in [
        ("/v1/results?from=yesterday&to=2026-13-01", vec!["from malformed", "to malformed"]),
        ("/v1/results?form=2026-01-01", vec!["form unknown"]),
        ("/v1/answers?limit=0&before=x&page=2", vec!["before malformed", "limit malformed", "page unknown"]),
        ("/v1/answers?limit=201", vec!["limit malformed"]),
        (
            "/v1/answers?from=now&to=x&max_score=11",
            vec!["from malformed", "to malformed", "max_score malformed"],
        ),
    ] {
        let reply = collector.get_as_owner(path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.problems(), problems, "{path}");
    }
}

#[tokio::test]
async fn only_the_token_opens_results_and_answers() {
    let collector = Collector::start(Options::default());
    for path in ["/v1/results", "/v1/answers"] {
        let reply = collector.get(path).await.expect(StatusCode::UNAUTHORIZED);
        assert_eq!(reply.problems(), ["authorization missing"]);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        for wrong in [format!("Bearer {TOKEN}x"), "Bearer".into(), format!("Basic {TOKEN}"), TOKEN.into()] {
            let request = collector.request(Method::GET, path).header("authorization", &wrong);
            let reply = Reply::of(request).await.expect(StatusCode::UNAUTHORIZED);
            assert!(reply.problems()[0].starts_with("authorization "), "{wrong}");
        }
        let request = collector.request(Method::GET, path).header("authorization", format!("bearer {TOKEN}"));
        let reply = Reply::of(request).await.expect(StatusCode::OK);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

/// Follows `next` from page to page; after the first page, `meanwhile` more answers arrive.
async fn pages(collector: &Collector, query: &str, meanwhile: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut before = String::new();
    loop {
        let page = collector.get_as_owner(&format!("/v1/answers?{query}&before={before}")).await;
        let page = page.expect(StatusCode::OK).json();
        let ids = page["answers"].as_array().expect("answers").iter();
        pages.push(ids.map(|kept| kept["id"].as_str().expect("an id").to_owned()).collect());
        if pages.len() == 1 {
            post_scores(collector, "account", "post-login", &vec![1; meanwhile]).await;
        }
        assert!(pages.len() < 10, "the pages have no end: {pages:?}");
        match page["next"].as_str() {
            Some(next) => before = next.to_owned(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_go_from_new_to_old_and_none_is_missed_or_twice_while_others_come_in() {
    let collector = Collector::start(Options::default());
    post_scores(&collector, "account", "post-login", &[9; 7]).await;
    let newest_first: Vec<String> =
        collector.answers().await.iter().map(|kept| kept["id"].as_str().expect("an id").to_owned()).collect();
    let pages = pages(&collector, "limit=3", 5).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(pages.concat(), newest_first);
    let received: Vec<String> =
        collector.answers().await.iter().map(|kept| kept["received_at"].to_string()).collect();
    assert!(received.is_sorted_by(|one, other| one >= other), "{received:?}");
}

#[tokio::test]
async fn pages_hold_50_answers_unless_asked_otherwise() {
    let collector = Collector::start(Options::default());
    post_scores(&collector, "account", "post-login", &[9; 51]).await;
    let pages = pages(&collector, "survey=account", 0).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 1]);
}

#[tokio::test]
async fn answers_can_be_those_of_a_period_and_of_low_scores_from_page_to_page() {
    let collector = Collector::start(Options::default());
    post_scores(&collector, "account", "post-login", &[9, 6, 10, 0, 7, 5]).await;
    let scores = async |query: &str| {
        let page =
            collector.get_as_owner(&format!("/v1/answers?{query}")).await.expect(StatusCode::OK).json();
        let scores = page["answers"].as_array().expect("answers").iter().map(|kept| kept["score"].as_u64());
        let mut scores: Vec<u64> = scores.flatten().collect();
        scores.sort_unstable();
        scores
    };
    assert_eq!(scores("max_score=6").await, [0, 5, 6]);
    assert_eq!(scores("max_score=0").await, [0]);
    assert_eq!(scores("from=2026-01-01&max_score=5").await, [0, 5]);
    assert!(scores("to=2026-01-01").await.is_empty());
    assert!(scores("from=2999-01-01").await.is_empty());
    let pages = pages(&collector, "max_score=6&limit=2", 0).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn answers_can_be_those_of_one_survey_and_touchpoint() {
    let collector = Collector::start(Options::default());
    post_scores(&collector, "account", "post-login", &[1]).await;
    post_scores(&collector, "account", "checkout", &[2]).await;
    post_scores(&collector, "support", "checkout", &[3]).await;
    for (query, expected) in [
        ("survey=account", vec![2, 1]),
        ("touchpoint=checkout", vec![3, 2]),
        ("survey=account&touchpoint=checkout", vec![2]),
        ("survey=account&from=2999-01-01", vec![]),
    ] {
        let page =
            collector.get_as_owner(&format!("/v1/answers?{query}")).await.expect(StatusCode::OK).json();
        let scores = page["answers"].as_array().expect("answers").iter().map(|kept| kept["score"].as_u64());
        let mut scores: Vec<u64> = scores.flatten().collect();
        // Two answers that arrive within one millisecond have no defined order.
        scores.sort_by(|one, other| other.cmp(one));
        assert_eq!(scores, expected, "{query}");
        assert_eq!(page["next"], json!(null));
    }
}

#[tokio::test]
async fn the_results_are_open_to_a_session_as_long_as_it_lasts() {
    let mut collector = Collector::start(Options::default());
    run_tool(&collector.location(), &["site", "add", "toys"]);
    let toys = run_tool(&collector.location(), &["token", "add", "tom", "--site", "toys", "--scope", "read"]);
    collector.restart();
    post_scores(&collector, "account", "checkout", &[9, 10, 2]).await;
    let nobody = Person::new(&collector);
    for (page, leads_to) in [
        ("/results/", "/sign-in?next=%2Fresults%2F"),
        ("/nl/results/?survey=account", "/nl/sign-in?next=%2Fnl%2Fresults%2F%3Fsurvey%3Daccount"),
        ("/en/results/index.html", "/en/sign-in?next=%2Fen%2Fresults%2Findex.html"),
    ] {
        let reply = nobody.get(page).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), leads_to);
    }
    for path in ["/v1/results", "/v1/answers"] {
        nobody.get(path).await.expect(StatusCode::UNAUTHORIZED);
    }
    let owner = Person::signed_in(&collector, TOKEN).await;
    let page = owner.get("/results/").await.expect(StatusCode::OK);
    assert!(page.text().contains("data-page=\"results\""));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").contains("frame-ancestors 'self'"));
    let results = owner.get("/v1/results").await.expect(StatusCode::OK).json();
    assert_group(&results["surveys"][0]["total"], &[9, 10, 2]);

    let tom = Person::signed_in(&collector, toys.trim()).await;
    assert_eq!(tom.get("/v1/results").await.expect(StatusCode::OK).json()["surveys"], json!([]));
    tom.get("/v1/results?site=default").await.expect(StatusCode::FORBIDDEN);

    owner.post("/sign-out", &[]).await.expect(StatusCode::SEE_OTHER);
    owner.get("/v1/answers").await.expect(StatusCode::UNAUTHORIZED);
    owner.get("/results/").await.expect(StatusCode::SEE_OTHER);
}
