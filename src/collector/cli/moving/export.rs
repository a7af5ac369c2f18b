//! `aanrader export`: streamed page by page, so that memory and read times stay small for any number of
//! answers. A new run continues an interrupted one. Behind each page of answers stand their cases.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::Format;
use super::line::Line;
use super::others::{self, Wanted};
use super::row::{COLUMNS, cells, object};
use crate::cli::{At, known_site, progress};
use crate::store::{Cursor, Engine, PageRequest, SiteId, Stored, TallyFilter};

/// How many answers are read at once.
const PAGE: u32 = 1_000;

/// The byte-order mark by which spreadsheets recognise UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

#[derive(Debug, Args)]
pub struct Export {
    /// The file to write; standard output if none is named
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// ndjson or csv [default: by the file's name, else ndjson]
    #[arg(long)]
    format: Option<Format>,
    /// What stands between the cells of CSV: `,`, or `;` for spreadsheets where the comma is decimal
    #[arg(long, default_value = ",", value_parser = [",", ";"])]
    delimiter: String,
    /// The site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    /// This survey only
    #[arg(long)]
    survey: Option<String>,
    /// This customer only, by the id that the shop sends: answers and cases
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Answers only, as CSV always has; else NDJSON also has cases, settings and counters
    #[arg(long)]
    answers_only: bool,
    /// Also what gives access: tokens and links as hashes, notices with the keys of webhooks, the site's own key
    #[arg(long, conflicts_with_all = ["survey", "customer", "answers_only"])]
    secrets: bool,
    #[command(flatten)]
    at: At,
}

impl Export {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        let customer =
            self.customer.as_ref().map(|customer| self.at.customer(&site, customer)).transpose()?;
        let format = Format::of(self.format, self.output.as_deref().unwrap_or(Path::new("")));
        anyhow::ensure!(
            format == Format::Ndjson || !self.secrets,
            "--secrets: a table has answers only; export as NDJSON, or leave out --secrets"
        );
        let job = Job {
            store: &*store,
            format,
            delimiter: self.delimiter.as_bytes()[0],
            is_all: format == Format::Ndjson && !self.answers_only,
            wanted: Wanted { site: site.clone(), survey: self.survey.clone(), secrets: self.secrets },
        };
        let request = PageRequest {
            site,
            survey: self.survey.clone(),
            customer,
            limit: PAGE,
            ..PageRequest::default()
        };
        let written = match &self.output {
            None => job.to_stdout(request).await?,
            Some(file) => job.to_file(request, file).await?,
        };
        match written {
            [answers, _] if !job.is_all => eprintln!("{answers} answers, and nothing else"),
            [answers, cases] => eprintln!("{answers} answers, {cases} cases"),
        }
        if job.is_all && self.customer.is_none() {
            others::say_left(&*store, &job.wanted).await?;
        }
        Ok(store.close().await?)
    }
}

/// What is exported, and how.
struct Job<'a> {
    store: &'a dyn Engine,
    format: Format,
    delimiter: u8,
    /// Whether cases and everything else are exported, too.
    is_all: bool,
    wanted: Wanted,
}

