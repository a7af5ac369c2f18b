//! Different values, and how often each occurs.

use std::collections::BTreeSet;

/// The different values. A loop, because collecting into a set sorts them first, which is much code.
pub(crate) fn distinct<'a>(values: &mut dyn Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut set = BTreeSet::new();
    for value in values {
        set.insert(value);
    }
    set
}

/// The most frequent number, or the largest of several such, and how often it occurs.
pub(crate) fn most_often(numbers: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match counts.iter_mut().find(|(known, _)| *known == number) {
            Some((_, count)) => *count += 1,
            None => counts.push((number, 1)),
        }
    }
    counts.into_iter().max_by_key(|(number, count)| (*count, *number))
}
