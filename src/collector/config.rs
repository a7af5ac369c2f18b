//! Settings from flags, the environment and a TOML file, in this order, then defaults. All their problems are
//! reported at once.

mod args;
mod file;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use args::{Flags, Settings};

use crate::email::Email;
use crate::http::auth::Token;
use crate::http::limit::Rate;
use crate::http::signed::Signing;
use crate::mail::Post;
use crate::origins::Origins;
use crate::pseudonym::Pseudonyms;
use crate::store::Location;

/// How many answers one client may send in a minute. Many customers share the address of an office or a
/// telephone network, and each sends two or three.
const RATE_LIMIT: u32 = 600;

/// The collector's settings. Every value has been checked.
#[derive(Debug)]
pub struct Config {
    /// The address to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The database; a missing file is created, a missing folder isn't.
    pub database: Location,
    /// The origins that may send answers.
    pub origins: Origins,
    /// The collector's own public addresses.
    pub public_url: Origins,
    /// The tokens for results; each of them is valid.
    pub tokens: Vec<Token>,
    /// The file for the token that the collector makes if none is given.
    pub own_token: PathBuf,
    /// The signing of customers by the shop.
    pub signing: Option<Signing>,
    /// The pseudonyms under which customers are stored; `None` stores their own ids.
    pub pseudonyms: Option<Pseudonyms>,
    /// Certificate and key, to serve HTTPS.
    pub tls: Option<Tls>,
    /// The address for Prometheus.
    pub metrics: Option<SocketAddr>,
    /// How many answers one client may send, and how clients are told apart.
    pub rate: Rate,
    /// The limits on connections.
    pub connections: Connections,
    /// Whether messages may be sent to private addresses.
    pub private_targets: bool,
    /// How mail is sent; `None` sends none.
    pub post: Option<Post>,
    /// Whether the demo shop is also served.
    pub demo: bool,
}

/// The files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate and its chain.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// How many connections there may be at once. Above the limit, a new connection replaces the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// In total; fewer if the system allows fewer open files.
    pub all: usize,
    /// For one client, except addresses of the machine's own network, where a proxy may be.
    pub per_client: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self { all: 4_096, per_client: 256 }
    }
}

/// One setting, with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its text.
    pub text: String,
    /// Its source, in the owner's terms: `--listen`, `AANRADER_LISTEN` or `listen in aanrader.toml`.
    pub place: String,
}

/// All problems of the settings, one a line; never empty.
#[derive(Debug)]
pub struct WrongSettings(Vec<String>);

impl fmt::Display for WrongSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let (noun, verb) = if count == 1 { ("setting", "is") } else { ("settings", "are") };
        write!(f, "aanrader: {count} {noun} {verb} wrong:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for WrongSettings {}

impl Config {
    /// Checks the settings of the command line and the environment, together with those of the file that they
    /// name.
    ///
    /// # Errors
    ///
    /// Every invalid setting, by the name of its source.
    #[expect(clippy::too_many_lines, reason = "a line for each setting")]
    pub fn load(mut settings: Settings) -> Result<Self, WrongSettings> {
        let mut wrong = Vec::new();
        if let Some(config) = settings.config.take() {
            match file::read(Path::new(&config.text), &mut wrong) {
                Ok(from_file) => settings = settings.or(from_file),
                Err(why) => wrong.push(format!("{}: {why}", config.place)),
            }
        }
        let mut check = Check { wrong };
        let listen = check.or_default(settings.listen, SocketAddr::from(([127, 0, 0, 1], 8080)), address);
        let database =
            check.or_default(settings.database, Location::File("aanrader.db".into()), Location::parse);
        let origins = check.or_default(settings.origins, Origins::default(), Origins::parse);
        let public_url = check.or_default(settings.public_url, Origins::default(), Origins::parse_own);
        let tokens = check.tokens(settings.admin_token, settings.token_file);
        let signing = check.signing(settings.customer_key_file, settings.signed_only);
        let pseudonyms = check.or_default(settings.pseudonym_key_file, None, |path| {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("can't read {path}: {error}"))?;
            Pseudonyms::with_key(&text).map(Some)
        });
        let tls = check.tls(settings.tls_cert, settings.tls_key);
        let metrics = check.or_default(settings.metrics, None, |text| address(text).map(Some));
        let per_minute = check.or_default(settings.rate_limit, RATE_LIMIT, |text| number(text, 1_000_000));
        let proxies = check.or_default(settings.proxies, 0, |text| number(text, 10));
        let rate = per_minute
            .zip(proxies)
            .map(|(per_minute, proxies)| Rate { per_minute, proxies: proxies as usize });
        let Connections { all, per_client } = Connections::default();
        let all = check.or_default(settings.connections, all, connections);
        let per_client = check.or_default(settings.client_connections, per_client, connections);
        let connections = all.zip(per_client).map(|(all, per_client)| Connections { all, per_client });
        let private_targets = check.or_default(settings.private_targets, false, yes_or_no);
        let post = check.post(settings.smtp_url, settings.mail_from);
        let demo = check.or_default(settings.demo, false, yes_or_no);
        let config = (|| {
            Some(Self {
                listen: listen?,
                own_token: database.as_ref()?.own_token(),
                database: database?,
                origins: origins?,
                public_url: public_url?,
                tokens: tokens?,
                signing: signing?,
                pseudonyms: pseudonyms?,
                tls: tls?,
                metrics: metrics?,
                rate: rate?,
                connections: connections?,
                private_targets: private_targets?,
                post: post?,
                demo: demo?,
            })
        })();
        config.filter(|_| check.wrong.is_empty()).ok_or(WrongSettings(check.wrong))
    }
}

