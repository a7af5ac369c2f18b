use super::*;
use crate::limits;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use proptest::prelude::*;

const ID: &str = "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b";

/// A valid answer in which these fields replace its own.
fn with(fields: &str) -> Raw {
    let mut raw: Raw = serde_json::from_str(&format!(
        r#"{{"id":"{ID}","rev":1,"complete":false,"survey":"account","touchpoint":"post-login","score":9}}"#
    ))
    .expect("JSON");
    let more: Raw = serde_json::from_str(fields).expect("JSON");
    if let (Raw::Map(all), Raw::Map(more)) = (&mut raw, more) {
        all.extend(more);
    }
    raw
}

#[track_caller]
fn assert_refused(raw: &Raw, messages: &[&str]) {
    let problems = Answer::check(raw).expect_err("a refusal");
    let said: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.code.name(), p.message())).collect();
    assert_eq!(said, messages);
}

#[test]
fn a_score_that_is_no_whole_number_from_0_to_10_is_refused_by_name() {
    let way_out = "send a whole number from 0 to 10";
    for (score, what) in [
        ("6.5", "not_whole: score is 6.5"),
        ("-0.1", "not_whole: score is -0.1"),
        ("11", "out_of_range: score is 11"),
        ("-1", "out_of_range: score is -1"),
        ("\"9\"", "wrong_type: score is the text \"9\""),
        ("null", "wrong_type: score is null"),
        ("true", "wrong_type: score is true"),
        ("[9]", "wrong_type: score is an array"),
    ] {
        assert_refused(&with(&format!(r#"{{"score":{score}}}"#)), &[&format!("{what}; {way_out}")]);
    }
}

#[test]
fn every_problem_is_named_at_once() {
    let raw = with(
        r#"{"id":"7","rev":0,"complete":"yes","survey":"My survey","score":11,
            "contact":{"allowed":false,"how":"06-1"},"properties":{"plan":7},"language":"e n"}"#,
    );
    assert_refused(
        &raw,
        &[
            "malformed: id is \"7\"; send a UUID of version 4, like 3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b",
            "out_of_range: rev is 0; send a whole number from 1 to 1000000",
            "wrong_type: complete is the text \"yes\"; send true or false",
            "malformed: survey is \"My survey\"; send 1 to 64 of a-z, 0-9 and -",
            "out_of_range: score is 11; send a whole number from 0 to 10",
            "without_leave: contact.how came without contact.allowed: true; send a text of at most 200 characters, and only with allowed: true",
            "wrong_type: properties.plan is 7; send an object of at most 20 texts of at most 64 characters, with keys of 1 to 32 of A-Z, a-z, 0-9, _, . and -",
            "malformed: language is \"e n\"; send a language tag like en or pt-BR",
        ],
    );
}

#[test]
fn a_body_that_is_no_object_is_refused_at_once() {
    assert_refused(&Raw::List(Vec::new()), &["wrong_type: body is an array; send one JSON object"]);
}

#[test]
fn what_is_missing_is_named() {
    let problems = Answer::check(&Raw::Map(vec![])).expect_err("a refusal");
    let fields: Vec<_> = problems.iter().map(|p| p.path().to_string()).collect();
    assert_eq!(fields, ["id", "rev", "complete", "survey", "touchpoint", "score"]);
    assert!(problems.iter().all(|p| p.code == crate::Code::Missing));
}

#[test]
fn a_comment_of_2000_characters_is_taken_and_one_more_refused() {
    let comment = "é".repeat(2_000);
    let answer = Answer::check(&with(&format!(r#"{{"comment":"{comment}"}}"#))).expect("an answer");
    assert_eq!(answer.comment(), Some(comment.as_str()));
    assert_refused(
        &with(&format!(r#"{{"comment":"{comment}é"}}"#)),
        &["too_long: comment has 2001 characters; send a text of at most 2000 characters"],
    );
}

#[test]
fn texts_are_trimmed_and_cleaned_and_an_empty_one_is_none() {
    let answer = Answer::check(&with(
        r#"{"comment":"  a\u0000b\nc ","customer":" ","contact":{"allowed":true,"how":"  "},"language":null}"#,
    ))
    .expect("an answer");
    assert_eq!(answer.comment(), Some("a b\nc"));
    assert_eq!(answer.customer(), None);
    assert_eq!(answer.contact(), Some(&Contact { how: None }));
    assert_eq!(answer.language(), None);
}

#[test]
fn consent_that_was_not_given_is_no_contact() {
    let answer = Answer::check(&with(r#"{"contact":{"allowed":false}}"#)).expect("an answer");
    assert_eq!(answer.contact(), None);
}

#[test]
fn a_revision_names_what_it_gives_and_what_it_takes_back_and_leaves_the_rest() {
    for (fields, names) in [
        ("{}", (false, false)),
        (r#"{"comment":null,"contact":null}"#, (false, false)),
        (r#"{"comment":"slow"}"#, (true, false)),
        (r#"{"comment":""}"#, (true, false)),
        (r#"{"comment":" \n "}"#, (true, false)),
        (r#"{"contact":{"allowed":true}}"#, (false, true)),
        (r#"{"contact":{"allowed":false}}"#, (false, true)),
    ] {
        let answer = Answer::check(&with(fields)).expect("an answer");
        assert_eq!((answer.names_comment(), answer.names_contact()), names, "{fields}");
        let sent = serde_json::to_string(&answer).expect("JSON");
        let again: Raw = serde_json::from_str(&sent).expect("JSON");
        assert_eq!(Answer::check(&again), Ok(answer), "{sent}");
    }
}

#[test]
fn a_wrong_clock_does_not_change_when_the_answer_was_given() {
    let given = |fields: &str| Answer::check(&with(fields)).expect("an answer").answered_at_by(1_000_000);
    // A phone whose clock says 1970, five seconds between answering and sending.
    assert_eq!(given(r#"{"answered_at":10000,"sent_at":15000}"#), 995_000);
    // A clock that is an hour fast.
    assert_eq!(given(r#"{"answered_at":4595000,"sent_at":4600000}"#), 995_000);
    // A clock that was set back in between: the answer is no later than its receipt.
    assert_eq!(given(r#"{"answered_at":4600000,"sent_at":5}"#), 1_000_000);
    assert_eq!(given("{}"), 1_000_000);
}

#[test]
fn an_id_is_the_same_in_capitals() {
    let answer = Answer::check(&with(&format!(r#"{{"id":"{}"}}"#, ID.to_uppercase()))).expect("an answer");
    assert_eq!(answer.id(), ID);
}

#[test]
fn an_id_of_another_version_is_refused() {
    let raw = with(r#"{"id":"3f0e2b9a-5c1d-1e7f-8a6b-9c0d1e2f3a4b"}"#);
    assert_eq!(Answer::check(&raw).expect_err("a refusal")[0].code, crate::Code::Malformed);
}

/// Any JSON at all.
fn any_raw() -> impl Strategy<Value = Raw> {
    let leaf = prop_oneof![
        Just(Raw::Null),
        any::<bool>().prop_map(Raw::Bool),
        any::<f64>().prop_map(Raw::Number),
        (-3i32..14).prop_map(|n| Raw::Number(n.into())),
        ".{0,80}".prop_map(Raw::Text),
        Just(Raw::Text(ID.into())),
        Just(Raw::List(Vec::new())),
    ];
    leaf.prop_recursive(2, 24, 6, |inner| {
        prop::collection::vec(("[a-z]{1,4}", inner), 0..6).prop_map(Raw::Map)
    })
}

const NAMES: [&str; 14] = [
    "id",
    "rev",
    "complete",
    "survey",
    "touchpoint",
    "score",
    "comment",
    "contact",
    "customer",
    "properties",
    "language",
    "wording",
    "answered_at",
    "sent_at",
];

proptest! {
    #[test]
    fn whatever_is_sent_is_an_answer_or_a_list_of_problems(
        fields in prop::collection::vec((prop::sample::select(&NAMES[..]), any_raw()), 0..6)
    ) {
        let mut raw = with("{}");
        if let Raw::Map(all) = &mut raw {
            all.extend(fields.into_iter().map(|(name, value)| (name.to_string(), value)));
        }
        match Answer::check(&raw) {
            Ok(answer) => {
                let json = serde_json::to_string(&answer).expect("JSON");
                let again = Answer::check(&serde_json::from_str(&json).expect("JSON"));
                prop_assert_eq!(again, Ok(answer));
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    prop_assert!(problem.message().contains(&*problem.path()));
                }
            }
        }
    }

    #[test]
    fn every_valid_answer_fits_into_the_body_that_is_taken(
        c in any::<char>(), lines in any::<bool>(),
    ) {
        let text = |n: usize| Raw::Text(if lines { format!("x{}x", "\n".repeat(n - 2)) } else { c.to_string().repeat(n) });
        let properties = (0..limits::PROPERTIES)
            .map(|i| (format!("{i:0>width$}", width = limits::KEY_CHARS), text(limits::VALUE_CHARS)))
            .collect();
        let mut raw = with(&format!(
            r#"{{"survey":"{s}","touchpoint":"{s}","wording":"{s}","language":"{l}","rev":1000000,
                "answered_at":8640000000000000,"sent_at":8640000000000000}}"#,
            s = "s".repeat(limits::SLUG_CHARS), l = "l".repeat(limits::LANGUAGE_CHARS),
        ));
        if let Raw::Map(all) = &mut raw {
            all.extend([
                ("comment".to_string(), text(limits::COMMENT_CHARS)),
                ("customer".to_string(), text(limits::CUSTOMER_CHARS)),
                ("contact".to_string(), Raw::Map(vec![
                    ("allowed".to_string(), Raw::Bool(true)), ("how".to_string(), text(limits::HOW_CHARS)),
                ])),
                ("properties".to_string(), Raw::Map(properties)),
            ]);
        }
        let json = serde_json::to_string(&Answer::check(&raw).expect("an answer")).expect("JSON");
        prop_assert!(json.len() <= limits::BODY_BYTES, "{} bytes", json.len());
    }
}
