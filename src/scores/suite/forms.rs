//! More than sixty forms of shops' texts, each with the same twelve answers, and forms without answers.

use super::kinds::{assert_right, table};
use crate::read;

/// Headings in the languages of nearby shops, each with one of its lines.
const HEADINGS: &[(&str, &str)] = &[
    ("Naam;Klantnr;Datum;Rapportcijfer;Opmerking", "K{i};100{i};0{i}-11-2026;{s};\"{c}\""),
    (
        "Klantnummer;Hoe tevreden bent u? (1-10);Zou u ons aanbevelen? (0-10);Postcode",
        "2000{i};8;{s};10{i}1 AB",
    ),
    ("telefoon;cijfer;postcode;huisnr", "061234567{i};{s};10{i}1AB;{i}"),
    ("Wat voor cijfer geeft u ons?;Wat kan beter?", "{s};\"{c}\""),
    ("Klant;Kans dat u ons aanraadt;Waarom", "K{i};{s};\"{c}\""),
    ("nr;leverdagen;aanbeveling;sterren", "{i};3;{s};{5}"),
    ("Kundennr.;Datum;Weiterempfehlen? (0 = nein, 10 = ja);PLZ", "47{i};01.11.2026;{s};1011{i}"),
    ("lfd. Nr.;Alter;Weiterempfehlungsbereitschaft;Schulnote", "{i};3{i};{s};{5}"),
    ("Horodateur;Recommanderiez-vous notre boutique ?;Âge", "01/11/2026;{s};4{i}"),
    ("Nom;Note (sur 10);Commentaire", "K{i};{s};\"{c}\""),
    ("Marca temporal;¿Nos recomendaría a un amigo?", "1/11/2026;{s}"),
    ("Nombre;Edad;Puntuación", "K{i};3{i};{s}"),
    ("Cliente;Ci consiglieresti?;Età", "K{i};{s};3{i}"),
    ("Klient;Jak prawdopodobne jest, że polecisz nas znajomym?", "K{i};{s}"),
    ("Kund;Hur sannolikt är det att du skulle rekommendera oss?", "K{i};{s}"),
];

/// Exports of tools, each with one of its lines.
const EXPORTS: &[(&str, &str)] = &[
    (
        "Response ID,Survey ID,Person ID,Email,Score,Comment,Created At,Tags",
        "90{i},77,5{i},k{i}@x.test,{s},\"{c}\",2026-11-01,",
    ),
    (
        "Customer,Survey,Score,NPS category,Comment,Score 0-10?,Delivery (days),Order #",
        "K{i},NPS,{s},{g},\"{c}\",yes,3,100{i}",
    ),
    (
        "Respondent ID,Collector ID,How likely is it that you would recommend us?,,Why\n,,NPS Group,Score,Open-Ended Response",
        "1140{i},45,{g},{s},\"{c}\"",
    ),
    (
        "#,How likely are you to recommend *us*?,Reason,Response Type,Submit Date (UTC),Network ID",
        "a{i}b2,{s},\"{c}\",completed,2026-11-01 09:00:00,9f{i}c",
    ),
    (
        "No.,Response ID,Timestamp,Finished,1. How likely are you to recommend us?,2. Why?,country",
        "{i},clx{i}q,2026-11-01T09:00:00Z,true,{s},\"{c}\",NL",
    ),
    ("Response ID,Contact ID,Survey type,Value,Sentiment,Follow up", "330{i},50{i},NPS,{s},HAPPY,\"{c}\""),
    ("Score,Comment,Recipient Name,Survey Sent Date,Times surveyed", "{s},\"{c}\",K{i},2026-10-01,2"),
    ("ResponseID,IPAddress,Status,Finished,Q1,Q1_NPS_GROUP,Q2_TEXT", "R_{i},1.2.3.4,0,1,{s},{g},\"{c}\""),
    (
        "user_id,NPS score,NPS comment,Sent at,Browser version,Session count",
        "u{i},{s},\"{c}\",2026-11-01,12{i},{i}",
    ),
    (
        "Respondent UUID,Date,#1 (NPS) How likely are you to recommend us?,#1 NPS type,#2 Why",
        "ab-{i},2026-11-01,{s},{g},\"{c}\"",
    ),
    (
        "id. Response ID,lastpage. Last page,seed. Seed,G01Q01. Would you recommend us?,G01Q02. Why?",
        "{i},3,12345{i},{s},\"{c}\"",
    ),
    ("Submission Date,Would you recommend us? >> Score,IP", "\"Nov 1, 2026\",{s},1.1.1.1"),
    ("Deal - ID,Person - NPS,Deal - Probability,Deal - Stage", "44{i},{s},30,4"),
    (
        "Customer ID,Accepts Marketing,Total Orders,nps_score (customer.metafields.custom.nps)",
        "'70000{i},yes,{i},{s}",
    ),
    ("Response Id,Company,NPS® Score,NPS® Group,Comments", "a0{i},K{i},{s},{g},\"{c}\""),
    ("Customer,Status,Plan,MRR,NPS Score,NPS date", "K{i},Active,Pro,49,{s},2026-11-01"),
    ("How would you rate our service? (1-10),Would you recommend us?", "7,{s}"),
    ("CSAT,NPS,CES", "{5},{s},3"),
    ("Review id,Stars,Text,Would recommend (0-10)", "r{i},{5},\"{c}\",{s}"),
    ("Agent,Ticket,Cijfer,Reactietijd (uur)", "A,80{i},{s},3"),
    ("id,payload,score", "a{i},\"{\"\"score\"\": {i}}\",{s}"),
    ("Age group,Score,Gender", "25-34,{s},M"),
];

