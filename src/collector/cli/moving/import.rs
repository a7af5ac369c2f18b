//! `aanrader import`: every row passes the same checks as an answer from a browser. Reading a file again
//! changes nothing, so an interrupted import can simply be run again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aanrader_survey::{Answer, Raw};
use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::foreign::{self, Columns};
use super::{Format, row};
use crate::cli::{At, known_site, progress};
use crate::store::{Engine, Millis, Received, Saved, SiteId, StoreError, now};

/// How many answers are stored concurrently; the store commits them together.
const AT_ONCE: usize = 256;

/// How many unreadable rows are listed.
const LISTED: usize = 20;

/// A row; `None` if it is no answer; an error if it can't be read.
type Row = Result<Option<Found>, String>;

/// A row as an answer, with the times that it names.
struct Found {
    raw: Raw,
    /// The time of answering.
    answered_at: Option<Millis>,
    /// The time of arrival.
    received_at: Option<Millis>,
    unverified: bool,
}

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
        let site = known_site(&*store, &self.site).await?;
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
                let delimiter = self.delimiter.as_ref().map(|text| text.as_bytes()[0]);
                table(input, delimiter, &self.columns, &mut sink).await?;
            }
        }
        let counts = sink.finish().await?;
        store.close().await?;
        println!("{} new, {} known, {} without a score", counts.new, counts.known, counts.empty);
        anyhow::ensure!(counts.wrong == 0, "{} rows could not be read; the others are stored", counts.wrong);
        Ok(())
    }
}

/// Reads what [`super::export`] writes: one answer a line.
async fn lines(mut input: impl BufRead, sink: &mut Sink) -> anyhow::Result<()> {
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        let text = line.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            sink.put(number, of_line(text)).await?;
        }
    }
    Ok(())
}

fn of_line(text: &str) -> Row {
    let raw: Raw = serde_json::from_str(text)
        .map_err(|error| format!("it is no JSON: {error}; give one answer a line"))?;
    let instant = |name: &str| match raw.get(name) {
        Some(Raw::Number(millis)) => Some(*millis as Millis),
        _ => None,
    };
    let (answered_at, received_at) = (instant("answered_at"), instant("received_at"));
    let unverified = match raw.get(row::UNVERIFIED) {
        Some(mark) => *mark == Raw::Bool(true),
        None => row::said_unverified(&raw),
    };
    Ok(Some(Found { raw, answered_at, received_at, unverified }))
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

/// The counts of rows by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) new: u64,
    pub(super) known: u64,
    pub(super) empty: u64,
    pub(super) wrong: u64,
}

/// The destination of the rows.
struct Sink {
    store: Arc<dyn Engine>,
    site: SiteId,
    /// The properties by which the site's answers are grouped.
    groups: Vec<String>,
    bar: ProgressBar,
    under_way: JoinSet<Result<Saved, StoreError>>,
    counts: Counts,
}

impl Sink {
    async fn new(store: Arc<dyn Engine>, site: SiteId, bar: ProgressBar) -> anyhow::Result<Self> {
        let known = store.sites().await?.into_iter().find(|known| known.id == site);
        let groups = known.map(|site| site.groups).unwrap_or_default();
        Ok(Self { store, site, groups, bar, under_way: JoinSet::new(), counts: Counts::default() })
    }

    async fn put(&mut self, number: u64, read: Row) -> anyhow::Result<()> {
        match read.and_then(|row| row.map(|read| self.received(&read)).transpose()) {
            Ok(Some(received)) => self.save(received).await?,
            Ok(None) => self.counts.empty += 1,
            Err(why) => {
                self.counts.wrong += 1;
                if self.counts.wrong <= LISTED as u64 {
                    self.bar.suspend(|| eprintln!("line {number}: {why}"));
                }
            }
        }
        Ok(())
    }

    /// An export has the time of answering, so no clock needs correction.
    fn received(&self, read: &Found) -> Result<Received, String> {
        let answer = Answer::check(&read.raw).map_err(|problems| {
            let all: Vec<_> =
                problems.iter().map(|problem| format!("{}: {}", problem.path(), problem.message())).collect();
            all.join("; ")
        })?;
        let received_at = read.received_at.or(read.answered_at).unwrap_or_else(now);
        let answered_at = read.answered_at.unwrap_or(received_at);
        if answered_at < 0 || received_at < 0 || answered_at > now() {
            return Err(format!("answered_at is {answered_at}, which is before 1970 or in the future"));
        }
        let customer = answer.customer().map(str::to_owned);
        let (site, unverified) = (self.site.clone(), read.unverified);
        // Imported answers are old and open no cases.
        let received =
            Received::at(answer, received_at).of(site).unverified(unverified).grouped_by(&self.groups);
        Ok(Received { customer, answered_at, ..received })
    }

    async fn save(&mut self, received: Received) -> anyhow::Result<()> {
        while self.under_way.len() >= AT_ONCE {
            self.one().await?;
        }
        let store = Arc::clone(&self.store);
        self.under_way.spawn(async move {
            loop {
                match store.save(received.clone()).await {
                    // A collector that serves from the file holds the lock, or the queue is full.
                    Err(StoreError::Busy) => tokio::time::sleep(Duration::from_millis(20)).await,
                    outcome => return outcome,
                }
            }
        });
        Ok(())
    }

    async fn one(&mut self) -> anyhow::Result<()> {
        match self.under_way.join_next().await {
            Some(saved) => match saved?? {
                Saved::New => self.counts.new += 1,
                Saved::Known { .. } => self.counts.known += 1,
            },
            None => return Ok(()),
        }
        Ok(())
    }

    async fn finish(mut self) -> anyhow::Result<Counts> {
        while !self.under_way.is_empty() {
            self.one().await?;
        }
        self.bar.finish_and_clear();
        Ok(self.counts)
    }
}
