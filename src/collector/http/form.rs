//! Plain forms, for where the widget can't run: fields in, a small page out.

use aanrader_survey::Raw;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::assets::html_headers;
use super::error::Error;

/// The fields of a form as the answer that they stand for. Forms know only
/// texts, so numbers and yes or no are read from them here and nowhere else;
/// what is neither stays a text, for the survey's rules to refuse. A form
/// without an id gets a new one.
pub(super) fn fields(body: &[u8]) -> Raw {
    let mut answer = Vec::new();
    let mut contact = Vec::new();
    let mut properties = Vec::new();
    for (key, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
        // Browsers send line breaks as two characters.
        let text = || Raw::Text(value.replace("\r\n", "\n"));
        match key.as_ref() {
            "score" | "rev" => answer.push((key.into_owned(), number(&value).unwrap_or_else(text))),
            "complete" => answer.push((key.into_owned(), yes_or_no(&value).unwrap_or_else(text))),
            "contact_allowed" => contact.push(("allowed".into(), yes_or_no(&value).unwrap_or_else(text))),
            "contact_how" => contact.push(("how".into(), text())),
            "id" | "survey" | "touchpoint" | "comment" | "customer" | "language" | "wording" => {
                answer.push((key.into_owned(), text()));
            }
            key => {
                if let Some(key) = key.strip_prefix("properties.") {
                    properties.push((key.to_owned(), text()));
                }
            }
        }
    }
    // A box that is not ticked is not sent at all; what was typed beside it is then not
    // to be used, which is no reason to refuse the answer.
    if contact.iter().any(|(key, _)| key == "allowed") {
        answer.push(("contact".into(), Raw::Map(contact)));
    }
    if !properties.is_empty() {
        answer.push(("properties".into(), Raw::Map(properties)));
    }
    default(&mut answer, "id", || Raw::Text(Uuid::new_v4().to_string()));
    default(&mut answer, "rev", || Raw::Number(1.0));
    default(&mut answer, "complete", || Raw::Bool(true));
    Raw::Map(answer)
}

fn default(fields: &mut Vec<(String, Raw)>, name: &str, value: impl FnOnce() -> Raw) {
    if !fields.iter().any(|(key, _)| key == name) {
        fields.push((name.to_owned(), value()));
    }
}

/// A number in digits; `inf`, `1e3` and the like are texts.
fn number(text: &str) -> Option<Raw> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    text.parse().ok().filter(|_| digits).map(Raw::Number)
}

fn yes_or_no(text: &str) -> Option<Raw> {
    match text {
        "on" | "true" => Some(Raw::Bool(true)),
        "false" => Some(Raw::Bool(false)),
        _ => None,
    }
}

/// What a person reads after sending the form.
struct Texts {
    language: &'static str,
    thanks: &'static str,
    saved: &'static str,
    refused: &'static str,
    again: &'static str,
}

const ENGLISH: Texts = Texts {
    language: "en",
    thanks: "Thank you",
    saved: "Your answer has been saved.",
    refused: "Your answer could not be saved",
    again: "Go back and send it again when this is solved:",
};

const DUTCH: Texts = Texts {
    language: "nl",
    thanks: "Dank u wel",
    saved: "Uw antwoord is opgeslagen.",
    refused: "Uw antwoord kon niet worden opgeslagen",
    again: "Ga terug en verstuur het opnieuw als dit is opgelost:",
};

impl Texts {
    /// In the language that the visitor's browser asks for first, or else in English.
    fn of(headers: &HeaderMap) -> &'static Self {
        let first = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let dutch = first.is_some_and(|tags| tags.get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("nl")));
        if dutch { &DUTCH } else { &ENGLISH }
    }
}

/// The page that a person sees after sending the form with these headers.
pub(super) fn reply(outcome: Result<StatusCode, Error>, headers: &HeaderMap) -> Response {
    let texts = Texts::of(headers);
    match outcome {
        Ok(status) => page(status, texts.language, texts.thanks, &format!("<p>{}</p>", texts.saved)),
        Err(error) => refusal(error, texts),
    }
}

/// The problems themselves are in English: they are for whoever made the form.
fn refusal(error: Error, texts: &Texts) -> Response {
    let (status, extra) = (error.status_code(), error.headers());
    let list: String =
        error.problems().iter().map(|problem| format!("<li>{}</li>", escaped(&problem.message))).collect();
    let body = format!("<p>{}</p><ul lang=\"en\">{list}</ul>", texts.again);
    let mut response = page(status, texts.language, texts.refused, &body);
    response.headers_mut().extend(extra);
    response
}

/// A page with a title and a body that is HTML already.
fn page(status: StatusCode, language: &str, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let mut response = (status, html).into_response();
    html_headers(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The text with everything that HTML could take for its own written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Answer;

    fn check(body: &str) -> Result<Answer, Vec<String>> {
        Answer::check(&fields(body.as_bytes()))
            .map_err(|problems| problems.iter().map(|problem| problem.path().into_owned()).collect())
    }

    #[test]
    fn a_form_with_three_fields_is_a_whole_answer() {
        let answer = check("survey=account&touchpoint=post-login&score=9&comment=").expect("an answer");
        assert_eq!((answer.score().get(), answer.rev(), answer.complete()), (9, 1, true));
        assert_eq!((answer.comment(), answer.contact()), (None, None));
    }

    #[test]
    fn every_field_of_a_form_reaches_the_answer() {
        let answer = check(
            "id=3F0E2B9A-5c1d-4e7f-8a6b-9c0d1e2f3a4b&rev=2&complete=false&survey=a&touchpoint=b&score=0\
             &comment=one%0D%0Atwo+%26&contact_allowed=on&contact_how=a%40b.example&customer=c1\
             &language=nl&wording=w1&properties.plan=pro&properties.tier=2",
        )
        .expect("an answer");
        assert_eq!(answer.id(), "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b");
        assert_eq!((answer.rev(), answer.complete()), (2, false));
        assert_eq!(answer.comment(), Some("one\ntwo &"));
        assert_eq!(answer.contact().and_then(|contact| contact.how.as_deref()), Some("a@b.example"));
        assert_eq!(answer.properties(), [("plan".into(), "pro".into()), ("tier".into(), "2".into())]);
        assert_eq!((answer.language(), answer.wording()), (Some("nl"), Some("w1")));
    }

    #[test]
    fn what_is_no_number_is_refused_as_it_came() {
        let all = "survey=a&touchpoint=b&rev=1e3&score=";
        for score in ["", "inf", "6.5", "11", "-1", "nine", "1e1", "NaN", "--1"] {
            let problems = check(&format!("{all}{score}")).expect_err("refused");
            assert_eq!(problems, ["rev", "score"], "{score}");
        }
    }

    #[test]
    fn an_address_beside_a_box_that_was_not_ticked_is_not_kept() {
        let answer = check("survey=a&touchpoint=b&score=2&contact_how=06-12345678").expect("an answer");
        assert_eq!(answer.contact(), None);
    }

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(
            escaped("<b title=\"x\">'&'</b>"),
            "&lt;b title=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;"
        );
    }
}
