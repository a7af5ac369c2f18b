//! Files in which a reader could count the wrong numbers: totals, units, other scales, counts, periods.

use super::kinds::doubt;
use crate::reading::{Doubt, Nothing, Outcome};
use crate::{Reading, read};

/// Twelve answers, and the count of each score among them.
const SCORES: [u8; 12] = [10, 9, 8, 7, 3, 10, 0, 9, 6, 10, 5, 9];
const COUNTS: [u64; 11] = [1, 0, 0, 1, 0, 1, 1, 1, 1, 3, 3];

/// One line for each score: `{s}` is the score and `{i}` its number.
fn lines(line: &str) -> String {
    let line = |(at, score): (usize, &u8)| {
        line.replace("{s}", &score.to_string()).replace("{i}", &(at + 1).to_string()) + "\n"
    };
    SCORES.iter().enumerate().map(line).collect()
}

#[track_caller]
fn assert_counts(text: &str) {
    let reading = read(text.as_bytes());
    let column = reading.counted().unwrap_or_else(|| panic!("{text}: {reading}"));
    assert_eq!(column.tally.counts(), &COUNTS, "{text}: {column} {:?}", column.named);
}

#[test]
fn totals_below_and_above_a_table_are_no_answers_with_and_without_an_empty_line() {
    let table = lines("k{i};{s}");
    for below in [
        "Totaal;8\n",
        "Average;7\nResponses;10\n",
        "NPS;7\n",
        "\nn;10\nNPS;8\n",
        "\n;7\n",
        "\nGemiddelde;7\nAantal;9\n",
        "Min;0\nMax;10\nMedian;9\nStdev;3\n",
    ] {
        assert_counts(&format!("Naam;Cijfer\n{table}{below}"));
    }
    assert_counts(&format!("Naam;Cijfer\nTotaal;8\n{table}"));
    for below in
        ["Gemiddelde: 7\n", "Total\n8\n", "\nNPS: 8\n", "n = 9\n", "\n0 = not likely\n10 = very likely\n"]
    {
        assert_counts(&format!("Cijfer\n{}{below}", lines("{s}")));
    }
    assert_counts(&format!("{}Total 7\n", lines("k{i} {s}")));
    let parts = "Naam;Cijfer\nA;10\nB;9\nC;8\nSubtotaal;9\nD;7\nE;3\nF;10\nG;0\nH;9\nSubtotaal;6\nI;6\nJ;10\nK;5\nL;9\n";
    assert_counts(parts);
    assert_counts("10, 9, 8, 7, 3, 10\n0, 9, 6, 10, 5, 9\nAverage: 7\n");
}

#[test]
fn brackets_bullets_and_commas_of_other_scripts_stand_around_scores() {
    let list = "10, 9, 8, 7, 3, 10, 0, 9, 6, 10, 5, 9";
    for (before, behind) in [("(", ")"), ("{", "}"), ("[", "]"), ("const scores = [", "];"), ("c(", ")")] {
        assert_counts(&format!("{before}{list}{behind}"));
    }
    assert_counts(&list.replace(", ", "、"));
    assert_counts(&list.replace(", ", "，"));
    for bullet in ["-", "*", "•"] {
        assert_counts(&lines(&format!("{bullet} {{s}}")));
    }
}

#[test]
fn a_unit_beside_each_number_is_asked_about() {
    for text in ["9 days\n10 days\n8 days\n", "€ 9\n€ 10\n€ 8\n", "10 x 3\n9 x 3\n8 x 1\n"] {
        assert_eq!(doubt(text), Doubt::Unlikely, "{text}");
    }
    // If one number is part of a longer one, the others may be, too.
    for text in ["10 000\n9\n8\n", "020 6 5 4 3 2 1", "10x3, 9x3, 8, 7, 6, 5, 3, 0"] {
        assert_eq!(doubt(text), Doubt::Unlikely, "{text}");
    }
    assert_counts("010 009 008 007 003 010 000 009 006 010 005 009");
}

#[test]
fn values_of_another_scale_are_asked_about_from_three_on() {
    for (text, low, high) in [
        ("3, 4, 5", 3, 5),
        ("4\n5\n3\n4\n5\n", 3, 5),
        ("[1,2,3,4,5,4,3,2,1]", 1, 5),
        ("0 1 0 1 1 1", 0, 1),
        ("0 5 3 2 4 1 5 0 4", 0, 5),
        ("7 6 5 7 1 2 3 6 7 7 5 6", 1, 7),
        ("id;NPS\na1;4\na2;5\na3;3\n", 3, 5),
        ("Score;Count\n1;3\n2;5\n3;9\n4;20\n5;31\n", 1, 5),
    ] {
        assert_eq!(doubt(text), Doubt::Scale { low, high }, "{text}");
    }
    assert_eq!(read(b"5, 5, 5").to_string(), "All values are 5. Is this the question from 0 to 10?");
    for text in ["3", "4, 5", "0 3 5 2", "NPS (0-10)\n4\n3\n5\n2\n"] {
        assert!(read(text.as_bytes()).counted().is_some(), "{text}");
    }
}

