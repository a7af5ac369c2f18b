//! An NPS as both pages show it: with its interval and n, the categories, and the distribution.

use aanrader_dom::ElementExt;
use aanrader_survey::{Category, Nps, Score, Tally};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

use crate::format::{count, fraction, interval, score, share};
use crate::language::t;
use crate::page::{new, text};
use crate::reading::Reading;
use crate::texts;

/// The categories in the order of the scale.
const GROUPS: [Category; 3] = [Category::Detractor, Category::Passive, Category::Promoter];

/// The score in large, its interval, and its interpretation.
///
/// # Errors
///
/// The browser can't make an element. This holds for all functions of this file.
pub(crate) fn headline(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let Some(nps) = tally.nps() else {
        return text(document, "p", "none", t().no_answers);
    };
    let number = new(document, "p", "nps")?.child(&text(document, "span", "name", "NPS")?).child(&text(
        document,
        "strong",
        "",
        &score(&nps),
    )?);
    let headline = new(document, "div", "headline")?
        .child(&number)
        .child(&range(document, &nps)?)
        .child(&text(document, "p", "interval", &interval(&nps))?);
    if nps.is_of_few() {
        return Ok(headline.child(&text(document, "p", "reading few", &texts::few())?));
    }
    Ok(headline.child(&text(document, "p", "reading", &texts::reading(Reading::of(&nps)))?))
}

/// The interval on the scale from −100 to +100. The picture shows the same as the text beside it.
fn range(document: &Document, nps: &Nps) -> Result<Element, JsValue> {
    let band = new(document, "span", "band")?;
    set(&band, "--from", (nps.low() + 100.0) / 2.0);
    set(&band, "--to", (nps.high() + 100.0) / 2.0);
    let dot = new(document, "span", "dot")?;
    set(&dot, "--at", (nps.score() + 100.0) / 2.0);
    let line = new(document, "span", "line")?.child(&band).child(&dot);
    Ok(new(document, "div", "range")?
        .attr("aria-hidden", "true")
        .child(&line)
        .child(&text(document, "span", "low", "\u{2212}100")?)
        .child(&text(document, "span", "zero", "0")?)
        .child(&text(document, "span", "high", "+100")?))
}

/// Promoters, passives and detractors: their numbers and shares.
pub(crate) fn groups(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let mut body = new(document, "tbody", "")?;
    for category in GROUPS.into_iter().rev() {
        let name = new(document, "th", category.name())?
            .attr("scope", "row")
            .text(&format!("{} ", texts::group(category)))
            .child(&text(document, "span", "scores", texts::group_scores(category))?);
        let of = tally.of(category);
        let row = new(document, "tr", "")?.child(&name).child(&text(document, "td", "", &count(of))?);
        body = body.child(&row.child(&text(document, "td", "", &share(of, tally.n()))?));
    }
    table(document, "groups", t().groups_caption, [t().group, t().answers, t().share], &body)
}

/// The distribution as eleven bars and as a table.
pub(crate) fn distribution(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let details = new(document, "details", "")?
        .child(&text(document, "summary", "", t().as_table)?)
        .child(&counts(document, tally)?);
    let caption = text(document, "figcaption", "", t().distribution)?;
    Ok(new(document, "figure", "distribution")?
        .child(&caption)
        .child(&bars(document, tally)?)
        .child(&details))
}

fn bars(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let label = texts::distribution(tally);
    let mut chart = new(document, "div", "bars")?.attr("role", "img").attr("aria-label", &label);
    let most = tally.counts().iter().copied().max().unwrap_or(0);
    for score in Score::all() {
        let bar = new(document, "span", &format!("bar {}", score.category().name()))?;
        set(&bar, "--share", 100.0 * fraction(tally.count(score), most));
        let digit = text(document, "span", "digit", &score.get().to_string())?;
        chart = chart.child(&new(document, "span", "column")?.child(&bar).child(&digit));
    }
    Ok(chart)
}

fn counts(document: &Document, tally: &Tally) -> Result<Element, JsValue> {
    let mut body = new(document, "tbody", "")?;
    for score in Score::all() {
        let name = text(document, "th", "", &score.get().to_string())?.attr("scope", "row");
        let of = tally.count(score);
        let row = new(document, "tr", "")?.child(&name).child(&text(document, "td", "", &count(of))?);
        body = body.child(&row.child(&text(document, "td", "", &share(of, tally.n()))?));
    }
    table(document, "counts", t().distribution, [t().score, t().answers, t().share], &body)
}

fn table(
    document: &Document,
    class: &str,
    caption: &str,
    heads: [&str; 3],
    body: &Element,
) -> Result<Element, JsValue> {
    let mut head = new(document, "tr", "")?;
    for name in heads {
        head = head.child(&text(document, "th", "", name)?.attr("scope", "col"));
    }
    Ok(new(document, "table", class)?
        .child(&text(document, "caption", "", caption)?)
        .child(&new(document, "thead", "")?.child(&head))
        .child(body))
}

/// Sets a custom property, in percent. It uses the object model, because a strict policy would block a
/// `style` attribute.
fn set(element: &Element, property: &str, percent: f64) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // If the browser refuses the property, the bar is flat; the text has the number.
        let _ = element.style().set_property(property, &format!("{percent:.3}%"));
    }
}
