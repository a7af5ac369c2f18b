//! What the builder says.

use crate::language::{t, with};

/// How many fields hold something that won't do.
pub(crate) fn to_mend(problems: usize) -> String {
    match problems {
        0 => t().mended.into(),
        1 => t().to_mend_one.into(),
        _ => with(t().to_mend_many, &[("n", &problems.to_string())]),
    }
}

/// That a text is too long.
pub(crate) fn too_long(label: &str, length: usize, most: usize) -> String {
    with(t().too_long, &[("label", label), ("length", &length.to_string()), ("most", &most.to_string())])
}

/// What is wrong with a value, and what the field takes.
pub(crate) fn wrong_value(label: &str, value: &str, takes: &str) -> String {
    with(t().wrong_value, &[("label", label), ("value", value), ("takes", takes)])
}
