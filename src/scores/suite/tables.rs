//! Random tables with a known right column: the reader counts it or asks, and never counts another column.

use aanrader_survey::{Score, Tally};

use crate::grid;
use crate::reading::Part;

/// The number of tables.
const TABLES: u64 = 10_000;
/// The largest share of tables, in percent, at which the reader may ask or find nothing.
const QUESTIONS: u64 = 5;

/// Random numbers that are the same in each run (SplitMix64, Steele et al. 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

const RIGHT: [&str; 36] = [
    "score",
    "Score",
    "NPS",
    "nps_score",
    "NPS Score",
    "NPS_Score__c",
    "rating",
    "answer",
    "Cijfer",
    "Note",
    "Bewertung",
    "Punteggio",
    "Nota",
    "Ocena",
    "Likelihood to recommend",
    "Likelihood to Recommend (0-10)",
    "How likely are you to recommend us to a friend or colleague?",
    "On a scale from 0 to 10, how likely are you to recommend our shop?",
    "How likely is it that you would recommend this company to a friend, and why?",
    "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
    "Zou u onze winkel aanraden aan vrienden? (0-10)",
    "Cijfer aanbeveling (0-10)",
    "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
    "Weiterempfehlung",
    "Recommanderiez-vous notre boutique ?",
    "Quelle est la probabilité que vous nous recommandiez ? (0 à 10)",
    "¿Recomendaría nuestra tienda a un amigo?",
    "Ci consiglieresti a un amico?",
    "Hvor sandsynligt er det, at du vil anbefale os?",
    "properties.$survey_response",
    "question_12_value",
    "Q1_NPS",
    "Net Promoter Score",
    "eNPS",
    "Antwoord",
    "Puntuación",
];

/// A column: its heading, and its cell in the row with this number and score.
type Noise = fn(&mut Random, &Table, usize) -> String;

const NOISE: [(&[&str], Noise); 29] = [
    (&["No.", "#", "Row", "Response No"], |_, _, row| (row + 1).to_string()),
    (&["id", "Response ID", "nps_feedback_id", "survey_result_id"], |_, t, row| {
        (t.base + row as u64).to_string()
    }),
    (&["ResponseId", "token", "Network ID"], |r, _, _| format!("R_{:x}", r.next())),
    (&["NPS sent", "opened", "dontcontact", "Finished", "nps_flag", "clicked"], |r, _, _| {
        r.below(2).to_string()
    }),
    (&["NPS sent", "survey_id", "nps_survey_id", "Status", "Collector ID"], |_, t, _| {
        (t.base % 11).to_string()
    }),
    (&["NPS_GROUP", "Q1_NPS_GROUP", "NPS category", "nps_segment"], |_, t, row| match t.scores[row] {
        9..=10 => "3".into(),
        7..=8 => "2".into(),
        _ => "1".into(),
    }),
    (&["NPS category", "Group", "Type of customer"], |_, t, row| match t.scores[row] {
        9..=10 => "Promoter".into(),
        7..=8 => "Passive".into(),
        _ => "Detractor".into(),
    }),
    (&["NPS", "NPS value", "Contribution"], |_, t, row| match t.scores[row] {
        9..=10 => "100".into(),
        7..=8 => "0".into(),
        _ => "-100".into(),
    }),
    (
        &["How was the delivery? (1-5)", "Stars", "CSAT", "Rating delivery", "Bewertung Lieferung"],
        |r, _, _| (1 + r.below(5)).to_string(),
    ),
    (&["Cijfer levering", "Service rating (1-10)", "Delivery score", "Zufriedenheit (1-10)"], |r, _, _| {
        (1 + r.below(10)).to_string()
    }),
    (
        &["How satisfied are you? (0-10)", "Satisfaction", "Customer effort score", "Tevredenheid"],
        |r, _, _| r.below(11).to_string(),
    ),
    (&["visits", "Items", "Orders", "Aantal bestellingen", "Anzahl", "Number of visits"], |r, _, _| {
        r.below(13).to_string()
    }),
    (&["Custom Data 1", "Filiaal", "Branch", "wave", "cohort"], |r, _, _| (1 + r.below(4)).to_string()),
    (&["sentiment_score", "Sentiment"], |r, _, _| format!("{:.1}", r.below(21) as f64 / 10.0 - 1.0)),
    (&["Duration (in seconds)", "duration", "Time spent"], |r, _, _| (5 + r.below(400)).to_string()),
    (&["age", "Leeftijd", "Alter"], |r, _, _| (18 + r.below(60)).to_string()),
    (&["Total", "Bedrag", "Revenue"], |r, _, _| format!("{}.{:02}", r.below(300), r.below(100))),
    (&["created_at", "sent", "responded"], |r, _, _| (1_793_520_000 + r.below(9_000_000)).to_string()),
    (&["Date", "Datum", "StartDate"], |r, _, _| {
        format!("2026-{:02}-{:02}", 1 + r.below(12), 1 + r.below(28))
    }),
    (&["Timestamp", "Submit Date (UTC)"], |r, _, _| {
        format!("2026/11/{:02} {}:{:02}:09 pm", 1 + r.below(28), 1 + r.below(12), r.below(60))
    }),
    (&["Month", "hour", "Week", "Day"], |r, _, _| (1 + r.below(12)).to_string()),
    (&["email", "Email Address"], |r, _, _| format!("k{}@x.test", r.below(1000))),
    (&["Name", "Klant", "Naam"], |r, _, _| r.of(&["Anna", "Bram de Wit", "Çelik", "J. Ö."]).into()),
    (&["Comment", "Why?", "Opmerking", "Was könnten wir besser machen?"], |r, _, _| {
        r.of(&[
            "",
            "Snel geleverd, dank",
            "10",
            "+1",
            "-",
            "Zeg \"nooit\" meer",
            "=SUM(A1)",
            "9/10!",
            "twee\nregels",
        ])
        .into()
    }),
    (&["Country", "Language", "Sprache"], |r, _, _| r.of(&["NL", "DE", "FR"]).into()),
    (&["completed", "excluded"], |r, _, _| r.of(&["true", "false"]).into()),
    (&["IP Address"], |r, _, _| format!("10.0.{}.{}", r.below(200), r.below(200))),
    (&["Tags", "Notes"], |_, _, _| String::new()),
    (&["survey_type", "Event", "Channel"], |_, _, _| "nps".into()),
];

