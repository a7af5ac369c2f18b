//! What a visitor without the widget sees: the question, the follow-up question, thanks, or problems.
//!
//! The steps and the texts are the widget's own: a score is sent and kept before anything else is asked.

use aanrader_survey::{Category, Code, Field, Found, Problem, Score, limits};
use axum::http::StatusCode;
use axum::response::Response;

use super::Taken;
use super::fields::Fields;
use crate::http::error::Error;
use crate::http::html::{Element, element};
use crate::http::pages::{Pages, Texts};

/// What somebody filled in wrongly who can mend it, each with what to say about it.
#[derive(Default)]
struct Mistakes {
    score: Option<String>,
    comment: Option<String>,
    how: Option<String>,
}

impl Mistakes {
    /// Of the visitor's own; `None` if there are others too, which are not the visitor's.
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

    /// The first one on the page.
    fn first(&self) -> Option<&str> {
        [&self.score, &self.comment, &self.how].into_iter().flatten().next().map(String::as_str)
    }
}

fn too_long(texts: &Texts, length: usize, most: usize) -> String {
    texts.with("too_long", "n", &length.to_string()).replace("{max}", &most.to_string())
}

/// The page that asks for a score: what is filled in already stands in `fields`.
pub(in crate::http) fn question(pages: &Pages, texts: &Texts, fields: &Fields) -> Response {
    let form = form(texts, fields, &Mistakes::default());
    pages.page(StatusCode::OK, texts, &asked(texts, fields), &element("main").child(&form))
}

/// The page that comes after a form.
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
    let main = element("main").child(&element("h1").text(title)).child(&element("p").text(texts.get("sent")));
    pages.page(status, texts, title, &main)
}

/// The score is kept; the rest of the answer is still to come.
fn follow_up(pages: &Pages, texts: &Texts, fields: &Fields, taken: &Taken) -> Response {
    let mut fields = fields.clone();
    fields.set("complete", "true");
    let saved = texts.with("saved", "score", fields.get("score").unwrap_or_default());
    let saved = taken.kept.then(|| element("p").attr("class", "saved").text(saved));
    let main = element("main").children(&saved).child(&form(texts, &fields, &Mistakes::default()));
    pages.page(taken.status, texts, &asked(texts, &fields), &main)
}

/// Why it was not taken, and the form again with all that was typed, wherever sending it again can help.
fn refusal(pages: &Pages, texts: &Texts, fields: &Fields, error: Error) -> Response {
    let (status, extra) = (error.status_code(), error.headers());
    let mistakes = match &error {
        Error::Answer(problems) => Mistakes::of(problems, texts),
        _ => None,
    };
    let mut response = match mistakes {
        Some(mistakes) => {
            let title = [mistakes.first().unwrap_or_default(), &asked(texts, fields)].join(" – ");
            let main = element("main").child(&form(texts, fields, &mistakes));
            pages.page(status, texts, &title, &main)
        }
        None => {
            let title = texts.get("refused");
            let again = matches!(error, Error::Unavailable | Error::TooMany(_));
            let again = again.then(|| form(texts, fields, &Mistakes::default()));
            let why = reasons(texts, error);
            let main = element("main").child(&element("h1").text(title)).children(&why).children(&again);
            pages.page(status, texts, title, &main)
        }
    };
    response.headers_mut().extend(extra);
    response
}

/// What is wrong in words for the visitor, and in English for the form's maker.
fn reasons(texts: &Texts, error: Error) -> Vec<Element> {
    let blameless = match error {
        Error::ForeignOrigin(_) => Some("refused_origin"),
        Error::Answer(_) => Some("refused_answer"),
        _ => None,
    };
    let problems = error.problems();
    let items: Vec<_> = problems.iter().map(|problem| element("li").text(&problem.message)).collect();
    let list = element("ul").attr("lang", "en").attr("dir", "ltr").children(&items);
    blameless.map(|key| element("p").text(texts.get(key))).into_iter().chain([list]).collect()
}

/// The score that was chosen, as far as it is one.
fn score(fields: &Fields) -> Option<Score> {
    let text = fields.get("score")?;
    Score::all().find(|score| score.get().to_string() == text)
}

/// What the form asks: first for a score, then why.
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

/// The question, with the brand where there is one.
fn recommend(texts: &Texts, fields: &Fields) -> String {
    match fields.get("brand") {
        Some(brand) => texts.with("question_brand", "brand", brand),
        None => texts.get("question").to_owned(),
    }
}

