//! Reads the forms of the settings.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::super::form::Form;
use super::super::words;
use crate::cases::{CAUSE_CHARS, Hours, Steps, Within};
use crate::email::Email;
use crate::http::owner::Texts;
use crate::store::Site;

/// A part of the settings, with a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Times,
    People,
    Plans,
    Causes,
}

impl Part {
    const ALL: [Self; 4] = [Self::Times, Self::People, Self::Plans, Self::Causes];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Times => "times",
            Self::People => "people",
            Self::Plans => "plans",
            Self::Causes => "causes",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// Why a form can't be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The field's name in the form.
    pub(super) field: String,
    /// The key of the problem's text.
    pub(super) key: &'static str,
    /// The text that is wrong.
    pub(super) text: String,
}

/// The longest name of a shop, a person or a property, in characters.
const NAME_CHARS: usize = 64;

/// Changes a part of the site's settings as the form says.
pub(super) fn read(part: Part, form: &Form, site: &mut Site, texts: &Texts) -> Result<(), Problem> {
    match part {
        Part::Times => times(form, site),
        Part::People => people(form, site),
        Part::Plans => plans(form, site, texts),
        Part::Causes => Ok(()),
    }
}

fn problem(field: &str, key: &'static str, text: &str) -> Problem {
    Problem { field: field.to_owned(), key, text: text.to_owned() }
}

fn times(form: &Form, site: &mut Site) -> Result<(), Problem> {
    let zone = form.get("zone");
    if let Some(zone) = zone.filter(|zone| TimeZone::get(zone).is_err()) {
        return Err(problem("zone", "set_bad_zone", zone));
    }
    let hours = match form.get("hours") {
        Some(text) => Hours::parse(text).map_err(|_| problem("hours", "set_bad_hours", text))?,
        None => Hours::default(),
    };
    let mut within = BTreeMap::new();
    for score in 0..=10 {
        let field = format!("due-{score}");
        let Some(text) = form.get(&field) else { continue };
        within.insert(score, Within::parse(text).map_err(|_| problem(&field, "set_bad_limit", text))?);
    }
    site.time_zone = zone.map(str::to_owned);
    (site.cases.hours, site.cases.within) = (hours, within);
    Ok(())
}

fn people(form: &Form, site: &mut Site) -> Result<(), Problem> {
    let name = |field: &str| match form.get(field).map(|name| name.replace(char::is_control, " ")) {
        Some(name) if name.chars().count() > NAME_CHARS => Err(problem(field, words::LONG_TEXT, &name)),
        name => Ok(name),
    };
    let address = |field: &str| {
        let text = form.get(field);
        text.map(|text| Email::parse(text).map_err(|_| problem(field, "set_bad_address", text))).transpose()
    };
    let (shop, owner_property) = (name("shop")?, name("owner_property")?);
    let (sender, reply_to) = (address("sender")?, address("reply_to")?);
    let people = pairs(form, "people")?.into_iter().map(|(name, text)| {
        let email = Email::parse(&text).map_err(|_| problem("people", "set_bad_address", &text))?;
        Ok((name, email))
    });
    let people = people.collect::<Result<_, _>>()?;
    let weekly = lines(form, "weekly");
    let weekly =
        weekly.map(|line| Email::parse(line).map_err(|_| problem("weekly", "set_bad_address", line)));
    let weekly = weekly.collect::<Result<_, _>>()?;
    let owners = pairs(form, "owners")?;
    let cases = &mut site.cases;
    (cases.shop, cases.owner_property, cases.owners) = (shop, owner_property, owners);
    (cases.sender, cases.reply_to, cases.people, cases.weekly) = (sender, reply_to, people, weekly);
    cases.language =
        form.get("language").filter(|language| ["en", "nl"].contains(language)).map(str::to_owned);
    Ok(())
}

fn lines<'a>(form: &'a Form, field: &str) -> impl Iterator<Item = &'a str> {
    let text = form.get(field).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Lines such as `anna = anna@shop.example`.
fn pairs(form: &Form, field: &str) -> Result<BTreeMap<String, String>, Problem> {
    let one = |line: &str| {
        let (name, value) = line.split_once('=').map(|(name, value)| (name.trim(), value.trim()))?;
        let fits = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        let is_pair = fits(name) && fits(value) && name.chars().count() <= NAME_CHARS;
        is_pair.then(|| (name.to_owned(), value.to_owned()))
    };
    lines(form, field).map(|line| one(line).ok_or_else(|| problem(field, "set_bad_pair", line))).collect()
}

