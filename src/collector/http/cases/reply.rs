//! `/cases/{survey}/{id}/reply`: writes to a customer by e-mail.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::form::Form;
use super::frame::{LIST, csrf};
use super::list::Asked;
use super::person::Person;
use super::refusal::Refusal;
use super::visit::{Sent, Visit};
use super::{NOTE_CHARS, words};
use crate::cases::{Action, State as Progress};
use crate::email::Email;
use crate::http::State;
use crate::http::owner::Texts;
use crate::mail::reply::{self, address};
use crate::store::{Act, Acted, Case, CaseKey, now};

/// The longest subject, in characters.
pub(super) const SUBJECT_CHARS: usize = 200;

/// The action that a mail is in this state: a solved case's customer is told by it.
pub(super) fn action(state: Progress) -> Option<Action> {
    let action = if state == Progress::Solved { Action::Tell } else { Action::Reply };
    state.after(action).map(|_| action)
}

/// Whether a mail about the case may be written now.
pub(super) fn can(case: &Case) -> bool {
    address(case).is_some() && action(case.state).is_some()
}

/// A mail as it is written.
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) text: String,
}

impl Draft {
    /// The template for the state, in the customer's language if there is one.
    fn template(state: &State, asked: &Asked, person: &Person, case: &Case) -> Self {
        let texts = Texts::in_language(reply::language(case));
        let shop = state.directory.cases(&asked.site).shop.unwrap_or_default();
        let (subject, text) = match case.state {
            Progress::Solved => ("reply_solved_subject", "reply_solved"),
            Progress::Contacted => ("reply_contacted_subject", "reply_contacted"),
            _ => ("reply_taken_subject", "reply_taken"),
        };
        let values = [("name", person.name()), ("shop", shop.as_str())];
        Self { subject: texts.get(subject).to_owned(), text: texts.with(text, &values).trim_end().to_owned() }
    }

    /// The form as it was typed.
    pub(super) fn typed(form: &Form) -> Self {
        let raw = |name| form.get(name).unwrap_or_default().to_owned();
        Self { subject: raw("subject"), text: raw("text") }
    }

    /// Reads the form; otherwise what is wrong.
    pub(super) fn read(form: &Form) -> Result<Self, &'static str> {
        let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
        let text: String =
            form.get("text").unwrap_or_default().replace("\r\n", "\n").chars().map(clean).collect();
        let subject = form.get("subject").unwrap_or_default().replace(char::is_control, " ");
        match (subject.chars().count(), text.chars().count()) {
            (0, _) | (_, 0) => Err(words::EMPTY_TEXT),
            (subject, text) if subject > SUBJECT_CHARS || text > NOTE_CHARS => Err(words::LONG_TEXT),
            _ => Ok(Self { subject, text }),
        }
    }
}

pub(super) async fn show(Path(of): Path<(String, String)>, visit: Visit) -> Response {
    let page = async {
        let asked = visit.asked()?;
        let (case, _) = writable(&visit, &asked, of).await?;
        let draft = Draft::template(&visit.state, &asked, &visit.person, &case);
        Ok(render(&visit, &asked, &case, &draft, None))
    };
    visit.reply(page.await)
}

/// The case and its customer's address, if this person may write there now.
async fn writable(
    visit: &Visit,
    asked: &Asked,
    (survey, id): (String, String),
) -> Result<(Case, Email), Refusal> {
    visit.work()?;
    let key = CaseKey { site: asked.site.clone(), survey, id };
    let found = visit.state.cases.case(key).await?;
    let (case, _) = found.ok_or(Refusal::Says(StatusCode::NOT_FOUND, words::NO_CASE))?;
    let refused = |key| Refusal::Says(StatusCode::CONFLICT, key);
    if !visit.state.sends_mail {
        return Err(refused("reply_no_server"));
    }
    let to = address(&case).ok_or(refused("reply_no_address"))?;
    action(case.state).ok_or(refused(words::NOT_NOW))?;
    Ok((case, to))
}

