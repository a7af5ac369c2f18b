//! Hundreds of customers without a browser.

use aanrader_tests::fault::client::Client;
use aanrader_tests::fault::load::{Engine, Trial, run, run_on};
use aanrader_tests::fault::{Fault, seed};

/// The number of answers in each trial.
const ANSWERS: usize = 120;

#[track_caller]
fn survives(trial: Trial) {
    run(trial, ANSWERS, seed(), Client::Faithful).assert_sound();
}

#[test]
fn answers_survive_a_port_that_refuses_connections() {
    survives(Trial::Fault(Fault::Refused));
}

#[test]
fn answers_survive_a_connection_that_is_reset() {
    survives(Trial::Fault(Fault::CutBefore));
}

#[test]
fn answers_survive_a_connection_that_closes_before_they_were_passed_on() {
    survives(Trial::Fault(Fault::CutAfter));
}

#[test]
fn answers_survive_a_swallowed_reply() {
    survives(Trial::Fault(Fault::Swallowed));
}

#[test]
fn answers_survive_a_slow_network() {
    survives(Trial::Fault(Fault::Delayed));
}

#[test]
fn answers_survive_storms_of_errors() {
    for status in [408, 429, 500, 503] {
        survives(Trial::Fault(Fault::Status(status)));
    }
}

#[test]
fn answers_survive_an_error_for_what_was_stored() {
    survives(Trial::Fault(Fault::FalseError));
}

#[test]
fn answers_survive_being_replayed() {
    survives(Trial::Fault(Fault::Replayed));
}

#[test]
fn answers_survive_a_collector_that_is_killed_under_load() {
    survives(Trial::CollectorKilled);
}

#[test]
fn answers_survive_a_client_that_is_killed() {
    survives(Trial::ClientKilled);
}

#[test]
fn answers_survive_everything_at_once() {
    survives(Trial::Everything);
}

#[test]
fn answers_on_postgresql_survive_a_collector_that_is_killed_under_load() {
    run_on(Engine::Postgres, Trial::CollectorKilled, ANSWERS, seed(), Client::Faithful).assert_sound();
}

#[test]
fn answers_on_postgresql_survive_everything_at_once() {
    run_on(Engine::Postgres, Trial::Everything, ANSWERS, seed(), Client::Faithful).assert_sound();
}
