//! The collector's replies as elements. Customers' words only ever become text.

use aanrader_dom::ElementExt;
use aanrader_survey::{FollowUp, Score, Tally};
use js_sys::{Date, Object, Reflect, encode_uri_component};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use crate::figures;
use crate::language::t;
use crate::page::{self, new, text};
use crate::reading::{Compared, differences};
use crate::texts;
use crate::wire::{Answer, Survey};

/// A survey: its number, its distribution, and its touchpoints if there are several.
///
/// # Errors
///
/// The browser can't make an element. This holds for all functions of this file.
pub(crate) fn survey(document: &Document, survey: &Survey) -> Result<Element, JsValue> {
    let mut section = new(document, "section", "survey")?.child(&text(document, "h2", "", &survey.survey)?);
    for (language, n) in survey.pooled() {
        let name = String::from(encode_uri_component(&survey.survey));
        let link = text(document, "a", "", &texts::pooled(language, n))?
            .attr("href", &format!("../trend?survey={name}#wordings"));
        section = section.child(&new(document, "p", "pooled")?.child(&link));
    }
    if let [only] = survey.touchpoints.as_slice() {
        section = section.child(&text(document, "p", "touchpoint", &texts::touchpoint(&only.touchpoint))?);
        return Ok(section.child(&full(document, &survey.total.tally())?));
    }
    section = section
        .child(&text(document, "p", "touchpoint", t().all_touchpoints)?)
        .child(&full(document, &survey.total.tally())?);
    let mut list = new(document, "div", "touchpoints")?;
    for one in &survey.touchpoints {
        let tally = one.tally();
        let part = new(document, "section", "part")?
            .child(&text(document, "h3", "", &one.touchpoint)?)
            .child(&figures::headline(document, &tally)?)
            .child(&figures::distribution(document, &tally)?);
        list = list.child(&part);
    }
    section = section.child(&list);
    for sentence in compared(survey) {
        section = section.child(&text(document, "p", "compared", &sentence)?);
    }
    Ok(section)
}

fn full(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let pair = new(document, "div", "pair")?
        .child(&figures::distribution(document, tally)?)
        .child(&figures::groups(document, tally)?);
    Ok(new(document, "div", "")?.child(&figures::headline(document, tally)?).child(&pair))
}

/// The comparison of the touchpoints, in sentences.
fn compared(survey: &Survey) -> Vec<String> {
    let names: Vec<&str> = survey.touchpoints.iter().map(|one| one.touchpoint.as_str()).collect();
    let tallies: Vec<Tally> = survey.touchpoints.iter().map(|one| one.tally()).collect();
    let Compared::Pairs { of, differ } = differences(&tallies) else { return Vec::new() };
    let mut told: Vec<String> = differ.iter().map(|one| texts::difference(&names, one)).collect();
    if told.is_empty() {
        told.push(t().no_difference.into());
    }
    told.push(texts::method(of));
    told
}

/// A customer to contact: who it is, the comment, and the way to the case, where the follow-up plan stands.
pub(crate) fn call(document: &Document, answer: &Answer, score: Score) -> Result<Element, JsValue> {
    let mut head = new(document, "h3", "")?;
    if let Some(kind) = FollowUp::of(score) {
        head = head.child(&text(document, "span", "priority", &texts::priority(kind))?).child(&text(
            document,
            "span",
            "",
            texts::follow_up(kind),
        )?);
    }
    let [survey, id] = [&answer.survey, &answer.id].map(|part| String::from(encode_uri_component(part)));
    // Both from /results/ and from /en/results/, to the page in the same language.
    let case = text(document, "a", "", t().open_case)?.attr("href", &format!("../cases/{survey}/{id}"));
    Ok(new(document, "li", "case")?
        .child(&head)
        .child(&about(document, answer)?)
        .child(&words(document, answer)?)
        .child(&text(document, "p", "contact", contact(answer))?)
        .child(&new(document, "p", "todo")?.child(&case)))
}

/// One of the latest answers.
pub(crate) fn answer(document: &Document, answer: &Answer) -> Result<Element, JsValue> {
    let mut item =
        new(document, "li", "answer")?.child(&about(document, answer)?).child(&words(document, answer)?);
    if answer.may_contact() {
        item = item.child(&text(document, "p", "contact", contact(answer))?);
    }
    if let Some(kind) = answer.follow_up() {
        let line = texts::follow_up_in_short(kind, answer.may_contact());
        item = item.child(&text(document, "p", "hint", &line)?);
    }
    Ok(item)
}

fn contact(answer: &Answer) -> &str {
    texts::contact(answer.contact_how(), answer.customer.is_some())
}

/// Score, category, place, time and customer.
fn about(document: &Document, answer: &Answer) -> Result<Element, JsValue> {
    let mut line = new(document, "p", "about")?;
    if let Some(score) = answer.score() {
        let category = score.category();
        let class = format!("score {}", category.name());
        line = line.child(&text(document, "strong", &class, &score.get().to_string())?).child(&text(
            document,
            "span",
            "",
            texts::category(category),
        )?);
    }
    let place = texts::place(&answer.survey, &answer.touchpoint);
    let instant =
        text(document, "time", "", &when(&answer.answered_at))?.attr("datetime", &answer.answered_at);
    line = line.child(&text(document, "span", "", &place)?).child(&instant);
    if let Some(customer) = &answer.customer {
        line = line.child(&text(document, "span", "", &texts::customer(customer))?);
    }
    if !answer.complete {
        line = line.child(&text(document, "span", "", t().unfinished)?);
    }
    Ok(line)
}

fn words(document: &Document, answer: &Answer) -> Result<Element, JsValue> {
    match &answer.comment {
        Some(comment) => text(document, "blockquote", "", comment),
        None => text(document, "p", "silent", t().no_comment),
    }
}

/// An instant by the owner's clock.
fn when(instant: &str) -> String {
    let date = Date::new(&instant.into());
    if date.get_time().is_nan() {
        return instant.into();
    }
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // Setting a property of a plain object can't fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(&page::locale(), &options).into()
}
