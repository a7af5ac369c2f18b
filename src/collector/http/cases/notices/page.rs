//! The page of notices.

use maud::{Markup, html};

use super::super::frame::csrf;
use super::super::list::time;
use super::super::words;
use super::{PATH, Said, Shown};
use crate::notices::{Event, Notice, When};
use crate::store::{Delivery, DeliveryState, NoticeRecord};

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

    /// What was typed into a field of a refused form.
    fn typed(&self, field: &str) -> &str {
        match &self.said {
            Said::Refused(form, _) => form.get(field).unwrap_or_default(),
            _ => "",
        }
    }

    fn input(&self, field: &'static str, label: &str, hint: Option<&str>) -> Markup {
        let is_wrong = matches!(&self.said, Said::Refused(_, problem) if problem.field == field);
        let by = [hint.map(|_| format!("hint-{field}")), is_wrong.then(|| "problem".to_owned())];
        let by = by.into_iter().flatten().collect::<Vec<_>>().join(" ");
        html! {
            div {
                label for=(field) { (self.say(label)) }
                input id=(field) name=(field) value=(self.typed(field)) autocomplete="off" spellcheck="false"
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[Some(by).filter(|by| !by.is_empty())];
                @if let Some(hint) = hint { p.hint id={ "hint-" (field) } { (self.say(hint)) } }
            }
        }
    }

    fn choice(&self, field: &str, label: &str, options: &[(&str, &str)]) -> Markup {
        html! {
            div {
                label for=(field) { (self.say(label)) }
                select id=(field) name=(field) {
                    @for (value, key) in options {
                        option value=(value) selected[self.typed(field) == *value] { (self.say(key)) }
                    }
                }
            }
        }
    }

    /// The form for a new notice.
    fn add(&self) -> Markup {
        const KINDS: [(&str, &str); 6] = [
            ("webhook", "note_kind_webhook"),
            ("full", "note_kind_full"),
            ("slack", "note_kind_slack"),
            ("teams", "note_kind_teams"),
            ("ntfy", "note_kind_ntfy"),
            ("mail", "note_kind_mail"),
        ];
        let times = When::ALL.map(|time| (time.name(), when(time)));
        let is_new = !matches!(self.said, Said::Refused(..));
        html! {
            form.panel.settings #add method="post" action=(self.action()) {
                (csrf(self.person))
                h2 { (self.say("note_add")) }
                (self.input("name", "note_name", Some("note_name_hint")))
                (self.choice("kind", "note_kind", &KINDS))
                (self.input("url", "note_url", Some("note_url_hint")))
                fieldset {
                    legend { (self.say("note_events")) }
                    @for event in Event::ALL {
                        @let is_ticked = !self.typed(event.name()).is_empty() || is_new && !event.is_of_case();
                        label.tick {
                            input id=(event.name()) name=(event.name()) type="checkbox" value="yes" checked[is_ticked];
                            span { (self.say(named(event))) }
                        }
                    }
                }
                (self.input("scores", "note_scores", Some("note_scores_hint")))
                (self.input("words", "note_words", Some("note_words_hint")))
                (self.input("survey", words::SURVEY, None))
                (self.input("touchpoint", words::TOUCHPOINT, None))
                (self.input("property", "note_property", Some("note_property_hint")))
                (self.choice("when", "note_when", &times))
                (self.input("hours", "note_hours", Some("note_hours_hint")))
                p.actions { button.main name="do" value="add" { (self.say("note_add")) } }
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
