//! The forms of more tools and spreadsheets, each with the same twelve answers: NPS +16.7.

use aanrader_survey::{Score, Tally};

use crate::reading::{Doubt, Nothing, Outcome};
use crate::{Reading, read};

const SCORES: [u8; 12] = [10, 9, 8, 7, 3, 10, 0, 9, 6, 10, 5, 9];

fn tally() -> Tally {
    SCORES.iter().filter_map(|score| Score::new(*score)).collect()
}

/// A heading, and a line for each score, where `{s}` is the score, `{i}` counts from 1 and `{g}` is the group.
pub(super) fn table(heading: &str, line: &str) -> String {
    let line = |(at, score): (usize, &u8)| {
        let group = ["Detractor", "Passive", "Promoter"][usize::from(*score > 6) + usize::from(*score > 8)];
        line.replace("{s}", &score.to_string())
            .replace("{i}", &(at + 1).to_string())
            .replace("{5}", &(1 + score / 3).min(5).to_string())
            .replace("{c}", ["Snel, dank", "prima", "", "-"][at % 4])
            .replace("{g}", group)
    };
    let lines: Vec<String> = SCORES.iter().enumerate().map(line).collect();
    format!("{heading}\n{}\n", lines.join("\n"))
}

#[track_caller]
pub(super) fn assert_right(form: &str, text: &[u8]) {
    let reading = read(text);
    let column = reading.counted().unwrap_or_else(|| panic!("{form}: {reading}"));
    assert_eq!(column.tally, tally(), "{form}: {column} {:?}", column.named);
}

/// Tools, each with its headings and one of its lines.
const TOOLS: &[(&str, &str, &str)] = &[
    (
        "Microsoft Forms",
        "Id;Start time;Completion time;Email;Name;How likely are you to recommend us?;Why?",
        "{i};11/1/26 9:00:0{i};11/1/26 9:02:11;anonymous;;{s};\"{c}\"",
    ),
    (
        "Microsoft Forms, Dutch",
        "ID;Begintijd;Tijd van voltooien;E-mail;Naam;Hoe waarschijnlijk is het dat u ons aanbeveelt?",
        "{i};1-11-2026 09:00;1-11-2026 09:02;anonymous;;{s}",
    ),
    (
        "Zendesk",
        "Ticket ID,Survey sent,NPS response ID,Recipient,Rating,Category,Comment",
        "{i},2026-11-01,9000{i},k{i}@x.test,{s},{g},\"{c}\"",
    ),
    (
        "HubSpot",
        "Record ID,Survey name,Survey response,NPS group,Response date,Follow up",
        "50{i},Customer loyalty,{s},{g},2026-11-01 09:00,\"{c}\"",
    ),
    (
        "Intercom",
        "user_id,email,received_at,answered_at,How likely are you to recommend us?,Tell us more",
        "u{i},k{i}@x.test,1793520000,1793520100,{s},\"{c}\"",
    ),
    (
        "Retently",
        "Email,First name,Company,Score,Rating category,Feedback,Survey date,Campaign,Attempts",
        "k{i}@x.test,Anna,X,{s},{g},\"{c}\",2026-11-01,Shop,1",
    ),
    (
        "Promoter.io",
        "id,score,score_type,posted_date,contact_id,contact_email,comment,followup_sent",
        "{i},{s},{g},2026-11-01,{i},k{i}@x.test,\"{c}\",0",
    ),
    (
        "Hotjar",
        "Number,User,Date Submitted,Country,Source URL,Device,\"How likely are you to recommend us?\",\"Why?\"",
        "{i},ab{i}c,2026-11-01 09:00,NL,https://x.test/,desktop,{s},\"{c}\"",
    ),
    (
        "Medallia",
        "Survey ID|Unit ID|Response Date|Likelihood to Recommend|Overall Satisfaction|NPS Segment",
        "{i}|3|2026-11-01|{s}|{5}|{g}",
    ),
    ("Appcues", "user_id,nps_score,nps_feedback,submitted_at", "u{i},{s},\"{c}\",2026-11-01T09:00:00Z"),
    (
        "AskNicely, with a score of its own",
        "person_id,answer,comment,published,score,sent",
        "{i},{s},\"{c}\",0,100,1793520000",
    ),
    (
        "Satismeter",
        "Created,User,Email,Rating,Category,Feedback,Visits",
        "2026-11-01,u{i},k{i}@x.test,{s},{g},\"{c}\",{i}",
    ),
    (
        "Qualtrics, labels",
        "StartDate,ResponseId,Q1 - Group,Q1\nStart Date,Response ID,How likely are you to recommend us? - Group,How likely are you to recommend us?\n\"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1_NPS_GROUP\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"",
        "2026-11-01,R_{i}x,{g},{s}",
    ),
    (
        "Google Forms, Dutch",
        "Tijdstempel,\"Hoe waarschijnlijk is het dat je ons aanbeveelt?\",Waarom?",
        "01-11-2026 09:00:0{i},{s},\"{c}\"",
    ),
    (
        "Google Forms, German",
        "Zeitstempel,\"Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?\"",
        "01.11.2026 09:00:0{i},{s}",
    ),
    (
        "Google Forms, French",
        "Horodateur,\"Sur une échelle de 0 à 10, nous recommanderiez-vous ?\"",
        "01/11/2026 09:00:0{i},{s}",
    ),
    ("Numbers", "Table 1\n\nName;Score", "K{i};{s}"),
    ("LibreOffice, quoted", "\"Naam\"\t\"Cijfer\"", "\"K{i}\"\t\"{s}\""),
    ("Markdown", "| Name | Score |\n| --- | ---: |", "| K{i} | {s} |"),
    ("a question as the only column", "Zou u ons aanraden?", "{s}"),
    ("copied from a page", "Name   Score", "K{i}   {s}"),
];

