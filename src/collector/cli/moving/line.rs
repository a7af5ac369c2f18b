//! The lines of an export that are no answers. Each names its kind; an answer has none, as in exports of before.

use std::io::Write;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::notices::Notice;
use crate::store::{Asking, CaseRecord, Health, Mark, Millis, Scopes, Site, TokenRecord};

/// The field that names the kind.
pub(super) const KIND: &str = "kind";

/// A line that is no answer.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Site(Box<Site>),
    Case(Box<CaseRecord>),
    Cause(Cause),
    Mark(Box<MarkLine>),
    Counter(Counter),
    Week(Week),
    Token(Token),
    Notice(Box<NoticeLine>),
    Secret(Secret),
}

/// A cause of cases.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cause {
    pub(super) name: String,
}

/// A mark on the charts.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct MarkLine {
    pub(super) mark: Mark,
}

/// How often the question was shown on a day of UTC, and what came of it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Counter {
    survey: String,
    day: i64,
    touchpoint: String,
    wording: String,
    mode: String,
    shown: i64,
    closed: i64,
    scored: i64,
    commented: i64,
}

/// A week whose mail was written, by its Monday.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Week {
    pub(super) monday: String,
}

/// A token's or link's hash and rights.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Token {
    name: String,
    hash: String,
    scopes: String,
    created_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Millis>,
}

/// A notice and how its deliveries go.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct NoticeLine {
    pub(super) notice: Notice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    off_since: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A key that all collectors of a database share.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) value: String,
}

impl From<Asking> for Counter {
    fn from(asking: Asking) -> Self {
        let Asking { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] } =
            asking;
        Self { survey, day, touchpoint, wording, mode, shown, closed, scored, commented }
    }
}

impl From<Counter> for Asking {
    fn from(counter: Counter) -> Self {
        let Counter { survey, day, touchpoint, wording, mode, shown, closed, scored, commented } = counter;
        Self { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] }
    }
}

impl From<TokenRecord> for Token {
    fn from(token: TokenRecord) -> Self {
        let TokenRecord { name, hash, scopes, created_at, revoked_at, .. } = token;
        Self { name, hash, scopes: scopes.names(), created_at, revoked_at }
    }
}

impl Token {
    pub(super) fn of(self, site: crate::store::SiteId) -> TokenRecord {
        let Self { name, hash, scopes, created_at, revoked_at } = self;
        TokenRecord { site, name, hash, scopes: Scopes::parse(&scopes), created_at, revoked_at }
    }
}

impl NoticeLine {
    pub(super) fn new(notice: Notice, health: Health) -> Self {
        let Health { failing_since, off_since, error } = health;
        Self { notice, failing_since, off_since, error }
    }

    pub(super) fn health(&self) -> Health {
        let Self { failing_since, off_since, error, .. } = self;
        Health { failing_since: *failing_since, off_since: *off_since, error: error.clone() }
    }
}

/// A line with its kind first.
#[derive(Serialize)]
struct Tagged<'a, T> {
    kind: &'static str,
    #[serde(flatten)]
    body: &'a T,
}

/// Writes a line of that kind.
fn tagged(out: &mut impl Write, kind: &'static str, body: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, &Tagged { kind, body })?;
    out.write_all(b"\n").context("writing a line")
}

impl Line {
    /// Writes it.
    pub(super) fn write(&self, out: &mut impl Write) -> anyhow::Result<()> {
        match self {
            Self::Site(site) => tagged(out, "site", site),
            Self::Case(case) => tagged(out, "case", case),
            Self::Cause(cause) => tagged(out, "cause", cause),
            Self::Mark(mark) => tagged(out, "mark", mark),
            Self::Counter(counter) => tagged(out, "counter", counter),
            Self::Week(week) => tagged(out, "week", week),
            Self::Token(token) => tagged(out, "token", token),
            Self::Notice(notice) => tagged(out, "notice", notice),
            Self::Secret(secret) => tagged(out, "secret", secret),
        }
    }

    /// Reads a line of that kind.
    ///
    /// # Errors
    ///
    /// The kind, the field, its problem and the way out.
    pub(super) fn read(kind: &str, text: &str) -> Result<Self, String> {
        let line = match kind {
            "site" => Self::Site(body(kind, text)?),
            "case" => Self::Case(body(kind, text)?),
            "cause" => Self::Cause(body(kind, text)?),
            "mark" => Self::Mark(body(kind, text)?),
            "counter" => Self::Counter(body(kind, text)?),
            "week" => Self::Week(body(kind, text)?),
            "token" => Self::Token(body(kind, text)?),
            "notice" => Self::Notice(body(kind, text)?),
            "secret" => Self::Secret(body(kind, text)?),
            _ => {
                return Err(format!(
                    "{KIND} is {kind:?}, which this version doesn't know; import it with the version that wrote it or a newer one"
                ));
            }
        };
        line.check().map_err(|why| format!("{kind}: {why}"))?;
        Ok(line)
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Case(case) => case.check(),
            Self::Week(Week { monday }) => match monday.parse::<jiff::civil::Date>() {
                Ok(_) => Ok(()),
                Err(_) => Err(format!("monday is {monday:?}; give a date such as 2026-11-23")),
            },
            Self::Token(Token { hash, .. }) => {
                let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
                if is_hash {
                    Ok(())
                } else {
                    Err("hash is no SHA-256; give its 64 hexadecimal digits".into())
                }
            }
            Self::Counter(Counter { shown, closed, scored, commented, .. })
                if [shown, closed, scored, commented].iter().any(|count| **count < 0) =>
            {
                Err("a count is below 0".into())
            }
            _ => Ok(()),
        }
    }
}

/// The body of a line. The error names the field by its path.
fn body<T: DeserializeOwned>(kind: &str, text: &str) -> Result<T, String> {
    let mut from = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut from).map_err(|error| {
        let path = error.path().to_string();
        let why = error.into_inner().to_string();
        // The line in the file is told by the reader; serde counts lines within this one.
        let why = why.split(" at line ").next().unwrap_or(&why);
        let path = if path == "." { String::new() } else { format!("{path}: ") };
        format!("{kind}: {path}{why}")
    })
}
