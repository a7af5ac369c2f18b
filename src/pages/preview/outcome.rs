//! The three outcomes of a text, as elements.

use aanrader_dom::ElementExt;
use aanrader_scores::{Column, Nothing, Outcome, Reading};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use crate::figures;
use crate::format;
use crate::language::t;
use crate::page::{new, text};
use crate::texts;

/// The elements, and a sentence with the same content for the status.
pub(crate) struct Shown {
    pub(crate) status: String,
    pub(crate) elements: Vec<Element>,
}

/// The number of a column, the lines that were left out, and the remarks.
///
/// # Errors
///
/// The browser can't make an element. This holds for all functions of this file.
pub(crate) fn counted(document: &Document, reading: &Reading, column: usize) -> Result<Shown, JsValue> {
    let column = &reading.columns[column];
    let mut elements = Vec::new();
    let mut status = format::nps(&column.tally);
    if column.tally.n() > 0 {
        elements.push(figures::headline(document, &column.tally)?);
        let pair = new(document, "div", "pair")?
            .child(&figures::distribution(document, &column.tally)?)
            .child(&figures::groups(document, &column.tally)?);
        elements.push(pair);
    } else {
        status = t().no_score_at_all.into();
        elements.push(text(document, "p", "none", t().no_score_at_all)?);
    }
    if column.without_score() > 0 {
        let without = texts::without_score(column.without_score(), column.lines());
        status = format!("{status}. {without}");
        elements.push(left_out(document, &without, column)?);
    }
    for remark in &reading.remarks {
        elements.push(text(document, "p", "remark", &texts::remark(remark))?);
    }
    Ok(Shown { status, elements })
}

fn left_out(document: &Document, title: &str, column: &Column) -> Result<Element, JsValue> {
    let mut list = new(document, "ul", "")?;
    for line in &column.named {
        list = list.child(&text(document, "li", "", &texts::no_score(line))?);
    }
    let more = column.without_score().saturating_sub(column.named.len() as u64);
    if more > 0 {
        list = list.child(&text(document, "li", "", &texts::and_more(more))?);
    }
    Ok(new(document, "section", "left-out")?.child(&text(document, "h3", "", title)?).child(&list))
}

/// The question; for each candidate a few of its values, its score, and a button.
pub(crate) fn question(document: &Document, reading: &Reading) -> Result<Shown, JsValue> {
    let question = texts::question(reading);
    let places: &[usize] = match &reading.outcome {
        Outcome::Question { candidates, .. } => candidates,
        _ => &[],
    };
    let mut list = new(document, "ul", "candidates")?;
    for place in places {
        let Some(column) = reading.columns.get(*place) else { continue };
        let button = text(document, "button", "", &texts::count_this(column))?
            .attr("type", "button")
            .attr("data-column", &place.to_string());
        let made = text(document, "p", "would-make", &texts::would_make(column))?;
        list = list.child(&new(document, "li", "")?.child(&button).child(&made));
    }
    let asked = text(document, "p", "question", &question)?;
    Ok(Shown { status: question, elements: vec![asked, list] })
}

/// The sentence that explains why there is nothing to count.
pub(crate) fn nothing(document: &Document, why: &Nothing) -> Result<Shown, JsValue> {
    if *why == Nothing::Empty {
        let nothing = text(document, "p", "none", t().nothing_yet)?;
        return Ok(Shown { status: String::new(), elements: vec![nothing] });
    }
    let sentence = texts::nothing(why);
    let elements = vec![text(document, "p", "problem", &sentence)?];
    Ok(Shown { status: sentence, elements })
}
