//! The collector's contract, over real HTTP with the real binary.

#![allow(clippy::too_many_lines, reason = "tests and measurements are told in one go")]

mod answers;
#[allow(clippy::duplicate_mod, reason = "the same attempts, on each engine")]
mod askings;
mod attacks;
#[allow(clippy::duplicate_mod, reason = "the same attempts, on each engine")]
#[path = "attacks/mod.rs"]
mod attacks_on_postgresql;
mod behind_nginx;
mod case_settings;
mod cases;
mod cors;
mod disks;
mod documents;
mod durability;
mod encrypted;
mod examples;
mod files;
mod forms;
mod fuzz;
mod health;
mod languages;
mod limit;
mod link;
mod mail;
mod moving;
mod notices;
mod owner;
mod pages;
mod pressure;
mod prose;
mod raw;
mod refusals;
mod schema;
mod serving;
mod settings;
mod several;
mod signed;
mod sites;
mod tools;
mod trend;
mod under_way;
mod wall;
