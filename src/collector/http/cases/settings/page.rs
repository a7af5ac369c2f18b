//! The page of the settings.

use std::fmt::Display;

use maud::{Markup, html};

use super::super::frame::csrf;
use super::super::words;
use super::Shown;
use super::read::{Part, usual_plans};
use crate::cases::Urgency;

impl Shown<'_> {
    pub(super) fn markup(&self) -> Markup {
        html! {
            p.back { a href=(self.here.at("/cases")) { (self.say(words::CASES)) } }
            h1 { (self.say(words::SETTINGS)) }
            @if let Some((_, problem)) = &self.refused {
                p.problem #problem role="alert" {
                    (self.here.texts.with(problem.key, &[("text", &problem.text)]))
                }
            }
            @if self.is_saved { p.hint role="status" { (self.say("set_saved")) } }
            (self.form(Part::Times, "set_times", &self.times()))
            (self.form(Part::People, "set_people", &self.people()))
            (self.form(Part::Plans, "set_plans", &self.plans()))
            (self.causes())
        }
    }

    fn say(&self, key: &str) -> &'static str {
        self.here.say(key)
    }

    fn action(&self) -> String {
        let path = self.here.at("/cases/settings");
        if self.site.id.is_default() { path } else { format!("{path}?site={}", self.site.id) }
    }

    fn form(&self, part: Part, title: &str, content: &Markup) -> Markup {
        html! {
            form.panel.settings id=(part.name()) method="post" action=(self.action()) {
                (csrf(self.person))
                input type="hidden" name="part" value=(part.name());
                h2 { (self.say(title)) }
                (content)
                p.actions { button.main { (self.say("set_save")) } }
            }
        }
    }

    /// The value of a field: as it was typed in a refused form, or as it is stored.
    fn value(&self, field: &str, stored: String) -> String {
        let typed = self.refused.as_ref().filter(|(form, _)| form.has(field));
        typed.map_or(stored, |(form, _)| form.get(field).unwrap_or_default().to_owned())
    }

    /// Whether the refused form is wrong in this field, and its hint.
    fn described(&self, field: &str, hint: Option<&str>) -> (bool, Option<String>) {
        let is_wrong = self.refused.as_ref().is_some_and(|(_, problem)| problem.field == field);
        let by = [hint.map(|hint| format!("hint-{hint}")), is_wrong.then(|| "problem".to_owned())];
        let by = by.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (is_wrong, Some(by).filter(|by| !by.is_empty()))
    }

    fn input(&self, field: &str, label: &str, stored: Option<&dyn Display>, hint: Option<&str>) -> Markup {
        let value = self.value(field, stored.map(ToString::to_string).unwrap_or_default());
        let (is_wrong, by) = self.described(field, hint);
        html! {
            div {
                label for=(field) { (label) }
                input id=(field) name=(field) value=(value) autocomplete="off" spellcheck="false"
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[by];
                @if let Some(hint) = hint { p.hint id={ "hint-" (hint) } { (self.say(hint)) } }
            }
        }
    }

    fn area(&self, field: &str, label: &str, stored: String, hint: Option<&str>) -> Markup {
        let value = self.value(field, stored);
        let (is_wrong, by) = self.described(field, hint);
        let rows = value.lines().count().clamp(2, 12) + 1;
        html! {
            div {
                label for=(field) { (label) }
                // HTML drops a line break right after the start of a textarea.
                textarea id=(field) name=(field) rows=(rows) spellcheck="false"
                    aria-invalid=[is_wrong.then_some("true")] aria-describedby=[by] { "\n" (value) }
                @if let Some(hint) = hint { p.hint id={ "hint-" (hint) } { (self.say(hint)) } }
            }
        }
    }

    fn times(&self) -> Markup {
        let cases = &self.site.cases;
        let zone = self.site.time_zone.as_ref().map(|zone| zone as &dyn Display);
        html! {
            (self.input("zone", self.say("set_zone"), zone, Some("set_zone_hint")))
            (self.input("hours", self.say("set_hours"), Some(&cases.hours), Some("set_hours_hint")))
            fieldset {
                legend { (self.say("set_due")) }
                p.hint #due-hint { (self.say("set_due_hint")) }
                div.limits {
                    @for score in aanrader_survey::Score::all() {
                        @let field = format!("due-{}", score.get());
                        @let own = cases.within.get(&score.get()).map(ToString::to_string).unwrap_or_default();
                        @let usual = Urgency::of(score, true).within();
                        @let (is_wrong, by) = self.described(&field, None);
                        div {
                            label for=(field) { (score.get()) }
                            input id=(field) name=(field) value=(self.value(&field, own)) placeholder=(usual)
                                autocomplete="off" spellcheck="false" aria-invalid=[is_wrong.then_some("true")]
                                aria-describedby={ "due-hint " (by.unwrap_or_default()) };
                        }
                    }
                }
            }
        }
    }

    fn people(&self) -> Markup {
        let cases = &self.site.cases;
        let list = |pairs: Vec<(String, String)>| {
            pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("\n")
        };
        let people = cases.people.iter().map(|(name, email)| (name.clone(), email.to_string())).collect();
        let owners = cases.owners.clone().into_iter().collect();
        let weekly: Vec<_> = cases.weekly.iter().map(ToString::to_string).collect();
        let shown = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let language = self.value("language", shown(&cases.language));
        html! {
            (self.area("people", self.say("set_names"), list(people), Some("set_names_hint")))
            (self.input("owner_property", self.say("set_property"), Some(&shown(&cases.owner_property)), Some("set_property_hint")))
            (self.area("owners", self.say("set_owners"), list(owners), Some("set_owners_hint")))
            (self.input("shop", self.say("set_shop"), Some(&shown(&cases.shop)), None))
            (self.input("sender", self.say("set_sender"), Some(&shown(&cases.sender.as_ref().map(ToString::to_string))), Some("set_sender_hint")))
            (self.input("reply_to", self.say("set_reply_to"), Some(&shown(&cases.reply_to.as_ref().map(ToString::to_string))), Some("set_reply_to_hint")))
            (self.area("weekly", self.say("set_weekly"), weekly.join("\n"), Some("set_weekly_hint")))
            div {
                label for="language" { (self.say("set_language")) }
                select #language name="language" {
                    @for (tag, name) in [("en", "English"), ("nl", "Nederlands")] {
                        option value=(tag) lang=(tag) selected[language == tag] { (name) }
                    }
                }
            }
        }
    }

    fn plans(&self) -> Markup {
        html! {
            p.hint { (self.say("set_plans_hint")) }
            @for (score, usual) in usual_plans(self.here.texts) {
                @let own = self.site.cases.plans.get(&score).map(|steps| steps.lines().to_vec());
                @let label = self.here.texts.with("set_plan", &[("score", &score.to_string())]);
                (self.area(&format!("plan-{score}"), &label, own.unwrap_or(usual).join("\n"), None))
            }
        }
    }

    fn causes(&self) -> Markup {
        let hidden = html! {
            (csrf(self.person))
            input type="hidden" name="part" value=(Part::Causes.name());
        };
        html! {
            section.panel.settings #causes aria-labelledby="causes-title" {
                h2 #causes-title { (self.say("set_causes")) }
                p.hint { (self.say("set_causes_hint")) }
                @for (number, cause) in self.causes.iter().enumerate() {
                    form.row method="post" action=(self.action()) {
                        (hidden)
                        input type="hidden" name="old" value=(cause);
                        label.off for={ "cause-" (number) } { (self.say("set_cause")) }
                        input id={ "cause-" (number) } name="name" value=(cause) maxlength="64" autocomplete="off";
                        button name="do" value="rename" { (self.say("set_rename")) }
                        button name="do" value="remove" aria-label=(self.here.texts.with("set_remove_it", &[("cause", cause)])) {
                            (self.say("set_remove"))
                        }
                    }
                }
                form.row method="post" action=(self.action()) {
                    (hidden)
                    label for="new-cause" { (self.say("set_new_cause")) }
                    input #new-cause name="name" maxlength="64" autocomplete="off";
                    button.main name="do" value="add" { (self.say("set_add")) }
                }
            }
        }
    }
}
