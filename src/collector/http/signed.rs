//! Customers whom the shop vouches for. Its back end signs site, customer and expiry with a key that only the
//! shop and the collector know. So nobody else can answer as a customer, or as many customers.
//!
//! A signature is `EXPIRES.MAC`: seconds since 1970, and HMAC-SHA256 in hexadecimal of the three lines
//! `SITE`, `CUSTOMER` and `EXPIRES` with line feeds between. It counts for one answer of its customer per
//! survey and day of expiry, whatever ids and touchpoints accompany it.

use std::fmt;

use aanrader_survey::{Field, Raw};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::error::{Error, Listed};
use crate::store::Millis;

/// The field with the signature.
pub(super) const SIGNATURE: &str = "signature";

/// The property that tells whether the shop vouches for the customer. The collector sets it, and ignores the
/// sender's value.
const VERIFIED: &str = "verified";

/// A key with fewer characters can be guessed.
const LEAST_CHARS: usize = 32;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// The key, and the treatment of unverified answers.
#[derive(Clone)]
pub struct Signing {
    key: String,
    /// Whether unverified answers are refused; otherwise they are marked.
    only: bool,
}

impl Signing {
    /// Reads the key from the text of a file.
    ///
    /// # Errors
    ///
    /// The problem, without repeating the key.
    pub fn with_key(text: &str) -> Result<Self, String> {
        let key = text.trim();
        match key.chars().count() {
            count if count < LEAST_CHARS => Err(format!(
                "the key has {count} characters, which can be guessed; use {LEAST_CHARS} or more"
            )),
            _ => Ok(Self { key: key.to_owned(), only: false }),
        }
    }

    /// Sets whether unverified answers are refused.
    #[must_use]
    pub fn only(self, only: bool) -> Self {
        Self { only, ..self }
    }

    /// The answer with its mark, and whether it is unverified. If the shop vouches for the customer, the
    /// answer gets an id that is the same for all uses of its signature.
    pub(super) fn vouch(&self, site: &str, raw: &Raw, now: Millis) -> Result<(Raw, bool), Error> {
        let signed = self.signed(site, raw, now);
        match signed {
            Err(why) if self.only => Err(Error::Query(vec![Listed::new(SIGNATURE, "unsigned", why)])),
            Err(_) => Ok((marked(raw, None, "no"), true)),
            Ok(expires) => Ok((marked(raw, Some(id_of(raw, expires)), "yes"), false)),
        }
    }

    /// The expiry of the signature, if it is the shop's and hadn't expired when the answer was given.
    fn signed(&self, site: &str, raw: &Raw, now: Millis) -> Result<i64, &'static str> {
        let text = |name| match raw.get(name) {
            Some(Raw::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let signature =
            text(SIGNATURE).ok_or("only customers whom the shop has signed may answer; send signature")?;
        let customer =
            text(Field::Customer.name()).ok_or("a signature is for a customer; send customer, too")?;
        let wrong = "this is not the signature of this site, customer and expiry; make it with the key of --customer-key-file";
        let (expires, mac) = signature.split_once('.').ok_or(wrong)?;
        let message = format!("{site}\n{customer}\n{expires}");
        let mut hmac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).map_err(|_| wrong)?;
        hmac.update(message.as_bytes());
        hmac.verify_slice(&bytes(mac).ok_or(wrong)?).map_err(|_| wrong)?;
        let expires: i64 = expires.parse().map_err(|_| wrong)?;
        if given_at(raw, now) / 1_000 > expires {
            return Err(
                "the signature had expired when the answer was given; make one for each page, or for longer",
            );
        }
        Ok(expires)
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signing(…, only: {})", self.only)
    }
}

/// The time of answering, by our clock. The fields are still unchecked.
fn given_at(raw: &Raw, now: Millis) -> Millis {
    let instant = |field: Field| match raw.get(field.name()) {
        Some(Raw::Number(number)) if number.is_finite() => Some(*number as Millis),
        _ => None,
    };
    match (instant(Field::AnsweredAt), instant(Field::SentAt)) {
        // Times from an outbox are believed up to the same limit as in the dates of its answers.
        (Some(answered), Some(sent)) => {
            let age = sent.saturating_sub(answered).clamp(0, crate::store::BELIEVED);
            now - age
        }
        _ => now,
    }
}

fn marked(raw: &Raw, id: Option<String>, verified: &str) -> Raw {
    let Raw::Map(entries) = raw else { return raw.clone() };
    let mut entries = entries.clone();
    let properties = Field::Properties.name();
    let mut pairs = match raw.get(properties) {
        Some(Raw::Map(pairs)) => pairs.clone(),
        None | Some(Raw::Null) => Vec::new(),
        // The survey's rules refuse another type.
        Some(_) => return Raw::Map(entries),
    };
    pairs.retain(|(key, _)| key != VERIFIED);
    pairs.push((VERIFIED.into(), verified.into()));
    entries.retain(|(key, _)| key != properties);
    entries.push((properties.into(), Raw::Map(pairs)));
    if let Some(id) = id {
        entries.retain(|(key, _)| key != Field::Id.name());
        entries.push((Field::Id.name().into(), Raw::Text(id)));
    }
    Raw::Map(entries)
}

