//! Replies that are hard to provoke from outside, tested without a socket.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;

use super::*;
use crate::notices::Notice;
use crate::store::sqlite::Sqlite;
use crate::store::{
    Act, Acted, Case, CaseEvent, CaseFilter, CaseKey, Counted, Delivery, Finish, Health, Lease, LogRequest,
    Millis, PageRequest, Pending, Place, Received, Replay, RowKey, Saved, Session, Settled, SiteId,
    StoreError, Stored, TallyFilter,
};

/// A store that is always too busy.
struct Busy;

fn busy<T>() -> Pending<'static, T>
where
    T: Send + 'static,
{
    Box::pin(async { Err(StoreError::Busy) })
}

impl Store for Busy {
    fn save(&self, _: Received) -> Pending<'_, Saved> {
        busy()
    }

    fn tallies(&self, _: TallyFilter) -> Pending<'_, Vec<Counted>> {
        busy()
    }

    fn page(&self, _: PageRequest) -> Pending<'_, Vec<Stored>> {
        busy()
    }

    fn ping(&self) -> Pending<'_, ()> {
        busy()
    }

    fn prove(&self) -> Pending<'_, ()> {
        busy()
    }

    fn close(&self) -> Pending<'_, ()> {
        busy()
    }
}

impl Cases for Busy {
    fn cases(&self, _: CaseFilter, _: Option<Place>, _: u32) -> Pending<'_, Vec<Case>> {
        busy()
    }

    fn case(&self, _: CaseKey) -> Pending<'_, Option<(Case, Vec<CaseEvent>)>> {
        busy()
    }

    fn act(&self, _: Act) -> Pending<'_, Acted> {
        busy()
    }

    fn causes(&self, _: SiteId) -> Pending<'_, Vec<String>> {
        busy()
    }

    fn put_session(&self, _: Session, _: Millis) -> Pending<'_, ()> {
        busy()
    }

    fn session(&self, _: Option<SiteId>, _: String) -> Pending<'_, Option<Session>> {
        busy()
    }

    fn end_session(&self, _: Option<SiteId>, _: String) -> Pending<'_, ()> {
        busy()
    }
}

impl Outbox for Busy {
    fn put_notice(&self, _: SiteId, _: Notice) -> Pending<'_, ()> {
        busy()
    }

    fn remove_notice(&self, _: SiteId, _: String) -> Pending<'_, bool> {
        busy()
    }

    fn put_health(&self, _: SiteId, _: String, _: Health) -> Pending<'_, ()> {
        busy()
    }

    fn due(&self, _: Millis) -> Pending<'_, Vec<(SiteId, String)>> {
        busy()
    }

    fn lease(&self, _: Lease) -> Pending<'_, Vec<Delivery>> {
        busy()
    }

    fn finish(&self, _: Finish) -> Pending<'_, ()> {
        busy()
    }

    fn settled(&self, _: RowKey) -> Pending<'_, Option<Settled>> {
        busy()
    }

    fn log(&self, _: LogRequest) -> Pending<'_, Vec<Delivery>> {
        busy()
    }

    fn replay(&self, _: Replay) -> Pending<'_, u64> {
        busy()
    }

    fn forget(&self, _: Millis) -> Pending<'_, u64> {
        busy()
    }
}

fn app_that_is_busy() -> App {
    let folder = tempfile::tempdir().expect("a folder");
    let idle = Arc::new(Sqlite::open(&folder.path().join("idle.db"), 1).expect("a store"));
    App::of(State::of(Shared {
        store: Arc::new(Busy),
        cases: Arc::new(Busy),
        sends_mail: false,
        closing: Arc::<Sqlite>::clone(&idle),
        trends: Arc::<Sqlite>::clone(&idle),
        askings: Arc::default(),
        live: live(tokio::sync::watch::channel(false).1),
        registry: idle,
        outbox: Arc::new(Busy),
        sender: Arc::new(Sender::new(false, None)),
        news: Arc::default(),
        directory: Arc::default(),
        origins: Arc::new(Origins::parse("https://shop.example").expect("origins")),
        hints: Arc::default(),
        signing: None,
        pseudonyms: None,
        readiness: Arc::default(),
        limit: Arc::new(Limit::new(limit::Rate { per_minute: 2, proxies: 1 })),
        tokens: Arc::new([]),
        metrics: Metrics::idle(),
        assets: Assets::embedded(false),
        pages: Arc::new(Pages::of(&Assets::embedded(false)).expect("texts")),
    }))
}

fn post(content_type: &str, body: Body) -> Request<Body> {
    Request::post("/v1/answers")
        .header("host", "survey.example")
        .header("content-type", content_type)
        .header("origin", "https://shop.example")
        .body(body)
        .expect("a request")
}

#[tokio::test]
async fn a_busy_store_is_a_503_that_the_widget_can_read_and_obey() {
    let form = "survey=a&touchpoint=b&score=9";
    let json = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b","rev":1,"complete":true,
        "survey":"a","touchpoint":"b","score":9}"#;
    for (content_type, body) in [("text/plain", json), ("application/x-www-form-urlencoded", form)] {
        let reply = app_that_is_busy().reply(post(content_type, body.into())).await;
        assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE, "{content_type}");
        assert_eq!(reply.headers()[header::RETRY_AFTER], "5");
        assert_eq!(reply.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://shop.example");
        assert_eq!(reply.headers()[header::ACCESS_CONTROL_EXPOSE_HEADERS], "Retry-After");
    }
}

#[tokio::test]
async fn a_collector_with_a_busy_store_lives_and_is_not_ready() {
    for (path, status) in [("/healthz", StatusCode::OK), ("/readyz", StatusCode::SERVICE_UNAVAILABLE)] {
        let request = Request::get(path).header("host", "survey.example").body(Body::empty());
        let reply = app_that_is_busy().reply(request.expect("a request")).await;
        assert_eq!(reply.status(), status, "{path}");
    }
}

/// A body that never ends.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
    let reply = app_that_is_busy().reply(post("text/plain", Body::new(Endless))).await;
    assert_eq!(reply.status(), StatusCode::REQUEST_TIMEOUT);
    assert_eq!(reply.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://shop.example");
}

#[tokio::test]
async fn a_page_of_cases_says_that_the_database_is_busy() {
    let request = Request::get("/cases").header("host", "localhost").header("cookie", "aanrader=.secret");
    let request = request.body(Body::empty()).expect("a request");
    let reply = app_that_is_busy().reply(request).await;
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reply.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
}
