//! Others are told of answers and cases, whatever is killed.

use std::time::Duration;

use aanrader_tests::fault::load::Engine;
use aanrader_tests::fault::seed;
use aanrader_tests::fault::told::{Size, run};

/// Small enough for every run. Nobody leaves an answer open, which would wait for a minute.
const SIZE: Size =
    Size { answers: 150, kills: 2, left_open: 0, timed: 5, within: None, patience: Duration::from_secs(420) };

#[test]
fn others_are_told_of_every_answer_while_the_collector_and_the_receiver_are_killed() {
    run(Engine::File, SIZE, seed()).assert_sound();
}

#[test]
fn on_postgresql_another_collector_tells_what_a_killed_one_has_left() {
    run(Engine::Postgres, SIZE, seed()).assert_sound();
}
