//! What the owner chose, checked: all that snippet and trial are made of.

use aanrader_survey::TRY_OUT;

use super::rules::{Browser, Problem, Takes};
use super::{escape, looks};

/// In which form the snippet is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A script and an element, in a template.
    Tag,
    /// One script, for tag managers and closed templates.
    Script,
    /// The same for Google Tag Manager, which drops `data-` attributes.
    Google,
    /// A component of React, with the npm package.
    React,
    /// The same of Vue.
    Vue,
}

impl Form {
    /// Where the snippet goes.
    pub(crate) const fn paste(self, popup: bool) -> &'static str {
        match (self, popup) {
            (Self::Tag, false) => "Where it is to stand in your page or template.",
            (Self::Tag, true) => {
                "First in the <body> of your pages, so that the first press of Tab comes to it, wherever it is on the screen."
            }
            (Self::Script, _) => {
                "As a tag of custom HTML. One line, for systems that leave the data- attributes of a script as they are."
            }
            (Self::Google, _) => {
                "As a tag of the type Custom HTML. Google Tag Manager drops the data- attributes of a script, so this one sets them itself. With a content security policy, such a tag needs the same leave as all your others of this type."
            }
            (Self::React, _) => {
                "As a component, and <Survey /> where it is to stand. In Next.js the file begins with \"use client\"."
            }
            (Self::Vue, _) => {
                "As a component, where it is to stand. Vue takes it for an element once the options of its compiler say so: isCustomElement: (tag) => tag === \"aanrader-survey\". With TypeScript it begins with <script setup lang=\"ts\">."
            }
        }
    }
}

/// The choices. Everything in it has passed its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// In which form the snippet is wanted.
    pub(crate) form: Form,
    /// The collector's origin.
    pub(crate) collector: String,
    /// The shop's origin; empty if it was not given.
    pub(crate) shop: String,
    /// The element's attributes that differ from what they are anyway; a present one is empty.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// The same question as a link.
    pub(crate) address: String,
    /// What the link inside an inline survey says; empty for none.
    pub(crate) words: String,
    /// Into which element a script alone puts an inline survey; empty for a pop-up.
    pub(crate) target: String,
    /// CSS declarations of the element.
    pub(crate) styles: Vec<(&'static str, String)>,
}

/// An attribute: its name, the label of its field, what it takes, what it is without being given,
/// and whether only a pop-up has it.
type Attribute = (&'static str, &'static str, Takes, &'static str, bool);

const ATTRIBUTES: [Attribute; 22] = [
    ("survey", "Survey", Takes::Slug, "", false),
    ("touchpoint", "Touchpoint", Takes::Slug, "", false),
    ("mode", "Where it stands", Takes::Choice, "inline", false),
    ("placement", "Place", Takes::Choice, "bottom-end", true),
    ("lang", "Language", Takes::Choice, "", false),
    ("brand", "Your shop’s name", Takes::Text(64), "", false),
    ("question", "Your own question", Takes::Text(300), "", false),
    ("follow-up", "Follow-up for every score", Takes::Text(300), "", false),
    ("follow-up-promoter", "Follow-up after 9 and 10", Takes::Text(300), "", false),
    ("follow-up-passive", "Follow-up after 7 and 8", Takes::Text(300), "", false),
    ("follow-up-detractor", "Follow-up after 0 to 6", Takes::Text(300), "", false),
    ("save", "When a score is saved", Takes::Choice, "choose", false),
    ("delay", "Seconds to wait", Takes::Whole(0, 86_400), "0", true),
    ("scroll", "Percent scrolled", Takes::Whole(0, 100), "", true),
    ("exit", "On the way out", Takes::Choice, "", true),
    ("event", "Event", Takes::Text(64), "", true),
    ("seen", "Element seen", Takes::Selector, "", true),
    ("url", "Pages", Takes::Path, "", true),
    ("every", "Days after an answer", Takes::Whole(0, 3650), "90", true),
    ("snooze", "Days after “not now”", Takes::Whole(0, 3650), "30", true),
    ("sample", "Percent of customers", Takes::Percent, "100", true),
    ("consent", "Consent", Takes::Choice, "", true),
];

/// Attributes that are there or not.
const FLAGS: [&str; 2] = ["exit", "consent"];

/// A style: its field, the label, what it takes, the custom property, and its unit.
type Style = (&'static str, &'static str, Takes, &'static str, &'static str);

const STYLES: [Style; 8] = [
    ("accent", "Accent colour", Takes::Css("color"), "--aanrader-accent", ""),
    ("radius", "Rounding", Takes::Whole(0, 40), "--aanrader-radius", "px"),
    ("space", "Space", Takes::Whole(4, 40), "--aanrader-space", "px"),
    ("font", "Font", Takes::Css("font-family"), "--aanrader-font", ""),
    ("background", "Pop-up’s background", Takes::Css("color"), "--aanrader-background", ""),
    ("color", "Pop-up’s text", Takes::Css("color"), "--aanrader-color", ""),
    ("width", "Pop-up’s width", Takes::Whole(280, 640), "--aanrader-width", "px"),
    ("gap", "Pop-up’s distance", Takes::Whole(0, 80), "--aanrader-gap", "px"),
];

/// Reads the fields one by one, and gathers what is wrong with them.
struct Reader<'a> {
    field: &'a dyn Fn(&str) -> String,
    browser: &'a dyn Browser,
    problems: Vec<Problem>,
}

