//! The predefined looks, read from their style sheet.

/// The style sheet from which shops copy.
const LOOKS: &str = include_str!("../../../www/assets/looks.css");

/// The declarations of a look, in order; empty for an unknown look.
pub(crate) fn declarations(look: &str) -> Vec<(&'static str, &'static str)> {
    let rule = LOOKS.split("\naanrader-survey.").skip(1).find(|rule| {
        rule.strip_prefix(look).is_some_and(|rest| !look.is_empty() && rest.starts_with([',', ' ']))
    });
    let block = rule.and_then(|rule| rule.split_once('{')?.1.split_once('}')).map_or("", |(block, _)| block);
    let pairs = block.split(';').filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.trim(), value.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_has_what_its_rule_declares() {
        assert_eq!(declarations("meadow"), [("--aanrader-accent", "#2f6140")]);
        let ink = declarations("ink");
        assert_eq!(ink[0], ("--aanrader-accent", "CanvasText"));
        assert!(ink[1].1.starts_with("Georgia, "), "{ink:?}");
        assert_eq!(declarations("berry").len(), 9);
        assert_eq!(declarations("night").last(), Some(&("padding", "20px 24px")));
    }

    #[test]
    fn what_is_no_look_declares_nothing() {
        assert!(
            declarations("").is_empty() && declarations("mead").is_empty() && declarations("x").is_empty()
        );
    }
}
