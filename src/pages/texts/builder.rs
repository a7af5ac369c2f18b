//! The builder's sentences.

use crate::language::{t, with};

/// How many fields are invalid.
pub(crate) fn to_mend(problems: usize) -> String {
    match problems {
        0 => t().mended.into(),
        1 => t().to_mend_one.into(),
        _ => with(t().to_mend_many, &[("n", &problems.to_string())]),
    }
}

/// The problem of a text that is too long.
pub(crate) fn too_long(label: &str, length: usize, most: usize) -> String {
    with(t().too_long, &[("label", label), ("length", &length.to_string()), ("most", &most.to_string())])
}

/// The problem of a value, and the field's allowed values.
pub(crate) fn wrong_value(label: &str, value: &str, takes: &str) -> String {
    with(t().wrong_value, &[("label", label), ("value", value), ("takes", takes)])
}
