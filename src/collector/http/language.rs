//! Chooses the available language that a person reads best.

use axum::http::{HeaderMap, header};

/// Regions in which Chinese has traditional characters, by the likely subtags of Unicode's CLDR.
const TRADITIONAL: [&str; 15] =
    ["au", "bn", "gb", "gf", "hk", "id", "mo", "pa", "pf", "ph", "sr", "th", "tw", "us", "vn"];

/// Languages that use another language's texts, or that have a newer tag.
const OTHERS: [(&str, &str); 6] =
    [("no", "nb"), ("nn", "nb"), ("iw", "he"), ("in", "id"), ("mo", "ro"), ("sh", "sr")];

/// The known language nearest to a tag, as the widget's loader finds it: `nl-BE` becomes `nl`, `zh-TW`
/// becomes `zh-Hant`, `no` becomes `nb`; `None` if none is near.
pub(super) fn nearest<'a>(tag: &str, known: &[&'a str]) -> Option<&'a str> {
    let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let language = OTHERS.iter().find(|(old, _)| *old == first).map_or(first, |(_, now)| now);
    let subtags: Vec<&str> = parts.collect();
    let region = subtags.iter().find(|part| part.len() == 2).copied().unwrap_or_default();
    let script = subtags.iter().find(|part| part.len() == 4).copied().unwrap_or_default();
    let script = match script {
        "" if language == "zh" && TRADITIONAL.contains(&region) => "hant",
        "" if language == "zh" => "hans",
        script => script,
    };
    let names =
        [tag.clone(), format!("{language}-{region}"), format!("{language}-{script}"), language.to_owned()];
    names.iter().find_map(|name| known.iter().find(|known| known.eq_ignore_ascii_case(name))).copied()
}

/// The tags of `Accept-Language`, the most preferred first, without those of weight zero.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(','));
    let mut tags: Vec<(f32, String)> =
        ranges.filter_map(weighed).filter(|(weight, _)| *weight > 0.0).collect();
    // A stable sort keeps the first of two equally preferred tags first.
    tags.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

fn weighed(range: &str) -> Option<(f32, String)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((weight.map_or(Some(1.0), |weight| weight.parse().ok())?, tag.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const KNOWN: [&str; 11] = ["en", "nl", "pt", "pt-BR", "zh-Hans", "zh-Hant", "nb", "he", "sr", "id", "ro"];

    fn is(tag: &str, expected: Option<&str>) {
        assert_eq!(nearest(tag, &KNOWN), expected, "{tag}");
    }

    #[test]
    fn a_tag_is_the_nearest_known_language() {
        for (tag, expected) in [
            ("nl", "nl"),
            ("nl-BE", "nl"),
            ("NL_be", "nl"),
            ("pt", "pt"),
            ("pt-AO", "pt"),
            ("pt-BR", "pt-BR"),
            ("pt-br-x-a", "pt-BR"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh-Hant", "zh-Hant"),
            ("zh-Hans-TW", "zh-Hans"),
            ("zh-Hant-CN", "zh-Hant"),
            ("no", "nb"),
            ("nn-NO", "nb"),
            ("iw", "he"),
            ("sr-Latn-RS", "sr"),
        ] {
            is(tag, Some(expected));
        }
        for tag in ["", "xx", "x-klingon", "e", "<script>", "-", "nlx"] {
            is(tag, None);
        }
    }

    #[test]
    fn the_most_wanted_language_comes_first_and_unwanted_ones_not_at_all() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_static("de;q=0.7, nl-BE, fr;q=0, *;q=0.1,x;q=a,en"),
        );
        assert_eq!(accepted(&headers), ["nl-BE", "en", "de", "*"]);
        assert!(accepted(&HeaderMap::new()).is_empty());
    }
}
