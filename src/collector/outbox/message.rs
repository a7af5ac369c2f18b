//! A message: what one notice is told of at once.

use crate::notices::{Event, Notice, Seen};
use crate::store::{Case, Delivery, Engine, Millis, RowKey, SiteId, StoreError, Stored, message_id};

/// The largest number of events that a digest lists; the others are counted.
const LISTED: usize = 100;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id. It is the same in every attempt.
    pub id: String,
    /// Its site.
    pub site: SiteId,
    /// Its notice.
    pub notice: Notice,
    /// The instant of the event, or the end of the digest's period.
    pub at: Millis,
    /// The events; none in a test.
    pub items: Vec<Item>,
    /// The number of all events; a digest may have more than it lists.
    pub count: usize,
    /// Whether it tells of all events of a period.
    pub is_digest: bool,
}

/// An event with the answer as it is now.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its key.
    pub key: RowKey,
    /// When it happened.
    pub at: Millis,
    /// The answer.
    pub answer: Stored,
    /// Its case, if it has one.
    pub case: Option<Case>,
}

impl Message {
    /// A message that shows whether a notice arrives.
    pub fn test(site: SiteId, notice: Notice, now: Millis) -> Self {
        let id = message_id(&format!("{site}\n{}\n{now}\n{}", notice.name, uuid::Uuid::new_v4()));
        Self { id, site, notice, at: now, items: Vec::new(), count: 0, is_digest: false }
    }

    /// Whether it is a test.
    pub fn is_test(&self) -> bool {
        self.count == 0
    }

    /// The message about these rows, which belong together; `None` if none of them concerns the notice. Also
    /// returns the rows that don't.
    pub(super) async fn of(
        store: &dyn Engine,
        site: &SiteId,
        notice: &Notice,
        rows: &[Delivery],
    ) -> Result<(Option<Self>, Vec<Delivery>), StoreError> {
        let (mut items, mut dropped, mut count) = (Vec::new(), Vec::new(), 0);
        for row in rows {
            match item(store, notice, row).await? {
                Some(item) => {
                    count += 1;
                    if items.len() < LISTED {
                        items.push(item);
                    }
                }
                None => dropped.push(row.clone()),
            }
        }
        let Some(first) = items.first() else { return Ok((None, dropped)) };
        let period = rows.first().map_or(0, |row| row.period);
        let (id, at) = match period {
            0 => (first.key.event_id(), first.at),
            _ => (message_id(&format!("{site}\n{}\n{period}", notice.name)), period),
        };
        let message =
            Self { id, site: site.clone(), notice: notice.clone(), at, items, count, is_digest: period != 0 };
        Ok((Some(message), dropped))
    }
}

/// The row's event, if it concerns the notice: its answer fits, or a change of one that was told.
async fn item(store: &dyn Engine, notice: &Notice, row: &Delivery) -> Result<Option<Item>, StoreError> {
    let Some(settled) = store.settled(row.key.clone()).await? else { return Ok(None) };
    let answer = settled.answer;
    let was_told = settled.told && row.key.event == Event::AnswerUpdated;
    if !was_told && !notice.rule.fits(&seen(&answer)) {
        return Ok(None);
    }
    let case =
        if row.key.event.is_of_case() { store.case(row.key.of()).await?.map(|(case, _)| case) } else { None };
    // An erased answer takes its case along.
    if row.key.event.is_of_case() && case.is_none() {
        return Ok(None);
    }
    Ok(Some(Item { key: row.key.clone(), at: row.at, answer, case }))
}

fn seen(answer: &Stored) -> Seen<'_> {
    let properties =
        answer.properties.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    Seen {
        survey: &answer.survey,
        touchpoint: &answer.touchpoint,
        score: answer.score,
        comment: Some(answer.comment.as_deref().unwrap_or_default()),
        properties: properties.collect(),
    }
}
