//! The rules of the builder's fields. Each problem names its remedy.

use aanrader_survey::{limits, text};

use crate::language::{t, with};
use crate::texts;

/// The checks that only the browser can make.
pub(crate) trait Browser {
    /// The origin of an address of http or https, in the form that browsers send.
    fn origin(&self, address: &str) -> Option<String>;
    /// Whether it is a valid CSS selector.
    fn is_selector(&self, text: &str) -> bool;
    /// Whether it is a valid value of that CSS property.
    fn is_value(&self, property: &str, text: &str) -> bool;
}

/// One problem of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The field's name, which is also its id on the page.
    pub(crate) field: &'static str,
    /// The problem, and the values that the field takes.
    pub(crate) message: String,
}

/// The values that a field takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// A survey's or touchpoint's name.
    Slug,
    /// A text of at most this many characters.
    Text(usize),
    /// A whole number in this range, both ends included.
    Integer(u32, u32),
    /// A number from 0 to 100, with at most two decimals.
    Percent,
    /// A CSS selector.
    Selector,
    /// A pattern of a page's path.
    Path,
    /// A value of this CSS property.
    Css(&'static str),
    /// Always valid: the value is chosen from a list, not typed.
    Choice,
}

/// The longest pattern of an address, and the longest selector, in characters.
const LONG: usize = 200;

impl Takes {
    /// The value without surrounding space.
    ///
    /// # Errors
    ///
    /// The problem, in a sentence that begins with the field's label.
    pub(crate) fn check(self, label: &str, raw: &str, browser: &dyn Browser) -> Result<String, String> {
        let value = text::clean(raw, false);
        let length = text::length(&value);
        let most = self.most();
        if length > most {
            return Err(texts::too_long(label, length, most));
        }
        if value.is_empty() || self.fits(&value, browser) {
            return Ok(value);
        }
        Err(texts::wrong_value(label, &value, &self.words()))
    }

    const fn most(self) -> usize {
        match self {
            Self::Slug => limits::SLUG_CHARS,
            Self::Text(most) => most,
            _ => LONG,
        }
    }

    fn fits(self, value: &str, browser: &dyn Browser) -> bool {
        match self {
            Self::Slug => text::is_slug(value),
            Self::Integer(least, most) => {
                value.parse::<u32>().is_ok_and(|number| (least..=most).contains(&number))
            }
            Self::Percent => is_percent(value),
            Self::Selector => browser.is_selector(value),
            Self::Path => value.starts_with(['/', '*']) && !value.contains([' ', '#']),
            // A style sheet inside a page ends at the first `</`.
            Self::Css(property) => !value.contains(['<', ';', '{']) && browser.is_value(property, value),
            Self::Text(_) | Self::Choice => true,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Slug => t().takes_slug.into(),
            Self::Integer(least, most) => {
                with(t().takes_integer, &[("least", &least.to_string()), ("most", &most.to_string())])
            }
            Self::Percent => t().takes_percent.into(),
            Self::Selector => t().takes_selector.into(),
            Self::Path => t().takes_path.into(),
            Self::Css("font-family") => t().takes_font.into(),
            Self::Css(_) => t().takes_colour.into(),
            Self::Text(_) | Self::Choice => t().takes_text.into(),
        }
    }
}

fn is_percent(value: &str) -> bool {
    let (units, hundredths) = value.split_once('.').unwrap_or((value, "0"));
    let are_digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(units, 3)
        && are_digits(hundredths, 2)
        && value.parse::<f64>().is_ok_and(|percent| percent <= 100.0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A browser that accepts a few values.
    pub(crate) struct Few;

    impl Browser for Few {
        fn origin(&self, address: &str) -> Option<String> {
            let (scheme, rest) =
                address.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"))?;
            let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
            Some(format!("{scheme}://{}", host.to_lowercase()))
        }
        fn is_selector(&self, text: &str) -> bool {
            !text.ends_with(['>', '['])
        }
        fn is_value(&self, _: &str, text: &str) -> bool {
            text != "reddish"
        }
    }

    fn said(takes: Takes, raw: &str) -> String {
        takes.check("The field", raw, &Few).expect_err(raw)
    }

    #[test]
    fn a_wrong_value_is_named_with_its_field_and_what_it_takes() {
        let slug = "The field is “Ärger 1”. It takes small letters a–z, digits and -, for example account.";
        assert_eq!(said(Takes::Slug, " Ärger 1 "), slug);
        assert_eq!(
            said(Takes::Integer(0, 100), "5.5"),
            "The field is “5.5”. It takes a whole number from 0 to 100."
        );
        assert!(said(Takes::Integer(0, 100), "101").contains("“101”"));
        assert!(said(Takes::Path, "account").contains("begins with /"));
        assert!(said(Takes::Path, "/a#b").contains("begins with /"));
        assert!(said(Takes::Selector, "li >").contains("CSS selector"));
        assert!(said(Takes::Css("color"), "reddish").contains("a colour"));
        assert!(said(Takes::Css("color"), "red; x: y").contains("a colour"));
        assert!(said(Takes::Css("font-family"), "</style>").contains("names of fonts"));
    }

    #[test]
    fn a_percentage_is_taken_to_hundredths() {
        for percent in ["0", "100", "12.5", "0.25", "100.00"] {
            assert_eq!(Takes::Percent.check("x", percent, &Few), Ok(percent.into()));
        }
        for wrong in ["100.01", "0.125", "12,5", "1e1", ".5", "5.", "-1", "x"] {
            assert!(said(Takes::Percent, wrong).contains("at most two decimals"), "{wrong}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_told_its_length() {
        let said = said(Takes::Text(5), "äöüäöü");
        assert_eq!(said, "The field has 6 characters. It takes at most 5: shorten it.");
    }

    #[test]
    fn a_good_value_comes_without_what_surrounds_it_and_nothing_is_good() {
        assert_eq!(Takes::Integer(0, 9).check("x", " 5 ", &Few), Ok("5".into()));
        assert_eq!(Takes::Slug.check("x", "  ", &Few), Ok(String::new()));
    }
}