/// Collects problems while the settings are checked.
struct Check {
    wrong: Vec<String>,
}

impl Check {
    fn or_default<T>(
        &mut self,
        given: Option<Given>,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(given) = given else {
            return Some(default);
        };
        parse(&given.text).map_err(|why| self.wrong.push(format!("{}: {why}", given.place))).ok()
    }

    /// The given token and those in a file; all of them open results.
    fn tokens(&mut self, token: Option<Given>, file: Option<Given>) -> Option<Vec<Token>> {
        let in_file = self.or_default(file, Vec::new(), |path| token_file(Path::new(path)));
        let given = self.or_default(token, None, |text| Token::parse(text).map(Some));
        Some(given?.into_iter().chain(in_file?).collect())
    }

    /// The key with which the shop signs customers, and whether unsigned answers are refused.
    fn signing(&mut self, key: Option<Given>, only: Option<Given>) -> Option<Option<Signing>> {
        if let (None, Some(only)) = (&key, &only) {
            self.wrong.push(format!("{}: needs --customer-key-file, too", only.place));
        }
        let only = self.or_default(only, false, yes_or_no);
        let signing = self.or_default(key, None, |path| {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("can't read {path}: {error}"))?;
            Signing::with_key(&text).map(Some)
        })?;
        let only = only?;
        Some(signing.map(|signing| signing.only(only)))
    }

    /// The mail server and the sender, or neither. The problem doesn't repeat the server's password.
    fn post(&mut self, url: Option<Given>, from: Option<Given>) -> Option<Option<Post>> {
        let alone = |given: &Given, other: &str| format!("{}: needs {other}, too", given.place);
        match (&url, &from) {
            (Some(url), None) => self.wrong.push(alone(url, "--mail-from")),
            (None, Some(from)) => self.wrong.push(alone(from, "--smtp-url")),
            _ => {}
        }
        let from = self.or_default(from, None, |text| Email::parse(text).map(Some))?;
        let Some(from) = from else { return Some(None) };
        self.or_default(url, None, |text| Post::of(text, from).map(Some))
    }

    /// Both files of a certificate, or neither.
    fn tls(&mut self, cert: Option<Given>, key: Option<Given>) -> Option<Option<Tls>> {
        let alone = |given: &Given, other: &str| format!("{}: needs {other}, too", given.place);
        match (&cert, &key) {
            (Some(cert), None) => self.wrong.push(alone(cert, "--tls-key")),
            (None, Some(key)) => self.wrong.push(alone(key, "--tls-cert")),
            _ => {}
        }
        let cert = self.or_default(cert, None, |text| file(text).map(Some))?;
        let key = self.or_default(key, None, |text| file(text).map(Some))?;
        Some(cert.zip(key).map(|(cert, key)| Tls { cert, key }))
    }
}

/// Reads tokens from a file, one a line.
///
/// # Errors
///
/// The file can't be read, or a token is invalid. The message doesn't repeat the token.
pub(crate) fn token_file(path: &Path) -> Result<Vec<Token>, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let tokens: Vec<Token> =
        lines.map(Token::parse).collect::<Result<_, _>>().map_err(|why| format!("a token {why}"))?;
    if tokens.is_empty() {
        Err(format!("{} holds no token; write one into it", path.display()))
    } else {
        Ok(tokens)
    }
}

fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_file() { Ok(path) } else { Err(format!("there is no file {text:?}; give the path of one")) }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no address; give IP:PORT, such as 127.0.0.1:8080"))
}

fn number(text: &str, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| format!("{text:?} does not fit; give a whole number from 0 to {most}"))
}

fn connections(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=60_000).contains(number));
    number.ok_or_else(|| format!("{text:?} does not fit; give a whole number from 1 to 60000"))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither; give true or false")),
    }
}

#[cfg(test)]
mod tests;