impl Job<'_> {
    async fn to_stdout(&self, request: PageRequest) -> anyhow::Result<[u64; 2]> {
        let mut out = Rows::new(io::stdout().lock(), self.format, self.delimiter, true)?;
        self.head(&request, &mut out).await?;
        let mut cases = 0;
        let answers = pages(self.store, request, async |page, _| {
            out.write(page)?;
            cases += self.cases(page, &mut out).await?;
            Ok(())
        });
        Ok([answers.await?, cases])
    }

    /// Writes to a temporary file, and notes its progress after each page.
    async fn to_file(&self, request: PageRequest, file: &Path) -> anyhow::Result<[u64; 2]> {
        anyhow::ensure!(!file.exists(), "{} is there already; give another name", file.display());
        let (part, note) = (with(file, ".part"), with(file, ".next"));
        let (length, before) = read_note(&note).unwrap_or((0, None));
        let mut options = OpenOptions::new();
        if self.wanted.secrets {
            // Only the operator may read what gives access.
            options.mode(0o600);
        }
        let mut open = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(&part)
            .with_context(|| part.display().to_string())?;
        open.set_len(length)?;
        open.seek(io::SeekFrom::End(0))?;
        if length > 0 {
            eprintln!("goes on where an interrupted export ended");
        }
        let mut out = Rows::new(open, self.format, self.delimiter, length == 0)?;
        if length == 0 {
            self.head(&request, &mut out).await?;
        }
        let request = PageRequest { before, ..request };
        let mut cases = 0;
        let answers = pages(self.store, request, async |page, next| {
            out.write(page)?;
            cases += self.cases(page, &mut out).await?;
            out.file()?.sync_data()?;
            let length = out.file()?.metadata()?.len();
            Ok(std::fs::write(&note, format!("{length} {}", next.encode()))?)
        });
        let written = [answers.await?, cases];
        out.file()?.sync_all()?;
        std::fs::rename(&part, file)?;
        drop(std::fs::remove_file(&note));
        Ok(written)
    }

    /// Writes what comes before the answers. A customer's export has answers and cases only.
    async fn head<W: Write>(&self, request: &PageRequest, out: &mut Rows<W>) -> anyhow::Result<()> {
        if self.is_all && request.customer.is_none() {
            out.lines(&others::lines(self.store, &self.wanted).await?)?;
        }
        Ok(())
    }

    /// Writes the cases of these answers behind them; returns their number.
    async fn cases<W: Write>(&self, page: &[Stored], out: &mut Rows<W>) -> anyhow::Result<u64> {
        if !self.is_all {
            return Ok(0);
        }
        let keys = page.iter().map(|stored| (stored.survey.clone(), stored.id.clone())).collect();
        let cases = self.store.case_records(self.wanted.site.clone(), keys).await?;
        let lines: Vec<_> = cases.into_iter().map(|case| Line::Case(Box::new(case))).collect();
        out.lines(&lines)?;
        Ok(lines.len() as u64)
    }
}

fn read_note(note: &Path) -> Option<(u64, Option<Cursor>)> {
    let text = std::fs::read_to_string(note).ok()?;
    let (length, cursor) = text.split_once(' ')?;
    Some((length.parse().ok()?, Some(Cursor::decode(cursor)?)))
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Passes on page after page, newest first, each with the place of the next one.
async fn pages(
    store: &dyn Engine,
    mut request: PageRequest,
    mut take: impl AsyncFnMut(&[Stored], &Cursor) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let of =
        TallyFilter { site: request.site.clone(), survey: request.survey.clone(), ..TallyFilter::default() };
    let total = store.tallies(of).await?.iter().map(|counted| counted.tally.n()).sum();
    let bar = progress(Some(total), "answers");
    let mut written = 0;
    loop {
        let page = store.page(request.clone()).await?;
        let Some(last) = page.last() else { break };
        let next = last.cursor();
        take(&page, &next).await?;
        written += page.len() as u64;
        bar.set_position(written);
        request.before = Some(next);
    }
    bar.finish_and_clear();
    Ok(written)
}

/// Writes answers to a file.
pub(super) enum Rows<W: Write> {
    Lines(BufWriter<W>),
    Table(Box<csv::Writer<W>>),
}

impl<W: Write> Rows<W> {
    /// Begins; at the start of a table, writes its header.
    pub(super) fn new(mut out: W, format: Format, delimiter: u8, first: bool) -> anyhow::Result<Self> {
        if format == Format::Ndjson {
            return Ok(Self::Lines(BufWriter::new(out)));
        }
        if first {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let mut table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        if first {
            table.write_record(COLUMNS)?;
        }
        Ok(Self::Table(Box::new(table)))
    }

    pub(super) fn write(&mut self, page: &[Stored]) -> anyhow::Result<()> {
        match self {
            Self::Lines(out) => {
                for stored in page {
                    serde_json::to_writer(&mut *out, &object(stored))?;
                    out.write_all(b"\n")?;
                }
                out.flush()?;
            }
            Self::Table(table) => {
                for stored in page {
                    table.write_record(cells(stored))?;
                }
                table.flush()?;
            }
        }
        Ok(())
    }
}

impl<W: Write> Rows<W> {
    /// Writes lines that are no answers; a table has no place for them.
    fn lines(&mut self, lines: &[Line]) -> anyhow::Result<()> {
        if let Self::Lines(out) = self {
            lines.iter().try_for_each(|line| line.write(out))?;
            out.flush()?;
        }
        Ok(())
    }
}

impl Rows<File> {
    fn file(&mut self) -> anyhow::Result<&File> {
        match self {
            Self::Lines(out) => {
                out.flush()?;
                Ok(out.get_ref())
            }
            Self::Table(table) => {
                table.flush()?;
                Ok(table.get_ref())
            }
        }
    }
}
