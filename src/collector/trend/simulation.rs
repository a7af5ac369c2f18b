//! How often the rules err by chance, and how soon they see a change: simulated shops with fixed seeds.

use aanrader_survey::{Score, Tally};

use super::{Standing, changes, standings};

/// A generator of random numbers: G. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003), with
/// the multiplier of S. Vigna's xorshift64*.
struct Random(u64);

impl Random {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A Poisson count, by the product of D. E. Knuth.
    fn poisson(&mut self, mean: f64) -> u64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.next(), 0);
        while product > limit {
            product *= self.next();
            count += 1;
        }
        count
    }
}

/// The shares of promoters and detractors among a shop's customers.
#[derive(Clone, Copy)]
struct Shop(f64, f64);

impl Shop {
    fn answers(self, n: u64, random: &mut Random) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..n {
            let at = random.next();
            let score = if at < self.0 {
                9
            } else if at < self.0 + self.1 {
                4
            } else {
                7
            };
            tally.add(Score::new(score).expect("a score"));
        }
        tally
    }

    fn days(self, days: usize, a_day: f64, random: &mut Random) -> Vec<Tally> {
        (0..days)
            .map(|_| {
                let n = random.poisson(a_day);
                self.answers(n, random)
            })
            .collect()
    }
}

const USUAL: Shop = Shop(0.5, 0.2);
const LOVED: Shop = Shop(0.85, 0.05);

#[test]
fn of_fifty_agents_who_are_all_alike_hardly_ever_one_is_named() {
    for (shop, seed) in [(USUAL, 1), (LOVED, 2)] {
        let mut random = Random::of(seed);
        let runs = 400;
        let named = (0..runs).filter(|_| {
            let agents: Vec<Tally> = (0..50).map(|agent| shop.answers(30 + 2 * agent, &mut random)).collect();
            standings(&agents).iter().any(|standing| matches!(standing, Standing::Higher | Standing::Lower))
        });
        let share = named.count() as f64 / f64::from(runs);
        println!("shop {seed}: in {:.1} % of runs somebody is named", 100.0 * share);
        assert!(share <= 0.05, "{share}");
    }
}

#[test]
fn of_fifty_agents_one_who_is_forty_points_lower_is_named() {
    let mut random = Random::of(3);
    let named = (0..100).filter(|_| {
        let mut agents: Vec<Tally> = (0..49).map(|_| USUAL.answers(100, &mut random)).collect();
        agents.push(Shop(0.3, 0.4).answers(100, &mut random));
        standings(&agents)[49] == Standing::Lower
    });
    let named = named.count();
    println!("named in {named} of 100 runs");
    assert!(named >= 80, "{named}");
}

#[test]
fn a_shop_that_does_not_change_has_less_than_one_false_alarm_a_year() {
    for (shop, a_day, seed) in
        [(USUAL, 30.0, 4), (USUAL, 3.0, 5), (LOVED, 30.0, 6), (LOVED, 3.0, 7), (USUAL, 200.0, 8)]
    {
        let mut random = Random::of(seed);
        let years = 40;
        let alarms: usize = (0..years).map(|_| changes(&shop.days(365, a_day, &mut random), 1).len()).sum();
        let a_year = alarms as f64 / f64::from(years);
        println!("NPS {:.0}, {a_day} a day: {a_year:.3} false alarms a year", 100.0 * (shop.0 - shop.1));
        assert!(a_year <= 1.0, "{a_year}");
    }
}

#[test]
fn a_drop_of_twenty_points_at_thirty_answers_a_day_is_seen_within_two_weeks() {
    let mut random = Random::of(9);
    let (before, after) = (180, 60);
    let mut delays: Vec<usize> = (0..100)
        .map(|_| {
            let mut days = USUAL.days(before, 30.0, &mut random);
            days.extend(Shop(0.4, 0.3).days(after, 30.0, &mut random));
            let found = changes(&days, 1);
            let after_it = found.iter().map(|change| change.seen).find(|seen| *seen >= before);
            after_it.map_or(after, |seen| seen + 1 - before)
        })
        .collect();
    delays.sort_unstable();
    let median = delays[delays.len() / 2];
    println!("seen after {median} days (median), {} days at most in nine of ten runs", delays[90]);
    assert!(median <= 14, "{median}");
}
