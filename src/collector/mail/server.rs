//! The mail server, over SMTP.

use std::fmt;
use std::time::Duration;

use axum::http::Uri;
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::Letter;
use crate::email::Email;

/// How long the server may take for one step, in seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// The settings of mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// The server's URL, which may hold a password.
    url: String,
    /// The sender of mails whose site names none.
    pub from: Email,
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Post(…, from {})", self.from)
    }
}

impl Post {
    /// Mail by this server, from this address by default.
    ///
    /// # Errors
    ///
    /// The problem of the URL, which isn't repeated because it may hold a password.
    pub fn of(url: &str, from: Email) -> Result<Self, String> {
        let wrong =
            || "is no mail server; give smtps://USER:PASSWORD@HOST, or smtp:// with STARTTLS".to_owned();
        let uri: Uri = url.trim().parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().unwrap_or_default();
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if !matches!(scheme, "smtp" | "smtps") || !matches!(uri.path(), "" | "/") {
            return Err(wrong());
        }
        let mut url = url.trim().to_owned();
        let is_this_machine = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        // A password never leaves this machine unencrypted.
        if scheme == "smtp" && !is_this_machine {
            if uri.query().is_some_and(|query| query != "tls=required") {
                return Err(
                    "would send a password unencrypted; give smtps://, or smtp:// without a query".into()
                );
            }
            if uri.query().is_none() {
                url.push_str("?tls=required");
            }
        }
        AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(|_| wrong())?;
        Ok(Self { url, from })
    }
}

/// Why a letter didn't arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The server's reply, or the error.
    pub said: String,
    /// Whether another attempt is useless.
    pub is_final: bool,
}

/// Sends letters.
#[derive(Clone, Debug)]
pub struct Mailer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Email,
}

impl Mailer {
    /// Connects at the first letter.
    ///
    /// # Errors
    ///
    /// The certificates of the machine can't be used.
    pub fn new(post: &Post) -> anyhow::Result<Self> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&post.url)?;
        Ok(Self { server: server.timeout(Some(PATIENCE)).build(), from: post.from.clone() })
    }

    /// The sender of letters that name none.
    pub fn from(&self) -> &Email {
        &self.from
    }

    /// Makes one attempt to hand a letter to the server.
    ///
    /// # Errors
    ///
    /// The server doesn't take it.
    pub async fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let message = letter.message(&self.from).map_err(|said| Failure { said, is_final: true })?;
        self.server.send(message).await.map(drop).map_err(|error| failure(&error))
    }
}

fn failure(error: &Error) -> Failure {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !said.contains(&cause_text) {
            said = format!("{said}: {cause_text}");
        }
        source = cause.source();
    }
    Failure { said, is_final: error.is_permanent() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<String, String> {
        Post::of(url, Email::parse("nps@shop.example").expect("an address")).map(|post| post.url)
    }

    #[test]
    fn a_password_leaves_the_machine_only_encrypted() {
        for (url, used) in [
            ("smtps://u:p@mail.example", "smtps://u:p@mail.example"),
            ("smtp://u:p@mail.example:587", "smtp://u:p@mail.example:587?tls=required"),
            ("smtp://mail.example?tls=required", "smtp://mail.example?tls=required"),
            ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
            ("smtp://localhost", "smtp://localhost"),
        ] {
            assert_eq!(of(url).as_deref(), Ok(used));
        }
        for url in [
            "",
            "mail.example",
            "https://mail.example",
            "smtp://",
            "smtp://u:secret@mail.example?tls=opportunistic",
            "smtps://mail.example/secret",
        ] {
            let why = of(url).expect_err(url);
            assert!(why.contains("give smtps://") && !why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let from = Email::parse("nps@shop.example").expect("an address");
        let post = Post::of("smtps://u:secret@mail.example", from).expect("settings");
        assert!(!format!("{post:?}").contains("secret"));
    }
}
