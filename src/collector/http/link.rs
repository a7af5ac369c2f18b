//! `/s/{survey}`: the question as a page of its own, for e-mail, text messages and QR codes.
//!
//! Opening it stores nothing, because mail scanners open every link.

use aanrader_survey::{Answer, Field, Raw, Score, limits, wording_id};
use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use maud::html;
use uuid::Uuid;

use super::State;
use super::form::fields::{Fields, PROPERTY, is_a_name};
use super::form::question;
use super::pages::Texts;
use super::signed::SIGNATURE;
use super::site::SITE;
use crate::store::SiteId;

/// The touchpoint of a link without one.
const TOUCHPOINT: &str = "link";

/// The longest signature, in characters.
const SIGNATURE_CHARS: usize = 100;

pub(super) fn router() -> Router<State> {
    Router::new().route("/s/{survey}", get(ask))
}

async fn ask(Shared(state): Shared<State>, uri: Uri, headers: HeaderMap) -> Response {
    let query = Query::of(&uri);
    let languages = state.directory.languages(&query.site().unwrap_or_default());
    let texts = state.pages.texts(&[query.get("lang")], &headers, &languages);
    let survey = uri.path().strip_prefix("/s/").unwrap_or_default();
    if !fits(Field::Survey, Raw::Text(survey.into())) {
        let texts = state.pages.texts(&[Some("en")], &headers, &[]);
        let title = "There is no survey at this address";
        let why = format!("A survey's name is 1 to {} of a–z, 0–9 and -.", limits::SLUG_CHARS);
        let main = html! { h1 { (title) } p { (why) } };
        return state.pages.page(StatusCode::NOT_FOUND, texts, title, &main);
    }
    question(&state.pages, texts, &query.fields(survey, texts))
}

/// Whether the value is valid for that field of an answer.
fn fits(field: Field, value: Raw) -> bool {
    let problems = Answer::check(&Raw::Map(vec![(field.name().to_owned(), value)])).err().unwrap_or_default();
    problems.iter().all(|problem| problem.field != field)
}

/// The parameters of a link. Invalid ones are ignored; the page always loads.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(uri: &Uri) -> Self {
        Self(form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The last parameter of that name.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The site in the link.
    fn site(&self) -> Option<SiteId> {
        self.get(SITE).and_then(SiteId::parse)
    }

    /// The first fields of the form. They include a new id, so that a form that is sent twice counts once.
    fn fields(&self, survey: &str, texts: &Texts) -> Fields {
        let mut fields = Fields::default();
        let brand = self.get("brand").filter(|brand| is_a_name(brand));
        let question = texts.get(if brand.is_some() { "question_brand" } else { "question" });
        fields.set("id", Uuid::new_v4().to_string());
        fields.set("rev", "1");
        fields.set("complete", "false");
        fields.set("survey", survey);
        fields.set("touchpoint", self.text(Field::Touchpoint).unwrap_or(TOUCHPOINT));
        fields.set("language", texts.tag());
        fields.set("wording", wording_id(&[question, texts.get("low"), texts.get("high")]));
        fields.set(SITE, self.site().map(|site| site.to_string()).unwrap_or_default());
        let signature = self.get(SIGNATURE).filter(|signature| signature.len() <= SIGNATURE_CHARS);
        fields.set(SIGNATURE, signature.unwrap_or_default());
        fields.set("brand", brand.unwrap_or_default());
        fields.set("customer", self.text(Field::Customer).unwrap_or_default());
        fields.set("score", self.score().map(|score| score.get().to_string()).unwrap_or_default());
        let properties = self.0.iter().filter(|(name, value)| is_a_property(name, value));
        for (name, value) in properties.take(limits::PROPERTIES) {
            fields.set(name, value.as_str());
        }
        fields
    }

    /// The parameter with the name of that field.
    fn text(&self, field: Field) -> Option<&str> {
        let text = self.get(field.name())?;
        (!text.is_empty() && fits(field, Raw::Text(text.into()))).then_some(text)
    }

    fn score(&self) -> Option<Score> {
        let text = self.get("score")?;
        Score::all().find(|score| score.get().to_string() == text)
    }
}

fn is_a_property(name: &str, value: &str) -> bool {
    let property = |key: &str| Raw::Map(vec![(key.to_owned(), Raw::Text(value.to_owned()))]);
    name.strip_prefix(PROPERTY).is_some_and(|key| fits(Field::Properties, property(key)))
}
