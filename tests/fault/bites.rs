//! Each fault has an effect: a deliberately broken client loses answers to it, or counts them twice. The
//! suite detects that and names the fault. A suite that passes with a broken client would prove nothing.

use aanrader_tests::fault::client::Client;
use aanrader_tests::fault::ledger::Outcome;
use aanrader_tests::fault::load::{Trial, run};
use aanrader_tests::fault::visit::{self, Outbox};
use aanrader_tests::fault::{Fault, seed};

/// The number of answers in each trial.
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

// A client that gets an error for a stored answer loses nothing, even without an outbox. A sender that
// retries with another id doubles the answer.

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

/// A broken browser loses one answer to each of the trials, and the report blames only that trial.
#[track_caller]
fn takes_answers_from_a_browser(outbox: Outbox, trials: &[visit::Trial]) {
    for trial in trials {
        let outcome = visit::run(*trial, 1, seed(), outbox);
        println!("{outcome}\n{}", outcome.complaints());
        assert_eq!(outcome.lost, 1, "{} took nothing from a browser: {outbox:?}", trial.name());
        assert_blamed(&outcome, "it met: ", *trial);
    }
}

/// A broken browser doubles an answer under the trial, and the report blames only that trial.
#[track_caller]
fn doubles_answers_of_a_browser(outbox: Outbox, trial: visit::Trial, answers: usize) {
    let outcome = visit::run(trial, answers, seed(), outbox);
    println!("{outcome}\n{}\n{}", outcome.complaints(), outcome.notes.join("\n"));
    assert!(outcome.double > 0, "{} doubled nothing of a browser: {outbox:?}", trial.name());
    assert_eq!(outcome.lost, 0);
    assert_blamed(&outcome, "times; it met: ", trial);
}

/// Asserts that the report names exactly this trial.
#[track_caller]
fn assert_blamed(outcome: &Outcome, before: &str, trial: visit::Trial) {
    let mut met = outcome.wrong.iter().filter_map(|line| line.split_once(before)).peekable();
    assert!(met.peek().is_some(), "{:?}", outcome.wrong);
    assert!(met.all(|(_, met)| met.trim_end() == trial.name()), "{:?}", outcome.wrong);
}

/// Without a fault this browser loses and doubles nothing, so its errors come from the trial.
#[track_caller]
fn is_sound_by_itself(outbox: Outbox) {
    visit::run(visit::Trial::Nothing, 1, seed(), outbox).assert_sound();
}

#[test]
fn a_browser_without_an_outbox_loses_answers_to_the_network() {
    takes_answers_from_a_browser(
        Outbox::Off,
        &[
            visit::Trial::Fault(Fault::Refused),
            visit::Trial::Fault(Fault::CutBefore),
            visit::Trial::Fault(Fault::Delayed),
            visit::Trial::Fault(Fault::Status(429)),
            visit::Trial::CollectorKilled,
            visit::Trial::Offline,
        ],
    );
}

#[test]
fn a_browser_that_keeps_nothing_and_sends_late_loses_answers_to_its_end() {
    takes_answers_from_a_browser(
        Outbox::Tardy,
        &[visit::Trial::BrowserKilled, visit::Trial::TabClosed, visit::Trial::LeftAtOnce],
    );
    is_sound_by_itself(Outbox::Tardy);
}

#[test]
fn a_browser_that_leaves_sending_to_the_first_tab_loses_the_second_s_answer() {
    takes_answers_from_a_browser(Outbox::OneTab, &[visit::Trial::TwoTabs]);
    is_sound_by_itself(Outbox::OneTab);
}

#[test]
fn a_browser_that_trusts_the_device_s_clock_loses_answers_to_one_that_is_off() {
    takes_answers_from_a_browser(Outbox::Punctual, &[visit::Trial::ClockOff]);
    is_sound_by_itself(Outbox::Punctual);
}

#[test]
fn a_browser_that_believes_any_2xx_loses_answers_to_a_service_worker() {
    takes_answers_from_a_browser(Outbox::Believes, &[visit::Trial::ServiceWorker]);
    is_sound_by_itself(Outbox::Believes);
}

#[test]
fn a_browser_that_hands_over_on_leaving_doubles_answers_when_the_page_comes_back() {
    doubles_answers_of_a_browser(Outbox::HandsOver, visit::Trial::BackForward, 1);
    is_sound_by_itself(Outbox::HandsOver);
}

#[test]
fn a_browser_with_a_new_id_for_each_try_doubles_answers() {
    for fault in [Fault::Swallowed, Fault::FalseError] {
        doubles_answers_of_a_browser(Outbox::NewIds, visit::Trial::Fault(fault), 2);
    }
}

#[test]
fn a_browser_without_ids_doubles_answers_that_are_replayed() {
    doubles_answers_of_a_browser(Outbox::NoIds, visit::Trial::Fault(Fault::Replayed), 1);
    is_sound_by_itself(Outbox::NoIds);
}
