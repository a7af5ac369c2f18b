//! `/solved/{survey}/{id}`: asks a customer whether a case is solved, by a signed link in a mail.
//!
//! Opening it changes nothing, because mail scanners open every link. The answer is a form. It belongs to the
//! case and never to the number.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use super::State;
use super::body::{self, Kind};
use super::error::Error;
use super::owner::Texts;
use crate::mail::link::{self, Refused};
use crate::store::{CaseKey, Said, Saying, now};

/// The longest text, in characters.
const TEXT_CHARS: usize = 2_000;

pub(super) fn router() -> Router<State> {
    Router::new().route("/solved/{survey}/{id}", get(ask).post(take))
}

/// The fields of a form or an address.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

/// A request by such a link.
struct Asked {
    query: Fields,
    texts: &'static Texts,
    language: &'static str,
}

impl Asked {
    fn of(uri: &Uri) -> Self {
        let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
        let language = if query.get("lang") == Some("nl") { "nl" } else { "en" };
        Self { texts: Texts::in_language(language), language, query }
    }

    fn say(&self, key: &str) -> &'static str {
        self.texts.get(key)
    }

    /// The case, if the link is the collector's own and still works.
    async fn case(
        &self,
        state: &State,
        survey: &str,
        id: &str,
    ) -> Result<CaseKey, (StatusCode, &'static str)> {
        let forged = (StatusCode::NOT_FOUND, "solved_no_link");
        let key = link::case(self.query.get("site"), survey, id).ok_or(forged)?;
        if !state.directory.has(&key.site) {
            return Err(forged);
        }
        let secret = super::secret(state, &key.site, link::SECRET).await;
        let secret = secret.map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, "solved_busy"))?;
        let part = |name| self.query.get(name).unwrap_or_default();
        match link::check(&secret, &key, part("until"), part("sig"), now()) {
            Ok(()) => Ok(key),
            Err(Refused::Forged) => Err(forged),
            Err(Refused::Expired) => Err((StatusCode::GONE, "solved_expired")),
        }
    }

    fn page(&self, state: &State, status: StatusCode, title: &'static str, main: &Markup) -> Response {
        let texts = state.pages.texts(&[Some(self.language)], &HeaderMap::new(), &[]);
        let mut response = state.pages.page(status, texts, title, main);
        let noindex = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        response.headers_mut().extend([noindex]);
        response
    }

    fn says(&self, state: &State, status: StatusCode, key: &str) -> Response {
        let title = self.say("solved_title");
        self.page(state, status, title, &html! { h1 { (title) } p { (self.say(key)) } })
    }
}

async fn ask(Shared(state): Shared<State>, Path((survey, id)): Path<(String, String)>, uri: Uri) -> Response {
    let asked = Asked::of(&uri);
    match asked.case(&state, &survey, &id).await {
        Ok(_) => {
            let title = asked.say("solved_question");
            let action = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            let main = html! {
                form method="post" action=(action) {
                    h1 { (title) }
                    p { label for="text" { (asked.say("solved_text")) } }
                    // HTML drops a line break right after the start of a textarea.
                    textarea #text name="text" rows="4" dir="auto" maxlength=(TEXT_CHARS) { "\n" }
                    p.answers {
                        button name="solved" value="yes" { (asked.say("solved_yes")) }
                        button name="solved" value="no" { (asked.say("solved_no")) }
                    }
                }
            };
            asked.page(&state, StatusCode::OK, title, &main)
        }
        Err((status, key)) => asked.says(&state, status, key),
    }
}

async fn take(
    Shared(state): Shared<State>,
    Path((survey, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let asked = Asked::of(&uri);
    let key = match asked.case(&state, &survey, &id).await {
        Ok(key) => key,
        Err((status, key)) => return asked.says(&state, status, key),
    };
    let form = match form(&headers, body).await {
        Ok(form) => form,
        Err(error) => return asked.says(&state, error.status_code(), "solved_no_form"),
    };
    let solved = match form.get("solved") {
        Some("yes") => true,
        Some("no") => false,
        _ => return asked.says(&state, StatusCode::UNPROCESSABLE_ENTITY, "solved_no_form"),
    };
    match record(&state, key, solved, form.get("text")).await {
        Ok(Said::Gone) => asked.says(&state, StatusCode::NOT_FOUND, "solved_gone"),
        Ok(_) => asked.says(&state, StatusCode::OK, if solved { "solved_thanks" } else { "solved_sorry" }),
        Err(error) => asked.says(&state, error.status_code(), "solved_busy"),
    }
}

async fn form(headers: &HeaderMap, body: Body) -> Result<Fields, Error> {
    match Kind::of(headers)? {
        Kind::Form => Ok(Fields::parse(&body::read(body, Kind::Form).await?)),
        Kind::Json => Err(Error::UnsupportedType),
    }
}

/// A "no" reopens the case, which is then due by the shop's limit for the lowest score.
async fn record(state: &State, key: CaseKey, solved: bool, text: Option<&str>) -> Result<Said, Error> {
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let text = text.map(|text| text.replace("\r\n", "\n").chars().map(clean).take(TEXT_CHARS).collect());
    let Some((case, _)) = state.cases.case(key.clone()).await? else { return Ok(Said::Gone) };
    let (settings, zone, at) = (state.directory.cases(&key.site), state.directory.zone(&key.site), now());
    let due_at = settings.hours.due(at, settings.within(case.lowest, case.urgency), &zone);
    Ok(state.closing.say(Saying { key, solved, text, at, due_at }).await?)
}