#[test]
fn exports_of_survey_tools_are_read() {
    for (tool, heading, line) in TOOLS {
        assert_right(tool, table(heading, line).as_bytes());
    }
}

#[test]
fn what_spreadsheets_write_is_read() {
    for (form, line) in [
        ("comma", "K{i};{s},0"),
        ("point", "K{i};{s}.00"),
        ("formula", "K{i};=\"{s}\""),
        ("quoted formula", "K{i};\"=\"\"{s}\"\"\""),
        ("apostrophe", "K{i};'{s}"),
        ("out of ten", "K{i};{s} van 10"),
        ("label", "K{i};{s} - {g}"),
        ("narrow space", "K{i};\u{202f}{s}"),
        ("trailing separators", "K{i};{s};;;"),
    ] {
        assert_right(form, table("Klant;Score", line).as_bytes());
    }
    let full = |digit: char| char::from_u32(digit as u32 + 0xFEE0).unwrap_or(digit);
    let wide: String =
        SCORES.map(|score| score.to_string().chars().map(full).collect::<String>() + "\n").concat();
    assert_right("full width", wide.as_bytes());
}

#[test]
fn old_code_pages_and_utf_16_are_read() {
    for space in [0xA0, 0xCA, 0xFF, 0x9A] {
        let text = table("Soci\u{1}t\u{1};Note NPS", "K{i};\u{2}{s}");
        let bytes: Vec<u8> = text
            .bytes()
            .map(|byte| match byte {
                1 => 0xE9,
                2 => space,
                byte => byte,
            })
            .collect();
        assert_right("code page", &bytes);
    }
    let text = table("Klant\tCijfer\tWaarom", "K{i}\t{s}\t{c}é");
    for mark in ["", "\u{feff}"] {
        let marked = format!("{mark}{text}");
        let le: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_right("UTF-16", &le);
        assert_right("UTF-16, high byte first", &be);
    }
}

