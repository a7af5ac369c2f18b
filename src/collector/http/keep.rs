//! Stores an answer from any source.

use aanrader_survey::{Answer, Raw, TRY_OUT};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::State;
use super::error::Error;
use crate::store::{Received, Saved, SiteId, now};

/// The reply about a stored answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    id: String,
    /// The stored revision: higher than the sent one if a higher one came earlier.
    pub(super) rev: u32,
}

/// Checks an answer and stores it, unless it belongs to a trial.
pub(super) async fn save(state: &State, site: SiteId, raw: &Raw) -> Result<(Saved, Receipt), Error> {
    let outcome = check_and_keep(state, site, raw).await;
    state.metrics.answered(match &outcome {
        Ok((Saved::New, _)) => "new",
        Ok((Saved::Known { .. }, _)) => "known",
        Err(Error::Unavailable) => "unavailable",
        Err(_) => "invalid",
    });
    outcome
}

async fn check_and_keep(state: &State, site: SiteId, raw: &Raw) -> Result<(Saved, Receipt), Error> {
    let answer = Answer::check(raw).map_err(Error::Answer)?;
    // The sender receives its own id, even if the answer is stored under another.
    let (id, sent_rev) = (answer.id().to_owned(), answer.rev());
    if answer.survey() == TRY_OUT {
        return Ok((Saved::Known { rev: sent_rev }, Receipt { id, rev: sent_rev }));
    }
    let received_at = now();
    let (answer, unverified) = match &state.signing {
        Some(signing) => {
            let (vouched, unverified) = signing.vouch(site.as_str(), raw, received_at)?;
            (Answer::check(&vouched).map_err(Error::Answer)?, unverified)
        }
        None => (answer, false),
    };
    let _slot = state.directory.slot(&site).ok_or(Error::Unavailable)?;
    let (cases, zone) = (state.directory.cases(&site), state.directory.zone(&site));
    let verdict = cases.judge(&answer, received_at, &zone);
    let wanted = state.directory.wanted(&site, &answer, received_at);
    let has_news = !wanted.is_empty();
    let mut received = Received::at(answer, received_at)
        .of(site.clone())
        .unverified(unverified)
        .judged(verdict)
        .wanted(wanted);
    received = received.grouped_by(&state.directory.groups(&site));
    if let Some(names) = &state.pseudonyms {
        received.customer = received.customer.map(|customer| names.of(&received.site, &customer));
    }
    let saved = state.store.save(received).await?;
    if has_news {
        state.news.notify_one();
    }
    let rev = match saved {
        Saved::New => sent_rev,
        Saved::Known { rev } => rev,
    };
    Ok((saved, Receipt { id, rev }))
}

pub(super) const fn status(saved: Saved) -> StatusCode {
    match saved {
        Saved::New => StatusCode::CREATED,
        Saved::Known { .. } => StatusCode::OK,
    }
}
