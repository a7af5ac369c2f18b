//! The passed and failed tests of all suites and checks.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::engines::ENGINES;

/// The counts so far, and the failures to repeat at the end.
#[derive(Debug, Default)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
    failures: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// Notes what can't run here, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &anyhow::Error) {
        self.skipped.push(format!("{name} ({why:#})"));
    }

    /// Counts a check; true if it passed.
    pub(crate) fn check(&mut self, name: &str, done: Result<()>) -> bool {
        let Err(error) = done else {
            self.passed += 1;
            return true;
        };
        println!("FAILED {name}: {error:#}");
        self.failed += 1;
        self.failures.push(format!("{name}: {error:#}"));
        false
    }

    /// Runs `cargo test` or `node --test`, shows its output and counts each test.
    ///
    /// If `some` is true, a suite without tests is a failure.
    pub(crate) fn suite(&mut self, name: &str, cargo: &mut Command, some: bool) -> Result<()> {
        let mut child = cargo.stdout(Stdio::piped()).spawn().context("could not start the tests")?;
        let stdout = child.stdout.take().context("the tests have no output")?;
        let mut said = Outcome::default();
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            said.read(&line);
        }
        let status = child.wait()?;
        if name == "browser" {
            println!("{}", said.by_engine());
        }
        self.passed += said.passed;
        self.failed += said.failed;
        self.failures.extend(said.failures.into_iter().map(|failure| format!("{name}: {failure}")));
        if !status.success() && said.failed == 0 {
            bail!("the tests ended with {status} without naming a failed test");
        }
        if some && said.passed + said.failed == 0 {
            bail!("no test ran");
        }
        Ok(())
    }

    /// Repeats the failures. The last line is `N passed, N failed`, with the number of skipped ones, if any.
    pub(crate) fn finish(self) -> Result<()> {
        for failure in &self.failures {
            println!("\nFAILED {failure}");
        }
        println!("\n{}", self.summary());
        if self.failed > 0 {
            std::process::exit(1);
        }
        Ok(())
    }
}

impl Report {
    fn summary(&self) -> String {
        let skipped = if self.skipped.is_empty() { "" } else { "; skipped: " };
        format!("{} passed, {} failed{skipped}{}", self.passed, self.failed, self.skipped.join(", "))
    }
}

/// The results in the output of test programs.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    passed: usize,
    failed: usize,
    /// The output of each failed test, preceded by its name.
    failures: Vec<String>,
    inside: bool,
    /// How many tests passed in each engine.
    engines: [usize; ENGINES.len()],
}

impl Outcome {
    fn read(&mut self, line: &str) {
        if let Some(count) = line.strip_prefix("# pass ").or_else(|| line.strip_prefix("# fail ")) {
            // The summary of Node's test runner.
            let count = count.parse().unwrap_or(0);
            *(if line.starts_with("# pass") { &mut self.passed } else { &mut self.failed }) += count;
        } else if let Some((_, name)) = line.strip_prefix("not ok ").and_then(|rest| rest.split_once(" - ")) {
            self.failures.push(name.to_owned());
        } else if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
            self.inside = false;
        } else if line.starts_with("test ") && line.ends_with(" ... ok") {
            // A test without an engine's name runs in the first engine.
            let engine = ENGINES.iter().position(|engine| line.contains(engine.module));
            self.engines[engine.unwrap_or_default()] += 1;
        } else if let Some(name) =
            line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            self.failures.push(name.to_owned());
            self.inside = true;
        } else if line == "failures:" {
            self.inside = false;
        } else if self.inside
            && let Some(failure) = self.failures.last_mut()
        {
            *failure += &format!("\n{line}");
        }
    }
}

impl Outcome {
    fn by_engine(&self) -> String {
        let engines = ENGINES.iter().zip(self.engines);
        let counts = engines.map(|(engine, passed)| format!("{passed} in {}", engine.name));
        format!("passed: {}", counts.collect::<Vec<_>>().join(", "))
    }
}

/// The number before a word: `3 failed;`.
fn count(counts: &str, word: &str) -> usize {
    let mut words = counts.split([' ', ';']).filter(|word| !word.is_empty());
    let mut before = "";
    words
        .find_map(|this| {
            if this == word {
                before.parse().ok()
            } else {
                before = this;
                None
            }
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 2 tests
test a ... ok
test b::c ... FAILED

failures:

---- b::c stdout ----
thread 'b::c' panicked at x.rs:1:1:
left is not right

failures:
    b::c

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
running 3 tests
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    #[test]
    fn results_of_all_programs_are_added_up() {
        let mut outcome = Outcome::default();
        OUTPUT.lines().for_each(|line| outcome.read(line));
        assert_eq!((outcome.passed, outcome.failed), (4, 1));
    }

    #[test]
    fn a_failed_test_is_repeated_with_what_it_printed() {
        let mut outcome = Outcome::default();
        OUTPUT.lines().for_each(|line| outcome.read(line));
        assert_eq!(outcome.failures, ["b::c\nthread 'b::c' panicked at x.rs:1:1:\nleft is not right\n"]);
    }

    #[test]
    fn what_was_skipped_is_said_in_the_last_line() {
        let mut report = Report::default();
        assert_eq!(report.summary(), "0 passed, 0 failed");
        report.skip("WebKitGTK", &anyhow::anyhow!("not installed: apt install xvfb"));
        assert_eq!(
            report.summary(),
            "0 passed, 0 failed; skipped: WebKitGTK (not installed: apt install xvfb)"
        );
    }

    #[test]
    fn each_engine_has_its_own_count() {
        let mut outcome = Outcome::default();
        for test in ["a", "b::firefox::c", "b::webkit::c", "b::chromium::c"] {
            outcome.read(&format!("test {test} ... ok"));
        }
        outcome.read("test d::firefox::c ... FAILED");
        assert_eq!(outcome.by_engine(), "passed: 2 in Chromium, 1 in Firefox, 1 in WebKitGTK");
    }

    #[test]
    fn a_check_counts_as_one() {
        let mut report = Report::default();
        assert!(report.check("a", Ok(())));
        assert!(!report.check("b", Err(anyhow::anyhow!("broken"))));
        assert!(report.check("c", Ok(())));
        assert_eq!((report.passed, report.failed, report.failures), (2, 1, vec!["b: broken".to_owned()]));
    }

    #[test]
    fn a_program_that_dies_without_a_result_is_an_error() {
        let mut report = Report::default();
        assert!(report.suite("x", Command::new("sh").args(["-c", "exit 3"]), true).is_err());
        assert!(
            report
                .suite("x", Command::new("sh").args(["-c", "echo 'test result: ok. 0 passed'"]), true)
                .is_err()
        );
        assert!(
            report
                .suite("x", Command::new("sh").args(["-c", "echo 'test result: ok. 1 passed'"]), true)
                .is_ok()
        );
    }
}