/// Programs that write JSON: the text around the entries, and one entry.
const JSON: &[(&str, &str, &str, &str)] = &[
    ("numbers", "[", "{s}", "]"),
    ("texts", "[", "\"{s}\"", "]"),
    ("objects", "[", r#"{"id":{i},"score":{s}}"#, "]"),
    (
        "Formbricks",
        "{\"data\":[",
        r#"{"id":"clx{i}","finished":true,"surveyId":"s1","data":{"nps":{s},"why":"{c}"},"ttc":{"nps":4120}}"#,
        "]}",
    ),
    ("SurveyJS", "[", r#"{"nps_score":{s},"disappointed_experience":"{c}"}"#, "]"),
    (
        "our own",
        "{\"answers\":[",
        r#"{"id":"{i}","rev":1,"complete":true,"survey":"shop","touchpoint":"order","score":{s}}"#,
        "],\"next\":null}",
    ),
    (
        "Typeform",
        "{\"items\":[",
        r#"{"token":"t{i}","answers":[{"type":"number","number":{s}},{"type":"text","text":"{c}"}]}"#,
        "]}",
    ),
    ("an object of scores", "{\"scores\":[", "{s}", "]}"),
];

#[test]
fn json_is_read() {
    for (form, before, entry, behind) in JSON {
        let entries = table("", entry).trim().replace('\n', ",");
        assert_right(form, format!("{before}{entries}{behind}").as_bytes());
    }
    assert_right("an object a line", table("", "{\"id\":{i},\"nps_score\":{s}}").trim_start().as_bytes());
    let scores = SCORES.map(|score| score.to_string()).join(",");
    let rows = table("", "[{i}01,{s}]").trim().replace('\n', ",");
    assert_right(
        "columns",
        format!(r#"{{"score":[{scores}],"visits":[{}]}}"#, "3,".repeat(11) + "4").as_bytes(),
    );
    assert_right("rows", format!(r#"{{"columns":["id","score"],"rows":[{rows}]}}"#).as_bytes());
    let counts = r#"{"0":1,"1":0,"2":0,"3":1,"4":0,"5":1,"6":1,"7":1,"8":1,"9":3,"10":3}"#;
    assert_right("counts", counts.as_bytes());
}

#[test]
fn counts_are_read_in_both_directions() {
    for text in [
        "Score;Aantal\n10;3\n9;3\n8;1\n7;1\n6;1\n5;1\n4;0\n3;1\n2;0\n1;0\n0;1\nTotaal;12\n",
        "Score,0,1,2,3,4,5,6,7,8,9,10\nResponses,1,0,0,1,0,1,1,1,1,3,3\n",
        "0\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\n1\t0\t0\t1\t0\t1\t1\t1\t1\t3\t3\n",
        "Answer,Count,Percent\n0 - Not at all likely,1,8%\n3,1,8%\n5,1,8%\n6,1,8%\n7,1,8%\n8,1,8%\n9,3,25%\n10 - Extremely likely,3,25%\n",
    ] {
        assert_right(text, text.as_bytes());
    }
}

/// The question of the reader.
#[track_caller]
pub(super) fn doubt(text: &str) -> Doubt {
    match read(text.as_bytes()).outcome {
        Outcome::Question { doubt, .. } => doubt,
        outcome => panic!("{text}: {outcome:?}"),
    }
}

#[test]
fn what_could_be_something_else_is_asked_about() {
    assert_eq!(doubt(&table("id;NPS shop;NPS delivery", "{i};{s};{s}")), Doubt::Columns);
    assert_eq!(doubt(&table("id;Delivery score", "{i};{s}")), Doubt::Unlikely);
    assert_eq!(doubt(&table("id;NPS (1-10)", "{i};{s}")), Doubt::Scale { low: 1, high: 10 });
    assert_eq!(doubt("3, 4, 5, 5, 2, 1, 4, 4, 3"), Doubt::Scale { low: 1, high: 5 });
    assert_eq!(doubt("month;NPS\n2026-08;7\n2026-09;9\n2026-10;8\n2026-11;10\n"), Doubt::Periods);
    assert_eq!(doubt("Rating\n5\n4\n4\n3\n5\n1\n2\n4\n4\n"), Doubt::Scale { low: 1, high: 5 });
    assert_eq!(doubt("9;10\n8;7\n3;4\n9;9\n"), Doubt::ListOrTable);
    let two = table("Survey,Score", "Checkout,{s}") + table("", "Support,{s}").trim_start();
    assert_eq!(doubt(&two), Doubt::Surveys("“Survey”".into()));
    let below = table("Checkout;Score", "K{i};{s}") + "\n" + &table("Support;Cijfer", "L{i};{s}");
    assert_eq!(doubt(&below), Doubt::Tables);
    assert_eq!(doubt("<table><tr><th>Score<tr><td>9<tr><td>10</table>"), Doubt::Markup);
}

#[track_caller]
fn nothing(text: &str) -> Nothing {
    match read(text.as_bytes()) {
        Reading { outcome: Outcome::Nothing { why }, .. } => why,
        reading => panic!("{text}: {reading}"),
    }
}

#[test]
fn what_holds_no_answers_is_said_in_a_sentence() {
    assert_eq!(
        nothing("month,NPS\n2026-09,32\n2026-10,41\n2026-11,-8\n"),
        Nothing::Results { column: "“NPS”".into() }
    );
    assert_eq!(nothing("Group;Count\nPromoters;120\nPassives;40\nDetractors;20\n"), Nothing::Groups);
    assert_eq!(nothing("name,score\nAnna,\nBram,\n"), Nothing::NoScores);
    assert_eq!(nothing("We had a nice week, thank you."), Nothing::NoScores);
    assert_eq!(nothing("<html><p>9</p></html>"), Nothing::NoTable);
    assert_eq!(nothing("{\"answers\": [{\"score\": 9}"), Nothing::BadJson { line: 1 });
}
