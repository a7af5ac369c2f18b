//! The owner's token.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use subtle::ConstantTimeEq;

use super::cases::Person;
use super::error::Error;
use super::limit::Peer;
use crate::sites::hash;
use crate::store::{Scope, SiteId};

/// A token with fewer characters can be guessed.
const LEAST_CHARS: usize = 16;

/// A secret that opens results and answers.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Checks a token: at least 16 visible ASCII characters, which a header can hold.
    ///
    /// # Errors
    ///
    /// The problem, without repeating the token.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("holds blanks or characters beyond ASCII; use letters, digits and punctuation".into());
        }
        if text.len() < LEAST_CHARS {
            return Err(format!(
                "has {} characters, which can be guessed; use {LEAST_CHARS} or more",
                text.len()
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// Its SHA-256 in hexadecimal digits. The collector keeps only this of a token.
    pub(super) fn hash(&self) -> String {
        hash(&self.0)
    }

    /// Compares in a time that doesn't depend on how much of the text is right.
    fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Proof that a request has a valid token, or the session of a person who has signed in with one: a handler with
/// this parameter is for owners only.
pub(super) struct Owner {
    /// The only site that the token opens; `None` for all sites.
    pub(super) site: Option<SiteId>,
}

impl FromRequestParts<super::State> for Owner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &super::State) -> Result<Self, Error> {
        if state.tokens.is_empty() && !state.directory.has_tokens() {
            return Err(Error::NoTokenConfigured);
        }
        let Some(shown) = bearer(&parts.headers) else {
            let person = Person::of(state, &parts.headers).await.map_err(|_| Error::Unavailable)?;
            return person.map(|person| Self { site: person.token_site() }).ok_or(Error::NoToken);
        };
        let peer = parts.extensions.get::<Peer>().copied();
        let mut site = None;
        let opens = || {
            site = state.directory.opens(shown).filter(|(_, scopes)| scopes.allow(Scope::Read));
            is_one_of(&state.tokens, shown) | site.is_some()
        };
        state.limit.admit_token(peer, &parts.headers, opens)?;
        Ok(Self { site: site.map(|(site, _)| site) })
    }
}

/// Compares with all tokens, so that the time doesn't tell which one is nearly right.
fn is_one_of(tokens: &[Token], shown: &str) -> bool {
    tokens.iter().fold(false, |found, token| found | token.is(shown))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_token_is_refused_without_being_repeated() {
        let why = Token::parse("abc").expect_err("too short");
        assert!(why.contains("has 3 characters") && !why.contains("abc"), "{why}");
        assert!(Token::parse("0123456789abcde").is_err());
        assert!(Token::parse("0123456789 abcdef").is_err());
        assert!(Token::parse("0123456789abcdef").is_ok());
    }

    #[test]
    fn only_the_complete_token_is_the_token() {
        let token = Token::parse("0123456789abcdef").expect("a token");
        let other = Token::parse("fedcba9876543210").expect("a token");
        assert!(is_one_of(&[token.clone(), other.clone()], "fedcba9876543210"));
        assert!(!is_one_of(&[token.clone(), other], "0123456789abcdeffedcba9876543210"));
        assert!(token.is("0123456789abcdef"));
        for other in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg"] {
            assert!(!token.is(other), "{other}");
        }
    }
}
