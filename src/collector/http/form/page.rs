//! The pages for a customer without the widget: the question, the follow-up question, thanks, or problems.
//!
//! Steps and texts are those of the widget: a score is sent and stored before the next question.

use aanrader_survey::{Category, Code, Field, Found, Problem, Score, limits};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::Taken;
use super::fields::Fields;
use crate::http::error::Error;
use crate::http::pages::{Pages, Texts};

/// The mistakes that the customer can correct, each with its text.
#[derive(Default)]
struct Mistakes {
    score: Option<String>,
    comment: Option<String>,
    how: Option<String>,
}

impl Mistakes {
    /// The customer's mistakes; `None` if there are also problems that the customer can't correct.
    fn of(problems: &[Problem], texts: &Texts) -> Option<Self> {
        let mut mistakes = Self::default();
        for problem in problems {
            let (mistake, text) = match (problem.field, problem.code, &problem.found) {
                (Field::Score, Code::Missing, _) => (&mut mistakes.score, texts.get("unanswered").to_owned()),
                (Field::Comment, Code::TooLong, Found::Length(n)) => {
                    (&mut mistakes.comment, too_long(texts, *n, limits::COMMENT_CHARS))
                }
                (Field::ContactHow, Code::TooLong, Found::Length(n)) => {
                    (&mut mistakes.how, too_long(texts, *n, limits::HOW_CHARS))
                }
                _ => return None,
            };
            *mistake = Some(text);
        }
        Some(mistakes)
    }

    /// The first mistake on the page.
    fn first(&self) -> Option<&str> {
        [&self.score, &self.comment, &self.how].into_iter().flatten().next().map(String::as_str)
    }
}

fn too_long(texts: &Texts, length: usize, most: usize) -> String {
    texts.with("too_long", "n", &length.to_string()).replace("{max}", &most.to_string())
}

/// The page that asks for a score; `fields` holds the values so far.
pub(in crate::http) fn question(pages: &Pages, texts: &Texts, fields: &Fields) -> Response {
    let form = form(texts, fields, &Mistakes::default());
    pages.page(StatusCode::OK, texts, &asked(texts, fields), &form)
}

/// The page after a form.
pub(super) fn reply(
    pages: &Pages,
    texts: &Texts,
    fields: &Fields,
    outcome: Result<Taken, Error>,
) -> Response {
    match outcome {
        Ok(taken) if fields.is_complete() => thanks(pages, texts, taken.status),
        Ok(taken) => follow_up(pages, texts, fields, &taken),
        Err(error) => refusal(pages, texts, fields, error),
    }
}

fn thanks(pages: &Pages, texts: &Texts, status: StatusCode) -> Response {
    let title = texts.get("thanks");
    let main = html! { h1 { (title) } p { (texts.get("sent")) } };
    pages.page(status, texts, title, &main)
}

/// The score is stored; the rest of the answer is still open.
fn follow_up(pages: &Pages, texts: &Texts, fields: &Fields, taken: &Taken) -> Response {
    let mut fields = fields.clone();
    fields.set("complete", "true");
    let main = html! {
        @if taken.kept {
            p.saved { (texts.with("saved", "score", fields.get("score").unwrap_or_default())) }
        }
        (form(texts, &fields, &Mistakes::default()))
    };
    pages.page(taken.status, texts, &asked(texts, &fields), &main)
}

/// The reason of a refusal, and the form again with all typed values, if sending it again can help.
fn refusal(pages: &Pages, texts: &Texts, fields: &Fields, error: Error) -> Response {
    let (status, extra) = (error.status_code(), error.headers());
    let mistakes = match &error {
        Error::Answer(problems) => Mistakes::of(problems, texts),
        _ => None,
    };
    let mut response = match mistakes {
        Some(mistakes) => {
            let title = [mistakes.first().unwrap_or_default(), &asked(texts, fields)].join(" – ");
            pages.page(status, texts, &title, &form(texts, fields, &mistakes))
        }
        None => {
            let title = texts.get("refused");
            let again = matches!(error, Error::Unavailable | Error::TooMany(_));
            let main = html! {
                h1 { (title) }
                (reasons(texts, error))
                @if again { (form(texts, fields, &Mistakes::default())) }
            };
            pages.page(status, texts, title, &main)
        }
    };
    response.headers_mut().extend(extra);
    response
}