/// Titles, marks, separators and totals of spreadsheets: the lines above, one line, and the lines below.
const AROUND: &[(&str, &str, &str)] = &[
    ("\"sep=;\"\r\nNaam;Score", "K{i};{s}", ""),
    ("sep=\t\nNaam\tScore", "K{i}\t{s}", ""),
    ("sep=|\nNaam|Score", "K{i}|{s}", ""),
    ("NPS-onderzoek Q3 2026;;\nGemeten: 12 klanten;;\n;;\nNaam;Score;Datum", "K{i};{s};1-11-2026", ""),
    (";Beoordeling;;NPS\nNaam;Levering;Service;Aanbevelen", "K{i};{5};{5};{s}", ""),
    ("Naam;Score", "K{i};{s}", ";\nGemiddelde;7,2\nNPS;17\n"),
    ("Naam;Score", "K{i};{s}", ";7,2\n"),
    ("Name,Score,Comment", "K{i},{s},\"{c}\"", "\n# Promoters,6,\n# Passives,2,\n# Detractors,4,\nNPS,17,\n"),
    ("Name,Score,Share", "K{i},{s},8.3%", ""),
    ("id,10,why", "k{i},{s},\"{c}\"", ""),
    (";;\n;;\n;Naam;Cijfer", ";K{i};{s}", ""),
    ("\u{feff}Naam; Score", "K{i}; {s}", ""),
    ("Naam;Score;Opmerking", "K{i};{s};\"goed\n\n9\nslecht\"", ""),
    ("Rapport november\n\nNaam;Score", "K{i};{s}", "\nAantal;12\nNPS;8\n"),
    ("Score", "{s}", "8.2\n"),
    ("id,weight,nps", "a{i},0.8,{s}", ""),
];

/// Typed lines, or copies from elsewhere.
const LINES: &[&str] = &[
    "{i}. {s}",
    "{i}) {s}",
    "K: {s}",
    "Kees - {s}",
    "Kees, {s}",
    "{s}/10",
    "{s},0",
    "{s};",
    "\"{s}\",",
    "{i}\t{s}",
    "- {s}",
];

#[test]
fn headings_in_many_languages_name_the_column() {
    for (heading, line) in HEADINGS {
        assert_right(heading, table(heading, line).as_bytes());
    }
}

#[test]
fn exports_with_other_numbers_beside_the_score_are_read() {
    for (heading, line) in EXPORTS {
        assert_right(heading, table(heading, line).as_bytes());
    }
}

#[test]
fn what_spreadsheets_put_around_a_table_is_no_answer() {
    for (above, line, below) in AROUND {
        assert_right(above, (table(above, line) + below).as_bytes());
    }
}

