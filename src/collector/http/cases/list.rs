//! The list of cases, and its filter.

use aanrader_survey::Score;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::form::Form;
use super::here::Here;
use super::person::Person;
use super::words;
use crate::cases::State as Progress;
use crate::store::{Case, CaseFilter, Found, Millis, Owned, Place, SiteId};

/// The number of cases on a page.
pub(super) const PAGE: u32 = 25;

/// How many characters of a comment the list shows.
const EXCERPT: usize = 120;

/// The requested filter. Invalid parameters are ignored.
pub(super) struct Asked {
    pub(super) here: Here,
    pub(super) site: SiteId,
    owned: Owned,
    closed: bool,
    overdue: bool,
    touchpoint: Option<String>,
    score: Option<Score>,
    pub(super) words: String,
    pub(super) after: Option<Place>,
    /// Whether addresses name the site, for a person who sees several.
    names_site: bool,
}

impl Asked {
    /// Reads the parameters of an address.
    pub(super) fn of(here: Here, query: &Form, site: SiteId, person: &Person) -> Self {
        let owned = match query.get("whose") {
            Some("mine") => Owned::By(person.name().to_owned()),
            Some("nobody") => Owned::ByNobody,
            _ => Owned::ByAnybody,
        };
        Self {
            here,
            names_site: query.get("site").is_some(),
            site,
            owned,
            closed: query.get("state") == Some("closed"),
            overdue: query.get("overdue").is_some(),
            touchpoint: query.get("touchpoint").map(str::to_owned),
            score: query.get("score").and_then(|score| Score::new(score.parse().ok()?)),
            words: query.get("words").map(|words| words.chars().take(200).collect()).unwrap_or_default(),
            after: query.get("after").and_then(Place::decode),
        }
    }

    /// The filter for the store.
    pub(super) fn filter(&self, now: Millis) -> CaseFilter {
        CaseFilter {
            site: self.site.clone(),
            closed: self.closed,
            owned: self.owned.clone(),
            due_before: self.overdue.then_some(now),
            touchpoint: self.touchpoint.clone(),
            score: self.score,
        }
    }

    /// The parameters of an address, up to a place in the list.
    pub(super) fn query(&self, after: Option<&Place>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.names_site {
            query.append_pair("site", self.site.as_str());
        }
        let whose = match self.owned {
            Owned::ByAnybody => None,
            Owned::ByNobody => Some("nobody"),
            Owned::By(_) => Some("mine"),
        };
        let score = self.score.map(|score| score.get().to_string());
        for (name, value) in [
            ("whose", whose),
            ("state", self.closed.then_some("closed")),
            ("overdue", self.overdue.then_some("yes")),
            ("touchpoint", self.touchpoint.as_deref()),
            ("score", score.as_deref()),
            ("words", Some(self.words.as_str()).filter(|words| !words.is_empty())),
            ("after", after.map(Place::encode).as_deref()),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The address of the list, from a place on.
    pub(super) fn address(&self, after: Option<&Place>) -> String {
        with_query(&self.here.at("/cases"), &self.query(after))
    }

    /// The site, if addresses name it.
    pub(super) fn named_site(&self) -> Option<&SiteId> {
        self.names_site.then_some(&self.site)
    }

    /// The address of another of these pages, for the same site.
    pub(super) fn elsewhere(&self, path: &str) -> String {
        let site = if self.names_site { format!("site={}", self.site) } else { String::new() };
        with_query(&self.here.at(path), &site)
    }

    /// The address of one of the list's cases.
    pub(super) fn address_of(&self, case: &Case) -> String {
        self.below(case, "")
    }

    /// The address of a page below one of the list's cases.
    pub(super) fn below(&self, case: &Case, page: &str) -> String {
        let path = format!("/cases/{}/{}{page}", case.answer.survey, case.answer.id);
        with_query(&self.here.at(&path), &self.query(self.after.as_ref()))
    }
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The form of the filter.
pub(super) fn filter_form(asked: &Asked, beside_a_case: bool) -> Markup {
    let whose = [
        ("", asked.here.say(words::EVERYBODY), asked.owned == Owned::ByAnybody),
        ("mine", asked.here.say(words::MINE), matches!(asked.owned, Owned::By(_))),
        ("nobody", asked.here.say(words::UNASSIGNED), asked.owned == Owned::ByNobody),
    ];
    let states = [
        ("", asked.here.say(words::OPEN), !asked.closed),
        ("closed", asked.here.say(words::CLOSED), asked.closed),
    ];
    html! {
        form.period.which.aside[beside_a_case] method="get" action=(asked.here.at("/cases"))
            aria-label=(asked.here.say(words::FILTER)) {
            @if asked.names_site { input type="hidden" name="site" value=(asked.site); }
            (choice("whose", asked.here.say(words::WHOSE), &whose))
            (choice("state", asked.here.say(words::OPEN_OR_CLOSED), &states))
            div {
                label for="score" { (asked.here.say(words::SCORE)) }
                select #score name="score" {
                    option value="" { (asked.here.say(words::ANY)) }
                    @for score in Score::all() {
                        option value=(score.get()) selected[asked.score == Some(score)] { (score.get()) }
                    }
                }
            }
            div {
                label for="touchpoint" { (asked.here.say(words::TOUCHPOINT)) }
                input #touchpoint name="touchpoint" value=[asked.touchpoint.as_ref()] spellcheck="false";
            }
            div.words {
                label for="words" { (asked.here.say(words::WORDS)) }
                input #words name="words" type="search" value=(asked.words);
            }
            label.tick {
                input type="checkbox" name="overdue" value="yes" checked[asked.overdue];
                span { (asked.here.say(words::OVERDUE_ONLY)) }
            }
            p.actions { button.main { (asked.here.say(words::SHOW)) } }
        }
    }
}

fn choice(name: &str, label: &str, options: &[(&str, &str, bool)]) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, text, chosen) in options { option value=(value) selected[*chosen] { (text) } }
            }
        }
    }
}

