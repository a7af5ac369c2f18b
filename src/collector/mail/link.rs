//! The signed link "is it solved?" in mails to customers. It names a case by random ids, and no person.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::store::{CaseKey, DAY, Millis, SiteId};

/// The name of a site's secret for these links.
pub const SECRET: &str = "solved-link";

/// How long a link works.
const LASTS: Millis = 60 * DAY;

/// Why a link can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The collector has not made it.
    Forged,
    /// It has expired.
    Expired,
}

fn mac(secret: &str, key: &CaseKey, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(format!("solved\n{}\n{}\n{}\n{until}", key.site, key.survey, key.id).as_bytes());
    Some(mac)
}

/// The address after the collector's own, for a letter that was written at `at`, in this language.
pub fn path(secret: &str, key: &CaseKey, at: Millis, language: &str) -> Option<String> {
    let until = (at + LASTS) / 1_000;
    let digits = mac(secret, key, until)?.finalize().into_bytes();
    let sig = digits.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !key.site.is_default() {
        query.append_pair("site", key.site.as_str());
    }
    query.append_pair("lang", language).append_pair("until", &until.to_string()).append_pair("sig", &sig);
    Some(format!("/solved/{}/{}?{}", key.survey, key.id, query.finish()))
}

/// Checks a link with the secret of its site.
///
/// # Errors
///
/// The reason to refuse it.
pub fn check(secret: &str, key: &CaseKey, until: &str, sig: &str, now: Millis) -> Result<(), Refused> {
    let until: i64 = until.parse().map_err(|_| Refused::Forged)?;
    let digits = (0..sig.len()).step_by(2).map(|start| {
        let pair = sig.get(start..start + 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let digits = digits.collect::<Option<Vec<_>>>().ok_or(Refused::Forged)?;
    let mac = mac(secret, key, until).ok_or(Refused::Forged)?;
    mac.verify_slice(&digits).map_err(|_| Refused::Forged)?;
    if until > now / 1_000 { Ok(()) } else { Err(Refused::Expired) }
}

/// The case in an address, if its parts can be those of one.
pub fn case(site: Option<&str>, survey: &str, id: &str) -> Option<CaseKey> {
    let site = site.map_or_else(|| Some(SiteId::default()), SiteId::parse)?;
    Some(CaseKey { site, survey: survey.to_owned(), id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_its_case_and_its_time_only() {
        let key = case(Some("toys"), "account", "3f0e2b9a").expect("a case");
        let path = path("secret", &key, 0, "nl").expect("a link");
        let (address, query) = path.split_once('?').expect("a query");
        assert_eq!(address, "/solved/account/3f0e2b9a");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let get =
            |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| &**value).expect(name);
        assert_eq!((get("site"), get("lang")), ("toys", "nl"));
        let (until, sig) = (get("until"), get("sig"));
        assert_eq!(check("secret", &key, until, sig, 0), Ok(()));
        assert_eq!(check("secret", &key, until, sig, LASTS), Err(Refused::Expired));
        let later = (until.parse::<i64>().expect("a number") + 1).to_string();
        let other = |site: &str, survey: &str, id: &str| case(Some(site), survey, id).expect("a case");
        for (secret, key, until, sig) in [
            ("other", &key, until, sig),
            ("secret", &other("shop", "account", "3f0e2b9a"), until, sig),
            ("secret", &other("toys", "order", "3f0e2b9a"), until, sig),
            ("secret", &other("toys", "account", "3f0e2b9b"), until, sig),
            ("secret", &key, &*later, sig),
            ("secret", &key, until, ""),
            ("secret", &key, until, &sig[2..]),
            ("secret", &key, until, "é"),
            ("secret", &key, "soon", sig),
        ] {
            assert_eq!(check(secret, key, until, sig, 0), Err(Refused::Forged), "{until} {sig}");
        }
    }
}
