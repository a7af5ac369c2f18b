//! Where messages are sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

/// The beginning of a secret's text.
const PREFIX: &str = "whsec_";

/// The permitted lengths of a secret, in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Where messages are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Target {
    /// A program, by Standard Webhooks.
    Webhook(Webhook),
    /// A Slack channel, by the URL of its incoming webhook.
    Slack {
        /// The URL, which is a secret.
        url: String,
    },
    /// A channel of Microsoft Teams, by the URL of its workflow.
    Teams {
        /// The URL, which is a secret.
        url: String,
    },
    /// A topic of ntfy.
    Ntfy {
        /// The topic's URL.
        url: String,
    },
    /// The shop's people, by e-mail.
    Mail {
        /// Names of the site's list of people; `@owner` is the owner of the case, and `@agent` whom the
        /// property `agent` names.
        to: Vec<String>,
    },
}

/// The recipients of mails: names, or who is named by a case or a property.
///
/// # Errors
///
/// A name is empty, or an address instead of a name.
pub fn check_recipients(names: &[String]) -> Result<Vec<String>, String> {
    let wrong = |name: &str| {
        format!("{name:?} is no name; give names of the site's people, @owner, or a property like @manager")
    };
    let one = |name: &String| {
        let name = name.trim();
        let bare = name.strip_prefix('@').unwrap_or(name);
        let fits = !bare.is_empty() && !bare.contains(|c: char| c == '@' || c.is_control());
        if fits { Ok(name.to_owned()) } else { Err(wrong(name)) }
    };
    names.iter().map(one).collect()
}

/// A program that receives signed messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its URL.
    pub url: String,
    /// The secrets by which messages are signed, the newest first.
    pub secrets: Vec<Secret>,
    /// Whether messages hold the answer and the case, not only their ids.
    #[serde(default)]
    pub full: bool,
}

/// A secret for signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// `whsec_` and 24 to 64 bytes in base64.
    pub secret: String,
    /// The instant until which it is used, in milliseconds since 1970; `None` for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

impl Target {
    /// The kind's name.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Slack { .. } => "slack",
            Self::Teams { .. } => "teams",
            Self::Ntfy { .. } => "ntfy",
            Self::Mail { .. } => "mail",
        }
    }

    /// A text that shows where messages go, without secrets. The path of a chat's URL is one.
    pub fn shown(&self) -> String {
        match self {
            Self::Webhook(Webhook { url, .. }) => shown(url, true),
            Self::Slack { url } | Self::Teams { url } => shown(url, false),
            Self::Ntfy { url } => shown(url, true),
            Self::Mail { to } => format!("to {}", to.join(", ")),
        }
    }
}

/// A URL without user, password and query.
fn shown(url: &str, with_path: bool) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    let path = if with_path { url.path() } else { "/…" };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default())
}

impl Webhook {
    /// A program at this URL, with a new secret.
    pub fn new(url: String, full: bool) -> Self {
        Self { url, secrets: vec![Secret { secret: new_secret(), until: None }], full }
    }

    /// Adds a secret; those of before stay valid until that instant.
    pub fn rotate(&mut self, secret: String, until: i64) {
        for old in &mut self.secrets {
            old.until = Some(old.until.map_or(until, |end| end.min(until)));
        }
        self.secrets.insert(0, Secret { secret, until: None });
    }

    /// The secrets that are valid at this instant, decoded, the newest first.
    pub fn keys(&self, now: i64) -> Vec<Vec<u8>> {
        let valid = self.secrets.iter().filter(|secret| secret.until.is_none_or(|until| now < until));
        valid.filter_map(|secret| read_secret(&secret.secret).ok()).collect()
    }
}

/// A new secret of 32 bytes, 244 bits of which are random.
pub fn new_secret() -> String {
    let bytes: Vec<u8> = [Uuid::new_v4(), Uuid::new_v4()].iter().flat_map(|id| *id.as_bytes()).collect();
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The bytes of a secret.
///
/// # Errors
///
/// The problem; the message doesn't repeat the secret.
pub fn read_secret(text: &str) -> Result<Vec<u8>, String> {
    let bytes = text.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
    let bytes = bytes.filter(|bytes| SECRET_BYTES.contains(&bytes.len()));
    bytes.ok_or_else(|| "this is no secret; give whsec_ and 24 to 64 bytes in base64".into())
}

/// Checks the URL of a target.
///
/// # Errors
///
/// The problem.
pub fn check_url(text: &str) -> Result<String, String> {
    let wrong = |why: &str| Err(format!("{text:?} {why}; give a URL like https://crm.example/hooks"));
    let Ok(url) = Url::parse(text) else { return wrong("is no URL") };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return wrong("is no address on the web");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("has a user or a password, which are not sent");
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_go_to_names_and_never_to_addresses() {
        let check =
            |names: &[&str]| check_recipients(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(check(&["anna", " @owner", "@manager"]).expect("names"), ["anna", "@owner", "@manager"]);
        for name in ["", "@", "anna@shop.example", "a\nb"] {
            assert!(check(&[name]).is_err(), "{name:?}");
        }
    }
}
