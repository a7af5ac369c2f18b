//! What the pages of the trend and the wall share: periods, their tallies, charts and figures in words.

pub(super) mod buckets;
pub(super) mod chart;
pub(super) mod figures;
pub(super) mod line;
