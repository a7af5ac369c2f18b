//! `/cases`: the owner's workplace. The collector renders these pages; they need no script.

mod changed;
mod figures;
mod form;
mod frame;
mod here;
mod list;
mod notices;
mod one;
mod person;
mod refusal;
mod reply;
mod session;
mod settings;
mod trend;
mod visit;
mod words;

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use maud::{Markup, html};

use super::limit::Peer;
use super::{State, assets};
use crate::cases::{Action, CAUSE_CHARS};
use crate::store::{Act, Acted, CaseKey, Found, find, now};
use form::Form;
use frame::{LIST, refuse};
use here::{Here, PREFIXES};
use list::{Asked, PAGE};
use one::InFull;
pub(super) use person::Person;
use refusal::Refusal;
use visit::{Sent, Visit};

/// The longest note, in characters.
const NOTE_CHARS: usize = 4_000;

pub(super) fn router() -> Router<State> {
    PREFIXES
        .into_iter()
        .fold(Router::new(), |router, prefix| {
            let at = |path: &str| format!("{prefix}{path}");
            router
                .route(&at("/results/"), get(results))
                .route(&at("/results/index.html"), get(results))
                .route(&at("/cases"), get(show_list))
                .route(&at("/cases/"), get(show_list))
                .route(&at("/cases/changed"), get(changed::show).post(changed::send))
                .route(&at("/cases/figures"), get(figures::show))
                .route(&at("/cases/settings"), get(settings::show).post(settings::save))
                .route(&at("/cases/notices"), get(notices::show).post(notices::work))
                .route(&at("/cases/{survey}/{id}"), get(show_one).post(work))
                .route(&at("/cases/{survey}/{id}/reply"), get(reply::show).post(reply::send))
                .route(&at("/sign-in"), get(ask).post(sign_in))
                .route(&at("/sign-out"), post(sign_out))
        })
        .merge(trend::router())
}

async fn ask(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let here = Here::of(uri.path(), &headers);
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
    session::ask(&state, here, StatusCode::OK, query.get("next").unwrap_or_default(), None)
}

async fn sign_in(
    Shared(state): Shared<State>,
    peer: Option<Extension<Peer>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let here = Here::of(uri.path(), &headers);
    let started = async {
        let form = Form::read(&headers, body).await?;
        session::start(&state, here, peer.map(|Extension(peer)| peer), &headers, &form).await
    };
    started.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, None))
}

async fn sign_out(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let here = Here::of(uri.path(), &headers);
    let ended = async {
        let Some(person) = Person::of(&state, &headers).await? else {
            return Ok(Redirect::to(&here.at("/sign-in")).into_response());
        };
        session::end(&state, here, &headers, &person).await
    };
    ended.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, None))
}