/// An id that is the same for one customer, survey and day of expiry. It excludes the touchpoint, which the
/// sender can choose: all touchpoints count in the survey's number.
fn id_of(raw: &Raw, expires: i64) -> String {
    let mut hash = Sha256::new();
    for field in [Field::Survey, Field::Customer] {
        if let Some(Raw::Text(text)) = raw.get(field.name()) {
            hash.update(text.as_bytes());
        }
        hash.update(b"\n");
    }
    hash.update((expires / SECONDS_OF_A_DAY).to_be_bytes());
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The bytes of hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.is_ascii() && hex.len() == 64;
    digits.then(|| (0..64).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "an-example-key-of-32-characters!";
    const NOW: Millis = 1_800_000_000_000;

    fn answer(more: &str) -> Raw {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b","rev":1,"complete":true,"survey":"a","touchpoint":"t","score":9{more}}}"#
        );
        serde_json::from_str(&text).expect("JSON")
    }

    fn signing(only: bool) -> Signing {
        Signing::with_key(KEY).expect("a key").only(only)
    }

    /// The signature of the examples in README.md, for their key, `default`, `c-1` and this expiry.
    const SIGNED: &str = "1800000100.00b9a6d005bd388227ce5d81db19ac30a0ec2d100fd56de4bc6b4f7d1bc591d2";

    fn signature(site: &str, customer: &str, expires: i64) -> String {
        let mut hmac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("a key");
        hmac.update(format!("{site}\n{customer}\n{expires}").as_bytes());
        let mac = hmac.finalize().into_bytes();
        format!("{expires}.{}", mac.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    fn vouched(more: &str) -> Result<Raw, Error> {
        let vouched = signing(true).vouch("default", &answer(more), NOW)?;
        assert!(!vouched.1, "it is verified");
        Ok(vouched.0)
    }

    fn is_refused(more: &str, why: &str) {
        match vouched(more) {
            Err(Error::Query(problems)) => assert!(problems[0].message.contains(why), "{problems:?}"),
            other => panic!("{more}: {other:?}"),
        }
    }

    #[test]
    fn only_the_shop_s_own_signature_of_this_customer_counts() {
        let valid = signature("default", "c-1", NOW / 1_000 + 100);
        let kept = vouched(&format!(r#","customer":"c-1","signature":"{valid}""#)).expect("vouched for");
        let properties = kept.get("properties").expect("properties");
        assert_eq!(properties.get("verified"), Some(&Raw::Text("yes".into())));
        is_refused("", "send signature");
        is_refused(&format!(r#","signature":"{valid}""#), "send customer");
        is_refused(&format!(r#","customer":"c-2","signature":"{valid}""#), "not the signature");
        let other_site = signature("other", "c-1", NOW / 1_000 + 100);
        is_refused(&format!(r#","customer":"c-1","signature":"{other_site}""#), "not the signature");
        let later = valid.replacen("1800000100", "1900000100", 1);
        is_refused(&format!(r#","customer":"c-1","signature":"{later}""#), "not the signature");
        for broken in [
            "",
            ".",
            "1800000100.",
            "x",
            &valid[..valid.len() - 1],
            &format!("{valid}0"),
            &valid.replace('.', ""),
        ] {
            is_refused(&format!(r#","customer":"c-1","signature":"{broken}""#), "not the signature");
        }
    }

    #[test]
    fn a_late_answer_counts_if_the_signature_was_good_when_it_was_given() {
        let expired = signature("default", "c-1", NOW / 1_000 - 100);
        let with = |more: &str| format!(r#","customer":"c-1","signature":"{expired}"{more}"#);
        is_refused(&with(""), "had expired");
        assert!(vouched(&with(&format!(r#","answered_at":{},"sent_at":{NOW}"#, NOW - 200_000))).is_ok());
        is_refused(&with(&format!(r#","answered_at":{},"sent_at":{NOW}"#, NOW - 50_000)), "had expired");
        // The answer's own date alone is no proof, and an outbox isn't believed for ever.
        is_refused(&with(&format!(r#","answered_at":{}"#, NOW - 200_000)), "had expired");
        let long_gone = signature("default", "c-1", NOW / 1_000 - 40 * SECONDS_OF_A_DAY);
        let more = format!(r#","customer":"c-1","signature":"{long_gone}","answered_at":0,"sent_at":{NOW}"#);
        is_refused(&more, "had expired");
    }

    #[test]
    fn one_signature_is_one_answer_whatever_ids_are_sent() {
        let id = |more: &str| {
            let signed = signature("default", "c-1", NOW / 1_000 + 100);
            let kept =
                vouched(&format!(r#","customer":"c-1","signature":"{signed}"{more}"#)).expect("vouched for");
            kept.get("id").cloned()
        };
        let first = id("");
        assert_eq!(first, id(r#","id":"9c0b8a9e-2d66-4a3f-8f1e-6f2b8f6f0a11""#));
        assert_eq!(first, id(r#","touchpoint":"other""#), "a touchpoint is the sender's to name");
        assert_ne!(first, id(r#","survey":"other""#), "another survey asks anew");
    }

    #[test]
    fn where_signatures_are_not_needed_the_others_are_marked_and_nobody_marks_themselves() {
        let kept =
            signing(false).vouch("default", &answer(r#","properties":{"verified":"yes","plan":"pro"}"#), NOW);
        let (kept, unverified) = kept.expect("kept");
        assert!(unverified);
        let properties = kept.get("properties").expect("properties");
        assert_eq!(properties.get("verified"), Some(&Raw::Text("no".into())));
        assert_eq!(properties.get("plan"), Some(&Raw::Text("pro".into())));
    }

    #[test]
    fn a_short_key_is_refused_without_being_repeated() {
        let why = Signing::with_key("secret").expect_err("too short");
        assert!(why.contains("6 characters") && !why.contains("secret"), "{why}");
    }

    #[test]
    fn the_readme_s_examples_and_the_collector_agree() {
        assert_eq!(signature("default", "c-1", 1_800_000_100), SIGNED);
    }
}
