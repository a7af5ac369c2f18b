//! What a person sees and does, in real browsers against the real binary.

mod accessibility;
mod answer;
mod builder;
mod everybody;
mod failure;
mod figures;
mod harness;
mod host;
mod hostile;
mod keyboard;
mod leaks;
mod link;
mod longest;
mod looks;
mod manifest;
mod measure;
mod parts;
mod popup;
mod preview;
mod refused;
mod results;
mod shifts;
mod shop;
mod spoken;
mod trees;
mod wording;
