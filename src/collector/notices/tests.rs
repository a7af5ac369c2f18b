use aanrader_survey::{Raw, Score};
use proptest::prelude::*;

use super::*;

fn answer(more: &str) -> Answer {
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","survey":"shop","touchpoint":"delivery",{more}}}"#
    );
    let raw: Raw = serde_json::from_str(&text).expect("JSON");
    Answer::check(&raw).expect("an answer")
}

fn notice(rule: Rule) -> Notice {
    Notice {
        name: "anna".into(),
        events: Event::of_answers(),
        rule,
        when: When::Now,
        hours: None,
        target: Target::Ntfy { url: "https://ntfy.example/shop".into() },
    }
}

fn instant(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("an instant").as_millisecond()
}

fn amsterdam() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").expect("a zone")
}

#[test]
fn every_condition_of_a_rule_must_hold() {
    let low = || Scores::parse("0-6").expect("a range");
    let unhappy =
        answer(r#""rev":1,"complete":true,"score":3,"comment":"Te LAAT","properties":{"agent":"anna"}"#);
    let seen = Seen::posted(&unhappy);
    let fits = |rule: Rule| rule.fits(&seen);
    assert!(fits(Rule::default()));
    assert!(fits(Rule {
        survey: Some("shop".into()),
        touchpoint: Some("delivery".into()),
        scores: Some(low()),
        words: vec!["kapot".into(), "Laat".into()],
        property: Some(("agent".into(), "anna".into())),
    }));
    assert!(!fits(Rule { survey: Some("other".into()), ..Rule::default() }));
    assert!(!fits(Rule { touchpoint: Some("returns".into()), ..Rule::default() }));
    assert!(!fits(Rule { scores: Some(Scores::parse("4-10").expect("a range")), ..Rule::default() }));
    assert!(!fits(Rule { words: vec!["kapot".into()], ..Rule::default() }));
    assert!(!fits(Rule { property: Some(("agent".into(), "bert".into())), ..Rule::default() }));
}

#[test]
fn a_comment_that_a_later_revision_does_not_name_may_hold_the_words() {
    let rule = Rule { words: vec!["laat".into()], ..Rule::default() };
    let first = answer(r#""rev":1,"complete":false,"score":3"#);
    let later = answer(r#""rev":2,"complete":true,"score":3"#);
    assert!(!rule.fits(&Seen::posted(&first)));
    assert!(rule.fits(&Seen::posted(&later)));
}

#[test]
fn a_score_that_may_still_change_waits_for_its_end_or_a_minute() {
    let due = |more: &str| {
        notice(Rule::default()).wants(&answer(more), 5_000, &TimeZone::UTC).expect("wanted").due_at
    };
    assert_eq!(due(r#""rev":1,"complete":false,"score":3"#), 65_000);
    assert_eq!(due(r#""rev":1,"complete":true,"score":3"#), 5_000);
}

#[test]
fn the_first_message_about_an_answer_is_its_creation_and_later_ones_are_updates() {
    let wanted = |events: &[Event], fits| Wanted {
        notice: "a".into(),
        fits,
        events: events.to_vec(),
        due_at: 0,
        period: 0,
    };
    let both = wanted(&Event::of_answers(), true);
    assert_eq!(both.of_answer(false, false), Some(Event::AnswerCreated));
    assert_eq!(both.of_answer(true, false), Some(Event::AnswerUpdated));
    let raised = wanted(&Event::of_answers(), false);
    assert_eq!(raised.of_answer(false, false), None);
    assert_eq!(raised.of_answer(true, false), Some(Event::AnswerUpdated), "the receiver knows it as it was");
    assert_eq!(raised.of_answer(false, true), Some(Event::AnswerCreated), "the stored answer decides");
    assert_eq!(wanted(&[Event::AnswerCreated], true).of_answer(true, false), None);
    assert_eq!(wanted(&[Event::CaseOpened], true).of_answer(false, false), None);
}

#[test]
fn digests_end_with_the_hour_the_morning_and_the_week_of_the_shop() {
    let due = |when: When, at: &str| {
        let due = when.due(instant(at), &amsterdam());
        jiff::Timestamp::from_millisecond(due).expect("an instant").to_string()
    };
    assert_eq!(due(When::Now, "2026-11-27T10:20:00Z"), "2026-11-27T10:20:00Z");
    assert_eq!(due(When::Hourly, "2026-11-27T10:20:00Z"), "2026-11-27T11:00:00Z");
    assert_eq!(due(When::Hourly, "2026-11-27T11:00:00Z"), "2026-11-27T12:00:00Z");
    // Amsterdam is an hour ahead in winter, two in summer.
    assert_eq!(due(When::Daily, "2026-11-27T05:59:59Z"), "2026-11-27T06:00:00Z");
    assert_eq!(due(When::Daily, "2026-11-27T06:00:00Z"), "2026-11-28T06:00:00Z");
    assert_eq!(due(When::Daily, "2026-06-27T06:00:00Z"), "2026-06-28T05:00:00Z");
    // A Friday, a Monday before and after seven.
    assert_eq!(due(When::Weekly, "2026-11-27T10:00:00Z"), "2026-11-30T06:00:00Z");
    assert_eq!(due(When::Weekly, "2026-11-30T05:00:00Z"), "2026-11-30T06:00:00Z");
    assert_eq!(due(When::Weekly, "2026-11-30T06:00:00Z"), "2026-12-07T06:00:00Z");
}

#[test]
fn in_quiet_hours_a_message_waits_for_the_next_ones() {
    let hours = Hours::parse("mon-fri 08:00-20:00").expect("hours");
    let due = |at: &str| {
        let quiet = Notice { hours: Some(hours.clone()), ..notice(Rule::default()) };
        let wanted = quiet.wants(&answer(r#""rev":1,"complete":true,"score":3"#), instant(at), &amsterdam());
        jiff::Timestamp::from_millisecond(wanted.expect("wanted").due_at).expect("an instant").to_string()
    };
    assert_eq!(due("2026-11-27T12:00:00Z"), "2026-11-27T12:00:00Z");
    // Friday evening at eight is Monday morning at eight.
    assert_eq!(due("2026-11-27T19:00:00Z"), "2026-11-30T07:00:00Z");
    assert_eq!(due("2026-11-27T06:30:00Z"), "2026-11-27T07:00:00Z");
}

#[test]
fn a_message_is_tried_ten_times_over_three_days_unless_the_receiver_asks_for_more() {
    let pauses: Vec<_> = (1..).map_while(|failed| pause(failed, 0.5, None)).collect();
    assert_eq!(pauses.len() + 1, ATTEMPTS as usize);
    assert_eq!(pauses.iter().sum::<i64>(), (75 * 3_600 + 35 * 60 + 5) * 1_000);
    assert_eq!(pause(1, 0.5, Some(120_000)), Some(120_000));
    assert_eq!(pause(9, 0.5, Some(1)), Some(24 * 3_600_000));
    assert_eq!((pause(0, 0.5, None), pause(10, 0.5, None)), (None, None));
}

proptest! {
    #[test]
    fn jitter_stays_within_a_tenth_and_no_receiver_delays_a_message_for_days(
        failed in 1u32..10, chance in 0.0f64..=1.0, asked in proptest::option::of(any::<i64>()),
    ) {
        let base = pause(failed, 0.5, None).expect("a pause");
        let pause = pause(failed, chance, asked).expect("a pause");
        prop_assert!(pause >= base - base / 10 - 1);
        prop_assert!(pause <= (base + base / 10).max(24 * 3_600_000));
    }

    #[test]
    fn a_message_is_never_due_before_its_event_and_always_in_the_hours(
        at in 0i64..4_000_000_000_000, which in 0usize..4, from in 0i64..23, length in 1i64..=23,
    ) {
        // The hour that a zone skips in spring may be the only one.
        let to = (from + length.max(3)).min(24);
        let from = to - length.max(3);
        prop_assume!(from >= 0);
        let hours = Hours::parse(&format!("mon-sun {from:02}:00-{to:02}:00")).expect("hours");
        let mut with = notice(Rule::default());
        with.when = When::ALL[which];
        with.hours = Some(hours.clone());
        let wanted = with.wants(&answer(r#""rev":1,"complete":true,"score":3"#), at, &amsterdam()).expect("wanted");
        prop_assert!(wanted.due_at >= at);
        prop_assert_eq!(hours.next(wanted.due_at, &amsterdam()), wanted.due_at);
        let end = with.when.due(at, &amsterdam());
        prop_assert!(!with.when.is_digest() || end > at);
        prop_assert!(wanted.due_at >= end && wanted.due_at - end <= 3 * 24 * 3_600_000);
    }

    #[test]
    fn a_rule_with_a_range_takes_exactly_its_scores(least in 0u8..=10, most in 0u8..=10, score in 0u8..=10) {
        let parsed = Scores::parse(&format!("{least}-{most}"));
        prop_assert_eq!(parsed.is_ok(), least <= most);
        if let Ok(scores) = parsed {
            let inside = (least..=most).contains(&score);
            prop_assert_eq!(scores.contains(Score::new(score).expect("a score")), inside);
            prop_assert_eq!(Scores::parse(&String::from(scores)), Ok(scores));
        }
    }
}

#[test]
fn a_notice_comes_back_as_it_was_kept_and_one_of_today_lacks_nothing() {
    let with = Notice {
        hours: Some(Hours::default()),
        when: When::Weekly,
        target: Target::Webhook(Webhook::new("https://crm.example/hooks".into(), true)),
        ..notice(Rule { scores: Some(Scores::parse("0-6").expect("a range")), ..Rule::default() })
    };
    let text = serde_json::to_string(&with).expect("JSON");
    assert_eq!(serde_json::from_str::<Notice>(&text).expect("a notice"), with);
    let short = r#"{"name":"a","target":{"kind":"slack","url":"https://hooks.example/x"}}"#;
    let short: Notice = serde_json::from_str(short).expect("a notice");
    assert_eq!((short.events, short.when, short.rule), (Event::of_answers(), When::Now, Rule::default()));
}

#[test]
fn what_is_no_address_of_a_receiver_is_refused_with_what_would_be_one() {
    for text in
        ["crm", "ftp://crm.example/", "https://", "https://anna:secret@crm.example/", "mailto:a@b.example"]
    {
        assert!(check_url(text).expect_err("refused").contains("https://crm.example/hooks"), "{text}");
    }
    assert_eq!(check_url("https://crm.example/a?b=c").as_deref(), Ok("https://crm.example/a?b=c"));
    for text in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        assert!(read_secret(text).is_err(), "{text}");
    }
    assert_eq!(read_secret(&new_secret()).map(|bytes| bytes.len()), Ok(32));
}

#[test]
fn no_secret_is_shown() {
    let chat = Target::Slack { url: "https://hooks.slack.com/services/T0/B0/secret".into() };
    assert_eq!(chat.shown(), "https://hooks.slack.com/…");
    let webhook = Target::Webhook(Webhook::new("https://crm.example/hooks?key=secret".into(), false));
    assert_eq!(webhook.shown(), "https://crm.example/hooks");
}
