//! The list of all messages, `tests/messages.txt`: everything that collector, widget, counter and scripts can
//! say.
//!
//! It is generated from the sources, so that a new or changed message appears in the list for review. `cargo
//! xtask tables` writes it, and a test checks it and the form of each message.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

use crate::{dist, layout};

/// The crates with messages, and the scripts of pages. The owner's texts are in `www/owner`.
const PLACES: [&str; 6] =
    ["src/survey", "src/widget", "src/nps", "src/nps-text", "src/collector", "www/targeting"];

/// Scripts that start the element, besides those in folders.
const SCRIPTS: [&str; 7] =
    ["aanrader.js", "element.js", "nps.js", "nps-text.js", "script.js", "widget.js", "npm/index.js"];

/// A text with fewer words is a name, a key or a unit.
const LEAST_WORDS: usize = 3;

const LIST: &str = "tests/messages.txt";

/// The messages of one file, in the order of the file.
struct Messages {
    file: String,
    said: Vec<String>,
}

/// Writes the list.
///
/// # Errors
///
/// A source can't be read.
pub(crate) fn write() -> Result<()> {
    fs::write(layout::root().join(LIST), list(&all()?)).context(LIST)
}

fn list(all: &[Messages]) -> String {
    let mut out = String::new();
    for messages in all.iter().filter(|messages| !messages.said.is_empty()) {
        let _ = writeln!(out, "{}", messages.file);
        for message in &messages.said {
            let _ = writeln!(out, "  {}", message.replace('\n', "\\n"));
        }
    }
    out
}

fn all() -> Result<Vec<Messages>> {
    let mut all = Vec::new();
    for place in PLACES {
        for file in dist::files(&layout::root().join(place))? {
            let path = format!("{place}/{}", file.display());
            all.extend(of_file(&path)?);
        }
    }
    for script in SCRIPTS {
        all.extend(of_file(&format!("www/{script}"))?);
    }
    Ok(all)
}

/// The messages of a source; `None` for other files, and for code of tests and measurements.
fn of_file(path: &str) -> Result<Option<Messages>> {
    let aside = ["/tests", "/suite", "/bench/", "/build.rs", "/migrations/"];
    if aside.iter().any(|part| path.contains(part)) {
        return Ok(None);
    }
    let said = match path.rsplit('.').next() {
        Some("rs") => of_rust(&fs::read_to_string(layout::root().join(path))?)?,
        Some("js") => of_script(&fs::read_to_string(layout::root().join(path))?),
        _ => return Ok(None),
    };
    Ok(Some(Messages { file: path.to_owned(), said }))
}

fn of_rust(code: &str) -> Result<Vec<String>> {
    let mut texts = Texts::default();
    texts.visit_file(&syn::parse_file(code)?);
    Ok(texts.0.into_iter().filter(|text| is_message(text)).collect())
}

/// The texts of a file, without attributes and tests.
#[derive(Default)]
struct Texts(Vec<String>);

impl Texts {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.0.push(text.value());
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}

/// The texts of a script: in double quotes or backticks, outside comments.
fn of_script(code: &str) -> Vec<String> {
    let lines = code.lines().map(|line| line.split_once("// ").map_or(line, |(code, _)| code));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut texts = Vec::new();
    for quote in ['"', '`'] {
        texts.extend(code.split(quote).skip(1).step_by(2).filter(|text| is_message(text)).map(str::to_owned));
    }
    texts
}

/// Marks of SQL, markup and policies.
const OF_MACHINES: [&str; 12] = [
    "SELECT ",
    "INSERT ",
    "DELETE ",
    "UPDATE ",
    "CREATE ",
    "VACUUM",
    " NOT NULL",
    " AND ",
    ") AS ",
    ") > (",
    ") < (",
    "<!",
];

/// Whether it is a message for people: words, and neither SQL nor markup. A macro's doc comment begins with a
/// space.
fn is_message(text: &str) -> bool {
    let is_word = |word: &&str| {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        !letters.is_empty() && letters.chars().all(|c| c.is_alphabetic() || "'’-".contains(c))
    };
    let is_doc = text.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let words = text.split_whitespace().filter(is_word).count();
    words >= LEAST_WORDS && !is_doc && !OF_MACHINES.iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_messages_is_that_of_the_sources() {
        let kept = fs::read_to_string(layout::root().join(LIST)).expect(LIST);
        assert!(kept == list(&all().expect("the sources")), "{LIST} is old: run `cargo xtask tables`");
    }

    /// Words that tell neither the problem nor the remedy.
    const EMPTY: [&str; 10] = [
        "invalid",
        "illegal",
        "oops",
        "sorry",
        "please",
        "unfortunately",
        "something went wrong",
        "an error occurred",
        "failed to",
        "!",
    ];

    /// The files with refusals that a person can resolve.
    const REFUSALS: [&str; 4] = [
        "src/collector/http/error.rs",
        "src/collector/http/signed.rs",
        "src/collector/config.rs",
        "src/survey/problem.rs",
    ];

    /// How a remedy begins.
    const WAYS: [&str; 18] = [
        "send ",
        "give ",
        "use ",
        "ask for",
        "try ",
        "see ",
        "set ",
        "start ",
        "make ",
        "write ",
        "name ",
        "add ",
        "needs ",
        "lists ",
        "exchange ",
        "run ",
        "put ",
        "choose ",
    ];

    #[test]
    fn every_message_is_short_and_none_is_empty_words() {
        for messages in all().expect("the sources") {
            for text in &messages.said {
                let lower = text.to_lowercase();
                let empty: Vec<_> = EMPTY.iter().filter(|word| lower.contains(*word)).collect();
                assert!(empty.is_empty(), "{}: {text}: {empty:?}", messages.file);
                assert!(text.split_whitespace().count() <= 40, "{}: {text}", messages.file);
            }
        }
    }

    #[test]
    fn every_refusal_names_a_way_out() {
        let mut seen = 0;
        for messages in all().expect("the sources").iter().filter(|it| REFUSALS.contains(&&*it.file)) {
            // A text before a semicolon or a single placeholder is part of another one.
            let is_message = |text: &&String| text.contains(' ') && !is_part(text);
            for text in messages.said.iter().filter(is_message) {
                assert!(WAYS.iter().any(|way| text.contains(way)), "{}: {text}", messages.file);
                seen += 1;
            }
        }
        assert!(seen > 35, "{seen} refusals");
    }

    /// Whether it is a part of another message (the allowed values of a field, or an embedded reason), or a
    /// line of the log.
    fn is_part(text: &str) -> bool {
        let begins = [
            "a ",
            "an ",
            "1 to ",
            "milliseconds",
            "one JSON",
            "true or",
            "{site}",
            "turned away",
            "aanrader: ",
            "can't read",
        ];
        begins.iter().any(|begin| text.starts_with(begin)) || text.ends_with(" {why}")
    }
}
