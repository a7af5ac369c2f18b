//! What a person sees and does, in real Chromium against the real binary.

mod answer;
mod harness;
