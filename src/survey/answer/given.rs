//! An answer from the browser's own parts. The element has cleaned and limited every part and reported
//! problems in its own way, so nothing here names them.
//!
//! The checks of [`Answer::check`], with the words for every problem, take kilobytes of a customer's page;
//! these take a fraction. A property test verifies that both accept the same answers.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Answer, Contact, TakenBack};
use crate::{Reply, Score, limits, push_hexadecimal, text};

/// An answer's id: a UUID of version 4, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// An id from 16 random bytes, by RFC 9562. `crypto.randomUUID` exists only on pages with TLS.
    pub fn random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut id = String::new();
        for i in 0..32 {
            if matches!(i, 8 | 12 | 16 | 20) {
                id.push('-');
            }
            let byte = bytes[i / 2];
            push_hexadecimal(&mut id, if i % 2 == 0 { byte >> 4 } else { byte & 15 });
        }
        Self(id)
    }
}

impl From<String> for Id {
    /// The stored id of an earlier answer. The collector refuses an invalid one.
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The parts of an answer. An empty text counts as absent.
#[derive(Clone, Debug)]
pub struct Given {
    /// The idempotency key.
    pub id: Id,
    /// The revision, from 1 up.
    pub rev: u32,
    /// Whether the customer is done.
    pub complete: bool,
    /// The survey's id.
    pub survey: String,
    /// The touchpoint's id: a point of the customer journey.
    pub touchpoint: String,
    /// The score.
    pub score: Score,
    /// The customer's comment and contact.
    pub reply: Reply,
    /// The shop's pseudonymous id for the customer.
    pub customer: String,
    /// The shop's own properties of the occasion. Their keys are unique.
    pub properties: Vec<(String, String)>,
    /// The language that was shown.
    pub language: String,
    /// The id of the wording that was shown.
    pub wording: String,
    /// The time of answering, in milliseconds since 1970 by the customer's clock.
    pub answered_at: u64,
}

impl Answer {
    /// The answer with these parts; `None` if [`Answer::check`] would find a problem in one of them.
    pub fn given(given: Given) -> Option<Self> {
        let customer = text::clean(&given.customer, false);
        let fits = (1..=limits::REV).contains(&given.rev)
            && text::is_slug(&given.survey)
            && text::is_slug(&given.touchpoint)
            && given.reply.fits()
            && text::length(&customer) <= limits::CUSTOMER_CHARS
            && given.properties.len() <= limits::PROPERTIES
            && given.properties.iter().all(is_property)
            && (given.language.is_empty() || text::is_language(&given.language))
            && (given.wording.is_empty() || text::is_slug(&given.wording));
        fits.then(|| Self {
            id: given.id.0,
            rev: given.rev,
            complete: given.complete,
            survey: given.survey,
            touchpoint: given.touchpoint,
            score: given.score,
            comment: some(given.reply.comment()),
            contact: given.reply.contact().map(|how| Contact { how: some(how) }),
            taken_back: TakenBack::default(),
            customer: some(&customer),
            properties: given.properties,
            language: some(&given.language),
            wording: some(&given.wording),
            answered_at: Some(given.answered_at),
            sent_at: None,
        })
    }
}

fn some(text: &str) -> Option<String> {
    if text.is_empty() { None } else { Some(text.into()) }
}

fn is_property((key, value): &(String, String)) -> bool {
    text::is_key(key) && text::length(value) <= limits::VALUE_CHARS && text::clean(value, false) == *value
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;
    use crate::{Field, Raw};

    #[test]
    fn an_id_is_a_uuid_of_version_4_whatever_the_bytes() {
        assert_eq!(Id::random([0; 16]).0, "00000000-0000-4000-8000-000000000000");
        assert_eq!(Id::random([255; 16]).0, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    /// The same parts as raw fields of the wire.
    fn raw(given: &Given) -> Raw {
        let text = |text: &str| if text.is_empty() { Raw::Null } else { Raw::Text(text.into()) };
        let contact = given.reply.contact().map_or(Raw::Null, |how| {
            Raw::Map(Vec::from([("allowed".into(), Raw::Bool(true)), ("how".into(), text(how))]))
        });
        let properties = given.properties.iter().map(|(key, value)| (key.clone(), Raw::Text(value.clone())));
        Raw::object([
            (Field::Id, text(&given.id.0)),
            (Field::Rev, Raw::Number(given.rev.into())),
            (Field::Complete, Raw::Bool(given.complete)),
            (Field::Survey, text(&given.survey)),
            (Field::Touchpoint, text(&given.touchpoint)),
            (Field::Score, Raw::Number(given.score.get().into())),
            (Field::Comment, text(given.reply.comment())),
            (Field::Contact, contact),
            (Field::Customer, text(&given.customer)),
            (Field::Properties, Raw::Map(properties.collect())),
            (Field::Language, text(&given.language)),
            (Field::Wording, text(&given.wording)),
            (Field::AnsweredAt, Raw::Number(given.answered_at as f64)),
        ])
    }

    /// Mostly valid ids, and some invalid ones: too long, with other letters, or not cleaned.
    fn slug() -> impl Strategy<Value = String> {
        prop_oneof![9 => "[a-z0-9-]{1,64}", 1 => "[a-zA-Z é-]{0,66}"]
    }

    fn line(most: usize) -> impl Strategy<Value = String> {
        let of = |form: &str| proptest::string::string_regex(form).expect("a regular expression");
        let fits = of(&format!("[a-zé]{{0,{most}}}"));
        prop_oneof![9 => fits, 2 => of(&format!("[a-z \u{0}\u{a0}]{{0,{}}}", most + 2))]
    }

    prop_compose! {
        fn any_reply()(comment in line(2_000), allowed: bool, how in line(200)) -> Reply {
            Reply::new(&comment, allowed, &how)
        }
    }

    prop_compose! {
        fn any_given()(
            (bytes, rev, complete) in (any::<[u8; 16]>(), prop_oneof![9 => 1..9_u32, 1 => any::<u32>()], any::<bool>()),
            (survey, touchpoint, score) in (slug(), slug(), 0..=10_u8),
            reply in any_reply(),
            customer in line(128),
            properties in btree_map("[a-zA-Z0-9_.-]{1,33}", line(64), 0..22),
            (language, wording) in ("([a-zA-Z-]{0,36}|é)", "[0-9a-f]{0,66}"),
            answered_at in 0..8_640_000_000_000_000_u64,
        ) -> Given {
            let score = Score::new(score).expect("a score");
            let properties = properties.into_iter().collect();
            Given {
                id: Id::random(bytes), rev, complete, survey, touchpoint, score, reply, customer, properties,
                language, wording, answered_at,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn what_it_takes_the_collector_takes_as_the_very_same_answer(given in any_given()) {
            let checked = Answer::check(&raw(&given));
            let is_clean = given.properties.iter().all(|(_, value)| text::clean(value, false) == *value);
            match Answer::given(given) {
                Some(answer) => prop_assert_eq!(checked, Ok(answer)),
                None => prop_assert!(checked.is_err() || !is_clean),
            }
        }
    }
}