/// The results: a file that requests its content with the same session.
async fn results(visit: Visit, headers: HeaderMap) -> Response {
    let Some(file) = visit.state.assets.in_language("results/index.html", visit.here.texts.language()) else {
        return visit.reply(Err(Refusal::Says(StatusCode::NOT_FOUND, "not_found")));
    };
    let mut response = assets::reply(file, &headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn show_list(visit: Visit) -> Response {
    let page = async {
        let asked = visit.asked()?;
        let (found, now) = (found(&visit.state, &asked).await?, now());
        let zone = visit.state.directory.zone(&asked.site);
        let main = frame_list(&visit, &asked, &list::cases(&asked, &found, now, &zone, None), None);
        Ok(visit.page(LIST, (StatusCode::OK, visit.say(words::CASES)), &main))
    };
    visit.reply(page.await)
}

async fn found(state: &State, asked: &Asked) -> Result<Found, Refusal> {
    Ok(find(&*state.cases, asked.filter(now()), &asked.words, asked.after.clone(), PAGE).await?)
}

/// Links to the other pages of this workplace.
fn places(asked: &Asked, person: &Person, may_mail: bool) -> Markup {
    let place = |path: &str, key: &str| html! { a href=(asked.elsewhere(path)) { (asked.here.say(key)) } };
    html! {
        p.places {
            (place("/cases/figures", words::FIGURES))
            @if may_mail && person.may_work() { (place("/cases/changed", words::CHANGED_TITLE)) }
            @if person.may_administer() {
                (place("/cases/settings", words::SETTINGS))
                (place("/cases/notices", "note_link"))
            }
        }
    }
}

/// The list, alone or beside one of its cases.
fn frame_list(visit: &Visit, asked: &Asked, cases: &Markup, one: Option<&Markup>) -> Markup {
    let state = &visit.state;
    let now = now();
    let all = state.directory.notices(&asked.site);
    let failing = all.iter().filter(|record| notices::is_alarming(&record.health, now));
    let failing: Vec<_> = failing.map(|record| record.notice.name.as_str()).collect();
    html! {
        h1 { (asked.here.say(words::CASES)) }
        p.lead { (asked.here.say(words::LEAD)) }
        @if !failing.is_empty() {
            p.problem role="status" { (asked.here.texts.with("note_alarm", &[("names", &failing.join(", "))])) }
        }
        (places(asked, &visit.person, state.sends_mail))
        (list::filter_form(asked, one.is_some()))
        div.workplace.open[one.is_some()] {
            section.list aria-label=(asked.here.say(words::CASES)) { (cases) }
            @if let Some(one) = one { (one) }
        }
    }
}

async fn show_one(Path(of): Path<(String, String)>, visit: Visit) -> Response {
    let page = async { in_full(&visit, &visit.asked()?, of, StatusCode::OK, None).await };
    visit.reply(page.await)
}

/// The page of one case, with an error and the text that caused it, if any.
async fn in_full(
    visit: &Visit,
    asked: &Asked,
    (survey, id): (String, String),
    status: StatusCode,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Refusal> {
    let Visit { state, person, .. } = visit;
    let key = CaseKey { site: asked.site.clone(), survey, id };
    let Some((case, history)) = state.cases.case(key).await? else {
        return Err(Refusal::Says(StatusCode::NOT_FOUND, words::NO_CASE));
    };
    let (causes, found) = (state.cases.causes(asked.site.clone()).await?, found(state, asked).await?);
    let (zone, now) = (state.directory.zone(&asked.site), now());
    let list = list::cases(asked, &found, now, &zone, Some(&case.answer.id));
    let (history, causes, zone) = (&history[..], &causes[..], &zone);
    let own = state.directory.cases(&asked.site);
    let own = own.plans.get(&case.lowest.get());
    let can_reply = state.sends_mail && reply::can(&case);
    let one =
        InFull { can_reply, own_plan: own, asked, person, case: &case, history, causes, now, zone, problem };
    let say = |key| asked.here.say(key);
    let title =
        format!("{} {}: {}", say(words::CASE), case.answer.score.get(), say(words::state(case.state)));
    let main = frame_list(visit, asked, &list, Some(&one.markup()));
    Ok(visit.page(LIST, (status, &title), &main))
}

/// Carries out the action of a form, and shows the case afterwards.
async fn work(Path(of): Path<(String, String)>, Sent { visit, form }: Sent) -> Response {
    let done = async {
        let asked = visit.asked()?;
        visit.work()?;
        act(&visit, &asked, of, &form).await
    };
    visit.reply(done.await)
}

async fn act(visit: &Visit, asked: &Asked, of: (String, String), form: &Form) -> Result<Response, Refusal> {
    let Visit { state, person, .. } = visit;
    let bad = || Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM);
    // A mail has a page of its own.
    let action = form.get("action").and_then(Action::parse).filter(|action| *action != Action::Reply);
    let action = action.ok_or_else(bad)?;
    let version: i64 = form.get("version").and_then(|version| version.parse().ok()).ok_or_else(bad)?;
    let text = match text(action, form.get("text")) {
        Ok(text) => text,
        Err(why) => {
            let typed = form.get("text").unwrap_or_default().to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return in_full(visit, asked, of, status, Some((why, typed))).await;
        }
    };
    let now = now();
    let act = Act {
        wanted: state.directory.wanted_of_action(&asked.site, now),
        key: CaseKey { site: asked.site.clone(), survey: of.0.clone(), id: of.1.clone() },
        // A note is valid whatever has changed in the case.
        version: Some(version).filter(|_| action != Action::Note),
        who: person.name().to_owned(),
        at: now,
        action,
        text,
    };
    let problem = match state.cases.act(act).await? {
        Acted::Done => {
            state.news.notify_one();
            return Ok(Redirect::to(&visit.address()).into_response());
        }
        Acted::Changed => words::CHANGED,
        Acted::NotNow => words::NOT_NOW,
        Acted::Gone => return Err(Refusal::Says(StatusCode::NOT_FOUND, words::NO_CASE)),
    };
    in_full(visit, asked, of, StatusCode::CONFLICT, Some((problem, String::new()))).await
}

/// The text of a note or a cause, without control characters; line breaks of a note stay.
fn text(action: Action, typed: Option<&str>) -> Result<Option<String>, &'static str> {
    let (most, breaks) = match action {
        Action::Note => (NOTE_CHARS, true),
        Action::Cause => (CAUSE_CHARS, false),
        _ => return Ok(None),
    };
    let typed = typed.unwrap_or_default().replace("\r\n", "\n");
    let clean = |c: char| if c.is_control() && !(breaks && c == '\n') { ' ' } else { c };
    let text: String = typed.chars().map(clean).collect();
    match text.trim() {
        "" => Err(words::EMPTY_TEXT),
        text if text.chars().count() > most => Err(words::LONG_TEXT),
        text => Ok(Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_of_a_note_or_a_cause_and_neither_empty_nor_too_long() {
        assert_eq!(text(Action::Take, Some("x")), Ok(None));
        assert_eq!(text(Action::Note, Some(" a\r\nb\u{0} ")), Ok(Some("a\nb".into())));
        assert_eq!(text(Action::Cause, Some("a\nb")), Ok(Some("a b".into())));
        assert_eq!(text(Action::Note, Some(" \n ")), Err(words::EMPTY_TEXT));
        assert_eq!(text(Action::Cause, None), Err(words::EMPTY_TEXT));
        assert_eq!(text(Action::Cause, Some(&"é".repeat(64))).map(|text| text.is_some()), Ok(true));
        assert_eq!(text(Action::Cause, Some(&"é".repeat(65))), Err(words::LONG_TEXT));
    }
}