/// The parts of a table.
struct Table {
    scores: Vec<u8>,
    /// A number that differs between tables.
    base: u64,
}

/// A text with its right column.
struct Case {
    text: String,
    place: usize,
    tally: Tally,
}

fn scores(random: &mut Random) -> Vec<u8> {
    let rows = 8 + random.below(50);
    let mood = random.below(3);
    let score = |random: &mut Random| match (mood, random.below(10)) {
        (0, _) => random.below(11) as u8,
        (1, 0..=5) => 9 + random.below(2) as u8,
        (2, 0..=3) => random.below(7) as u8,
        (_, 6..=7) => 7 + random.below(2) as u8,
        _ => random.below(11) as u8,
    };
    (0..rows).map(|_| score(random)).collect()
}

/// A score as tools and spreadsheets write it.
fn written(random: &mut Random, score: u8, way: u64, separator: char) -> String {
    match way {
        0 => format!("{score}.0"),
        1 if separator != ',' => format!("{score},0"),
        2 => format!("{score}/10"),
        3 if score == 10 => "10 - Extremely likely".into(),
        3 if score == 0 => "0 - Not at all likely".into(),
        4 => format!("\u{a0}{score}"),
        5 if random.one_in(2) => format!("'{score}"),
        _ => score.to_string(),
    }
}

