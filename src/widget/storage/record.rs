//! One revision of an answer, in the device's form.

use aanrader_survey::outbox::Revision;
use aanrader_survey::{Answer, Value};

use crate::json;
use crate::strings::{digits, join};

/// A revision: the body for the collector, and the collector's address. Each answer remembers its own
/// collector, because a page may use several, and the next page another one.
///
/// Its text has four lines: id, revision, address, body. This form hasn't changed since the first version, so
/// every version reads the records of every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    id: String,
    rev: u32,
    endpoint: String,
    /// JSON without line breaks.
    body: String,
}

impl Record {
    /// An answer for the collector at that address, with the shop's signature of the customer if there is
    /// one; `None` if JavaScript can't write it.
    pub(crate) fn new(answer: &Answer, signature: &str, endpoint: &str) -> Option<Self> {
        let mut body = json::write(answer)?;
        if !signature.is_empty() {
            body = json::with(&body, "signature", Value::Text(signature))?;
        }
        Some(Self { id: answer.id().into(), rev: answer.rev(), endpoint: endpoint.into(), body })
    }

    /// The text that the device keeps.
    pub(crate) fn text(&self) -> String {
        join(&[&*self.id, "\n", &digits(self.rev.into()), "\n", &self.endpoint, "\n", &self.body])
    }

    /// Reads such a text; `None` if it has another form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut line = || {
            let end = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
            let line = rest.get(..end)?;
            rest = rest.get(end + 1..).unwrap_or("");
            Some(line).filter(|line| !line.is_empty()).map(String::from)
        };
        let (id, rev, endpoint, body) = (line()?, line()?, line()?, line()?);
        let rev = rev.parse().ok().filter(|rev| *rev > 0)?;
        Some(Self { id, rev, endpoint, body })
    }

    /// The collector's address.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The message: JSON without the time of sending.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }
}

impl Revision for Record {
    fn id(&self) -> &str {
        &self.id
    }

    fn rev(&self) -> u32 {
        self.rev
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record of the widget's version 0.1.0.
    const KEPT: &str =
        "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b\n12\nhttps://a.example/v1/answers\n{\"comment\":\"a\\nb\"}";

    #[test]
    fn a_record_that_an_earlier_version_has_kept_is_read() {
        let record = Record::parse(KEPT).expect("a record");
        assert_eq!((record.id(), record.rev()), ("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b", 12));
        assert_eq!(record.endpoint(), "https://a.example/v1/answers");
        assert_eq!(record.body(), r#"{"comment":"a\nb"}"#);
    }

    #[test]
    fn an_earlier_version_reads_what_this_one_keeps() {
        assert_eq!(Record::parse(KEPT).expect("a record").text(), KEPT);
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        for text in
            ["", "id\nx\nurl\nbody", "id\n0\nurl\nbody", "id\n1\nurl", "id\n1\nurl\n", "\n1\nurl\nbody"]
        {
            assert_eq!(Record::parse(text), None, "{text:?}");
        }
    }
}
