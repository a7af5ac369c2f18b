//! The page of the wall, its events, and the badge.

use std::collections::BTreeMap;

use aanrader_survey::shown;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};

use super::glance::Glance;
use crate::http::assets::{Assets, head, html_headers};
use crate::http::owner::Texts;
use crate::http::trend::chart::Chart;
use crate::http::trend::figures;

/// The texts of the page that change, by the ids of their elements.
fn texts_of(texts: &Texts, glance: &Glance) -> BTreeMap<&'static str, String> {
    let [before, now] = glance.line.halves();
    let today = glance.today.nps();
    let mut of = BTreeMap::from([
        ("score", now.nps().map_or_else(|| "–".into(), |nps| shown::score(&nps))),
        (
            "interval",
            now.nps()
                .map_or_else(|| texts.get("trend_no_answers").into(), |nps| figures::interval(texts, &nps)),
        ),
        ("compared", figures::compared(texts, &now, &before).unwrap_or_default()),
        ("today", figures::count(texts, glance.today.n())),
        ("today-nps", today.map_or_else(|| "–".into(), |nps| shown::score(&nps))),
    ]);
    for (id, place) in [("comment-1", 0), ("comment-2", 1), ("comment-3", 2)] {
        of.insert(id, glance.comments.get(place).cloned().unwrap_or_default());
    }
    of
}

/// An event: the texts that change, as JSON in one line.
pub(super) fn event(texts: &Texts, glance: &Glance) -> String {
    format!("data: {}\n\n", serde_json::json!(texts_of(texts, glance)))
}

pub(super) fn page(assets: &Assets, texts: &Texts, glance: &Glance) -> Response {
    let of = texts_of(texts, glance);
    let text = |id: &str| of.get(id).map(String::as_str).unwrap_or_default();
    let styles = ["pages.css", "trend.css", "wall.css"].into_iter().filter_map(|name| assets.address(name));
    let html = html! {
        (PreEscaped("<!doctype html>"))
        html lang=(texts.language()) {
            head {
                (head("NPS: Aanrader", styles))
                noscript { meta http-equiv="refresh" content="60"; }
                @if let Some(script) = assets.address("wall.js") { script type="module" src=(script) {} }
            }
            body.wall {
                main #main {
                    h1 { "NPS, " (texts.get("trend_now_week")) }
                    p.number { strong #score { (text("score")) } }
                    p.interval #interval { (text("interval")) }
                    p #compared { (text("compared")) }
                    (chart(texts, glance))
                    dl aria-live="off" {
                        div { dt { (texts.get("wall_today")) } dd #today { (text("today")) } }
                        div { dt { (texts.get("wall_today_nps")) } dd #today-nps { (text("today-nps")) } }
                    }
                    ul.comments { @for id in ["comment-1", "comment-2", "comment-3"] { li id=(id) { (text(id)) } } }
                }
            }
        }
    };
    let mut response = html.into_string().into_response();
    let headers = response.headers_mut();
    html_headers(headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    // The address is the key to the page.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn chart(texts: &Texts, glance: &Glance) -> Markup {
    let [before, now] = glance.line.halves();
    let skipped =
        glance.line.tallies.iter().take_while(|tally| tally.n() == 0).count().min(glance.buckets.half());
    let days = glance.buckets.days[skipped..].iter().enumerate().take(glance.buckets.len() - skipped);
    let first = days.filter(|(_, day)| day.day() <= 7);
    let labels: Vec<_> = first.map(|(place, day)| (place, figures::month(texts, *day).to_owned())).collect();
    let says = texts.with(
        "trend_chart_says",
        &[("now", &figures::nps(texts, &now)), ("before", &figures::nps(texts, &before))],
    );
    Chart {
        id: "chart",
        title: texts.get("trend_chart"),
        says: &says,
        tallies: &glance.line.tallies[skipped..],
        labels: &labels,
        lines: &[],
        marks: &[],
        half: None,
    }
    .markup()
}

/// The number as a picture, for `<img>`: colours that read on any page.
pub(super) fn badge(texts: &Texts, glance: &Glance) -> String {
    let [_, now] = glance.line.halves();
    let (score, about) = now.nps().map_or_else(
        || ("–".to_owned(), texts.get("trend_no_answers").to_owned()),
        |nps| {
            let range = figures::range(texts, nps.low(), nps.high());
            (shown::score(&nps), format!("{range}, n = {}", figures::count(texts, nps.n())))
        },
    );
    let label = format!("NPS {score}, {about}");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width="300" height="28" viewBox="0 0 300 28" role="img" aria-label=(label) {
            title { (label) }
            rect width="300" height="28" rx="5" fill="#1c2430" {}
            rect x="0" width="92" height="28" rx="5" fill="#0b5cad" {}
            text x="10" y="19" fill="#ffffff" font-family="system-ui, sans-serif" font-size="14" font-weight="700" {
                "NPS " (score)
            }
            text x="102" y="19" fill="#ffffff" font-family="system-ui, sans-serif" font-size="13" { (about) }
        }
    }
    .into_string()
}
