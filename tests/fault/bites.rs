//! Each fault bites: a client that is broken on purpose loses answers to it, or counts them twice, and
//! the suite says so and names the fault. A suite that a broken client passes would prove nothing.

use aanrader_tests::fault::client::Client;
use aanrader_tests::fault::load::{Trial, run};
use aanrader_tests::fault::visit::{self, Outbox};
use aanrader_tests::fault::{Fault, seed};

/// Answers for each trial.
const ANSWERS: usize = 80;

/// A client without an outbox loses answers, and the report blames this trial for it.
#[track_caller]
fn takes_answers_from_who_keeps_nothing(trial: Trial) {
    let outcome = run(trial, ANSWERS, seed(), Client::KeepsNothing);
    println!("{outcome}\n{}", outcome.complaints());
    assert!(outcome.lost > 0, "{} took nothing from a client without an outbox", trial.name());
    let blamed = outcome.wrong.iter().filter(|line| line.contains("lost: "));
    assert!(blamed.clone().all(|line| line.contains(&format!("it met: {}", trial.name()))));
    assert_eq!(blamed.count(), outcome.lost);
}

/// A client whose answers have no id counts twice, and the report blames this trial for it.
#[track_caller]
fn doubles_answers_without_an_id(trial: Trial) {
    let outcome = run(trial, ANSWERS, seed(), Client::NoId);
    println!("{outcome}\n{}", outcome.complaints());
    assert!(outcome.double > 0, "{} doubled nothing of a client without ids", trial.name());
    let blamed = outcome.wrong.iter().any(|line| line.contains(&format!("times; it met: {}", trial.name())));
    assert!(blamed, "{:?}", outcome.wrong);
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_a_port_that_refuses() {
    takes_answers_from_who_keeps_nothing(Trial::Fault(Fault::Refused));
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_a_reset() {
    takes_answers_from_who_keeps_nothing(Trial::Fault(Fault::CutBefore));
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_a_connection_that_closes() {
    takes_answers_from_who_keeps_nothing(Trial::Fault(Fault::CutAfter));
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_a_slow_network() {
    takes_answers_from_who_keeps_nothing(Trial::Fault(Fault::Delayed));
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_storms_of_errors() {
    for status in [408, 429, 500, 503] {
        takes_answers_from_who_keeps_nothing(Trial::Fault(Fault::Status(status)));
    }
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_to_a_killed_collector() {
    takes_answers_from_who_keeps_nothing(Trial::CollectorKilled);
}

#[test]
fn a_client_that_keeps_nothing_loses_answers_when_it_is_killed() {
    takes_answers_from_who_keeps_nothing(Trial::ClientKilled);
}

// Who is told an error for what is stored loses nothing without an outbox; whoever tries again without
// the same id doubles it.

#[test]
fn a_client_without_ids_doubles_answers_whose_reply_is_swallowed() {
    doubles_answers_without_an_id(Trial::Fault(Fault::Swallowed));
}

#[test]
fn a_client_without_ids_doubles_answers_that_are_stored_and_told_500() {
    doubles_answers_without_an_id(Trial::Fault(Fault::FalseError));
}

#[test]
fn a_client_without_ids_doubles_answers_that_are_replayed() {
    doubles_answers_without_an_id(Trial::Fault(Fault::Replayed));
}

/// A browser without anything to keep answers in loses all of them, and the report blames this trial.
#[track_caller]
fn takes_answers_from_a_browser_without_an_outbox(trials: &[visit::Trial]) {
    for trial in trials {
        let outcome = visit::run(*trial, 1, seed(), Outbox::Off);
        println!("{outcome}\n{}", outcome.complaints());
        assert_eq!(outcome.lost, 1, "{} took nothing from a browser without an outbox", trial.name());
        let blame = format!("it met: {}", trial.name());
        assert!(outcome.wrong.iter().any(|line| line.contains(&blame)), "{:?}", outcome.wrong);
    }
}

#[test]
fn a_browser_without_an_outbox_loses_answers_to_the_network() {
    takes_answers_from_a_browser_without_an_outbox(&[
        visit::Trial::Fault(Fault::Refused),
        visit::Trial::Fault(Fault::CutBefore),
        visit::Trial::Fault(Fault::Delayed),
        visit::Trial::Fault(Fault::Status(429)),
    ]);
}

#[test]
fn a_browser_without_an_outbox_loses_answers_to_killers() {
    takes_answers_from_a_browser_without_an_outbox(&[
        visit::Trial::BrowserKilled,
        visit::Trial::CollectorKilled,
        visit::Trial::TabClosed,
        visit::Trial::LeftAtOnce,
        visit::Trial::Offline,
    ]);
}

#[test]
fn a_browser_with_a_new_id_for_each_try_doubles_answers() {
    for fault in [Fault::Swallowed, Fault::FalseError] {
        let outcome = visit::run(visit::Trial::Fault(fault), 2, seed(), Outbox::NewIds);
        println!("{outcome}\n{}", outcome.complaints());
        assert!(outcome.double > 0, "{} doubled nothing", fault.name());
        let blame = format!("times; it met: {}", fault.name());
        assert!(outcome.wrong.iter().any(|line| line.contains(&blame)), "{:?}", outcome.wrong);
    }
}