#[test]
fn counts_that_lie_on_their_side_are_counts_whatever_labels_them() {
    let (ruler, counts) = ("0,1,2,3,4,5,6,7,8,9,10", "1,0,0,1,0,1,1,1,1,3,3");
    for text in [
        format!(",{ruler}\nn,{counts}\n"),
        format!("{ruler}\n{counts}\n"),
        format!("Score,{ruler},Total\nHow often,{counts},12\n"),
        format!("Score;{ruler}\nAantal;{counts}\n").replace(',', ";"),
    ] {
        assert_counts(&text);
    }
    assert_eq!(doubt(&format!("Month,{ruler}\nOct,{counts}\nNov,{counts}\n")), Doubt::Counts);
    assert_counts(r#"{"counts":[1,0,0,1,0,1,1,1,1,3,3],"score":16.7,"n":12}"#);
}

#[test]
fn a_line_for_each_period_is_asked_about_whatever_heads_it() {
    for text in [
        "date,nps\n2026-01,8\n2026-02,9\n2026-03,10\n2026-04,7\n",
        "2026-01;8\n2026-02;9\n2026-03;10\n2026-04;7\n",
        "x;Score\njan 2026;8\nfeb 2026;9\nmrt 2026;10\n",
        "Periode;NPS\nQ1;7\nQ2;9\nQ3;10\nQ4;8\n",
        "day,NPS\n2026-01-31,8\n2026-02-28,9\n2026-03-31,10\n",
    ] {
        assert_eq!(doubt(text), Doubt::Periods, "{text}");
    }
    assert_counts(&format!("date,nps\n{}", lines("2026-11-{i},{s}")));
}

#[test]
fn a_line_for_each_group_is_asked_about() {
    for text in [
        "Branch,NPS,n\nUtrecht,8,120\nEde,9,90\nBreda,10,70\n",
        "Filiaal;NPS;Aantal antwoorden\nUtrecht;8;120\nEde;-9;90\nBreda;10;70\n",
        ";Promoters;Passives;Detractors;NPS\nJan;5;2;4;9\nFeb;6;3;1;10\nMar;7;2;2;8\n",
        "Team;NPS\nA;8\nB;9\nC;10\nD;7\n",
        "metric,value\nNPS,8\nn,10\npromoters,6\ndetractors,2\n",
    ] {
        assert_eq!(doubt(text), Doubt::Periods, "{text}");
    }
    assert_eq!(doubt("agent;average score\nA;8\nB;9\nC;10\nD;7\n"), Doubt::Unlikely);
    assert_counts(&format!("Naam;NPS;Aantal bestellingen\n{}", lines("Klant {i}x;{s};{i}3")));
    // A team of each answer doesn't make a line for each team.
    assert_counts(&format!("Team;NPS\n{}", lines("A;{s}")));
}

#[test]
fn a_second_column_of_answers_or_of_counts_and_a_second_table_are_asked_about() {
    let second = SCORES.iter().enumerate().map(|(at, score)| format!("{score};;{}\n", at * 7 % 11));
    assert_eq!(doubt(&format!("NPS shop;;NPS store\n{}", second.collect::<String>())), Doubt::Columns);
    assert_eq!(doubt("Naam;NPS\nA;9\nB;8\nC;10\n\n\nNaam;CSAT\nA;4\nB;5\nC;3\n"), Doubt::Tables);
    let pivot: String =
        (0..=10).map(|score| format!("{score};{};{}\n", score * score + 3, score + 4)).collect();
    assert_eq!(doubt(&format!("Score;Jan;Feb\n{pivot}")), Doubt::Counts);
}

#[test]
fn numbers_above_ten_are_another_thing_and_years_are_no_counts() {
    for text in ["34\n45\n9\n10\n23\n", "9\n85\n10\n70\n8\n", "9, 85, 10, 70, 8"] {
        assert_eq!(doubt(text), Doubt::Unlikely, "{text}");
    }
    assert_eq!(doubt("Jaar;NPS\n2023;8\n2024;9\n2025;10\n"), Doubt::Periods);
    let reading = read(b"id,score\n5123,8\n1002,9\n884,10\n");
    assert_eq!(reading.counted().map(|column| column.tally.n()), Some(3));
}

#[test]
fn a_text_whose_numbers_are_all_totals_holds_no_answers() {
    let Reading { outcome, .. } = read(b"NPS: 9; NPS: 8");
    assert_eq!(outcome, Outcome::Nothing { why: Nothing::NoScores });
}
