//! What is around each of these pages, and the pages that say what is wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{DOCTYPE, Markup, html};

use super::person::Person;
use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::http::assets::html_headers;

/// The other pages of the owner's.
const PAGES: [(&str, &str); 5] = [
    ("/builder/", "Builder"),
    ("/recipes/", "Recipes"),
    ("/preview/", "Preview"),
    ("/results/", "Results"),
    ("/cases", words::CASES),
];

/// A refusal as a reply.
pub(super) fn refuse(state: &State, refusal: Refusal, person: Option<&Person>) -> Response {
    match refusal {
        Refusal::SignIn(next) => Redirect::to(&format!("/sign-in?{}", pair("next", &next))).into_response(),
        Refusal::Says(status, says) => {
            let main = html! {
                h1 { (words::REFUSED) }
                p.problem role="alert" { (says) }
                p { a href="/cases" { (words::CASES) } }
            };
            page(state, status, words::REFUSED, person, &main)
        }
    }
}

/// A name and a value as a form sends them.
fn pair(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

/// A page: its title, who is signed in, and what is in it.
pub(super) fn page(
    state: &State,
    status: StatusCode,
    title: &str,
    person: Option<&Person>,
    main: &Markup,
) -> Response {
    let styles = ["pages.css", "cases.css"].into_iter().filter_map(|name| state.assets.address(name));
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) ": Aanrader" }
                @for style in styles { link rel="stylesheet" href=(style); }
            }
            body {
                a.skip href="#main" { (words::SKIP) }
                header.top {
                    a.logo href="/" { "Aanrader" }
                    nav aria-label=(words::MAIN) {
                        ul {
                            @for (address, name) in PAGES {
                                li { a href=(address) aria-current=[(address == "/cases").then_some("page")] { (name) } }
                            }
                        }
                    }
                    @if let Some(person) = person {
                        form.person method="post" action="/sign-out" {
                            (csrf(person))
                            span { (words::signed_in_as(person.name(), person.opens())) }
                            button { (words::SIGN_OUT) }
                        }
                    }
                }
                main #main tabindex="-1" { (main) }
            }
        }
    };
    let mut response = (status, html.into_string()).into_response();
    html_headers(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What proves that a form comes from a page of this session.
pub(super) fn csrf(person: &Person) -> Markup {
    html! { input type="hidden" name="csrf" value=(person.csrf()); }
}