impl Plan {
    /// What the fields say.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, in the order of the fields.
    pub(crate) fn check(field: &dyn Fn(&str) -> String, browser: &dyn Browser) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader { field, browser, problems: Vec::new() };
        let (collector, shop) = reader.origins();
        let form = match field("form").as_str() {
            "script" => Form::Script,
            "google" => Form::Google,
            "react" => Form::React,
            "vue" => Form::Vue,
            _ => Form::Tag,
        };
        let popup = field("mode") == "popup";
        let attributes = reader.attributes(popup);
        let styles = reader.styles(popup);
        let words =
            if popup { String::new() } else { reader.text("words", "Words of the link", Takes::Text(120)) };
        let alone = matches!(form, Form::Script | Form::Google) && !popup;
        let target = if alone { reader.target() } else { String::new() };
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        let address = address(&collector, &attributes);
        Ok(Self { form, collector, shop, attributes, address, words, target, styles })
    }

    /// The value of an attribute that is given.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Reader<'_> {
    fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.problems.push(Problem { field, message: message.into() });
    }

    /// What a field says; nothing where it is wrong.
    fn text(&mut self, name: &'static str, label: &str, takes: Takes) -> String {
        let checked = takes.check(label, &(self.field)(name), self.browser);
        checked.unwrap_or_else(|message| {
            self.wrong(name, message);
            String::new()
        })
    }

    /// The collector's and the shop's.
    fn origins(&mut self) -> (String, String) {
        let mut origin = |name: &'static str, label: &str, example: &str| {
            let typed = (self.field)(name).trim().to_owned();
            let origin = self.browser.origin(&typed);
            if origin.is_none() && !typed.is_empty() {
                let message = format!(
                    "{label} is “{typed}”. It takes an address with https:// in front, for example {example}."
                );
                self.wrong(name, message);
            }
            origin.unwrap_or_default()
        };
        let collector = origin("collector", "Your collector’s address", "https://survey.example.nl");
        let shop = origin("shop", "Your shop’s address", "https://shop.example");
        if (self.field)("collector").trim().is_empty() {
            self.wrong("collector", "Your collector’s address is empty. Give the one at which this page is open for visitors, for example https://survey.example.nl.");
        }
        if collector.starts_with("http:") && shop.starts_with("https:") {
            self.wrong("collector", format!("Your collector’s address is {collector}, and your shop’s begins with https: browsers would block the survey. Put TLS in front of the collector and give its https address."));
        }
        (collector, shop)
    }

    fn attributes(&mut self, popup: bool) -> Vec<(&'static str, String)> {
        let mut given = Vec::new();
        for (name, label, takes, without, only_popup) in ATTRIBUTES {
            if only_popup && !popup {
                continue;
            }
            if FLAGS.contains(&name) {
                given.extend((!(self.field)(name).is_empty()).then(|| (name, String::new())));
                continue;
            }
            let value = self.text(name, label, takes);
            if !value.is_empty() && value != without {
                given.push((name, value));
            }
        }
        let survey = (self.field)("survey");
        if survey.trim().is_empty() {
            self.wrong("survey", "Survey is empty. Give it a name to find its answers by, for example shop.");
        } else if survey.trim() == TRY_OUT {
            self.wrong("survey", format!("Survey is “{TRY_OUT}”, whose answers are never kept. Give it another name, for example shop."));
        }
        given
    }

    /// The chosen look, with what was changed of it.
    fn styles(&mut self, popup: bool) -> Vec<(&'static str, String)> {
        let look = looks::declarations(&(self.field)("look"));
        let mut styles: Vec<_> = look.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        for (field, label, takes, property, unit) in STYLES {
            let of_popup = ["background", "color", "width", "gap"].contains(&field);
            if of_popup && !popup {
                continue;
            }
            let value = self.text(field, label, takes);
            if value.is_empty() {
                continue;
            }
            styles.retain(|(name, _)| *name != property);
            styles.push((property, format!("{value}{unit}")));
        }
        styles
    }

    fn target(&mut self) -> String {
        let target = self.text("target", "Element that it goes into", Takes::Selector);
        if (self.field)("target").trim().is_empty() {
            self.wrong("target", "Element that it goes into is empty. A script alone does not know where to put an inline survey: give a CSS selector, for example #account, or choose the pop-up.");
        }
        target
    }
}

