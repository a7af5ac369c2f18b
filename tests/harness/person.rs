//! A person who works on cases, in a browser without scripts.

use reqwest::{Client, StatusCode};
use sha2::{Digest, Sha256};

use crate::collector::{Collector, Reply};

/// A browser without scripts. It keeps one cookie and follows no redirects.
#[derive(Debug)]
pub struct Person {
    url: String,
    http: Client,
    /// Its session's cookie; empty without a session.
    pub cookie: String,
}

impl Person {
    /// A person who hasn't signed in.
    ///
    /// # Panics
    /// When there is no client.
    pub fn new(collector: &Collector) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none());
        Self { url: collector.url().to_owned(), http: http.build().expect("a client"), cookie: String::new() }
    }

    /// A person who has signed in with this token.
    ///
    /// # Panics
    /// When the token doesn't open the cases, or the cookie is wrong.
    pub async fn signed_in(collector: &Collector, token: &str) -> Self {
        let mut person = Self::new(collector);
        let reply = person.post("/sign-in", &[("token", token), ("next", "/cases")]).await;
        let reply = reply.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.header("location"), "/cases");
        let cookie = reply.header("set-cookie");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains(token), "the token stays nowhere");
        person.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        person
    }

    /// The value that forms of this session contain, for a form that no page shows to this person: the
    /// collector's rule, so that its other rules are tested too.
    #[must_use]
    pub fn csrf(&self) -> String {
        let secret = self.cookie.rsplit('.').next().unwrap_or_default();
        let digest = Sha256::digest(format!("form of {secret}"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Reply {
        let request = self.http.get(format!("{}{path}", self.url));
        Reply::of(request.header("cookie", &self.cookie)).await
    }

    /// The address and the score of every open case, the most urgent first.
    ///
    /// # Panics
    /// When a page fails or can't be read.
    pub async fn cases(&self) -> Vec<(String, u8)> {
        let (mut cases, mut next) = (Vec::new(), Some("/cases".to_owned()));
        while let Some(path) = next {
            let page = self.get(&path).await.expect(StatusCode::OK).text();
            let list = page.split("<ul class=\"work\">").nth(1).unwrap_or_default();
            cases.extend(list.split("<a href=\"/cases/").skip(1).map(case));
            let rest = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
            next = rest.map(|path| path.replace("&amp;", "&"));
        }
        cases
    }

    /// Sends a form from a page of the collector's own.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post_from(&self.url, path, fields).await
    }

    /// Sends a form from a page of this origin.
    pub async fn post_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(format!("{}{path}", self.url));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").header("origin", origin);
        Reply::of(request.header("cookie", &self.cookie).body(body)).await
    }

    /// Carries out an action on a case, with its page's form.
    pub async fn act(&self, path: &str, action: &str, text: &str) -> Reply {
        let page = self.get(path).await.expect(StatusCode::OK).text();
        let (csrf, version) = (hidden(&page, "csrf"), hidden(&page, "version"));
        let fields = [("csrf", &*csrf), ("version", &version), ("action", action), ("text", text)];
        self.post(path, &fields).await
    }
}

/// The value of a hidden field of a page.
///
/// # Panics
/// When the page has no such field.
#[track_caller]
#[must_use]
pub fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let rest = page.split(&field).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Address and score of a case, from its link in the list, without the common beginning.
fn case(link: &str) -> (String, u8) {
    let path = link.split(['"', '?']).next().unwrap_or_default();
    let score = link.split("class=\"score\"").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1));
    let score = score.and_then(|score| score.parse().ok());
    (format!("/cases/{path}"), score.unwrap_or_else(|| panic!("no score in {link}")))
}
