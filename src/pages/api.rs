//! The only file that uses the network: two addresses for the owner, on the page's own origin.

use aanrader_survey::Score;
use gloo_net::http::Request;
use serde::de::DeserializeOwned;

use crate::language::t;
use crate::selection::Selection;
use crate::texts;
use crate::wire::{Page, Refusal, Results};

/// The number of answers on a page.
const PAGE: &str = "50";

/// The most answers that the collector returns at once.
const MOST: &str = "200";

/// Why there is no reply to show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// The person must sign in: the session has ended.
    SignedOut,
    /// Any other failure, in words.
    Other(String),
}

/// The results of a period.
///
/// # Errors
///
/// The collector can't be reached, or refuses the request.
pub(crate) async fn results(selection: &Selection) -> Result<Results, Failure> {
    get("/v1/results", &[&selection.parameters()[..], &[selection.counted()]].concat()).await
}

/// A page of a period's answers, newest first, from the end of the previous page.
///
/// # Errors
///
/// As [`results`].
pub(crate) async fn answers(selection: &Selection, before: Option<&str>) -> Result<Page, Failure> {
    let page = [("limit", Some(PAGE)), ("before", before)];
    get("/v1/answers", &[&selection.parameters()[..], &page].concat()).await
}

/// A period's latest answers with this score or a lower one, as many as the collector returns at once.
///
/// # Errors
///
/// As [`results`].
pub(crate) async fn low_answers(selection: &Selection, most: Score) -> Result<Page, Failure> {
    let most = most.get().to_string();
    let low = [("max_score", Some(most.as_str())), ("limit", Some(MOST))];
    get("/v1/answers", &[&selection.parameters()[..], &low].concat()).await
}

async fn get<T: DeserializeOwned>(path: &str, query: &[(&str, Option<&str>)]) -> Result<T, Failure> {
    let query = query.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    let unreachable = |_| Failure::Other(t().unreachable.into());
    let reply = Request::get(path).query(query).send().await.map_err(unreachable)?;
    let body = reply.text().await.map_err(unreachable)?;
    match reply.status() {
        200..=299 => read(&body).ok_or_else(|| Failure::Other(t().unintelligible.into())),
        401 => Err(Failure::SignedOut),
        status => {
            let problems = read::<Refusal>(&body).map(|refusal| refusal.problems).unwrap_or_default();
            Err(Failure::Other(texts::refused(status, &problems)))
        }
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(body).ok()?).ok()
}