#[test]
fn typed_lines_are_read_however_they_are_numbered_and_ended() {
    for line in LINES {
        assert_right(line, table("", line).trim_start().as_bytes());
    }
    let list = table("", "{s}").trim().replace('\n', ", ");
    for text in [
        format!("NPS: {list}"),
        format!("Scores: {list}"),
        format!("{list}."),
        list.replace(", ", "\u{a0}"),
        list.replace(", ", "\u{2009}"),
        list.replacen(", ", "\r\n", 4).replacen(", ", "\r", 3),
    ] {
        assert_right(&text, text.as_bytes());
    }
}

#[test]
fn entries_are_found_however_deep_they_lie_in_json() {
    let entries = table("", r#"{"answer":{"value":{s}}}"#).trim().replace('\n', ",");
    assert_right("deep", format!(r#"{{"data":{{"survey":{{"responses":[{entries}]}}}}}}"#).as_bytes());
    let flags = table("", r#"{"score":{s},"promoter":false,"passive":false}"#).trim().replace('\n', ",");
    assert_right("flags", format!("[{flags}]").as_bytes());
    let rows = table("", "[\"u{i}\",\"2026-11-01\",\"{s}\"]").trim().replace('\n', ",");
    let of = format!(r#"{{"results":[{rows}],"columns":["distinct_id","timestamp","score"]}}"#);
    assert_right("rows", of.as_bytes());
}

#[test]
fn counts_of_pivot_tables_are_counts() {
    let counts = "0;1\n3;1\n5;1\n6;1\n7;1\n8;1\n9;3\n10;3\n";
    for (above, below) in [
        ("Rijlabels;Aantal van Score", "Eindtotaal;12\n"),
        ("Row Labels;Count of Score", "Grand Total;12\n"),
        ("Zeilenbeschriftungen;Anzahl von Note", "Gesamtergebnis;12\n"),
        ("rating;frequency", ""),
        ("Score;Aantal respondenten", "Totaal;12\n"),
    ] {
        assert_right(above, format!("{above}\n{counts}{below}").as_bytes());
    }
}

#[test]
fn numbers_that_are_something_else_are_never_counted_by_themselves() {
    let other = [
        ("score;count", "9;3\n10;3\n8;1\n7;1\n3;1\n5;1\n6;1\n0;1\n"),
        ("dag;temperatuur", "01-11-2026;9\n02-11-2026;3\n03-11-2026;10\n04-11-2026;7\n05-11-2026;0\n"),
        ("artikel;voorraad", "a1;9\na2;3\na3;10\na4;7\na5;0\n"),
        ("match;home goals;away goals", "m1;9;1\nm2;3;2\nm3;10;0\nm4;7;4\nm5;0;3\n"),
        ("leerling;wiskunde;natuurkunde", "a1;9;8\na2;3;10\na3;10;7\na4;7;9\na5;0;3\n"),
        ("Klant;NPS 2025;NPS 2026", "a1;9;8\na2;3;10\na3;10;7\na4;7;9\na5;0;3\n"),
        ("Name;Score", "a1;90%\na2;30%\na3;100%\na4;70%\na5;0%\n"),
        ("Maand;Gemiddeld cijfer", "jan;8\nfeb;7\nmrt;9\napr;8\nmei;10\n"),
    ];
    let other = other.map(|(heading, lines)| format!("{heading}\n{lines}"));
    let typed = [
        "020 6 5 4 3 2 1",
        "06 12 34 56 78",
        "020 6543210",
        "7,5\n8,2\n6,9\n9,0",
        "7.5 8.2 6.9 9.0",
        "9:30\n10:00\n8:15",
        "NL91 ABNA 0417 1643 00",
        "1011 AB\n1012 CD\n3511 EF",
        "I bought 3 books and 2 pens for 10 euros.",
        "4/5, 3/5, 5/5",
        "90% 100% 30%",
    ];
    for text in other.iter().map(String::as_str).chain(typed) {
        let reading = read(text.as_bytes());
        assert!(reading.counted().is_none(), "{text}: {reading}");
    }
}
