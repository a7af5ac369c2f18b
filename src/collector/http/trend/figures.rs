//! Figures in the language of a page.

use aanrader_survey::{Nps, Tally, compare, shown};
use jiff::civil::Date;

use crate::http::owner::Texts;
use crate::trend::Share;

/// A difference with a larger p is no more than chance explains.
const LEVEL: f64 = 0.05;

/// `+39 to +67`.
pub(in crate::http) fn range(texts: &Texts, low: f64, high: f64) -> String {
    let [low, high] = [low, high].map(|end| shown::signed(Nps::shown_end(end)));
    texts.with("trend_range", &[("low", &low), ("high", &high)])
}

/// `95% interval +40 to +67, n = 75`.
pub(in crate::http) fn interval(texts: &Texts, nps: &Nps) -> String {
    let range = range(texts, nps.low(), nps.high());
    texts.with("trend_interval", &[("range", &range), ("n", &count(texts, nps.n()))])
}

/// `+52 (95% interval +40 to +67, n = 75)`; without answers a text that says so.
pub(in crate::http) fn nps(texts: &Texts, tally: &Tally) -> String {
    match tally.nps() {
        Some(nps) => format!("{} ({})", shown::score(&nps), interval(texts, &nps)),
        None => texts.get("trend_no_answers").to_owned(),
    }
}

/// `1,000,000`.
pub(in crate::http) fn count(texts: &Texts, value: u64) -> String {
    shown::count(value).replace(',', texts.get("trend_thousands"))
}

/// `12.5% (10.1% to 15.0%)`.
pub(in crate::http) fn share(texts: &Texts, share: Share) -> String {
    let percent = |value: f64| format!("{:.1}%", 100.0 * value).replace('.', texts.get("trend_decimal"));
    let (low, high) = (percent(share.low), percent(share.high));
    format!("{} ({})", percent(share.value), texts.with("trend_range", &[("low", &low), ("high", &high)]))
}

/// `2 Mar` or `2 Mar 2026`.
pub(in crate::http) fn day(texts: &Texts, date: Date, with_year: bool) -> String {
    let month = month(texts, date);
    let year = if with_year { format!(" {}", date.year()) } else { String::new() };
    format!("{} {month}{year}", date.day())
}

/// `Mar`.
pub(in crate::http) fn month(texts: &Texts, date: Date) -> &str {
    let months = texts.get("trend_months").split(' ');
    months.into_iter().nth(usize::try_from(date.month() - 1).unwrap_or(0)).unwrap_or_default()
}

/// How a period differs from the one before, in a sentence; `None` if one of them has no answers.
pub(in crate::http) fn compared(texts: &Texts, now: &Tally, before: &Tally) -> Option<String> {
    let difference = compare(now, before)?;
    let points = format!("{:.1}", difference.difference.abs()).replace('.', texts.get("trend_decimal"));
    let range = range(texts, difference.low, difference.high);
    let values = [("points", points.as_str()), ("range", &range), ("before", &nps(texts, before))];
    let key = match (difference.p < LEVEL, difference.difference > 0.0) {
        (false, _) => "trend_chance",
        (true, true) => "trend_higher",
        (true, false) => "trend_lower",
    };
    Some(texts.with(key, &values))
}
