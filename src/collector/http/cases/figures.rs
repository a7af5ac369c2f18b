//! `/cases/figures`: how often cases end well, each share with its interval.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::here::Here;
use super::visit::Visit;
use super::words;
use crate::store::{CaseFigures, DAY, now};
use crate::trend::Share;

/// The periods to choose from, in days; the second one is the default.
const PERIODS: [i64; 3] = [30, 90, 365];

pub(super) async fn show(visit: Visit) -> Response {
    let page = async {
        let (here, query, asked) = (visit.here, &visit.query, visit.asked()?);
        let days = query.get("days").and_then(|days| days.parse().ok()).filter(|days| PERIODS.contains(days));
        let days = days.unwrap_or(PERIODS[1]);
        let now = now();
        let figures = visit.state.closing.figures(asked.site.clone(), now - days * DAY, now).await?;
        let main = html! {
            p.back { a href=(asked.elsewhere("/cases")) { (here.say(words::CASES)) } }
            h1 { (here.say(words::FIGURES)) }
            p.lead { (here.say("figures_lead")) }
            form.period method="get" action=(here.at("/cases/figures")) {
                @if let Some(site) = query.get("site") { input type="hidden" name="site" value=(site); }
                div {
                    label for="days" { (here.say("figures_period")) }
                    select #days name="days" {
                        @for period in PERIODS {
                            option value=(period) selected[period == days] {
                                (here.texts.with("figures_days", &[("days", &period.to_string())]))
                            }
                        }
                    }
                }
                p.actions { button.main { (here.say(words::SHOW)) } }
            }
            (table(here, figures))
        };
        let title = (StatusCode::OK, here.say(words::FIGURES));
        Ok(visit.page("cases/figures", title, &main))
    };
    visit.reply(page.await)
}

fn table(here: Here, figures: CaseFigures) -> Markup {
    let CaseFigures { opened, detractors, recovered, due, in_time, solved, unsolved } = figures;
    let rows = [
        ("figures_recovered", "figures_recovered_hint", recovered, detractors),
        ("figures_in_time", "figures_in_time_hint", in_time, due),
        ("figures_solved", "figures_solved_hint", solved, solved + unsolved),
    ];
    html! {
        p { (here.texts.with("figures_opened", &[("count", &opened.to_string())])) }
        @if opened == 0 { p.none { (here.say(words::NONE)) } }
        dl.facts.shares {
            @for (name, hint, part, total) in rows {
                div.panel {
                    dt { (here.say(name)) }
                    dd {
                        (share(here, part, total))
                        p.hint { (here.say(hint)) }
                    }
                }
            }
        }
        p.hint { (here.say("figures_interval")) }
    }
}

/// The share in words, never without its interval and its number.
fn share(here: Here, part: u64, total: u64) -> Markup {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    html! {
        @match Share::of(number(part), number(total)) {
            Some(Share { value, low, high }) => {
                p.share { (percent(value)) " %" }
                p {
                    (here.texts.with("figures_between", &[
                        ("low", &percent(low)), ("high", &percent(high)),
                        ("part", &part.to_string()), ("total", &total.to_string()),
                    ]))
                }
            },
            None => p { (here.say("figures_nothing")) },
        }
    }
}
