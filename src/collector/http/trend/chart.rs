//! Charts of the number over time as SVG. All colours are in the style sheet, so that a strict policy allows them.

use std::fmt::Write as _;

use aanrader_survey::{Nps, Tally, shown};
use maud::{Markup, html};

/// The size of a chart's own coordinates, and the place of its plot.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 712.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 226.0;
/// The place of the bars with the number of answers.
const BARS: [f64; 2] = [236.0, 272.0];

/// A chart of consecutive periods.
pub(in crate::http) struct Chart<'a> {
    /// The id of the chart's title; the page has one chart with it.
    pub(in crate::http) id: &'a str,
    pub(in crate::http) title: &'a str,
    /// What the chart shows, in a sentence.
    pub(in crate::http) says: &'a str,
    pub(in crate::http) tallies: &'a [Tally],
    /// Labels of the axis, each at the beginning of a period.
    pub(in crate::http) labels: &'a [(usize, String)],
    /// Horizontal lines: their class and NPS.
    pub(in crate::http) lines: &'a [(&'static str, i32)],
    /// Vertical lines: their class, their place between the periods, and their label.
    /// A sign of change has its label at the bottom, where no note's letter is.
    pub(in crate::http) marks: &'a [(&'static str, f64, String)],
    /// Where the period begins that is compared with the one before.
    pub(in crate::http) half: Option<usize>,
}

impl Chart<'_> {
    pub(in crate::http) fn markup(&self) -> Markup {
        let scale = Scale::of(self.tallies, self.lines.iter().map(|(_, nps)| f64::from(*nps)));
        let x = |place: f64| LEFT + (RIGHT - LEFT) * place / self.tallies.len().max(1) as f64;
        let y = |nps: f64| TOP + (BOTTOM - TOP) * scale.share(nps);
        let curve = Curve::of(self.tallies, &|place| x(place as f64 + 0.5), &y);
        let description = format!("{}-says", self.id);
        html! {
            svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img"
                aria-labelledby=(self.id) aria-describedby=(description) {
                title id=(self.id) { (self.title) }
                desc id=(description) { (self.says) }
                @if let Some(half) = self.half {
                    rect.now x=(at(x(half as f64))) y=(at(TOP)) width=(at(RIGHT - x(half as f64)))
                        height=(at(BOTTOM - TOP)) {}
                }
                @for nps in scale.ticks() {
                    line.grid.zero[nps == 0] x1=(at(LEFT)) x2=(at(RIGHT)) y1=(at(y(f64::from(nps)))) y2=(at(y(f64::from(nps)))) {}
                    text.tick x=(at(LEFT - 6.0)) y=(at(y(f64::from(nps)) + 4.0)) text-anchor="end" { (shown::signed(nps)) }
                }
                path.area d=(curve.area) {}
                @for (class, nps) in self.lines {
                    line class=(class) x1=(at(LEFT)) x2=(at(RIGHT)) y1=(at(y(f64::from(*nps)))) y2=(at(y(f64::from(*nps)))) {}
                }
                @for (class, place, label) in self.marks {
                    line class=(class) x1=(at(x(*place))) x2=(at(x(*place))) y1=(at(TOP)) y2=(at(BOTTOM)) {}
                    @let top = if *class == "sign" { BOTTOM - 4.0 } else { TOP - 7.0 };
                    text class=(class) x=(at(x(*place))) y=(at(top)) text-anchor="middle" { (label) }
                }
                path.curve d=(curve.line) {}
                @for (cx, cy, few) in &curve.dots { circle.dot-of.few[*few] cx=(at(*cx)) cy=(at(*cy)) r="3" {} }
                (bars(self.tallies, &x))
                @for (place, label) in self.labels {
                    text.tick x=(at(x(*place as f64))) y=(at(HEIGHT - 8.0)) { (label) }
                }
            }
        }
    }
}

/// How many answered in each period.
fn bars(tallies: &[Tally], x: &dyn Fn(f64) -> f64) -> Markup {
    let most = tallies.iter().map(Tally::n).max().unwrap_or(0).max(1) as f64;
    let width = (x(1.0) - x(0.0)) * 0.7;
    html! {
        @for (place, tally) in tallies.iter().enumerate().filter(|(_, tally)| tally.n() > 0) {
            @let height = (BARS[1] - BARS[0]) * tally.n() as f64 / most;
            rect.count x=(at(x(place as f64 + 0.15))) y=(at(BARS[1] - height)) width=(at(width)) height=(at(height)) {}
        }
    }
}

