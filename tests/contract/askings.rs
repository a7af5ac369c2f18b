//! `/v1/askings`: what the counts of the question may hold, and that they are kept.

use aanrader_tests::collector::{self, Collector, Reply, TOKEN};
use aanrader_tests::person::Person;
use reqwest::{Method, StatusCode};

async fn count(collector: &Collector, origin: &str, line: &str) -> Reply {
    let request = collector.request(Method::POST, "/v1/askings").header("origin", origin);
    Reply::of(request.header("content-type", "text/plain;charset=UTF-8").body(line.to_owned())).await
}

#[tokio::test]
async fn counts_of_the_question_are_sums_that_survive_the_collectors_end() {
    let shop = "https://shop.example";
    let mut collector =
        Collector::start(collector::Options { origins: vec![shop.into()], ..collector::Options::default() });
    collector.post_score(9, serde_json::json!({})).await;
    for _ in 0..3 {
        count(&collector, shop, "shown account post-login 00ff popup").await.expect(StatusCode::NO_CONTENT);
    }
    count(&collector, shop, "scored account post-login 00ff popup").await.expect(StatusCode::NO_CONTENT);
    let refused = count(&collector, shop, "shown account").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.problems(), ["body malformed"]);
    count(&collector, "https://other.example", "shown account post-login 00ff popup")
        .await
        .expect(StatusCode::FORBIDDEN);
    assert!(collector.stop().success());
    collector.restart();
    let owner = Person::signed_in(&collector, TOKEN).await;
    let page = owner.get("/en/trend").await.expect(StatusCode::OK).text();
    assert!(page.contains("<td>3</td><td>33.3% (6.1% to 79.2%)</td>"), "{page}");
}

#[tokio::test]
async fn counting_takes_nothing_from_what_a_client_may_send_of_answers() {
    let collector =
        Collector::start(collector::Options { rate: Some((2, 1)), ..collector::Options::default() });
    let from = |path: &str| collector.request(Method::POST, path).header("x-forwarded-for", "192.0.2.7");
    let count = || from("/v1/askings").header("content-type", "text/plain").body("shown a t 00ff popup");
    let mut admitted = 0;
    while Reply::of(count()).await.status == StatusCode::NO_CONTENT {
        admitted += 1;
        assert!(admitted < 1_000, "there is no limit");
    }
    let answer =
        from("/v1/answers").header("content-type", "text/plain").body(collector::answer().to_string());
    Reply::of(answer).await.expect(StatusCode::CREATED);
}