/// The form for the step that comes next. What the visitor doesn't see goes along hidden.
fn form(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Element {
    let follows_up = fields.is_complete() && score(fields).is_some();
    let shown: &[&str] =
        if follows_up { &["score", "comment", "contact_allowed", "contact_how"] } else { &["score"] };
    let hidden =
        |(name, value)| input("hidden").attr("name", name).attr("value", value).attr("autocomplete", "off");
    let hidden: Vec<_> = fields.all().filter(|(name, _)| !shown.contains(name)).map(hidden).collect();
    let send = element("button").attr("class", "send").text(texts.get("send"));
    let form = element("form").attr("method", "post").attr("action", "/v1/answers").attr("novalidate", "");
    let form = form.children(&hidden);
    let form = if follows_up {
        let change = element("summary").text(texts.get("back"));
        let change = element("details").child(&change).child(&scale(texts, fields, mistakes));
        form.children(&reply_fields(texts, fields, mistakes)).child(&change)
    } else {
        form.child(&scale(texts, fields, mistakes))
    };
    form.child(&element("p").attr("class", "actions").child(&send))
}

/// The eleven numbers.
fn scale(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Element {
    let question = recommend(texts, fields);
    let legend = match fields.is_complete() && score(fields).is_some() {
        true => element("legend").text(&question),
        false => element("legend").child(&element("h1").text(&question)),
    };
    let chosen = score(fields);
    let cells: Vec<_> = Score::all()
        .map(|score| {
            let number = score.get().to_string();
            let first_of_wrong = mistakes.score.is_some() && score.get() == 0;
            let radio = input("radio").attr("name", "score").attr("value", &number);
            let radio = radio.flag("checked", chosen == Some(score)).flag("autofocus", first_of_wrong);
            element("label").child(&radio).child(&element("span").text(&number))
        })
        .collect();
    let end = |id| element("span").attr("id", id).text(texts.get(id));
    let ends = element("div").attr("class", "ends").child(&end("low")).child(&end("high"));
    let described = if mistakes.score.is_some() { "score-error low high" } else { "low high" };
    element("fieldset")
        .attr("aria-describedby", described)
        .child(&legend)
        .child(&element("div").attr("class", "scale").children(&cells))
        .child(&ends)
        .children(&said("score-error", mistakes.score.as_deref()))
}

/// Why this score, and may the shop come back to it.
fn reply_fields(texts: &Texts, fields: &Fields, mistakes: &Mistakes) -> Vec<Element> {
    let heading = element("h1").child(&element("label").attr("for", "comment").text(asked(texts, fields)));
    let comment = element("textarea")
        .attr("id", "comment")
        .attr("name", "comment")
        .attr("rows", "4")
        .attr("dir", "auto");
    let comment = tied(comment, "comment-error", mistakes.comment.as_deref());
    let comment = comment.flag("autofocus", mistakes.comment.is_some());
    let comment = comment.text(fields.get("comment").unwrap_or_default());
    let allowed = fields.get("contact_allowed").is_some();
    let allowed = input("checkbox").attr("name", "contact_allowed").flag("checked", allowed);
    let allowed = element("label").attr("class", "check").child(&allowed);
    let allowed = allowed.child(&element("span").text(texts.get("contact")));
    let how = input("text")
        .attr("id", "how")
        .attr("name", "contact_how")
        .attr("autocomplete", "email")
        .attr("dir", "auto");
    let how = tied(how, "how-error", mistakes.how.as_deref());
    let how = how.flag("autofocus", mistakes.how.is_some() && mistakes.comment.is_none());
    let how = how.attr("value", fields.get("contact_how").unwrap_or_default());
    let label = element("label").attr("for", "how").text(texts.get("how"));
    let how = element("div").attr("class", "how").child(&label).child(&how);
    let how = how.children(&said("how-error", mistakes.how.as_deref()));
    let comment_error = said("comment-error", mistakes.comment.as_deref());
    [heading, comment].into_iter().chain(comment_error).chain([allowed, how]).collect()
}

fn input(kind: &'static str) -> Element {
    element("input").attr("type", kind)
}

/// A field tied to what is wrong with it.
fn tied(field: Element, error: &'static str, mistake: Option<&str>) -> Element {
    match mistake {
        Some(_) => field.attr("aria-invalid", "true").attr("aria-describedby", error),
        None => field,
    }
}

/// What is wrong with a field, at the field.
fn said(id: &'static str, mistake: Option<&str>) -> Option<Element> {
    mistake.map(|text| element("p").attr("class", "error").attr("id", id).text(text))
}
