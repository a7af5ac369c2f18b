//! The long form of the fault suite: `cargo xtask soak [--answers N] [--browsers N] [--seed N] [--cases]`.
//!
//! It runs every trial without a browser, then every trial with one, and prints one table. It fails if an
//! answer was lost or stored twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aanrader_tests::driver::Driver;
use aanrader_tests::fault::client::Client;
use aanrader_tests::fault::ledger::{HEAD, Outcome};
use aanrader_tests::fault::load;
use aanrader_tests::fault::random::Random;
use aanrader_tests::fault::told;
use aanrader_tests::fault::visit::{self, Outbox};

/// Of the answers in browsers, the percentage in browsers that are killed.
const KILLED_PERCENT: usize = 22;

/// The number of profiles that share the killed browsers.
const KILLED_PROFILES: usize = 4;

struct Settings {
    /// Answers without a browser.
    answers: usize,
    /// Answers in a browser.
    browsers: usize,
    seed: u64,
    /// Only the trials that kill collectors. After each trial, the cases are compared with the answers, and
    /// many workers compete for the same cases. Others are told of all answers meanwhile.
    cases: bool,
}

fn main() -> ExitCode {
    let settings = match settings(std::env::args().skip(1)) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("seed {}", settings.seed);
    let started = Instant::now();
    let without = without_browsers(&settings);
    let with = if settings.cases { Vec::new() } else { with_browsers(&settings) };
    print(&settings, &without, &with);
    println!("\n{:.0} s", started.elapsed().as_secs_f64());
    let sound = without.iter().chain(&with).all(Outcome::is_sound);
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn settings(mut args: impl Iterator<Item = String>) -> Result<Settings, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut settings = Settings { answers: 10_000, browsers: 300, seed: now.as_secs(), cases: false };
    while let Some(name) = args.next() {
        if name == "--cases" {
            settings.cases = true;
            continue;
        }
        let value = args.next().and_then(|value| value.parse::<u64>().ok());
        let value = value.ok_or_else(|| format!("{name} needs a whole number"))?;
        let count = usize::try_from(value).map_err(|error| error.to_string())?;
        match name.as_str() {
            "--answers" => settings.answers = count,
            "--browsers" => settings.browsers = count,
            "--seed" => settings.seed = value,
            _ => {
                return Err(format!(
                    "unknown option {name}; there are --answers, --browsers, --seed and --cases"
                ));
            }
        }
    }
    Ok(settings)
}

fn without_browsers(settings: &Settings) -> Vec<Outcome> {
    let trials = match settings.cases {
        true => vec![load::Trial::CollectorKilled, load::Trial::Everything],
        false => load::Trial::all(),
    };
    let shares = shares(settings.answers, trials.len());
    let run = |engine: load::Engine, trial: load::Trial, answers: usize| {
        let mut outcome =
            guarded(trial.name(), || load::run_on(engine, trial, answers, settings.seed, Client::Faithful));
        if engine == load::Engine::Postgres {
            outcome.trial.push_str(", PostgreSQL");
        }
        outcome
    };
    // Each engine runs all of them.
    let engines = [load::Engine::File, load::Engine::Postgres];
    let all = engines.into_iter().flat_map(|engine| {
        trials.iter().zip(&shares).map(move |(trial, answers)| (engine, *trial, *answers))
    });
    let mut done: Vec<_> = all.map(|(engine, trial, answers)| run(engine, trial, answers)).collect();
    if settings.cases {
        done.extend(engines.map(|engine| told_others(engine, settings)));
    }
    done
}

/// Lets collectors tell others of all answers, while they and the receiver are killed.
fn told_others(engine: load::Engine, settings: &Settings) -> Outcome {
    let size = told::Size {
        answers: settings.answers,
        kills: (settings.answers / 1_000).max(2),
        left_open: 10,
        timed: (settings.answers / 10).max(50),
        within: Some(Duration::from_secs(2)),
        patience: Duration::from_secs(1_200),
    };
    let mut outcome = guarded("others are told", || told::run(engine, size, settings.seed));
    if engine == load::Engine::Postgres {
        outcome.trial.push_str(", PostgreSQL");
    }
    outcome
}

/// One more at a time than there are processors, because a browser waits a lot.
fn with_browsers(settings: &Settings) -> Vec<Outcome> {
    let jobs = jobs(settings);
    let next = Mutex::new(jobs.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let lanes = std::thread::available_parallelism().map_or(2, |processors| processors.get() + 1);
    let _driver = Driver::shared();
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                while let Some((at, (trial, answers, seed))) = lock(&next).next() {
                    let run = || visit::run(*trial, *answers, *seed, Outbox::Works);
                    lock(&done).push((at, guarded(trial.name(), run)));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let mut rows: Vec<Outcome> = Vec::new();
    for (_, outcome) in done {
        match rows.iter_mut().find(|row| row.trial == outcome.trial) {
            Some(row) => row.add(outcome),
            None => rows.push(outcome),
        }
    }
    rows
}

/// The trials, with their numbers of answers and their seeds. The longest ones come first.
fn jobs(settings: &Settings) -> Vec<(visit::Trial, usize, u64)> {
    let killed = settings.browsers * KILLED_PERCENT / 100;
    let kills =
        shares(killed, KILLED_PROFILES).into_iter().map(|answers| (visit::Trial::BrowserKilled, answers));
    let others: Vec<_> =
        visit::Trial::all().into_iter().filter(|trial| *trial != visit::Trial::BrowserKilled).collect();
    let shares = shares(settings.browsers - killed, others.len());
    let jobs = kills.chain(others.into_iter().zip(shares)).enumerate();
    let seeded = |(at, (trial, answers)): (usize, (visit::Trial, usize))| {
        (trial, answers, Random::of(settings.seed, &at.to_string()).word())
    };
    jobs.map(seeded).filter(|(_, answers, _)| *answers > 0).collect()
}

/// A number in this many parts, as equal as possible.
fn shares(total: usize, parts: usize) -> Vec<usize> {
    (0..parts).map(|part| total / parts + usize::from(part < total % parts)).collect()
}

/// A panic makes a trial unsound.
fn guarded(name: &str, run: impl FnOnce() -> Outcome) -> Outcome {
    let outcome = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Outcome {
        trial: name.to_owned(),
        wrong: vec!["the trial broke down, see above".to_owned()],
        ..Outcome::default()
    });
    eprintln!("{outcome}");
    outcome
}

fn print(settings: &Settings, without: &[Outcome], with: &[Outcome]) {
    println!("\n{HEAD}");
    for (what, rows) in [("without a browser", without), ("in Chromium", with)] {
        let mut total = Outcome { trial: format!("{what}, all"), ..Outcome::default() };
        println!("{what}");
        for row in rows {
            println!("  {}", format!("{row}").replacen("  ", "", 1));
            total.add(row.clone());
        }
        println!("{total}");
    }
    println!("\nseed {}", settings.seed);
    for row in without.iter().chain(with) {
        row.notes.iter().for_each(|note| println!("{}: {note}", row.trial));
        if !row.is_sound() {
            println!("\n{}:\n{}", row.trial, row.complaints());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
