//! `/cases/changed`: what the shop changed, written once for all cases of a cause.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::frame::csrf;
use super::list::Asked;
use super::person::Person;
use super::refusal::Refusal;
use super::reply::{Draft, SUBJECT_CHARS};
use super::visit::{Sent, Visit};
use super::{NOTE_CHARS, words};
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

pub(super) async fn show(visit: Visit) -> Response {
    let page = async {
        let asked = allowed(&visit)?;
        let draft = Draft { subject: visit.say("changed_subject").into(), text: String::new() };
        let of = match visit.query.get("cause") {
            Some(cause) => Some(Of::find(&visit.state, &asked, cause).await?),
            None => None,
        };
        let done = visit.query.get("done");
        let note = done.map(|count| visit.here.texts.with("changed_done", &[("count", count)]));
        render(&visit, &asked, of, &draft, (None, note)).await
    };
    visit.reply(page.await)
}

fn allowed(visit: &Visit) -> Result<Asked, Refusal> {
    let asked = visit.asked()?;
    visit.work()?;
    let no_server = Refusal::Says(StatusCode::CONFLICT, "reply_no_server");
    visit.state.sends_mail.then_some(asked).ok_or(no_server)
}

async fn render(
    visit: &Visit,
    asked: &Asked,
    of: Option<Of>,
    draft: &Draft,
    (problem, note): (Option<&'static str>, Option<String>),
) -> Result<Response, Refusal> {
    let causes = visit.state.cases.causes(asked.site.clone()).await?;
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
        @if let Some(of) = &of { (form(asked, &visit.person, of, draft)) }
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = (status, here.say(words::CHANGED_TITLE));
    Ok(visit.page("cases/changed", title, &main))
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

pub(super) async fn send(Sent { visit, form }: Sent) -> Response {
    let sent = async {
        let asked = allowed(&visit)?;
        let bad = Refusal::Says(StatusCode::UNPROCESSABLE_ENTITY, words::BAD_FORM);
        let of = Of::find(&visit.state, &asked, form.get("cause").ok_or(bad)?).await?;
        let draft = match Draft::read(&form) {
            Ok(draft) => draft,
            Err(problem) => {
                let typed = Draft::typed(&form);
                return render(&visit, &asked, Some(of), &typed, (Some(problem), None)).await;
            }
        };
        let mut done = 0;
        for case in of.told.iter().chain(&of.others) {
            let mail = address(case).map(|_| reply::text(&draft.subject, &draft.text));
            done += usize::from(finish(&visit, &asked, case, mail).await?);
        }
        visit.state.news.notify_one();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("cause", &of.cause)
            .append_pair("done", &done.to_string())
            .finish();
        let back = asked.elsewhere("/cases/changed");
        let joint = if back.contains('?') { '&' } else { '?' };
        Ok(Redirect::to(&format!("{back}{joint}{query}")).into_response())
    };
    visit.reply(sent.await)
}

/// Takes a case that nobody has, marks it as solved, and tells its customer if there is a mail. A case that
/// somebody changes meanwhile stays as it is then.
async fn finish(visit: &Visit, asked: &Asked, case: &Case, mail: Option<String>) -> Result<bool, Refusal> {
    let (mut progress, mut version) = (case.state, case.version);
    loop {
        let (action, text) = match progress {
            Progress::New | Progress::Reopened => (Action::Take, None),
            Progress::Taken | Progress::Contacted => (Action::Solve, None),
            Progress::Solved if mail.is_some() => (Action::Tell, mail.clone()),
            Progress::Solved | Progress::Told => return Ok(true),
        };
        let act = act(visit, asked, case, (version, action, text), now());
        if visit.state.cases.act(act).await? != Acted::Done {
            return Ok(false);
        }
        progress = progress.after(action).unwrap_or(progress);
        version += 1;
    }
}

fn act(
    visit: &Visit,
    asked: &Asked,
    case: &Case,
    (version, action, text): (i64, Action, Option<String>),
    at: Millis,
) -> Act {
    let mut wanted = visit.state.directory.wanted_of_action(&asked.site, at);
    wanted.extend(text.as_ref().map(|_| reply::wanted(at)));
    Act {
        key: CaseKey {
            site: asked.site.clone(),
            survey: case.answer.survey.clone(),
            id: case.answer.id.clone(),
        },
        version: Some(version),
        who: visit.person.name().to_owned(),
        at,
        action,
        text,
        wanted,
    }
}
