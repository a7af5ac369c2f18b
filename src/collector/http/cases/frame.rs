//! The frame around each of these pages, and the page for an error.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::here::Here;
use super::person::Person;
use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::http::owner;

/// A refusal as a reply.
pub(super) fn refuse(state: &State, here: Here, refusal: Refusal, person: Option<&Person>) -> Response {
    match refusal {
        Refusal::SignIn(next) => {
            let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
            Redirect::to(&format!("{}?{next}", here.at("/sign-in"))).into_response()
        }
        Refusal::Says(status, says) => {
            let main = html! {
                h1 { (here.say(words::REFUSED)) }
                p.problem role="alert" { (here.say(says)) }
                p { a href=(here.at("/cases")) { (here.say(words::CASES)) } }
            };
            page_at(state, here, LIST, (status, here.say(words::REFUSED)), person, &main)
        }
    }
}

/// The address of the list, for pages that have none of their own.
pub(super) const LIST: &str = "cases/";

/// A page with an address of its own, such as `cases/settings`.
pub(super) fn page_at(
    state: &State,
    here: Here,
    path: &str,
    (status, title): (StatusCode, &str),
    person: Option<&Person>,
    main: &Markup,
) -> Response {
    let main = html! {
        @if let Some(person) = person {
            @let site = person.opens().unwrap_or(here.say(words::ALL_SITES));
            form.person method="post" action=(here.at("/sign-out")) {
                span { (here.texts.with(words::SIGNED_IN, &[("name", person.name()), ("site", site)])) }
                button { (here.say(words::SIGN_OUT)) }
            }
        }
        (main)
    };
    owner::page(&state.assets, here.texts, status, path, title, &main)
}

/// The field that proves that a form comes from a page of this session.
pub(super) fn csrf(person: &Person) -> Markup {
    html! { input type="hidden" name="csrf" value=(person.csrf()); }
}
