//! The owner's choices, after their checks. Snippet and trial are made from them.

use aanrader_survey::TRY_OUT;

use super::rules::{Browser, Problem, Takes};
use super::{escape, looks};
use crate::language::{Texts, t, with};
use crate::texts;

/// The form of the snippet.
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
    /// Where to paste the snippet.
    pub(crate) fn paste(self, popup: bool) -> &'static str {
        match (self, popup) {
            (Self::Tag, false) => t().paste_tag,
            (Self::Tag, true) => t().paste_tag_popup,
            (Self::Script, _) => t().paste_script,
            (Self::Google, _) => t().paste_google,
            (Self::React, _) => t().paste_react,
            (Self::Vue, _) => t().paste_vue,
        }
    }
}

/// The owner's choices, all valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The form of the snippet.
    pub(crate) form: Form,
    /// The collector's origin.
    pub(crate) collector: String,
    /// The shop's origin; empty if unknown.
    pub(crate) shop: String,
    /// The element's attributes that differ from their defaults; a Boolean one has an empty value.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// The address of the same question as a page.
    pub(crate) address: String,
    /// The text of the link inside an inline survey; empty for no link.
    pub(crate) words: String,
    /// The selector of the element in which a single script puts an inline survey; empty for a pop-up.
    pub(crate) target: String,
    /// CSS declarations of the element.
    pub(crate) styles: Vec<(&'static str, String)>,
}

/// An attribute: its name, the label of its field, its allowed values, its default, and whether only a pop-up
/// has it.
type Attribute = (&'static str, Label, Takes, &'static str, bool);

/// The label of a field, in the page's language.
type Label = fn(&Texts) -> &'static str;

const ATTRIBUTES: [Attribute; 23] = [
    ("survey", |t| t.label_survey, Takes::Slug, "", false),
    ("touchpoint", |t| t.label_touchpoint, Takes::Slug, "", false),
    ("mode", |t| t.label_mode, Takes::Choice, "inline", false),
    ("placement", |t| t.label_placement, Takes::Choice, "bottom-end", true),
    ("lang", |t| t.label_lang, Takes::Choice, "", false),
    ("brand", |t| t.label_brand, Takes::Text(64), "", false),
    ("question", |t| t.label_question, Takes::Text(300), "", false),
    ("question-b", |t| t.label_question_b, Takes::Text(300), "", false),
    ("follow-up", |t| t.label_follow_up, Takes::Text(300), "", false),
    ("follow-up-promoter", |t| t.label_follow_up_promoter, Takes::Text(300), "", false),
    ("follow-up-passive", |t| t.label_follow_up_passive, Takes::Text(300), "", false),
    ("follow-up-detractor", |t| t.label_follow_up_detractor, Takes::Text(300), "", false),
    ("save", |t| t.label_save, Takes::Choice, "choose", false),
    ("delay", |t| t.label_delay, Takes::Integer(0, 86_400), "0", true),
    ("scroll", |t| t.label_scroll, Takes::Integer(0, 100), "", true),
    ("exit", |t| t.label_exit, Takes::Choice, "", true),
    ("event", |t| t.label_event, Takes::Text(64), "", true),
    ("seen", |t| t.label_seen, Takes::Selector, "", true),
    ("url", |t| t.label_url, Takes::Path, "", true),
    ("every", |t| t.label_every, Takes::Integer(0, 3650), "90", true),
    ("snooze", |t| t.label_snooze, Takes::Integer(0, 3650), "30", true),
    ("sample", |t| t.label_sample, Takes::Percent, "100", true),
    ("consent", |t| t.label_consent, Takes::Choice, "", true),
];

/// Boolean attributes.
const FLAGS: [&str; 2] = ["exit", "consent"];

