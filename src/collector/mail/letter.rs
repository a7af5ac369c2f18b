//! A letter: its addresses, its subject, and its content, which becomes plain text and HTML.

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use maud::{Markup, PreEscaped, html};

use crate::email::Email;
use crate::store::Millis;

/// A part of a letter's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A paragraph; its line breaks stay.
    Text(String),
    /// A customer's words.
    Quote(String),
    /// Lines that belong together.
    List(Vec<String>),
    /// A link with its text.
    Link(String, String),
    /// A remark at the end.
    Small(String),
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id: the same for each attempt, so that a letter that arrives twice is recognised.
    pub id: String,
    /// When it was written.
    pub at: Millis,
    /// The sender's address; `None` for the collector's.
    pub sender: Option<Email>,
    /// The sender's name.
    pub name: Option<String>,
    /// Where it goes.
    pub to: Email,
    /// Where replies go; `None` for the sender.
    pub reply_to: Option<Email>,
    /// Its subject.
    pub subject: String,
    /// The language of its content.
    pub language: String,
    /// Its content.
    pub parts: Vec<Part>,
    /// Whether a person wrote it. Out-of-office replies to the others are unwanted.
    pub is_personal: bool,
}

/// A text for a header: one line without control characters.
fn line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}

impl Letter {
    /// The message, from this address if it names no sender.
    pub(super) fn message(&self, from: &Email) -> Result<Message, String> {
        let from = self.sender.as_ref().unwrap_or(from);
        let domain = from.to_string().rsplit('@').next().unwrap_or_default().to_owned();
        let mailbox = |email: &Email, name: Option<String>| {
            let address = email.to_string().parse().map_err(|_| format!("{email} is no address"))?;
            Ok::<_, String>(Mailbox::new(name, address))
        };
        let name = self.name.as_deref().map(line).filter(|name| !name.is_empty());
        let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(self.at.max(0).unsigned_abs());
        let mut message = Message::builder()
            .from(mailbox(from, name)?)
            .to(mailbox(&self.to, None)?)
            .date(date)
            .subject(line(&self.subject))
            .message_id(Some(format!("<{}@{domain}>", self.id)));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(mailbox(reply_to, None)?);
        }
        if !self.is_personal {
            let name = HeaderName::new_from_ascii_str("Auto-Submitted");
            message = message.raw_header(HeaderValue::new(name, "auto-generated".into()));
        }
        let content = MultiPart::alternative_plain_html(self.text(), self.html().into_string());
        message.multipart(content).map_err(|error| error.to_string())
    }

    /// The content as plain text.
    pub fn text(&self) -> String {
        let quoted = |text: &str| text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Quote(text) => quoted(text),
            Part::List(lines) => lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
            Part::Link(text, address) => format!("{text}:\n{address}"),
            Part::Small(text) => format!("-- \n{text}"),
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join("\n\n") + "\n"
    }

    /// The content as HTML.
    fn html(&self) -> Markup {
        html! {
            (PreEscaped("<!doctype html>"))
            html lang=(self.language) {
                head { meta charset="utf-8"; title { (line(&self.subject)) } }
                body { @for part in &self.parts { (markup(part)) } }
            }
        }
    }
}

fn markup(part: &Part) -> Markup {
    html! {
        @match part {
            Part::Text(text) => p { (lines(text)) },
            Part::Quote(text) => blockquote dir="auto" { (lines(text)) },
            Part::List(list) => ul { @for line in list { li { (line) } } },
            Part::Link(text, address) => p { a href=(address) { (text) } },
            Part::Small(text) => p { small { (lines(text)) } },
        }
    }
}

fn lines(text: &str) -> Markup {
    html! {
        @for (number, line) in text.lines().enumerate() {
            @if number > 0 { br; }
            (line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    fn letter() -> Letter {
        Letter {
            id: "a1".into(),
            at: 1_795_000_000_000,
            sender: None,
            name: Some("De Winkel\r\nBcc: x@evil.example".into()),
            to: email("anna@klant.example"),
            reply_to: Some(email("help@shop.example")),
            subject: "Uw pakket\r\nBcc: y@evil.example".into(),
            language: "nl".into(),
            parts: vec![
                Part::Text("Beste klant,\nhet spijt ons.".into()),
                Part::Quote("<b>Te laat</b>".into()),
                Part::List(vec!["één".into(), "twee".into()]),
                Part::Link("Is het opgelost?".into(), "https://nps.example/solved/a?b=1&c=2".into()),
            ],
            is_personal: true,
        }
    }

    fn formatted(letter: &Letter) -> String {
        let message = letter.message(&email("nps@shop.example")).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn no_text_adds_a_header() {
        let message = formatted(&letter());
        let (headers, _) = message.split_once("\r\n\r\n").expect("headers and content");
        assert!(headers.lines().all(|line| !line.to_lowercase().starts_with("bcc")), "{headers}");
        for part in ["Reply-To: help@shop.example", "To: anna@klant.example", "Message-ID: <a1@shop.example>"]
        {
            assert!(headers.contains(part), "{part}: {headers}");
        }
        let programs = formatted(&Letter { is_personal: false, ..letter() });
        assert!(!message.contains("Auto-Submitted") && programs.contains("Auto-Submitted: auto-generated"));
    }

    #[test]
    fn each_attempt_sends_the_same_letter() {
        let without_boundary = |message: String| {
            message
                .lines()
                .filter(|line| !line.contains("boundary") && !line.starts_with("--"))
                .collect::<String>()
        };
        assert_eq!(without_boundary(formatted(&letter())), without_boundary(formatted(&letter())));
    }

    #[test]
    fn the_content_is_text_and_escaped_html() {
        let letter = letter();
        let text = letter.text();
        for part in [
            "Beste klant,\nhet spijt ons.",
            "> <b>Te laat</b>",
            "- één\n- twee",
            "Is het opgelost?:\nhttps://",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let html = letter.html().into_string();
        for part in [
            "Beste klant,<br>het spijt ons.",
            "&lt;b&gt;Te laat&lt;/b&gt;",
            "<li>één</li>",
            "b=1&amp;c=2\">Is het",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