/// A plan that is the usual one in the page's language is no plan of the shop's own.
fn plans(form: &Form, site: &mut Site, texts: &Texts) -> Result<(), Problem> {
    let mut plans = BTreeMap::new();
    for (score, usual) in usual_plans(texts) {
        let field = format!("plan-{score}");
        let text = form.get(&field).unwrap_or_default();
        let steps = Steps::parse(text).map_err(|_| problem(&field, "set_bad_plan", ""))?;
        if let Some(steps) = steps.filter(|steps| steps.lines() != usual) {
            plans.insert(score, steps);
        }
    }
    site.cases.plans = plans;
    Ok(())
}

/// The usual steps for each score that has a plan, in the page's language.
pub(super) fn usual_plans(texts: &Texts) -> Vec<(u8, Vec<String>)> {
    let scores = aanrader_survey::Score::all().filter(|score| words::plan(*score).is_some());
    let steps = |score| {
        let steps = aanrader_survey::plan(score).iter();
        steps.map(|step| texts.get(words::step(*step)).to_owned()).collect()
    };
    scores.map(|score| (score.get(), steps(score))).collect()
}

/// The name of a cause.
pub(super) fn cause(form: &Form) -> Result<String, Problem> {
    let name = form.get("name").unwrap_or_default().replace(char::is_control, " ").trim().to_owned();
    match name.chars().count() {
        0 => Err(problem("name", words::EMPTY_TEXT, "")),
        count if count > CAUSE_CHARS => Err(problem("name", words::LONG_TEXT, &name)),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;

    fn after(part: Part, form: &str) -> Result<Site, Problem> {
        let mut site = Site::default();
        let texts = Texts::of("/en/cases", &HeaderMap::new());
        read(part, &Form::parse(form.as_bytes()), &mut site, texts).map(|()| site)
    }

    fn field(part: Part, form: &str) -> String {
        after(part, form).expect_err(form).field
    }

    #[test]
    fn times_are_a_zone_hours_and_limits() {
        let site =
            after(Part::Times, "zone=Europe/Amsterdam&hours=mon 10:00-12:00&due-0=1h&due-6=").expect("read");
        assert_eq!(
            (site.time_zone.as_deref(), site.cases.hours.to_string().as_str()),
            (Some("Europe/Amsterdam"), "mon 10:00-12:00")
        );
        assert_eq!(site.cases.within, BTreeMap::from([(0, Within::Hours(1))]));
        for (form, wrong) in [("zone=Mars", "zone"), ("hours=always", "hours"), ("due-3=soon", "due-3")] {
            assert_eq!(field(Part::Times, form), wrong);
        }
    }

    #[test]
    fn people_have_addresses_and_no_header_gets_in() {
        let site = after(
            Part::People,
            "people=anna = anna@shop.example%0D%0A%0D%0Abert=b@shop.example&weekly=c@shop.example",
        );
        let site = site.expect("read").cases;
        assert_eq!(site.people.keys().collect::<Vec<_>>(), ["anna", "bert"]);
        assert_eq!(site.weekly[0].to_string(), "c@shop.example");
        for (form, wrong) in [
            ("people=anna", "people"),
            ("people=anna=nowhere", "people"),
            ("weekly=x", "weekly"),
            ("sender=a@shop.example%0D%0ABcc: x@evil.example", "sender"),
            ("reply_to=a", "reply_to"),
            ("owners=delivery", "owners"),
        ] {
            assert_eq!(field(Part::People, form), wrong);
        }
        assert_eq!(after(Part::People, "shop=A%0D%0AB").expect("read").cases.shop.as_deref(), Some("A  B"));
    }

    #[test]
    fn a_plan_is_the_shops_own_only_if_it_differs_from_the_usual_one() {
        let texts = Texts::of("/en/cases", &HeaderMap::new());
        let usual = usual_plans(texts);
        assert_eq!(usual.iter().map(|(score, _)| *score).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("plan-0", &usual[0].1.join("\r\n")).append_pair("plan-3", "Call\r\nSend flowers");
        let plans = after(Part::Plans, &form.finish()).expect("read").cases.plans;
        assert_eq!(plans.keys().collect::<Vec<_>>(), [&3]);
        assert_eq!(plans[&3].lines(), ["Call", "Send flowers"]);
    }
}
