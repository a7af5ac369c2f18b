//! What a person sees and does, in real browsers against the real binary.

#![allow(clippy::too_many_lines, reason = "tests and measurements are told in one go")]

mod accessibility;
mod answer;
mod builder;
mod contexts;
mod embed;
mod endpoint;
mod everybody;
mod failure;
mod figures;
mod frequency;
mod frozen;
mod globals;
mod harness;
mod host;
mod hostile;
mod inherited;
mod keyboard;
mod leaks;
mod link;
mod longest;
mod looks;
mod manifest;
mod measure;
mod moment;
mod nps;
mod parts;
mod popup;
mod presses;
mod preview;
mod private;
mod recipes;
mod refused;
mod results;
mod routers;
mod sandbox;
mod shifts;
mod shop;
mod sight;
mod spoken;
mod tabs;
mod tags;
mod trees;
mod whole;
mod wording;