fn render(
    visit: &Visit,
    asked: &Asked,
    case: &Case,
    draft: &Draft,
    problem: Option<&'static str>,
) -> Response {
    let here = asked.here;
    let say = |key: &str| here.say(key);
    let to = case.answer.contact.as_ref().and_then(|contact| contact.how.as_deref()).unwrap_or_default();
    let closes = action(case.state) == Some(Action::Tell);
    let main: Markup = html! {
        p.back { a href=(asked.address_of(case)) { (say(words::CASE)) } }
        h1 { (say(words::REPLY)) }
        @if let Some(problem) = problem { p.problem #problem role="alert" { (say(problem)) } }
        form.panel.settings method="post" action=(asked.below(case, "/reply")) {
            (csrf(&visit.person))
            input type="hidden" name="version" value=(case.version);
            p dir="auto" { (here.texts.with("reply_to", &[("to", to)])) }
            @if let Some(comment) = &case.answer.comment { blockquote dir="auto" lang=[case.answer.language.as_ref()] { (comment) } }
            div {
                label for="subject" { (say("reply_subject")) }
                input #subject name="subject" value=(draft.subject) maxlength=(SUBJECT_CHARS) dir="auto" required;
            }
            div {
                label for="text" { (say("reply_text")) }
                // HTML drops a line break right after the start of a textarea.
                textarea #text name="text" rows="12" dir="auto" maxlength=(NOTE_CHARS) required
                    aria-describedby="text-hint" { "\n" (draft.text) }
                p.hint #text-hint { (say(if closes { "reply_hint_solved" } else { "reply_hint" })) }
            }
            p.actions { button.main { (say(if closes { "reply_send_solved" } else { "reply_send" })) } }
        }
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visit.page(LIST, (status, say(words::REPLY)), &main)
}

/// Puts the mail into the outbox, together with the case's history.
pub(super) async fn send(Path(of): Path<(String, String)>, Sent { visit, form }: Sent) -> Response {
    let sent = async {
        let asked = visit.asked()?;
        let (case, _) = writable(&visit, &asked, of).await?;
        let draft = match Draft::read(&form) {
            Ok(draft) => draft,
            Err(problem) => {
                let typed = Draft::typed(&form);
                return Ok(render(&visit, &asked, &case, &typed, Some(problem)));
            }
        };
        let version = form.get("version").and_then(|version| version.parse().ok());
        if version != Some(case.version) {
            return Ok(render(&visit, &asked, &case, &draft, Some(words::CHANGED)));
        }
        match write(&visit, &asked, &case, &draft).await? {
            Acted::Done => Ok(Redirect::to(&asked.address_of(&case)).into_response()),
            Acted::Changed => Ok(render(&visit, &asked, &case, &draft, Some(words::CHANGED))),
            Acted::NotNow => Err(Refusal::Says(StatusCode::CONFLICT, words::NOT_NOW)),
            Acted::Gone => Err(Refusal::Says(StatusCode::NOT_FOUND, words::NO_CASE)),
        }
    };
    visit.reply(sent.await)
}

async fn write(visit: &Visit, asked: &Asked, case: &Case, draft: &Draft) -> Result<Acted, Refusal> {
    let Some(action) = action(case.state) else { return Ok(Acted::NotNow) };
    let at = now();
    let mut wanted = visit.state.directory.wanted_of_action(&asked.site, at);
    wanted.push(reply::wanted(at));
    let act = Act {
        wanted,
        key: CaseKey {
            site: asked.site.clone(),
            survey: case.answer.survey.clone(),
            id: case.answer.id.clone(),
        },
        version: Some(case.version),
        who: visit.person.name().to_owned(),
        at,
        action,
        text: Some(reply::text(&draft.subject, &draft.text)),
    };
    let acted = visit.state.cases.act(act).await?;
    visit.state.news.notify_one();
    Ok(acted)
}
