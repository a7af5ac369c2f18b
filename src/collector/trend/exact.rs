//! The exact test of whether a group could be drawn by chance from all answers: no normal curve is assumed, which
//! few and lopsided answers don't follow.

use aanrader_survey::{Category, Tally};

/// For a larger group the normal curve is close enough.
const LARGEST: u64 = 400;

/// How often chance alone makes the NPS of so many answers at least as unusual, if they are drawn from all of them
/// without replacement: twice the smaller tail of the hypergeometric distribution. `None` if the group is too
/// large to compute it.
///
/// It is the permutation test of R. A. Fisher, "The Design of Experiments" (1935), section 21, over promoters,
/// passives and detractors.
pub(super) fn chance(group: &Tally, all: &Tally) -> Option<f64> {
    if group.n() > LARGEST || group.n() > all.n() {
        return None;
    }
    let count = |tally: &Tally, category| tally.of(category);
    let [promoters, passives, detractors] = [Category::Promoter, Category::Passive, Category::Detractor]
        .map(|category| choices(count(all, category), group.n()));
    let ways = choices(all.n(), group.n());
    let observed =
        count(group, Category::Promoter).cast_signed() - count(group, Category::Detractor).cast_signed();
    let n = usize::try_from(group.n()).ok()?;
    let (mut lower, mut upper) = (0.0, 0.0);
    for (p, of_promoters) in promoters.iter().enumerate() {
        for (d, of_detractors) in detractors.iter().enumerate().take(n - p + 1) {
            let Some(of_passives) = passives.get(n - p - d) else { continue };
            let chance = (of_promoters + of_detractors + of_passives - ways[n]).exp();
            let balance = p as i64 - d as i64;
            if balance <= observed {
                lower += chance;
            }
            if balance >= observed {
                upper += chance;
            }
        }
    }
    Some(f64::min(1.0, 2.0 * f64::min(lower, upper)))
}

/// The logarithms of the numbers of ways to choose 0, 1, … of so many, up to `most` or all of them.
fn choices(of: u64, most: u64) -> Vec<f64> {
    let mut ways = vec![0.0];
    let mut sum = 0.0;
    for chosen in 1..=most.min(of) {
        sum += ((of - chosen + 1) as f64).ln() - (chosen as f64).ln();
        ways.push(sum);
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use aanrader_survey::Score;

    fn tally(detractors: u64, passives: u64, promoters: u64) -> Tally {
        let mut tally = Tally::default();
        for (score, times) in [(0, detractors), (8, passives), (10, promoters)] {
            tally.add_many(Score::new(score).expect("a score"), times);
        }
        tally
    }

    #[test]
    fn two_of_two_promoters_among_three_of_five_are_twice_three_tenths() {
        // C(3, 2) / C(5, 2) = 3/10.
        let p = chance(&tally(0, 0, 2), &tally(2, 0, 3)).expect("small");
        assert!((p - 0.6).abs() < 1e-9, "{p}");
    }

    #[test]
    fn all_ways_to_draw_a_group_add_up_to_one() {
        let all = tally(7, 5, 9);
        let ways = |n| choices(n, 6);
        let mut sum = 0.0;
        for p in 0..=6_usize {
            for d in 0..=6 - p {
                let rest = ways(5).get(6 - p - d).copied();
                sum += rest.map_or(0.0, |rest| (ways(9)[p] + ways(7)[d] + rest - ways(21)[6]).exp());
            }
        }
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        assert_eq!(chance(&all, &all).map(|p| (p * 1e9).round() / 1e9), Some(1.0));
    }

    #[test]
    fn where_answers_are_many_and_even_it_is_near_the_score_test() {
        let (group, all) = (tally(70, 60, 170), tally(600, 900, 1500));
        let rest = tally(530, 840, 1330);
        let (exact, normal) =
            (chance(&group, &all).expect("small"), aanrader_survey::chance(&group, &rest).expect("answers"));
        assert!((exact - normal).abs() < 0.02, "{exact} {normal}");
        assert_eq!(chance(&tally(0, 401, 0), &all), None);
    }
}