fn case(random: &mut Random) -> Case {
    let separator = [',', ';', '\t'][random.below(3) as usize];
    let table = Table { scores: scores(random), base: random.below(100_000) + 11 };
    let headed = !random.one_in(10);
    let mut noise: Vec<usize> =
        (0..random.below(9)).map(|_| random.below(NOISE.len() as u64) as usize).collect();
    // Without headings, questions can't be told apart, and neither can an id and an order's size.
    noise.retain(|at| headed || ![7, 8, 9, 10, 11, 20].contains(at));
    let place = random.below(noise.len() as u64 + 1) as usize;
    let right = random.of(&RIGHT);
    let names: Vec<&str> = noise.iter().map(|at| random.of(NOISE[*at].0)).collect();
    let (way, quoting) = (random.below(16), random.one_in(3));
    let mut tally = Tally::default();
    let mut lines: Vec<Vec<String>> = Vec::new();
    for (row, score) in table.scores.iter().enumerate() {
        let cell = match random.below(40) {
            0 => String::new(),
            1 => "N/A".into(),
            _ => {
                tally.add(Score::new(*score).expect("a score"));
                written(random, *score, way, separator)
            }
        };
        let mut cells: Vec<String> = noise.iter().map(|at| NOISE[*at].1(random, &table, row)).collect();
        cells.insert(place, cell);
        lines.push(cells);
    }
    if headed {
        let mut heading: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        heading.insert(place, right.to_owned());
        lines.insert(0, heading);
    }
    let text = text(random, &lines, place, (separator, quoting, headed));
    Case { text, place, tally }
}

/// These lines as a file, with the lines that programs put before and below a table.
fn text(
    random: &mut Random,
    lines: &[Vec<String>],
    place: usize,
    (separator, quoting, headed): (char, bool, bool),
) -> String {
    let total = place > 0 && random.one_in(8);
    let mut text = match random.below(12) {
        0 if headed => "Export of 27 November\n\n".to_owned(),
        1 => format!("sep={separator}\n"),
        2 => "\u{feff}".to_owned(),
        _ => String::new(),
    };
    for line in lines {
        text.push_str(&joined(line, separator, quoting));
    }
    if total {
        if random.one_in(2) {
            text.push('\n');
        }
        let mut cells = vec![String::new(); lines[0].len()];
        cells[0] = random.of(&["Total", "Gemiddelde", "Average", "Gesamt"]).into();
        cells[place] = random.below(11).to_string();
        text.push_str(&joined(&cells, separator, quoting));
    }
    if random.one_in(3) {
        text = text.replace('\n', "\r\n");
    }
    text
}

fn joined(line: &[String], separator: char, quoting: bool) -> String {
    let cells: Vec<String> = line.iter().map(|cell| quoted(cell, separator, quoting)).collect();
    cells.join(&separator.to_string()) + "\n"
}

fn quoted(cell: &str, separator: char, always: bool) -> String {
    if always || cell.contains([separator, '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The reader's outcome for a table.
enum Made {
    Right,
    Asked,
    Wrong(String),
}

fn made(case: &Case) -> Made {
    let grid = grid(case.text.as_bytes());
    let lines: Tally = grid.rows.iter().filter_map(|row| row.score(case.place).ok()).collect();
    let reading = grid.reading;
    let Some(column) = reading.counted() else {
        show(&reading.to_string(), case);
        return Made::Asked;
    };
    let is_right =
        column.part == Part::Cells(case.place) && column.tally == case.tally && lines == case.tally;
    if is_right {
        return Made::Right;
    }
    Made::Wrong(format!(
        "{column} {:?}, its lines {lines:?} instead of {} {:?}\n{}",
        column.tally, case.place, case.tally, case.text
    ))
}

#[test]
fn in_ten_thousand_random_tables_no_other_column_is_counted_and_few_questions_are_asked() {
    let mut random = Random(14);
    let (mut right, mut asked, mut wrong) = (0, 0, Vec::new());
    for _ in 0..TABLES {
        match made(&case(&mut random)) {
            Made::Right => right += 1,
            Made::Asked => asked += 1,
            Made::Wrong(what) => wrong.push(what),
        }
    }
    println!("{TABLES} tables: {right} right, {asked} questions or sentences, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} mistakes; {}", wrong.len(), wrong[..wrong.len().min(6)].join("\n\n"));
    assert!(100 * asked <= QUESTIONS * TABLES, "{asked} questions or sentences");
}

/// Prints the question, with `--nocapture`.
fn show(question: &str, case: &Case) {
    let head: Vec<&str> = case.text.lines().take(4).collect();
    println!("{question}\n    column {}: {}", case.place + 1, head.join("\n    "));
}
