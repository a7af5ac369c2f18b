//! One case in full, and its actions.

use aanrader_survey::plan;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::frame::csrf;
use super::list::{Asked, due, time};
use super::person::Person;
use super::words;
use crate::cases::{Action, State as Progress, Steps};
use crate::store::{Case, CaseEvent, Happening, Millis};

/// The content of a case's page.
pub(super) struct InFull<'a> {
    pub(super) asked: &'a Asked,
    pub(super) person: &'a Person,
    pub(super) case: &'a Case,
    pub(super) history: &'a [CaseEvent],
    pub(super) causes: &'a [String],
    /// The shop's own follow-up plan.
    pub(super) own_plan: Option<&'a Steps>,
    /// Whether a mail to the customer may be written now.
    pub(super) can_reply: bool,
    pub(super) now: Millis,
    pub(super) zone: &'a TimeZone,
    /// The error of the last action, and its text.
    pub(super) problem: Option<(&'static str, String)>,
}

impl InFull<'_> {
    pub(super) fn markup(&self) -> Markup {
        let answer = &self.case.answer;
        html! {
            article.panel.one aria-labelledby="case" {
                p.back { a href=(self.asked.address(self.asked.after.as_ref())) { (self.say(words::BACK)) } }
                @if let Some((problem, _)) = &self.problem { p.problem role="alert" { (self.say(problem)) } }
                h2 #case {
                    span.score title=(self.say(words::SCORE)) { (answer.score.get()) }
                    " " (self.say(words::urgency(self.case.urgency))) ": " (self.say(words::state(self.case.state)))
                }
                @if self.case.lowest < answer.score { p.hint { (self.lowest()) } }
                @match &answer.comment {
                    Some(comment) => blockquote dir="auto" lang=[answer.language.as_ref()] { (comment) },
                    None => p.silent { (self.say(words::NO_COMMENT)) },
                }
                (self.contact())
                (self.facts())
                @if self.person.may_work() { (self.next()) } @else { p.hint { (self.say(words::READ_ONLY)) } }
                (self.plan())
                @if self.person.may_work() { (self.note()) (self.cause()) }
                (self.history())
            }
        }
    }

    fn contact(&self) -> Markup {
        html! {
            @match &self.case.answer.contact {
                Some(contact) => p.contact dir="auto" {
                    (self.how(contact.how.as_deref()))
                },
                None => p.hint { (self.say(words::NO_CONTACT)) },
            }
        }
    }

    fn facts(&self) -> Markup {
        let (case, answer) = (self.case, &self.case.answer);
        html! {
            dl.facts {
                (fact(self.say(words::DUE), &due(self.asked.here, case, self.now, self.zone)))
                (fact(self.say(words::OWNER), &html! { (case.owner.as_deref().unwrap_or(self.say(words::NOBODY))) }))
                (fact(self.say(words::TOUCHPOINT), &html! { (answer.touchpoint) }))
                (fact(self.say(words::SURVEY), &html! { (answer.survey) }))
                (fact(self.say(words::OPENED), &time(case.opened_at, self.zone)))
                (fact(self.say(words::CAUSE), &html! { (case.cause.as_deref().unwrap_or(self.say(words::NOT_NAMED))) }))
                @if let Some(customer) = &answer.customer {
                    (fact(self.say(words::CUSTOMER), &html! { (customer) @if answer.unverified { ". " (self.say(words::UNVERIFIED)) } }))
                }
                @for (name, value) in &answer.properties {
                    (fact(name, &html! { (value.as_str().unwrap_or_default()) }))
                }
            }
        }
    }

    /// The next actions, the usual one first.
    fn next(&self) -> Markup {
        let case = self.case;
        let is_mine = case.owner.as_deref() == Some(self.person.name());
        let moves = [Action::Take, Action::Contact, Action::Solve, Action::Tell, Action::Reopen];
        let possible = moves.into_iter().filter(|action| case.state.after(*action).is_some());
        // The case's owner can take it again only after it was released.
        let waits = matches!(case.state, Progress::New | Progress::Reopened);
        let sensible = possible.filter(|action| *action != Action::Take || waits || !is_mine);
        html! {
            form method="post" action=(self.asked.address_of(case)) {
                (self.hidden())
                h3 { (self.say(words::NEXT)) }
                p.actions {
                    @for action in sensible {
                        @let over = action == Action::Take && !waits;
                        button.main[action != Action::Reopen && !over] name="action" value=(action.name()) {
                            (self.say(if over { words::TAKE_OVER } else { words::action(action) }))
                        }
                    }
                    @if self.can_reply {
                        a.button href=(self.asked.below(case, "/reply")) { (self.say(words::REPLY)) }
                    }
                }
            }
        }
    }

    fn plan(&self) -> Markup {
        // If the customer has raised the score, the lowest score still decides the follow-up.
        let score = self.case.lowest;
        html! {
            @if let Some(headline) = words::plan(score) {
                h3 { (self.say(words::PLAN)) }
                p { (self.say(headline)) }
                ol.steps {
                    @if let Some(own) = self.own_plan {
                        @for step in own.lines() { li dir="auto" { (step) } }
                    } @else {
                        @for step in plan(score) { li { (self.say(words::step(*step))) } }
                    }
                }
            }
        }
    }

    fn note(&self) -> Markup {
        let typed = self.problem.as_ref().map(|(_, typed)| typed.as_str()).unwrap_or_default();
        html! {
            form method="post" action=(self.asked.address_of(self.case)) {
                (self.hidden())
                label for="note" { (self.say(words::NOTE)) }
                // HTML drops a line break right after the start of a textarea.
                textarea #note name="text" rows="3" dir="auto" maxlength="4000" { "\n" (typed) }
                p.actions { button name="action" value=(Action::Note.name()) { (self.say(words::ADD_NOTE)) } }
            }
        }
    }

    fn cause(&self) -> Markup {
        html! {
            form method="post" action=(self.asked.address_of(self.case)) {
                (self.hidden())
                label for="cause" { (self.say(words::CAUSE)) }
                input #cause name="text" list="causes" maxlength="64" autocomplete="off" aria-describedby="cause-hint"
                    value=[self.case.cause.as_ref()];
                datalist #causes { @for cause in self.causes { option value=(cause) {} } }
                p.hint #cause-hint { (self.say(words::CAUSE_HINT)) }
                p.actions { button name="action" value=(Action::Cause.name()) { (self.say(words::SET_CAUSE)) } }
            }
        }
    }

    fn history(&self) -> Markup {
        html! {
            h3 { (self.say(words::HISTORY)) }
            ol.history {
                li { (time(self.case.opened_at, self.zone)) " " (self.happened(None, self.say(words::ANSWERED))) }
                @for event in self.history {
                    li {
                        (time(event.at, self.zone)) " "
                        (self.happened(event.who.as_deref(), &words::happening(self.asked.here.texts, &event.what)))
                        @if let Some(text) = words_of(&event.what) { blockquote dir="auto" { (text) } }
                    }
                }
            }
        }
    }

    fn happened(&self, who: Option<&str>, did: &str) -> String {
        let who = who.unwrap_or(self.say(words::THE_CUSTOMER));
        self.asked.here.texts.with(words::ENTRY, &[("who", who), ("did", did)])
    }

    fn lowest(&self) -> String {
        self.asked.here.texts.with(words::WAS, &[("score", &self.case.lowest.get().to_string())])
    }

    fn how(&self, how: Option<&str>) -> String {
        let how = how.unwrap_or(self.say(words::CONTACT_UNKNOWN));
        self.asked.here.texts.with(words::CONTACT, &[("how", how)])
    }

    fn say(&self, key: &str) -> &'static str {
        self.asked.here.say(key)
    }

    /// The hidden fields of every form: the case, and the version that the person saw.
    fn hidden(&self) -> Markup {
        html! {
            (csrf(self.person))
            input type="hidden" name="version" value=(self.case.version);
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd dir="auto" { (value) } } }
}

/// The words that belong to an event: a note, a mail, a customer's answer.
fn words_of(what: &Happening) -> Option<&str> {
    match what {
        Happening::Did(Action::Note | Action::Reply | Action::Tell, text) | Happening::Said { text, .. } => {
            text.as_deref()
        }
        _ => None,
    }
}
