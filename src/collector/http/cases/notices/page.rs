//! The page of notices.

use maud::{Markup, html};

use super::super::form::Form;
use super::super::frame::csrf;
use super::super::list::time;
use super::super::words;
use super::read::fields;
use super::{PATH, Said, Shown};
use crate::notices::{Event, Notice, When};
use crate::store::{Delivery, DeliveryState, NoticeRecord};

/// The kinds of receivers, and the keys of their names.
const KINDS: [(&str, &str); 6] = [
    ("webhook", "note_kind_webhook"),
    ("full", "note_kind_full"),
    ("slack", "note_kind_slack"),
    ("teams", "note_kind_teams"),
    ("ntfy", "note_kind_ntfy"),
    ("mail", "note_kind_mail"),
];

impl Shown<'_> {
    pub(super) fn markup(&self) -> Markup {
        html! {
            p.back { a href=(self.here.at("/cases")) { (self.say(words::CASES)) } }
            h1 { (self.say("note_title")) }
            p.lead { (self.say("note_lead")) }
            (self.said())
            @if self.notices.is_empty() { p.none { (self.say("note_none")) } }
            @for record in self.notices { (self.notice(record)) }
            (self.add())
            (self.log())
        }
    }

    fn say(&self, key: &str) -> &'static str {
        self.here.say(key)
    }

    fn said(&self) -> Markup {
        let texts = self.here.texts;
        html! {
            @match &self.said {
                Said::Nothing => {}
                Said::Done(key) => { p.hint role="status" { (self.say(key)) } }
                Said::Tested(key, said) => { p.hint role="status" { (texts.with(key, &[("said", said)])) } }
                Said::Secret(secret) => {
                    div.panel role="status" {
                        p { (self.say("note_secret")) }
                        p { code { (secret) } }
                    }
                }
                Said::Refused(_, problem) => {
                    p.problem #problem role="alert" { (texts.with(problem.key, &[("text", &problem.text)])) }
                }
            }
        }
    }

    fn action(&self) -> String {
        let path = self.here.at(PATH);
        if self.site.is_default() { path } else { format!("{path}?site={}", self.site) }
    }

    /// The address of the page with this notice in the form.
    fn address_of(&self, notice: &Notice) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.site.is_default() {
            query.append_pair("site", self.site.as_str());
        }
        query.append_pair("change", &notice.name);
        format!("{}?{}#add", self.here.at(PATH), query.finish())
    }

    fn notice(&self, NoticeRecord { notice, health, .. }: &NoticeRecord) -> Markup {
        let texts = self.here.texts;
        let error = health.error.as_deref().unwrap_or_default();
        let is_on = health.off_since.is_none();
        html! {
            section.panel.settings aria-label=(notice.name) {
                h2 { (notice.name) }
                p { (notice.target.kind()) " " span dir="ltr" { (notice.target.shown()) } }
                p { (self.rule(notice)) }
                @if let Some(since) = health.off_since {
                    p.problem { (texts.with("note_off", &[("said", error)])) " " (time(since, self.zone)) }
                } @else if let Some(since) = health.failing_since {
                    p.problem { (texts.with("note_fails", &[("said", error)])) " " (time(since, self.zone)) }
                }
                form method="post" action=(self.action()) {
                    (csrf(self.person))
                    input type="hidden" name="notice" value=(notice.name);
                    p.actions {
                        button.main name="do" value="test" { (self.say("note_test")) }
                        @if !is_on { button name="do" value="on" { (self.say("note_switch_on")) } }
                        button name="do" value="remove" { (self.say("note_remove")) }
                        a.button href=(self.address_of(notice)) { (self.say("note_change")) }
                    }
                }
                (self.replay(notice))
            }
        }
    }

    /// The form by which messages are sent again.
    fn replay(&self, notice: &Notice) -> Markup {
        let id = |field: &str| format!("{field} {}", notice.name).replace(' ', "-");
        html! {
            details {
                summary { (self.say("note_again")) }
                form.settings method="post" action=(self.action()) {
                    (csrf(self.person))
                    input type="hidden" name="notice" value=(notice.name);
                    @for (field, label, kind) in [
                        ("case", "note_case", "text"), ("from", "note_from", "date"), ("to", "note_to", "date"),
                    ] {
                        div {
                            label for=(id(field)) { (self.say(label)) }
                            input id=(id(field)) name=(field) type=(kind) autocomplete="off";
                        }
                    }
                    p.actions { button name="do" value="replay" { (self.say("note_send_again")) } }
                }
            }
        }
    }

    /// The rule in the words of its fields.
    fn rule(&self, notice: &Notice) -> String {
        let rule = &notice.rule;
        let scores = rule.scores.map(String::from);
        let property = rule.property.as_ref().map(|(name, value)| format!("{name}={value}"));
        let words = (!rule.words.is_empty()).then(|| rule.words.join(", "));
        let hours = notice.hours.as_ref().map(ToString::to_string);
        let conditions = [
            (words::SURVEY, rule.survey.clone()),
            (words::TOUCHPOINT, rule.touchpoint.clone()),
            ("note_scores", scores),
            ("note_words", words),
            ("note_property", property),
            ("note_hours", hours),
        ];
        let events = notice.events.iter().map(|event| self.say(named(*event)).to_owned());
        let conditions =
            conditions.into_iter().filter_map(|(key, value)| Some(format!("{}: {}", self.say(key), value?)));
        let when = self.say(when(notice.when)).to_owned();
        events.chain(conditions).chain([when]).collect::<Vec<_>>().join(" · ")
    }

    /// What the form is filled in with: a refused form's fields, or those of a notice.
    fn filled(&self) -> Option<Form> {
        match &self.said {
            Said::Refused(form, _) if form.get("do") != Some("replay") => Some((*form).clone()),
            _ => self.changing.map(fields),
        }
    }

    fn input(&self, form: &Form, field: &'static str, label: &str, hint: Option<&str>) -> Markup {
        let is_wrong = matches!(&self.said, Said::Refused(_, problem) if problem.field == field);
        let by = [hint.map(|_| format!("hint-{field}")), is_wrong.then(|| "problem".to_owned())];
        let by = by.into_iter().flatten().collect::<Vec<_>>().join(" ");
        html! {
            div {
                label for=(field) { (self.say(label)) }
                input id=(field) name=(field) value=(form.get(field).unwrap_or_default()) autocomplete="off" spellcheck="false"
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[Some(by).filter(|by| !by.is_empty())];
                @if let Some(hint) = hint { p.hint id={ "hint-" (field) } { (self.say(hint)) } }
            }
        }
    }

    fn choice(&self, form: &Form, field: &str, label: &str, options: &[(&str, &str)]) -> Markup {
        html! {
            div {
                label for=(field) { (self.say(label)) }
                select id=(field) name=(field) {
                    @for (value, key) in options {
                        option value=(value) selected[form.get(field) == Some(*value)] { (self.say(key)) }
                    }
                }
            }
        }
    }

    /// The form for a new notice, or for one that is changed.
    fn add(&self) -> Markup {
        let (filled, is_new) = (self.filled(), self.changing.is_none());
        let form = &filled.clone().unwrap_or_default();
        let times = When::ALL.map(|time| (time.name(), when(time)));
        html! {
            form.panel.settings #add method="post" action=(self.action()) {
                (csrf(self.person))
                (self.named(form))
                (self.choice(form, "kind", "note_kind", &KINDS))
                (self.input(form, "url", "note_url", Some("note_url_hint")))
                @if let Some(notice) = self.changing {
                    p.hint { (self.here.texts.with("note_url_stays", &[("address", &notice.target.shown())])) }
                }
                (self.events(filled.as_ref()))
                (self.input(form, "scores", "note_scores", Some("note_scores_hint")))
                (self.input(form, "words", "note_words", Some("note_words_hint")))
                (self.input(form, "survey", words::SURVEY, None))
                (self.input(form, "touchpoint", words::TOUCHPOINT, None))
                (self.input(form, "property", "note_property", Some("note_property_hint")))
                (self.choice(form, "when", "note_when", &times))
                (self.input(form, "hours", "note_hours", Some("note_hours_hint")))
                p.actions {
                    @if is_new { button.main name="do" value="add" { (self.say("note_add")) } } @else {
                        button.main name="do" value="change" { (self.say("note_save")) }
                        a.button href=(self.action()) { (self.say("note_cancel")) }
                    }
                }
            }
        }
    }

    /// The form's heading, and the name, which doesn't change.
    fn named(&self, form: &Form) -> Markup {
        html! {
            @match self.changing {
                Some(notice) => {
                    h2 { (self.here.texts.with("note_change_of", &[("name", &notice.name)])) }
                    input type="hidden" name="notice" value=(notice.name);
                },
                None => {
                    h2 { (self.say("note_add")) }
                    (self.input(form, "name", "note_name", Some("note_name_hint")))
                }
            }
        }
    }

    /// What to tell of; a new notice tells of answers.
    fn events(&self, filled: Option<&Form>) -> Markup {
        html! {
            fieldset {
                legend { (self.say("note_events")) }
                @for event in Event::ALL {
                    @let is_ticked = filled.map_or(!event.is_of_case(), |form| form.has(event.name()));
                    label.tick {
                        input id=(event.name()) name=(event.name()) type="checkbox" value="yes" checked[is_ticked];
                        span { (self.say(named(event))) }
                    }
                }
            }
        }
    }

    fn log(&self) -> Markup {
        html! {
            section.panel aria-labelledby="log" {
                h2 #log { (self.say("note_log")) }
                @if self.log.is_empty() { p.none { (self.say("note_log_none")) } }
                ol.history { @for row in self.log { li { (self.row(row)) } } }
            }
        }
    }

    fn row(&self, row: &Delivery) -> Markup {
        let said = row.said.as_deref().unwrap_or_default();
        let key = &row.key;
        let path = self.here.at(&format!("/cases/{}/{}", key.survey, key.id));
        let site = if key.site.is_default() { String::new() } else { format!("?site={}", key.site) };
        html! {
            (time(row.at, self.zone)) " " (key.notice) ": "
            @if key.event.is_of_case() { a href={ (path) (site) } { (self.say(named(key.event))) } }
            @else { (self.say(named(key.event))) }
            ", "
            @match row.state {
                DeliveryState::Delivered => { (self.say("note_delivered")) }
                DeliveryState::Failed => { strong { (self.say("note_failed")) } }
                DeliveryState::Waiting => { (self.say("note_waits")) " " (time(row.due_at, self.zone)) }
            }
            @if !said.is_empty() { " (" (said) ")" }
        }
    }
}

const fn named(event: Event) -> &'static str {
    match event {
        Event::AnswerCreated => "note_answer_created",
        Event::AnswerUpdated => "note_answer_updated",
        Event::CaseOpened => "note_case_opened",
        Event::CaseChanged => "note_case_changed",
    }
}

const fn when(when: When) -> &'static str {
    match when {
        When::Now => "note_now",
        When::Hourly => "note_hourly",
        When::Daily => "note_daily",
        When::Weekly => "note_weekly",
    }
}
