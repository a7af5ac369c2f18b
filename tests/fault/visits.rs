//! Visits by a real browser with the shipping files.

use aanrader_tests::fault::visit::{Outbox, Trial, run};
use aanrader_tests::fault::{Fault, seed};

#[track_caller]
fn survives(trial: Trial, answers: usize) {
    run(trial, answers, seed(), Outbox::Works).assert_sound();
}

#[test]
fn a_customer_s_answer_survives_a_port_that_refuses() {
    survives(Trial::Fault(Fault::Refused), 2);
}

#[test]
fn a_customer_s_answer_survives_cut_connections() {
    survives(Trial::Fault(Fault::CutBefore), 1);
    survives(Trial::Fault(Fault::CutAfter), 1);
}

#[test]
fn a_customer_s_answer_survives_a_swallowed_reply() {
    survives(Trial::Fault(Fault::Swallowed), 2);
    survives(Trial::Fault(Fault::FalseError), 1);
}

#[test]
fn a_customer_s_answer_survives_a_slow_network() {
    survives(Trial::Fault(Fault::Delayed), 2);
}

#[test]
fn a_customer_s_answer_survives_storms_of_errors() {
    for status in [408, 429, 500, 503] {
        survives(Trial::Fault(Fault::Status(status)), 1);
    }
}

#[test]
fn a_customer_s_answer_survives_being_replayed() {
    survives(Trial::Fault(Fault::Replayed), 2);
}

#[test]
fn a_customer_s_answer_survives_a_killed_browser() {
    survives(Trial::BrowserKilled, 6);
}

#[test]
fn a_customer_s_answer_survives_a_killed_collector() {
    survives(Trial::CollectorKilled, 3);
}

#[test]
fn a_customer_s_answer_survives_a_closed_tab() {
    survives(Trial::TabClosed, 2);
}

#[test]
fn a_customer_s_answer_survives_a_page_that_is_left_at_once() {
    survives(Trial::LeftAtOnce, 2);
}

#[test]
fn a_customer_s_answer_survives_being_off_line() {
    survives(Trial::Offline, 2);
}

#[test]
fn two_tabs_bring_each_answer_once() {
    survives(Trial::TwoTabs, 2);
}

#[test]
fn a_customer_s_answer_survives_back_and_forward() {
    survives(Trial::BackForward, 2);
}

#[test]
fn a_customer_s_answer_survives_a_service_worker_that_replies_for_the_collector() {
    survives(Trial::ServiceWorker, 8);
}

#[test]
fn an_answer_has_the_collector_s_time_whatever_the_device_s_clock_says() {
    for (seed, clock) in [(seed() & !1, "slow"), (seed() | 1, "fast")] {
        println!("the clock is {clock}");
        run(Trial::ClockOff, 1, seed, Outbox::Works).assert_sound();
    }
}