/// A small chart without an axis, all of one scale.
pub(in crate::http) fn small(tallies: &[Tally], says: &str, changes: &[f64]) -> Markup {
    let (width, height) = (220.0, 56.0);
    let x = |place: f64| width * place / tallies.len().max(1) as f64;
    let y = |nps: f64| 2.0 + (height - 4.0) * (100.0 - nps) / 200.0;
    let curve = Curve::of(tallies, &|place| x(place as f64 + 0.5), &y);
    html! {
        svg.small viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(says) {
            line.grid.zero x1="0" x2=(at(width)) y1=(at(y(0.0))) y2=(at(y(0.0))) {}
            path.area d=(curve.area) {}
            @for place in changes {
                line.sign x1=(at(x(*place))) x2=(at(x(*place))) y1="0" y2=(at(height)) {}
            }
            path.curve d=(curve.line) {}
            @for (cx, cy, few) in curve.dots.iter().filter(|_| curve.dots.len() < 3) {
                circle.dot-of.few[*few] cx=(at(*cx)) cy=(at(*cy)) r="2.5" {}
            }
        }
    }
}

/// A coordinate, to a tenth.
fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// The vertical axis: multiples of 20 that hold all that is shown.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Periods of few answers have wide bands, which may be cut off: they would flatten all others.
    fn of(tallies: &[Tally], lines: impl Iterator<Item = f64>) -> Self {
        let all: Vec<Nps> = tallies.iter().filter_map(Tally::nps).collect();
        let enough: Vec<&Nps> = all.iter().filter(|nps| !nps.is_of_few()).collect();
        let ends = enough.iter().flat_map(|nps| [nps.low(), nps.high()]);
        let ends: Vec<f64> = ends.chain(all.iter().map(Nps::score)).chain(lines).chain([0.0]).collect();
        let low = ends.iter().copied().fold(100.0, f64::min);
        let high = ends.iter().copied().fold(-100.0, f64::max);
        let (low, high) = ((low / 20.0).floor() * 20.0, (high / 20.0).ceil() * 20.0);
        let high = high.max(low + 40.0).min(100.0);
        Self { low: low.min(high - 40.0).max(-100.0), high }
    }

    /// 0 at the top, 1 at the bottom.
    fn share(&self, nps: f64) -> f64 {
        ((self.high - nps) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> impl Iterator<Item = i32> {
        let step = if self.high - self.low > 120.0 { 40 } else { 20 };
        let (low, high) = (self.low as i32, self.high as i32);
        (-100..=100).filter(move |nps| nps % step == 0 && (low..=high).contains(nps))
    }
}

/// The paths of line and band, each broken where nobody answered, and a dot for each period.
#[derive(Default)]
struct Curve {
    line: String,
    area: String,
    dots: Vec<(f64, f64, bool)>,
}

impl Curve {
    fn of(tallies: &[Tally], x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> Self {
        let mut curve = Self::default();
        let scores: Vec<Option<(f64, Nps)>> =
            tallies.iter().enumerate().map(|(place, tally)| tally.nps().map(|nps| (x(place), nps))).collect();
        for piece in scores.split(Option::is_none).filter(|piece| !piece.is_empty()) {
            let points: Vec<&(f64, Nps)> = piece.iter().flatten().collect();
            let path = |out: &mut String, first: &str, (x, y): (f64, f64)| {
                // Writing to a string can't fail.
                let _ = write!(out, "{first}{x:.1} {y:.1}");
            };
            for (place, (x, nps)) in points.iter().enumerate() {
                path(&mut curve.line, if place == 0 { "M" } else { "L" }, (*x, y(nps.score())));
                path(&mut curve.area, if place == 0 { "M" } else { "L" }, (*x, y(nps.high())));
                curve.dots.push((*x, y(nps.score()), nps.is_of_few()));
            }
            for (x, nps) in points.iter().rev() {
                path(&mut curve.area, "L", (*x, y(nps.low())));
            }
            curve.area.push('Z');
        }
        curve
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn tally(scores: &[u8]) -> Tally {
        scores.iter().map(|score| Score::new(*score).expect("a score")).collect()
    }

    #[test]
    fn line_and_band_are_broken_where_nobody_answered() {
        let some = tally(&[9, 9, 3]);
        let curve = Curve::of(&[some, some, Tally::default(), some], &|x| x as f64, &|nps| 100.0 - nps);
        assert_eq!(curve.line, "M0.0 66.7L1.0 66.7M3.0 66.7");
        assert_eq!((curve.area.matches('M').count(), curve.area.matches('Z').count()), (2, 2));
        assert_eq!(curve.dots.len(), 3);
    }

    #[test]
    fn the_axis_holds_every_score_and_line_in_steps_of_twenty() {
        let many = tally(&[vec![9; 60], vec![3; 40]].concat());
        let scale = Scale::of(&[many], [30.0].into_iter());
        assert_eq!((scale.low, scale.high), (0.0, 40.0));
        assert_eq!(scale.ticks().collect::<Vec<_>>(), [0, 20, 40]);
        let one = Scale::of(&[tally(&[0])], std::iter::empty());
        assert_eq!((one.low, one.high), (-100.0, 0.0));
        assert_eq!(one.share(100.0), 0.0);
        let none = Scale::of(&[], std::iter::empty());
        assert_eq!((none.low, none.high), (0.0, 40.0));
    }
}
