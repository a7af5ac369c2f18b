//! `/openapi.json`: the description of the API, generated from the code; `/api/`: the same for readers.

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr};
use utoipa::{Modify, OpenApi};

use super::State;
use super::{answers, health, results};

pub(super) fn router() -> Router<State> {
    Router::new().route("/openapi.json", get(json)).route("/api", get(page)).route("/api/", get(page))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aanrader",
        description = "Takes answers to one question, 0 to 10, and gives their owner the number."
    ),
    paths(answers::take, answers::list, results::results, health::health, health::ready),
    modifiers(&Token)
)]
struct Api;

/// The owner's token.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme("token", SecurityScheme::Http(bearer));
        }
    }
}

async fn json() -> Response {
    match Api::openapi().to_json() {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn page(Shared(state): Shared<State>) -> Response {
    let document = Api::openapi();
    let title = "What the collector takes and gives";
    let operations = document.paths.paths.iter().flat_map(|(path, item)| {
        let methods = [("GET", &item.get), ("POST", &item.post)];
        methods.into_iter().filter_map(move |(method, found)| Some(section(method, path, found.as_ref()?)))
    });
    let main = html! {
        h1 { (title) }
        p { "As a document for programs: " a href="/openapi.json" { "/openapi.json" } }
        @for operation in operations { (operation) }
    };
    let texts = state.pages.texts(&[Some("en")], &HeaderMap::new(), &[]);
    state.pages.page(StatusCode::OK, texts, title, &main)
}

/// One method of one address.
fn section(method: &str, path: &str, operation: &Operation) -> Markup {
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some((&parameter.name, parameter.description.as_deref().unwrap_or_default())),
        RefOr::Ref(_) => None,
    });
    let replies = operation.responses.responses.iter().filter_map(|(status, response)| match response {
        RefOr::T(response) => Some((status, response.description.as_str())),
        RefOr::Ref(_) => None,
    });
    html! {
        section {
            h2 { code { (method) " " (path) } }
            p { (operation.summary.as_deref().unwrap_or_default()) }
            ul { @for (name, says) in parameters { li { code { (name) } ": " (says) } } }
            p { "It replies:" }
            ul { @for (status, says) in replies { li { code { (status) } ": " (says) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::limits;
    use serde_json::Value;

    fn document() -> Value {
        serde_json::from_str(&Api::openapi().to_json().expect("JSON")).expect("JSON")
    }

    #[test]
    fn the_document_s_limits_are_the_survey_s() {
        let schemas = &document()["components"]["schemas"];
        let answer = &schemas["Sent"]["properties"];
        for (limit, field) in [
            (limits::REV as usize, &answer["rev"]["maximum"]),
            (limits::COMMENT_CHARS, &answer["comment"]["maxLength"]),
            (limits::CUSTOMER_CHARS, &answer["customer"]["maxLength"]),
            (limits::LANGUAGE_CHARS, &answer["language"]["maxLength"]),
            (limits::HOW_CHARS, &schemas["SentContact"]["properties"]["how"]["maxLength"]),
        ] {
            assert_eq!(field.as_u64(), Some(limit as u64), "{answer}");
        }
        for (field, described) in [("properties", limits::PROPERTIES), ("properties", limits::KEY_CHARS)] {
            let text = answer[field]["description"].as_str().unwrap_or_default();
            assert!(text.contains(&described.to_string()), "{text}");
        }
        assert!(answer["survey"]["pattern"].as_str().is_some_and(|pattern| pattern.contains("1,64")));
        assert_eq!(limits::SLUG_CHARS, 64);
    }

    #[test]
    fn the_document_and_the_schema_for_receivers_have_the_same_fields() {
        let schema: Value =
            serde_json::from_str(include_str!("../../../www/answer.schema.json")).expect("JSON");
        let names = |fields: &Value| -> Vec<String> {
            fields
                .as_object()
                .expect("fields")
                .keys()
                .cloned()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        let (document, sent) = (document(), "Sent");
        let described = &document["components"]["schemas"][sent];
        let mut described_names = names(&described["properties"]);
        // A shop's own receiver needs no signature to know its customers.
        described_names.retain(|name| name != super::super::signed::SIGNATURE);
        assert_eq!(described_names, names(&schema["properties"]));
        let required = |schema: &Value| -> std::collections::BTreeSet<String> {
            schema["required"]
                .as_array()
                .expect("names")
                .iter()
                .map(|name| name.as_str().unwrap_or_default().to_owned())
                .collect()
        };
        assert_eq!(required(described), required(&schema));
    }

    #[test]
    fn everything_that_the_document_refers_to_is_in_it() {
        let document = document();
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        let referred: Vec<&str> = text.split("#/components/schemas/").skip(1).collect();
        assert!(referred.len() > 10, "{text}");
        for rest in referred {
            let name = rest.split('"').next().unwrap_or_default();
            assert!(schemas.contains_key(name), "{name} is missing");
        }
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    }
}
