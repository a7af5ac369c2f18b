//! The sample of customers to ask. `www/targeting/sample.js`, a shop's backend and this module choose the
//! same customers without communicating.

/// Whether a sample of this many hundredths of a percent, 0 to 10,000, includes a customer.
///
/// Only customer and survey (or the second question) decide: FNV-1a with 32 bits over the UTF-8 of its name, a line feed and
/// the customer's id; modulo 10,000. A larger sample includes every smaller one.
pub fn in_sample(survey: &str, customer: &str, hundredths: u32) -> bool {
    fnv_1a(survey, customer) % 10_000 < hundredths
}

/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fnv_1a(survey: &str, customer: &str) -> u32 {
    [survey, "\n", customer].into_iter().fold(BASIS, fold)
}

const BASIS: u32 = 0x811c_9dc5;

fn fold(hash: u32, text: &str) -> u32 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Survey or second question, customer and their hundredth of a percent; the README lists the same.
    const VECTORS: [(&str, &str, u32); 7] = [
        ("shop", "c-1", 2_968),
        ("shop", "c-2", 5_825),
        ("account", "c-1", 513),
        ("default", "4711", 9_807),
        ("shop", "Zoë", 5_016),
        ("Why us?", "c-1", 3_905),
        ("Why us?", "c-2", 1_048),
    ];

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fold(BASIS, "foobar"), 0xbf9c_f968);
    }

    #[test]
    fn a_shops_backend_can_hold_itself_against_these() {
        let of = |survey, customer| fnv_1a(survey, customer) % 10_000;
        assert_eq!(VECTORS.map(|(survey, customer, _)| of(survey, customer)), VECTORS.map(|it| it.2));
    }

    #[test]
    fn a_tenth_of_many_customers_is_about_a_tenth_of_them() {
        let many = 20_000_u32;
        let asked = (0..many).filter(|n| in_sample("shop", &alloc::format!("c-{n}"), 1_000)).count();
        assert!((1_850..=2_150).contains(&asked), "{asked}");
    }

    #[test]
    fn nobody_and_everybody_are_samples_too() {
        assert!((0..100).all(|n| in_sample("shop", &alloc::format!("c-{n}"), 10_000)));
        assert!((0..100).all(|n| !in_sample("shop", &alloc::format!("c-{n}"), 0)));
    }
}
