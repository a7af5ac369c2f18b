//! Measures the promises about speed in real Chromium, as ratios: `cargo xtask bench [--quick]`; `--against
//! DIST` also compares another build.
//!
//! All candidates run interleaved, in the same browser and from the same server, so that a busy or slow
//! machine slows down all of them. No slow result is a failure: the table shows the measurements.

#![allow(clippy::too_many_lines, reason = "tests and measurements are told in one go")]

mod counting;
mod page;
mod preview;
mod samples;
mod site;
mod start;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use aanrader_tests::driver::Driver;

/// The parts that an argument can select; by default all run.
const PARTS: [&str; 5] = ["start", "page", "counting", "preview", "all"];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let quick = args.iter().any(|arg| arg == "--quick");
    let parts: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "--quick").collect();
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(part)) {
        eprintln!("error: unknown option {unknown}; there are --quick and the parts {}", PARTS.join(", "));
        return ExitCode::FAILURE;
    }
    let wanted = |part: &str| parts.is_empty() || parts.contains(&"all") || parts.contains(&part);
    let rounds = |many: usize| if quick { many / 4 } else { many };
    let started = Instant::now();
    let _driver = Driver::shared();
    let host = site::start();
    let mut rows = Vec::new();
    if wanted("start") {
        rows.extend(start::run(&host, rounds(20)));
    }
    if wanted("page") {
        rows.extend(page::press(&host, rounds(12)));
        rows.extend([page::shift(&host, rounds(4)), page::memory(&host, rounds(4))]);
    }
    if wanted("counting") {
        rows.extend(counting::run(&host, rounds(28)));
    }
    if wanted("preview") {
        rows.push(preview::run(rounds(8)));
    }
    table::print(&rows);
    println!("\n{:.0} s", started.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}
