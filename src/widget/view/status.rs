//! The polite announcement of the delivery.

use aanrader_survey::{Delivery, Saved, State};

use crate::strings::{digits, fill};
use crate::texts::Texts;

/// The words for this state; perhaps empty.
pub(super) fn text(state: State, texts: &Texts) -> String {
    match state {
        State::Sending { .. } => texts.sending(),
        State::Answering { score, saved: Saved::Came(Delivery::Stored), .. } => {
            fill(&texts.saved(), "score}", &digits(score.get().into()))
        }
        State::Answering { saved: Saved::Came(delivery), .. } | State::Done { delivery, .. } => {
            match delivery {
                Delivery::Stored => texts.sent(),
                Delivery::Kept => texts.kept(),
                Delivery::KeptInPage => texts.kept_page(),
                Delivery::PageRefused => texts.refused_origin(),
                Delivery::Refused => texts.refused_answer(),
            }
        }
        _ => String::new(),
    }
}
