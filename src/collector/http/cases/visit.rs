//! A request of a signed-in person, as the handlers of these pages get it.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use maud::Markup;

use super::form::Form;
use super::frame::{page_at, refuse};
use super::here::Here;
use super::list::Asked;
use super::person::Person;
use super::refusal::Refusal;
use super::words;
use crate::http::State;
use crate::store::SiteId;

/// A request for a page. A person who isn't signed in gets the sign-in page, which leads back here.
pub(super) struct Visit {
    pub(super) state: State,
    pub(super) here: Here,
    pub(super) person: Person,
    pub(super) query: Form,
    uri: Uri,
}

/// A form of a page that belongs to the person's session. The handler carries it out.
pub(super) struct Sent {
    pub(super) visit: Visit,
    pub(super) form: Form,
}

impl Visit {
    fn new(state: &State, here: Here, uri: &Uri, person: Person) -> Self {
        let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
        Self { state: state.clone(), here, person, query, uri: uri.clone() }
    }

    /// The text under that key.
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.here.say(key)
    }

    /// The page's address with its parameters.
    pub(super) fn address(&self) -> String {
        address(&self.uri)
    }

    /// The requested site, if the person may see it.
    pub(super) fn site(&self) -> Result<SiteId, Refusal> {
        self.person.site(&self.state, self.query.get("site"))
    }

    /// The requested filter of the list, if the person may see its site.
    pub(super) fn asked(&self) -> Result<Asked, Refusal> {
        Ok(Asked::of(self.here, &self.query, self.site()?, &self.person))
    }

    /// The requested site, if the person is its admin; otherwise they read the text under this key.
    pub(super) fn administered(&self, otherwise: &'static str) -> Result<SiteId, Refusal> {
        let site = self.site()?;
        let refused = Refusal::Says(StatusCode::FORBIDDEN, otherwise);
        self.person.may_administer().then_some(site).ok_or(refused)
    }

    /// Refuses a person who may only read.
    pub(super) fn work(&self) -> Result<(), Refusal> {
        let refused = Refusal::Says(StatusCode::FORBIDDEN, words::READ_ONLY);
        self.person.may_work().then_some(()).ok_or(refused)
    }

    /// A page at that address below the prefix: its status and title, and its content.
    pub(super) fn page(&self, path: &str, title: (StatusCode, &str), main: &Markup) -> Response {
        page_at(&self.state, self.here, path, title, Some(&self.person), main)
    }

    /// The page, or the page that says why it is refused.
    pub(super) fn reply(&self, page: Result<Response, Refusal>) -> Response {
        page.unwrap_or_else(|refusal| refuse(&self.state, self.here, refusal, Some(&self.person)))
    }
}

impl FromRequestParts<State> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let here = Here::of(parts.uri.path(), &parts.headers);
        let person = Person::of(state, &parts.headers).await;
        let person = person.and_then(|person| person.ok_or_else(|| Refusal::SignIn(address(&parts.uri))));
        match person {
            Ok(person) => Ok(Self::new(state, here, &parts.uri, person)),
            Err(refusal) => Err(refuse(state, here, refusal, None)),
        }
    }
}

impl FromRequest<State> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &State) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let here = Here::of(parts.uri.path(), &parts.headers);
        let read = async {
            let form = Form::read(&parts.headers, body).await?;
            let person = Person::of(state, &parts.headers).await?;
            let person = person.ok_or(Refusal::Says(StatusCode::UNAUTHORIZED, words::NO_SESSION))?;
            person.check(form.get("csrf"))?;
            Ok((form, person))
        };
        match read.await {
            Ok((form, person)) => Ok(Self { visit: Visit::new(state, here, &parts.uri, person), form }),
            Err(refusal) => Err(refuse(state, here, refusal, None)),
        }
    }
}

fn address(uri: &Uri) -> String {
    uri.path_and_query().map(ToString::to_string).unwrap_or_default()
}
