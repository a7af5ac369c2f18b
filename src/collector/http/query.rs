//! Reads the parameters of an address, and reports all their problems at once. An unknown parameter is
//! refused, because a misspelled `form=` must not silently count everything.

use axum::http::Uri;

use super::error::{Error, Listed};

/// How many unknown parameters are named.
const MOST_UNKNOWN: usize = 10;

/// The parameters that haven't been read yet, and the problems of the others.
pub(super) struct Query {
    left: Vec<(String, String)>,
    known: Vec<&'static str>,
    problems: Vec<Listed>,
}

impl Query {
    pub(super) fn new(uri: &Uri) -> Self {
        let left = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        Self { left, known: Vec::new(), problems: Vec::new() }
    }

    /// The text of a parameter. An empty one counts as absent, because forms send empty fields.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let asked = self.left.extract_if(.., |(key, _)| key == name);
        asked.last().map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// The value of a parameter; `takes` describes the allowed values.
    pub(super) fn parse<T>(
        &mut self,
        name: &'static str,
        takes: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let shown: String = text.chars().take(40).collect();
            self.problems.push(Listed::new(name, "malformed", format!("{name} is {shown:?}; give {takes}")));
        }
        parsed
    }

    /// Adds a problem of parameters that are valid one by one.
    pub(super) fn refuse(&mut self, problem: Listed) {
        self.problems.push(problem);
    }

    /// Refuses all problems and unknown parameters, with a limit on the number of the latter.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        for (key, _) in self.left.iter().take(MOST_UNKNOWN) {
            let key: String = key.chars().take(40).collect();
            let message =
                format!("there is no parameter {key:?}; this address takes {}", self.known.join(", "));
            self.problems.push(Listed::new(key, "unknown", message));
        }
        if self.problems.is_empty() { Ok(()) } else { Err(Error::Query(self.problems)) }
    }
}