/// The cases, each as a link.
pub(super) fn cases(
    asked: &Asked,
    found: &Found,
    now: Millis,
    zone: &TimeZone,
    shown: Option<&str>,
) -> Markup {
    html! {
        @if found.cases.is_empty() && found.next.is_none() { p.none { (asked.here.say(words::NONE)) } }
        @if found.looked_enough { p.hint role="status" { (asked.here.say(words::LOOKED)) } }
        ul.work {
            @for case in &found.cases {
                @let is_shown = shown == Some(case.answer.id.as_str());
                li { (entry(asked, case, is_shown, now, zone)) }
            }
        }
        p.actions {
            @if asked.after.is_some() { a.button href=(asked.address(None)) { (asked.here.say(words::FIRST_PAGE)) } }
            @if let Some(next) = &found.next {
                a.button rel="next" href=(asked.address(Some(next))) {
                    (asked.here.say(if found.looked_enough { words::LOOK_FURTHER } else { words::MORE }))
                }
            }
        }
    }
}

fn entry(asked: &Asked, case: &Case, is_shown: bool, now: Millis, zone: &TimeZone) -> Markup {
    let text = case.answer.comment.as_deref().unwrap_or(asked.here.say(words::NO_COMMENT));
    let excerpt: String = text.chars().take(EXCERPT).collect();
    let more = if text.chars().nth(EXCERPT).is_some() { "…" } else { "" };
    html! {
        a href=(asked.address_of(case)) aria-current=[is_shown.then_some("true")] {
            span.score title=(asked.here.say(words::SCORE)) { (case.answer.score.get()) }
            span.said {
                span dir="auto" { (excerpt) (more) }
                span.about {
                    span { (asked.here.say(words::state(case.state))) }
                    span { (case.answer.touchpoint) }
                    @if let Some(owner) = &case.owner { span { (owner) } }
                    span { (asked.here.say(words::DUE)) " " (due(asked.here, case, now, zone)) }
                }
            }
        }
    }
}

/// The due time of a case, and whether it is overdue.
pub(super) fn due(here: Here, case: &Case, now: Millis, zone: &TimeZone) -> Markup {
    html! {
        (time(case.due_at, zone))
        @if is_overdue(case, now) { " " strong.late { (here.say(words::OVERDUE)) } }
    }
}

pub(super) fn is_overdue(case: &Case, now: Millis) -> bool {
    case.due_at < now && !matches!(case.state, Progress::Told)
}

/// An instant by the shop's clock.
pub(super) fn time(instant: Millis, zone: &TimeZone) -> Markup {
    let instant = jiff::Timestamp::from_millisecond(instant).unwrap_or_default();
    let there = instant.to_zoned_datetime(zone.clone());
    html! { time datetime=(instant) { (there.strftime("%Y-%m-%d %H:%M")) } }
}
