//! The glossary: the words and ways of saying that were replaced, and what we say instead.

/// A replaced word.
pub(super) struct Old {
    /// The word in its forms, or phrases, in lower case without punctuation.
    pub(super) phrases: &'static [&'static str],
    /// The replacement.
    pub(super) now: &'static str,
    /// Legitimate uses of the same word. One with an underscore is a name that is stored or sent.
    pub(super) fine: Fine,
}

/// Legitimate uses, each kind with its reason.
pub(super) type Fine = &'static [(&'static [&'static str], &'static str)];

const fn old(phrases: &'static [&'static str], now: &'static str, fine: Fine) -> Old {
    Old { phrases, now, fine }
}

/// Replaced words, and after them ways of saying.
pub(super) const OLD: &[Old] = &[
    old(
        &["moment", "moments"],
        "targeting or trigger; for a point in time: time or instant",
        &[(&["answers_by_moment"], "an index of stored databases")],
    ),
    old(&["care", "cares", "cared"], "follow-up plan", &[]),
    old(&["sheet", "sheets"], "draft", &[(&["style sheet", "style sheets"], "a style sheet of CSS")]),
    old(
        &["whole", "wholes"],
        "bundle; as an adjective: entire or complete",
        &[
            (&["whole number", "whole numbers", "whole day", "whole days"], "a number without a fraction"),
            (&["not_whole"], "a code of the wire"),
        ],
    ),
    old(&["doing", "doings"], "action", &[]),
    old(&["turn", "turns"], "scope; in a queue: next", &[]),
    old(
        &["respondent", "respondents", "visitor", "visitors"],
        "customer; for someone who has signed in: person",
        &[
            (&["map access seq access visitor", "de visitor de"], "a trait of the library serde"),
            (
                &["respondent id", "respondent_id", "respondent uuid", "responses respondents answers"],
                "headings in the files of survey tools",
            ),
        ],
    ),
    old(
        &[
            "a leave",
            "customer's leave",
            "gave leave",
            "given leave",
            "gives leave",
            "is leave",
            "leave that is",
            "leave that was",
            "leave to be contacted",
            "leave to contact",
            "no leave",
            "the leave",
            "their leave",
            "without leave",
            "withdrew leave",
        ],
        "consent",
        &[(&["without_leave"], "a code of the wire")],
    ),
    old(
        &["acknowledge", "acknowledged", "acknowledgement", "acknowledgements", "acknowledges"],
        "receipt",
        &[],
    ),
    old(
        &["critic", "critics", "fan", "fans", "neutral", "neutrals"],
        "detractor, promoter, passive",
        &[(&["passiven critic kritik"], "category names of survey tools")],
    ),
    old(&["what stands inside", "stands inside the element"], "fallback content", &[]),
    old(&["without it by default", "where it is not given"], "default", &[]),
    old(&["asked unasked", "whoever is asked"], "postpone or opt out", &[]),
    old(&["widen the circle", "what makes no sense"], "invalid values fail closed", &[]),
    old(&["whoever", "whomever"], "the person or thing that acts, by its name", &[]),
    old(&["nothing but", "from nowhere else"], "only", &[]),
    old(&["beforehand"], "first, or early", &[]),
    old(&["what is not", "what won't do", "that won't do", "left undone"], "an absent or invalid value", &[]),
    old(&["everything aboard"], "the bundle", &[]),
    old(&["but weakly"], "holds only weakly", &[]),
];
