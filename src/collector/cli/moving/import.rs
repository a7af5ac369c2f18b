//! `aanrader import`: every row passes the same checks as an answer from a browser. Reading a file again
//! changes nothing, so an interrupted import can simply be run again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aanrader_survey::Raw;
use anyhow::Context;
use clap::Args;

use super::foreign::{self, Columns};
use super::line::{KIND, Line};
use super::sink::{Found, Row, Sink};
use super::{Format, row};
use crate::cli::{At, progress};
use crate::store::{Millis, SiteId};

#[derive(Debug, Args)]
pub struct Import {
    /// The file; `-` is standard input
    file: PathBuf,
    /// ndjson or csv [default: by the file's name, else ndjson]
    #[arg(long)]
    format: Option<Format>,
    /// What stands between the cells of CSV [default: what there is more of in the first line]
    #[arg(long, value_parser = [",", ";"])]
    delimiter: Option<String>,
    /// The site that the answers become part of
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    columns: Columns,
    #[command(flatten)]
    at: At,
}

impl Import {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open_or_make().await?;
        let site = SiteId::try_from(self.site.clone()).map_err(anyhow::Error::msg)?;
        let (input, length): (Box<dyn Read>, _) = if self.file == Path::new("-") {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(&self.file).with_context(|| self.file.display().to_string())?;
            let length = file.metadata()?.len();
            (Box::new(file), Some(length))
        };
        let bar = progress(length, "bytes");
        let input = BufReader::new(bar.wrap_read(input));
        let mut sink = Sink::new(Arc::clone(&store), site, bar).await?;
        match Format::of(self.format, &self.file) {
            Format::Ndjson => lines(input, &mut sink).await?,
            Format::Csv => {
                sink.known().await?;
                let delimiter = self.delimiter.as_ref().map(|text| text.as_bytes()[0]);
                table(input, delimiter, &self.columns, &mut sink).await?;
            }
        }
        let counts = sink.finish().await?;
        store.close().await?;
        println!("{counts}");
        anyhow::ensure!(counts.wrong == 0, "{} rows could not be read; the others are stored", counts.wrong);
        Ok(())
    }
}

/// Reads what [`super::export`] writes: one answer a line, or a line of another kind.
async fn lines(mut input: impl BufRead, sink: &mut Sink) -> anyhow::Result<()> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        let text = line.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            match of_line(text) {
                Ok(ReadLine::Answer(found)) => sink.put(number, Ok(Some(found))).await?,
                Ok(ReadLine::Other(line)) => sink.put_line(number, line).await?,
                Err(why) => sink.put(number, Err(why)).await?,
            }
        }
    }
    Ok(())
}

/// A line.
enum ReadLine {
    Answer(Found),
    Other(Line),
}

fn of_line(text: &str) -> Result<ReadLine, String> {
    let raw: Raw = serde_json::from_str(text)
        .map_err(|error| format!("it is no JSON: {error}; give one answer a line"))?;
    match raw.get(KIND) {
        None => {}
        Some(Raw::Text(kind)) => return Line::read(kind, text).map(ReadLine::Other),
        Some(_) => return Err(format!("{KIND} is no text; answers have no {KIND}")),
    }
    let instant = |name: &str| match raw.get(name) {
        Some(Raw::Number(millis)) => Some(*millis as Millis),
        _ => None,
    };
    let (answered_at, received_at) = (instant("answered_at"), instant("received_at"));
    let unverified = match raw.get(row::UNVERIFIED) {
        Some(mark) => *mark == Raw::Bool(true),
        None => row::said_unverified(&raw),
    };
    Ok(ReadLine::Answer(Found { raw, answered_at, received_at, unverified }))
}

/// Reads another tool's table completely first, because only all its rows tell which column holds the scores.
async fn foreign_table(mut input: impl BufRead, columns: &Columns, sink: &mut Sink) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let grid = aanrader_scores::grid(&bytes);
    drop(bytes);
    let places = sink.bar.suspend(|| columns.find(&grid, foreign::ask))?;
    sink.bar.suspend(|| eprintln!("{}", places.told(&grid)));
    for row in &grid.rows {
        let found = foreign::row(columns, &places, row).map(|found| {
            found.map(|(raw, at)| Found {
                raw,
                answered_at: Some(at),
                received_at: Some(at),
                unverified: false,
            })
        });
        sink.put(row.line, found).await?;
    }
    Ok(())
}

/// Reads a table, ours or another tool's.
async fn table(
    mut input: impl BufRead,
    delimiter: Option<u8>,
    columns: &Columns,
    sink: &mut Sink,
) -> anyhow::Result<()> {
    let first = input.fill_buf()?;
    let mark = if first.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let head = first[mark..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    if !is_ours(head) {
        return foreign_table(input, columns, sink).await;
    }
    let of = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
    let delimiter = delimiter.unwrap_or(if of(b';') > of(b',') { b';' } else { b',' });
    input.consume(mark);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
    let head = reader.headers()?.clone();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let number = record.position().map_or(0, csv::Position::line);
        sink.put(number, of_cells(&head, &record)).await?;
    }
    Ok(())
}

/// Whether a table's first line is that of our export.
fn is_ours(head: &[u8]) -> bool {
    let cells: Vec<&[u8]> = head.split(|byte| [b',', b';', b'\r'].contains(byte)).collect();
    ["id", "rev", "survey", "score", "received_at"].iter().all(|name| cells.contains(&name.as_bytes()))
}

fn of_cells(head: &csv::StringRecord, record: &csv::StringRecord) -> Row {
    let cell = |name: &str| head.iter().position(|cell| cell == name).and_then(|place| record.get(place));
    let instant = |name: &str| cell(name).map(|text| foreign::instant(text, None)).transpose();
    let raw = row::raw(cell)?;
    let unverified = cell(row::UNVERIFIED).map_or_else(|| row::said_unverified(&raw), |mark| mark == "true");
    Ok(Some(Found {
        raw,
        answered_at: instant("answered_at")?,
        received_at: instant("received_at")?,
        unverified,
    }))
}
