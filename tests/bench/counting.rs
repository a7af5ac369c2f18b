//! Counts ten million scores, in comparison with JavaScript and with merely reading them.

use std::time::Duration;

use aanrader_tests::browser::{Options, in_browser_within};
use aanrader_tests::host::Host;
use serde_json::{Value, json};

use crate::samples::Samples;
use crate::table::{Row, Target};

/// The plain loops of `counting.js`.
const LOOPS: [&str; 4] = ["if-chain", "branchless", "histogram", "four histograms"];

/// Measures all of them in one page, one after the other in each round.
pub(crate) fn run(host: &Host, rounds: usize) -> Vec<Row> {
    let mut took = Value::Null;
    in_browser_within(Duration::from_secs(120), &Options::default(), async |browser| {
        browser.goto(&host.url("/counting")).await;
        let measure = "return import('/counting.js').then(({ default: run }) => run(...arguments))";
        took = browser.execute(measure, vec![json!("/nps.js"), json!(rounds)]).await;
    });
    let of = |name: &str| -> Samples {
        let list = took[name].as_array().unwrap_or_else(|| panic!("{name} was not measured: {took}"));
        list.iter().filter_map(Value::as_f64).collect()
    };
    let ours = of("npsOf");
    let loops = LOOPS.map(|name| (name, of(name)));
    let (best, fastest) = loops.iter().min_by(|a, b| a.1.median().total_cmp(&b.1.median())).expect("four");
    let told: Vec<_> = loops.iter().map(|(name, samples)| format!("{name} {samples:.1}")).collect();
    let (read, copied) = (of("read"), of("copied and read"));
    let against = |what: &str, other: &Samples, target| Row {
        what: what.into(),
        ours: format!("{ours:.1}"),
        others: format!("{other:.1}"),
        number: ours.over(other),
        unit: (1, "×"),
        target,
    };
    vec![
        Row {
            what: format!("npsOf of 10 million against the best loop in JavaScript ({best}), ms"),
            ours: format!("{ours:.1}"),
            others: told.join(", "),
            number: fastest.over(&ours),
            unit: (1, "×"),
            target: Target::AtLeast(5.0),
        },
        against("npsOf against copying and reading once, ms", &copied, Target::AtMost(2.5)),
        against("npsOf against reading once what is there already, ms", &read, Target::None),
    ]
}
