//! The preview on a file of ten million answers, in comparison with merely reading the file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aanrader_tests::browser::{Options, in_browser_within};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::from_xtask;

use crate::samples::Samples;
use crate::start::number;
use crate::table::{Row, Target};

/// Lines of the file, without its heading.
const LINES: u32 = 10_000_000;

/// Reads the chosen file to its end and discards it: as a stream, and in slices of 4 MB.
const STREAM: &str = "
    const file = document.querySelector('#file').files[0], start = performance.now();
    const reader = file.stream().getReader();
    const rest = () => reader.read().then(({ done }) => done ? performance.now() - start : rest());
    return rest();";
const SLICES: &str = "
    const file = document.querySelector('#file').files[0], start = performance.now(), size = 4e6;
    const rest = (from) => from >= file.size ? performance.now() - start :
        file.slice(from, from + size).arrayBuffer().then(() => rest(from + size));
    return rest(0);";

/// Has the preview count the chosen file again, until its result is shown.
const COUNT: &str = "
    const input = document.querySelector('#file'), reading = document.querySelector('#reading');
    const result = document.querySelector('#result'), start = performance.now();
    result.textContent = '';
    input.dispatchEvent(new Event('change'));
    return new Promise((resolve) => new MutationObserver((_, observer) => {
        if (!result.querySelector('.interval')) return;
        observer.disconnect();
        resolve(performance.now() - start);
    }).observe(result, { childList: true, subtree: true }));";

/// Measures both, one after the other in each round.
pub(crate) fn run(rounds: usize) -> Row {
    let file = file();
    let collector = Collector::start(collector::Options::default());
    let (mut ours, mut stream, mut slices) = (Samples::default(), Samples::default(), Samples::default());
    in_browser_within(Duration::from_secs(60 + 30 * rounds as u64), &Options::default(), async |browser| {
        browser.goto(&format!("{}/preview/", collector.url())).await;
        browser.wait("!document.querySelector('#inputs').disabled").await;
        browser
            .find("#file")
            .await
            .send_keys(file.to_str().expect("a path of text"))
            .await
            .expect("a file is chosen");
        browser.wait("document.querySelector('#result .interval')?.textContent.includes('10,000,000')").await;
        for _ in 0..rounds {
            for (script, samples) in [(STREAM, &mut stream), (SLICES, &mut slices), (COUNT, &mut ours)] {
                samples.add(number(&browser.execute(script, vec![]).await));
            }
        }
    });
    Row {
        what: format!(
            "preview of 10 million lines ({:.0} MB) against reading the file, ms",
            megabytes(&file)
        ),
        ours: format!("{ours:.0}"),
        others: format!("as a stream {stream:.0}, in slices {slices:.0}"),
        number: ours.over(&stream.least(&slices)),
        unit: (1, "×"),
        target: Target::AtMost(2.0),
    }
}

fn megabytes(file: &Path) -> f64 {
    std::fs::metadata(file).map_or(0.0, |metadata| metadata.len() as f64 / 1e6)
}

/// The file, written if it is missing: a number and a score for each customer.
fn file() -> PathBuf {
    let path = PathBuf::from(from_xtask("AANRADER_BENCH")).join("answers.csv");
    if !path.exists() {
        let unfinished = path.with_extension("unfinished");
        write(&unfinished).and_then(|()| std::fs::rename(&unfinished, &path)).expect("the file is written");
    }
    path
}

fn write(path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "customer,score")?;
    let mut random = 1_u32;
    for line in 0..LINES {
        // Marsaglia's xorshift: the processor can learn no order.
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        writeln!(file, "{},{}", 1_000_000 + line % 9_000_000, random % 11)?;
    }
    file.flush()
}