/// The problems in the customer's language, and in English for the form's author.
fn reasons(texts: &Texts, error: Error) -> Markup {
    let blameless = match error {
        Error::ForeignOrigin(_) => Some("refused_origin"),
        Error::Answer(_) => Some("refused_answer"),
        _ => None,
    };
    html! {
        @if let Some(key) = blameless { p { (texts.get(key)) } }
        ul lang="en" dir="ltr" { @for problem in error.problems() { li { (problem.message) } } }
    }
}

/// The chosen score, if it is valid.
fn score(fields: &Fields) -> Option<Score> {
    let text = fields.get("score")?;
    Score::all().find(|score| score.get().to_string() == text)
}

/// The question of the form: first for a score, then for the reason.
fn asked(texts: &Texts, fields: &Fields) -> String {
    match score(fields) {
        Some(score) if fields.is_complete() => texts
            .get(match score.category() {
                Category::Detractor => "follow_up_detractor",
                Category::Passive => "follow_up_passive",
                Category::Promoter => "follow_up_promoter",
            })
            .to_owned(),
        _ => recommend(texts, fields),
    }
}

/// The question, with the brand if there is one.
fn recommend(texts: &Texts, fields: &Fields) -> String {
    match fields.get("brand") {
        Some(brand) => texts.with("question_brand", "brand", brand),
        None => texts.get("question").to_owned(),
    }
}

/// The form for the next step. Other values are in hidden fields.
fn form(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Markup {
    let follows_up = fields.is_complete() && score(fields).is_some();
    let shown: &[&str] =
        if follows_up { &["score", "comment", "contact_allowed", "contact_how"] } else { &["score"] };
    html! {
        form method="post" action="/v1/answers" novalidate {
            @for (name, value) in fields.all().filter(|(name, _)| !shown.contains(name)) {
                input type="hidden" name=(name) value=(value) autocomplete="off";
            }
            @if follows_up {
                (reply_fields(texts, fields, mistakes))
                details { summary { (texts.get("back")) } (scale(texts, fields, mistakes)) }
            } @else {
                (scale(texts, fields, mistakes))
            }
            p.actions { button.send { (texts.get("send")) } }
        }
    }
}

/// The eleven numbers.
fn scale(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Markup {
    let question = recommend(texts, fields);
    let chosen = score(fields);
    let is_wrong = mistakes.score.is_some();
    html! {
        fieldset aria-describedby=(if is_wrong { "score-error low high" } else { "low high" }) {
            legend {
                @if fields.is_complete() && chosen.is_some() { (question) } @else { h1 { (question) } }
            }
            div.scale {
                @for score in Score::all() {
                    label {
                        input type="radio" name="score" value=(score.get()) checked[chosen == Some(score)]
                            autofocus[is_wrong && score.get() == 0];
                        span { (score.get()) }
                    }
                }
            }
            div.ends {
                @for end in ["low", "high"] { span id=(end) { (texts.get(end)) } }
            }
            (said("score-error", mistakes.score.as_deref()))
        }
    }
}

/// The reason for the score, and the consent to be contacted.
fn reply_fields(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Markup {
    let (in_comment, in_how) = (mistakes.comment.is_some(), mistakes.how.is_some());
    let tied = |is_wrong: bool, error: &'static str| is_wrong.then_some(error);
    html! {
        h1 { label for="comment" { (asked(texts, fields)) } }
        // HTML drops a line break right after the start of a textarea; an additional one protects the text's
        // own.
        textarea #comment name="comment" rows="4" dir="auto" aria-invalid=[tied(in_comment, "true")]
            aria-describedby=[tied(in_comment, "comment-error")] autofocus[in_comment] {
            "\n" (fields.get("comment").unwrap_or_default())
        }
        (said("comment-error", mistakes.comment.as_deref()))
        label.check {
            input type="checkbox" name="contact_allowed" checked[fields.get("contact_allowed").is_some()];
            span { (texts.get("contact")) }
        }
        div.how {
            label for="how" { (texts.get("how")) }
            input #how type="text" name="contact_how" autocomplete="email" dir="auto"
                aria-invalid=[tied(in_how, "true")] aria-describedby=[tied(in_how, "how-error")]
                autofocus[in_how && !in_comment] value=(fields.get("contact_how").unwrap_or_default());
            (said("how-error", mistakes.how.as_deref()))
        }
    }
}

/// The problem of a field, beside the field.
fn said(id: &'static str, mistake: Option<&str>) -> Markup {
    html! { @if let Some(text) = mistake { p.error id=(id) { (text) } } }
}
