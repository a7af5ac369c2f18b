//! Sites (several shops of one collector) and the tokens that open them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Millis;
use crate::cases::Settings;

/// A site's id, `[a-z0-9-]{1,64}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteId(String);

impl SiteId {
    /// The site of a collector without added sites, and of every answer from before there were sites.
    pub const DEFAULT: &str = "default";

    /// Reads an id; `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((1..=64).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the default site, which exists without being added.
    pub fn is_default(&self) -> bool {
        self.0 == Self::DEFAULT
    }
}

impl Default for SiteId {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SiteId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| {
            format!("{text:?} is no site; give 1 to 64 lower-case letters, digits and hyphens")
        })
    }
}

impl From<SiteId> for String {
    fn from(site: SiteId) -> Self {
        site.0
    }
}

/// A site with its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// The origins that may send its answers, exact or `https://*.shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// The languages of its link pages, the default one first; empty for all available ones.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The time zone in which its owner counts days, such as `Europe/Amsterdam`; `None` for UTC.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The number of days after which its answers become anonymous; `None` for never.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Its settings for cases.
    #[serde(default)]
    pub cases: Settings,
    /// The properties by which its answers are grouped, such as `agent` or `client`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// The rights of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Today's comments on the wall.
    Comments,
    /// The wall and its badge.
    Wall,
    /// Results and answers.
    Read,
    /// Work on cases.
    Work,
    /// Everything of its site.
    Admin,
}

impl Scope {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Wall => "wall",
            Self::Read => "read",
            Self::Work => "work",
            Self::Admin => "admin",
        }
    }

    /// The scope with that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Comments, Self::Wall, Self::Read, Self::Work, Self::Admin]
            .into_iter()
            .find(|scope| scope.name() == name)
    }
}

/// The scopes of one token, sorted and unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// A set of these scopes.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Whether these scopes include the needed one: `admin` includes all, `work` includes `read`.
    pub fn allow(&self, needed: Scope) -> bool {
        self.0.iter().any(|scope| *scope >= needed)
    }

    /// Whether this scope itself is among them: a link for the wall is no token, and no token is such a link.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Their names, separated by spaces, as stored.
    pub fn names(&self) -> String {
        self.0.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }

    /// Reads the text of [`Scopes::names`]; unknown names grant nothing.
    pub fn parse(names: &str) -> Self {
        Self::of(names.split_whitespace().filter_map(Scope::parse))
    }
}

/// A token in its stored form: its rights, never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// The site that it opens.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// SHA-256 of the token, in hexadecimal digits. Tokens are 244 random bits, so no slow hash is needed.
    pub hash: String,
    /// Its rights.
    pub scopes: Scopes,
    /// The time of its creation.
    pub created_at: Millis,
    /// The time since which it opens nothing.
    pub revoked_at: Option<Millis>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_named_by_letters_digits_and_hyphens() {
        for id in ["default", "shop-1", "a"] {
            assert_eq!(SiteId::parse(id).expect("an id").as_str(), id);
        }
        for text in ["", "Shop", "a b", "a.b", "ä", &"a".repeat(65)] {
            assert_eq!(SiteId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn who_may_work_may_read_and_who_may_all_may_both() {
        let allowed = |names: &str| {
            [Scope::Read, Scope::Work, Scope::Admin].map(|scope| Scopes::parse(names).allow(scope))
        };
        assert_eq!(allowed("read"), [true, false, false]);
        assert_eq!(allowed("work"), [true, true, false]);
        assert_eq!(allowed("admin read"), [true, true, true]);
        assert_eq!(allowed("owner"), [false, false, false]);
        assert_eq!(allowed("wall comments"), [false, false, false]);
        assert!(
            !Scopes::parse("admin").has(Scope::Wall) && Scopes::parse("wall comments").has(Scope::Comments)
        );
        assert_eq!(Scopes::of([Scope::Work, Scope::Read, Scope::Work]).names(), "read work");
    }
}
