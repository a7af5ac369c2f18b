//! Settings: from flags, the environment and a TOML file, in that order, then
//! defaults. Everything that is wrong with them is named at once.

mod args;
mod file;

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

pub use args::{Command, Settings, command_line};

use crate::http::auth::Token;
use crate::http::limit::Rate;
use crate::http::origin::Origins;
use crate::store::Location;

/// Answers that one client may send in a minute: many visitors share the address of one office or one
/// telephone network, and each of them sends two or three.
const RATE_LIMIT: u32 = 600;

/// What the collector runs with. Whoever holds one, holds settings that were checked.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Where the answers are; a file is made if it is not there, its folder is not.
    pub database: Location,
    /// Which web sites may send answers.
    pub origins: Origins,
    /// By which addresses the collector itself is reached.
    pub public_url: Origins,
    /// What the owner shows to read results; without one, nobody reads them.
    pub admin_token: Option<Token>,
    /// How many answers one client may send, and who is one.
    pub rate: Rate,
    /// How many connections there may be.
    pub connections: Connections,
    /// Whether the demo shop is served too.
    pub demo: bool,
}

/// How many connections there may be at once. Whoever comes when all are taken gets the oldest one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// In all; fewer where the system allows fewer open files.
    pub all: usize,
    /// Of one client, but not of addresses of the machine's own network, where a proxy may be.
    pub per_client: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self { all: 4_096, per_client: 256 }
    }
}

/// One setting as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its text.
    pub text: String,
    /// Where it was given, as its owner would look for it: `--listen`,
    /// `AANRADER_LISTEN` or `listen in aanrader.toml`.
    pub place: String,
}

/// All that is wrong with the settings, one line each; never empty.
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
    /// Checks the settings of the command line and the environment together with
    /// those of the file that they name.
    ///
    /// # Errors
    ///
    /// Every setting that is wrong, by the name it was given under.
    pub fn load(mut settings: Settings) -> Result<Self, WrongSettings> {
        let mut wrong = Vec::new();
        if let Some(config) = settings.config.take() {
            match file::read(Path::new(&config.text), &mut wrong) {
                Ok(from_file) => settings = settings.or(from_file),
                Err(why) => wrong.push(format!("{}: {why}", config.place)),
            }
        }
        let mut check = Check { wrong };
        let listen = check.or_default(settings.listen, SocketAddr::from(([127, 0, 0, 1], 8080)), listen);
        let database =
            check.or_default(settings.database, Location::File("aanrader.db".into()), Location::parse);
        let origins = check.or_default(settings.origins, Origins::default(), Origins::parse);
        let public_url = check.or_default(settings.public_url, Origins::default(), Origins::parse_own);
        let admin_token = check.or_default(settings.admin_token, None, |text| Token::parse(text).map(Some));
        let per_minute = check.or_default(settings.rate_limit, RATE_LIMIT, |text| number(text, 1_000_000));
        let proxies = check.or_default(settings.proxies, 0, |text| number(text, 10));
        let rate = per_minute
            .zip(proxies)
            .map(|(per_minute, proxies)| Rate { per_minute, proxies: proxies as usize });
        let Connections { all, per_client } = Connections::default();
        let all = check.or_default(settings.connections, all, connections);
        let per_client = check.or_default(settings.client_connections, per_client, connections);
        let connections = all.zip(per_client).map(|(all, per_client)| Connections { all, per_client });
        let demo = check.or_default(settings.demo, false, yes_or_no);
        let config = (|| {
            Some(Self {
                listen: listen?,
                database: database?,
                origins: origins?,
                public_url: public_url?,
                admin_token: admin_token?,
                rate: rate?,
                connections: connections?,
                demo: demo?,
            })
        })();
        config.filter(|_| check.wrong.is_empty()).ok_or(WrongSettings(check.wrong))
    }
}

/// Remembers what is wrong while the settings are gone through.
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
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no address; give IP:PORT, such as 127.0.0.1:8080"))
}

fn number(text: &str, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| format!("{text:?} is no whole number from 0 to {most}"))
}

fn connections(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=60_000).contains(number));
    number.ok_or_else(|| format!("{text:?} is no whole number from 1 to 60000"))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

#[cfg(test)]
mod tests;