/// A style: its field, the label, its allowed values, the custom property, and its unit.
type Style = (&'static str, Label, Takes, &'static str, &'static str);

const STYLES: [Style; 8] = [
    ("accent", |t| t.label_accent, Takes::Css("color"), "--aanrader-accent", ""),
    ("radius", |t| t.label_radius, Takes::Integer(0, 40), "--aanrader-radius", "px"),
    ("space", |t| t.label_space, Takes::Integer(4, 40), "--aanrader-space", "px"),
    ("font", |t| t.label_font, Takes::Css("font-family"), "--aanrader-font", ""),
    ("background", |t| t.label_background, Takes::Css("color"), "--aanrader-background", ""),
    ("color", |t| t.label_color, Takes::Css("color"), "--aanrader-color", ""),
    ("width", |t| t.label_width, Takes::Integer(280, 640), "--aanrader-width", "px"),
    ("gap", |t| t.label_gap, Takes::Integer(0, 80), "--aanrader-gap", "px"),
];

/// Reads the fields one by one, and collects their problems.
struct Reader<'a> {
    field: &'a dyn Fn(&str) -> String,
    browser: &'a dyn Browser,
    problems: Vec<Problem>,
}

impl Plan {
    /// The plan of the fields.
    ///
    /// # Errors
    ///
    /// Every problem, in the order of the fields.
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
            if popup { String::new() } else { reader.text("words", t().label_words, Takes::Text(120)) };
        let alone = matches!(form, Form::Script | Form::Google) && !popup;
        let target = if alone { reader.target() } else { String::new() };
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        let address = address(&collector, &attributes);
        Ok(Self { form, collector, shop, attributes, address, words, target, styles })
    }

    /// The value of an attribute, if it is set.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Reader<'_> {
    fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.problems.push(Problem { field, message: message.into() });
    }

    /// The value of a field; empty if it is invalid.
    fn text(&mut self, name: &'static str, label: &str, takes: Takes) -> String {
        let checked = takes.check(label, &(self.field)(name), self.browser);
        checked.unwrap_or_else(|message| {
            self.wrong(name, message);
            String::new()
        })
    }

    /// The origins of the collector and of the shop.
    fn origins(&mut self) -> (String, String) {
        let mut origin = |name: &'static str, label: &str, example: &str| {
            let typed = (self.field)(name).trim().to_owned();
            let origin = self.browser.origin(&typed);
            if origin.is_none() && !typed.is_empty() {
                let takes = with(t().takes_origin, &[("example", example)]);
                let message = texts::wrong_value(label, &typed, &takes);
                self.wrong(name, message);
            }
            origin.unwrap_or_default()
        };
        let collector = origin("collector", t().label_collector, "https://survey.example.nl");
        let shop = origin("shop", t().label_shop, "https://shop.example");
        if (self.field)("collector").trim().is_empty() {
            self.wrong("collector", t().collector_empty);
        }
        if collector.starts_with("http:") && shop.starts_with("https:") {
            self.wrong("collector", with(t().collector_plain, &[("collector", &collector)]));
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
            let value = self.text(name, label(t()), takes);
            if !value.is_empty() && value != without {
                given.push((name, value));
            }
        }
        let survey = (self.field)("survey");
        if survey.trim().is_empty() {
            self.wrong("survey", t().survey_empty);
        } else if survey.trim() == TRY_OUT {
            self.wrong("survey", with(t().survey_try_out, &[("survey", TRY_OUT)]));
        }
        given
    }

    /// The chosen look, with the owner's changes.
    fn styles(&mut self, popup: bool) -> Vec<(&'static str, String)> {
        let look = looks::declarations(&(self.field)("look"));
        let mut styles: Vec<_> = look.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        for (field, label, takes, property, unit) in STYLES {
            let of_popup = ["background", "color", "width", "gap"].contains(&field);
            if of_popup && !popup {
                continue;
            }
            let value = self.text(field, label(t()), takes);
            if value.is_empty() {
                continue;
            }
            styles.retain(|(name, _)| *name != property);
            styles.push((property, format!("{value}{unit}")));
        }
        styles
    }

    fn target(&mut self) -> String {
        let target = self.text("target", t().label_target, Takes::Selector);
        if (self.field)("target").trim().is_empty() {
            self.wrong("target", t().target_empty);
        }
        target
    }
}

/// The address of the question as a page of the collector.
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

    /// A plan of these fields, and of a collector and a survey that are always set.
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
    fn an_inline_survey_has_no_triggers() {
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
    fn a_look_keeps_its_unchanged_properties() {
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
