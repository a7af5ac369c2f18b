//! Plain forms, for customers without the widget: fields in, a page out.

pub(super) mod fields;
mod page;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::body::{self, Kind};
use super::error::Error;
use super::{State, keep, site};
use crate::store::{Saved, SiteId};
use fields::Fields;
pub(super) use page::question;

/// The outcome of an accepted form.
struct Taken {
    status: StatusCode,
    /// Whether the stored answer is that of this form.
    kept: bool,
}

/// Accepts a form after the check of its sender, and renders the sender's next page.
pub(super) async fn take(
    state: &State,
    headers: &HeaderMap,
    judged: Result<SiteId, Error>,
    body: Body,
) -> Response {
    // The form of a foreign page isn't read at all. A sender who was only too frequent must lose none of its
    // content.
    let read = match &judged {
        Err(Error::ForeignOrigin(_)) => Ok(Vec::new()),
        _ => body::read(body, Kind::Form).await,
    };
    let mut fields = read.as_deref().map(Fields::parse).unwrap_or_default();
    let outcome = match read {
        Ok(_) => match of_site(state, &fields, headers, judged) {
            Ok(site) => save(state, &site, &mut fields).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    let site = fields.get(site::SITE).and_then(SiteId::parse).unwrap_or_default();
    let languages = state.directory.languages(&site);
    let texts = state.pages.texts(&[fields.get("language")], headers, &languages);
    page::reply(&state.pages, texts, &fields, outcome)
}

/// The site of a form; the collector's own pages name it in a field.
fn of_site(
    state: &State,
    fields: &Fields,
    headers: &HeaderMap,
    judged: Result<SiteId, Error>,
) -> Result<SiteId, Error> {
    let site = judged?;
    match fields.get(site::SITE) {
        Some(named) => Ok(site::judge(state, Some(named), headers)?.0),
        None => Ok(site),
    }
}

/// The first revision of the step with the comment, so that it can be told from a bare score.
const FIRST_OF_COMMENT: u32 = 1_000;

/// Stores the form's answer, and sets its fields to the next revision.
///
/// A page without scripts can't count revisions: a customer who goes back and sends another answer sends the
/// same revision again. So the last form counts, but a bare score doesn't replace a comment that came after
/// it.
async fn save(state: &State, site: &SiteId, fields: &mut Fields) -> Result<Taken, Error> {
    let (saved, mut receipt) = keep::save(state, site.clone(), &fields.answer()).await?;
    let kept = match saved {
        Saved::New => true,
        Saved::Known { rev } => fields.is_complete() || rev < FIRST_OF_COMMENT,
    };
    if kept && saved != Saved::New {
        fields.set("rev", (receipt.rev + 1).to_string());
        receipt = keep::save(state, site.clone(), &fields.answer()).await?.1;
    }
    let least = if fields.is_complete() { 0 } else { FIRST_OF_COMMENT };
    fields.set("rev", least.max(receipt.rev + 1).to_string());
    Ok(Taken { status: keep::status(saved), kept })
}
