//! The flags of `aanrader serve` and their environment.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use super::Given;

/// The settings as texts. clap only collects them, so that all problems can be reported at once.
#[derive(Debug, Args)]
pub struct Flags {
    /// Address and port to listen on; port 0 lets the system choose [default: 127.0.0.1:8080]
    #[arg(long, value_name = "IP:PORT", env = "AANRADER_LISTEN", hide_env_values = true)]
    listen: Option<String>,
    /// The SQLite file with the answers, made if it is not there, or a postgres:// URL [default: aanrader.db]
    #[arg(long, value_name = "FILE|URL", env = "AANRADER_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Web sites that may send answers, such as https://shop.example, with commas between; * for any
    #[arg(long, value_name = "ORIGINS", env = "AANRADER_ORIGINS", hide_env_values = true)]
    origins: Option<String>,
    /// By which address browsers reach this collector, such as https://survey.shop.example, with commas between
    #[arg(long, value_name = "ORIGINS", env = "AANRADER_PUBLIC_URL", hide_env_values = true)]
    public_url: Option<String>,
    /// A file with the token that opens results and answers, or two on a line each while one replaces the other
    #[arg(long, value_name = "FILE", env = "AANRADER_TOKEN_FILE", hide_env_values = true)]
    token_file: Option<String>,
    /// The token itself, 16 characters or more; as a flag every user of the machine can see it
    #[arg(long, value_name = "TOKEN", env = "AANRADER_ADMIN_TOKEN", hide_env_values = true)]
    admin_token: Option<String>,
    /// How many requests with answers one client may send in a minute; 0 is no limit [default: 600]
    #[arg(long, value_name = "NUMBER", env = "AANRADER_RATE_LIMIT", hide_env_values = true)]
    rate_limit: Option<String>,
    /// Reverse proxies in front, whose X-Forwarded-For is trusted to name the client [default: 0]
    #[arg(long, value_name = "NUMBER", env = "AANRADER_PROXIES", hide_env_values = true)]
    proxies: Option<String>,
    /// Connections at once; when all are taken, a new one gets the place of the oldest [default: 4096]
    #[arg(long, value_name = "NUMBER", env = "AANRADER_CONNECTIONS", hide_env_values = true)]
    connections: Option<String>,
    /// Connections at once from one client [default: 256]
    #[arg(long, value_name = "NUMBER", env = "AANRADER_CLIENT_CONNECTIONS", hide_env_values = true)]
    client_connections: Option<String>,
    /// A file with the key by which your back end signs customers; answers of others are marked
    #[arg(long, value_name = "FILE", env = "AANRADER_CUSTOMER_KEY_FILE", hide_env_values = true)]
    customer_key_file: Option<String>,
    /// Refuse answers of customers who are not signed
    #[arg(
        long, value_name = "BOOL", env = "AANRADER_SIGNED_ONLY", hide_env_values = true,
        num_args = 0..=1, default_missing_value = "true", require_equals = true
    )]
    signed_only: Option<String>,
    /// A file with a key under which customers are stored as an HMAC instead of by their ids
    #[arg(long, value_name = "FILE", env = "AANRADER_PSEUDONYM_KEY_FILE", hide_env_values = true)]
    pseudonym_key_file: Option<String>,
    /// The certificate and those that it rests on, in a PEM file, to serve HTTPS; read again on SIGHUP
    #[arg(long, value_name = "FILE", env = "AANRADER_TLS_CERT", hide_env_values = true)]
    tls_cert: Option<String>,
    /// The certificate's key, in a PEM file
    #[arg(long, value_name = "FILE", env = "AANRADER_TLS_KEY", hide_env_values = true)]
    tls_key: Option<String>,
    /// Address and port for Prometheus, which gets /metrics there [default: none]
    #[arg(long, value_name = "IP:PORT", env = "AANRADER_METRICS", hide_env_values = true)]
    metrics: Option<String>,
    /// Let notifications go to private addresses, such as those of this machine or its network
    #[arg(
        long, value_name = "BOOL", env = "AANRADER_PRIVATE_TARGETS", hide_env_values = true,
        num_args = 0..=1, default_missing_value = "true", require_equals = true
    )]
    private_targets: Option<String>,
    /// The server that sends mail, such as smtps://USER:PASSWORD@HOST; as a flag every user of the machine can see it
    #[arg(long, value_name = "URL", env = "AANRADER_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// The sender of mail, such as nps@shop.example
    #[arg(long, value_name = "EMAIL", env = "AANRADER_MAIL_FROM", hide_env_values = true)]
    mail_from: Option<String>,
    /// A TOML file with any of the settings above and `demo`
    #[arg(long, value_name = "FILE", env = "AANRADER_CONFIG", hide_env_values = true)]
    config: Option<String>,
    /// Serve the demo shop under /demo/ too
    #[arg(
        long, value_name = "BOOL", env = "AANRADER_DEMO", hide_env_values = true,
        num_args = 0..=1, default_missing_value = "true", require_equals = true
    )]
    demo: Option<String>,
}

/// Names each setting once, and generates the code for all of them.
macro_rules! settings {
    ($($name:ident)*) => {
        /// Each setting with its source, unchecked.
        #[derive(Debug, Default)]
        #[allow(missing_docs)] // Each is explained by its flag.
        pub struct Settings {
            $(pub $name: Option<Given>,)*
        }

        impl Settings {
            /// These settings; each absent one comes from `other`.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($name: self.$name.or(other.$name),)* }
            }

            /// The given flags; `matches` knows which of them came from the environment.
            pub fn given(flags: Flags, matches: &ArgMatches) -> Self {
                let place = Place(matches);
                Self { $($name: place.of(stringify!($name), flags.$name),)* }
            }

            /// The field for the setting of that name.
            pub(super) fn slot(&mut self, name: &str) -> Option<&mut Option<Given>> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

settings! {
    listen public_url origins admin_token token_file rate_limit proxies connections client_connections
    customer_key_file signed_only pseudonym_key_file tls_cert tls_key metrics private_targets smtp_url mail_from
    database config demo
}

/// Tells whether a setting came from a flag or from the environment.
struct Place<'a>(&'a ArgMatches);

impl Place<'_> {
    /// An empty variable counts as absent, because `docker compose` passes unset variables as empty.
    fn of(&self, name: &str, text: Option<String>) -> Option<Given> {
        let text = text?;
        let place = match self.0.value_source(name) {
            Some(ValueSource::EnvVariable) if text.is_empty() => return None,
            Some(ValueSource::EnvVariable) => format!("AANRADER_{}", name.to_uppercase()),
            _ => format!("--{}", name.replace('_', "-")),
        };
        Some(Given { text, place })
    }
}