/// The question as a page of the collector's own.
fn address(collector: &str, attributes: &[(&'static str, String)]) -> String {
    let given = |name| attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let mut address = format!("{collector}/s/{}", given("survey").unwrap_or_default());
    let mut mark = '?';
    for name in ["touchpoint", "lang", "brand"] {
        if let Some(value) = given(name) {
            address.push_str(&format!("{mark}{name}={}", escape::query(value)));
            mark = '&';
        }
    }
    address
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::rules::tests::Few;
    use super::*;

    /// A plan of these fields, and a collector and a survey that are always there.
    pub(crate) fn plan(fields: &[(&str, &str)]) -> Result<Plan, Vec<Problem>> {
        let always = [("collector", "https://survey.example.nl/"), ("survey", "shop")];
        let find = |name: &str| {
            let found = fields.iter().chain(&always).find(|(known, _)| *known == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        Plan::check(&find, &Few)
    }

    fn problems(fields: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let problems = plan(fields).expect_err("something is wrong");
        problems.into_iter().map(|problem| (problem.field, problem.message)).collect()
    }

    #[test]
    fn what_is_so_anyway_is_no_attribute() {
        let fields = [
            ("mode", "popup"),
            ("delay", "0"),
            ("every", "90"),
            ("save", "choose"),
            ("placement", "bottom-end"),
        ];
        let plan = plan(&fields).expect("a plan");
        assert_eq!(plan.attributes, [("survey", "shop".to_owned()), ("mode", "popup".to_owned())]);
    }

    #[test]
    fn an_inline_survey_has_no_moment() {
        let plan =
            plan(&[("mode", "inline"), ("delay", "nonsense"), ("exit", "on"), ("gap", "x")]).expect("a plan");
        assert_eq!(plan.attributes, [("survey", "shop".to_owned())]);
        assert!(plan.styles.is_empty());
    }

    #[test]
    fn every_problem_is_named_in_the_order_of_the_fields() {
        let told = problems(&[
            ("survey", "Shop 1"),
            ("mode", "popup"),
            ("delay", "soon"),
            ("url", "account"),
            ("accent", "reddish"),
            ("collector", ""),
        ]);
        let fields: Vec<_> = told.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["collector", "survey", "delay", "url", "accent"]);
        assert!(told[2].1.starts_with("Seconds to wait is “soon”. It takes a whole number from 0 to 86400"));
    }

    #[test]
    fn the_survey_for_trying_out_is_not_for_a_shop() {
        assert!(problems(&[("survey", "try-out")])[0].1.contains("never kept"));
    }

    #[test]
    fn an_https_shop_needs_an_https_collector() {
        let told =
            problems(&[("collector", "http://survey.example.nl"), ("shop", "https://shop.example/nl/")]);
        assert_eq!((told.len(), told[0].0), (1, "collector"));
        assert!(told[0].1.contains("TLS"));
    }

    #[test]
    fn a_script_alone_has_to_know_where_an_inline_survey_goes() {
        assert_eq!(problems(&[("form", "script")])[0].0, "target");
        assert!(plan(&[("form", "script"), ("mode", "popup")]).is_ok());
        assert_eq!(plan(&[("form", "google"), ("target", "#account")]).expect("a plan").target, "#account");
    }

    #[test]
    fn a_look_keeps_what_is_not_changed_of_it() {
        let plan = plan(&[("look", "sun"), ("accent", "tomato")]).expect("a plan");
        let styles: Vec<_> = plan.styles.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            styles,
            ["--aanrader-radius: 12px", "--aanrader-space: 20px", "--aanrader-accent: tomato"]
        );
    }

    #[test]
    fn the_link_asks_the_same_in_the_same_language() {
        let plan =
            plan(&[("touchpoint", "account"), ("lang", "nl"), ("brand", "Moes & Mei")]).expect("a plan");
        assert_eq!(
            plan.address,
            "https://survey.example.nl/s/shop?touchpoint=account&lang=nl&brand=Moes+%26+Mei"
        );
    }
}
