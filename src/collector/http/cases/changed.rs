//! `/cases/changed`: what the shop changed, written once for all cases of a cause.

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::form::Form;
use super::frame::{self, csrf, refuse};
use super::here::Here;
use super::list::Asked;
use super::person::Person;
use super::refusal::Refusal;
use super::reply::{Draft, SUBJECT_CHARS};
use super::{NOTE_CHARS, asked, person, signed_in, words};
use crate::cases::{Action, State as Progress};
use crate::http::State;
use crate::mail::reply::{self, address};
use crate::store::{Act, Acted, Case, CaseKey, Millis, now};

/// How many cases are changed at once.
const AT_ONCE: u32 = 500;

/// The cases of a cause.
struct Of {
    cause: String,
    /// Those whose customers get a mail.
    told: Vec<Case>,
    /// Those whose customers gave no address, or no consent.
    others: Vec<Case>,
}

impl Of {
    async fn find(state: &State, asked: &Asked, cause: &str) -> Result<Self, Refusal> {
        let cases = state.closing.of_cause(asked.site.clone(), cause.to_owned(), AT_ONCE).await?;
        let (told, others) = cases.into_iter().partition(|case| address(case).is_some());
        Ok(Self { cause: cause.to_owned(), told, others })
    }
}

pub(super) async fn show(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let here = Here::of(uri.path(), &headers);
    let person = match person(&state, &headers, &uri).await {
        Ok(person) => person,
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let page = async {
        let (asked, query) = allowed(&state, here, &person, &uri)?;
        let draft = Draft { subject: here.say("changed_subject").into(), text: String::new() };
        let of = match query.get("cause") {
            Some(cause) => Some(Of::find(&state, &asked, cause).await?),
            None => None,
        };
        let note = query.get("done").map(|count| here.texts.with("changed_done", &[("count", count)]));
        render(&state, &asked, &person, of, &draft, (None, note)).await
    };
    page.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}

fn allowed(state: &State, here: Here, person: &Person, uri: &Uri) -> Result<(Asked, Form), Refusal> {
    let asked = asked(state, here, uri, person)?;
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
    match (person.may_work(), state.sends_mail) {
        (false, _) => Err(Refusal::Says(StatusCode::FORBIDDEN, words::READ_ONLY)),
        (_, false) => Err(Refusal::Says(StatusCode::CONFLICT, "reply_no_server")),
        _ => Ok((asked, query)),
    }
}

async fn render(
    state: &State,
    asked: &Asked,
    person: &Person,
    of: Option<Of>,
    draft: &Draft,
    (problem, note): (Option<&'static str>, Option<String>),
) -> Result<Response, Refusal> {
    let causes = state.cases.causes(asked.site.clone()).await?;
    let here = asked.here;
    let chosen = of.as_ref().map(|of| of.cause.as_str()).unwrap_or_default();
    let main = html! {
        p.back { a href=(asked.elsewhere("/cases")) { (here.say(words::CASES)) } }
        h1 { (here.say(words::CHANGED_TITLE)) }
        p.lead { (here.say("changed_lead")) }
        @if let Some(problem) = problem { p.problem role="alert" { (here.say(problem)) } }
        @if let Some(note) = note { p.hint role="status" { (note) } }
        @if causes.is_empty() { p.none { (here.say("changed_no_causes")) } } @else {
            form.period method="get" action=(here.at("/cases/changed")) {
                @if let Some(site) = asked.named_site() { input type="hidden" name="site" value=(site); }
                div {
                    label for="cause" { (here.say(words::CAUSE)) }
                    select #cause name="cause" {
                        @for cause in &causes { option value=(cause) selected[cause == chosen] { (cause) } }
                    }
                }
                p.actions { button.main[of.is_none()] { (here.say(words::SHOW)) } }
            }
        }
        @if let Some(of) = &of { (form(asked, person, of, draft)) }
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = (status, here.say(words::CHANGED_TITLE));
    Ok(frame::page_at(state, here, "cases/changed", title, Some(person), &main))
}

fn form(asked: &Asked, person: &Person, of: &Of, draft: &Draft) -> Markup {
    let say = |key: &str| asked.here.say(key);
    let count =
        |key: &str, cases: &[Case]| asked.here.texts.with(key, &[("count", &cases.len().to_string())]);
    html! {
        form.panel.settings method="post" action=(asked.elsewhere("/cases/changed")) {
            (csrf(person))
            input type="hidden" name="cause" value=(of.cause);
            p { (count("changed_told", &of.told)) " " (count("changed_others", &of.others)) }
            @if !of.told.is_empty() || !of.others.is_empty() {
                div {
                    label for="subject" { (say("reply_subject")) }
                    input #subject name="subject" value=(draft.subject) maxlength=(SUBJECT_CHARS) dir="auto" required;
                }
                div {
                    label for="text" { (say("changed_text")) }
                    // HTML drops a line break right after the start of a textarea.
                    textarea #text name="text" rows="10" dir="auto" maxlength=(NOTE_CHARS) required
                        aria-describedby="text-hint" { "\n" (draft.text) }
                    p.hint #text-hint { (say("changed_hint")) }
                }
                p.actions { button.main { (say("changed_send")) } }
            }
        }
    }
}

pub(super) async fn send(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    let here = Here::of(uri.path(), &headers);
    let (form, person) = match signed_in(&state, &headers, body).await {
        Ok(both) => both,
        Err(refusal) => return refuse(&state, here, refusal, None),
    };
    let sent = async {
        let (asked, _) = allowed(&state, here, &person, &uri)?;
        let bad = Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM);
        let of = Of::find(&state, &asked, form.get("cause").ok_or(bad)?).await?;
        let draft = match Draft::read(&form) {
            Ok(draft) => draft,
            Err(problem) => {
                let typed = Draft::typed(&form);
                return render(&state, &asked, &person, Some(of), &typed, (Some(problem), None)).await;
            }
        };
        let mut done = 0;
        for case in of.told.iter().chain(&of.others) {
            let mail = address(case).map(|_| reply::text(&draft.subject, &draft.text));
            done += usize::from(finish(&state, &asked, &person, case, mail).await?);
        }
        state.news.notify_one();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("cause", &of.cause)
            .append_pair("done", &done.to_string())
            .finish();
        let back = asked.elsewhere("/cases/changed");
        let joint = if back.contains('?') { '&' } else { '?' };
        Ok(Redirect::to(&format!("{back}{joint}{query}")).into_response())
    };
    sent.await.unwrap_or_else(|refusal: Refusal| refuse(&state, here, refusal, Some(&person)))
}

/// Takes a case that nobody has, marks it as solved, and tells its customer if there is a mail. A case that
/// somebody changes meanwhile stays as it is then.
async fn finish(
    state: &State,
    asked: &Asked,
    person: &Person,
    case: &Case,
    mail: Option<String>,
) -> Result<bool, Refusal> {
    let (mut progress, mut version) = (case.state, case.version);
    loop {
        let (action, text) = match progress {
            Progress::New | Progress::Reopened => (Action::Take, None),
            Progress::Taken | Progress::Contacted => (Action::Solve, None),
            Progress::Solved if mail.is_some() => (Action::Tell, mail.clone()),
            Progress::Solved | Progress::Told => return Ok(true),
        };
        let act = act(state, asked, person, case, (version, action, text), now());
        if state.cases.act(act).await? != Acted::Done {
            return Ok(false);
        }
        progress = progress.after(action).unwrap_or(progress);
        version += 1;
    }
}

fn act(
    state: &State,
    asked: &Asked,
    person: &Person,
    case: &Case,
    (version, action, text): (i64, Action, Option<String>),
    at: Millis,
) -> Act {
    let mut wanted = state.directory.wanted_of_action(&asked.site, at);
    wanted.extend(text.as_ref().map(|_| reply::wanted(at)));
    Act {
        key: CaseKey {
            site: asked.site.clone(),
            survey: case.answer.survey.clone(),
            id: case.answer.id.clone(),
        },
        version: Some(version),
        who: person.name().to_owned(),
        at,
        action,
        text,
        wanted,
    }
}
