//! `aanrader export`: streamed page by page, so that memory and read times stay small for any number of
//! answers. A new run continues an interrupted one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::Format;
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
    /// This customer only, by the id that the shop sends
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    #[command(flatten)]
    at: At,
}

impl Export {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        let customer =
            self.customer.as_ref().map(|customer| self.at.customer(&site, customer)).transpose()?;
        let request = PageRequest {
            site,
            survey: self.survey.clone(),
            customer,
            limit: PAGE,
            ..PageRequest::default()
        };
        let format = Format::of(self.format, self.output.as_deref().unwrap_or(Path::new("")));
        let delimiter = self.delimiter.as_bytes()[0];
        let written = match &self.output {
            None => {
                let mut out = Rows::new(io::stdout().lock(), format, delimiter, true)?;
                pages(&*store, request, async |page, _| out.write(page)).await?
            }
            Some(file) => to_file(&*store, request, file, format, delimiter).await?,
        };
        eprintln!("{written} answers");
        Ok(store.close().await?)
    }
}

/// Writes to a temporary file, and notes its progress after each page.
async fn to_file(
    store: &dyn Engine,
    request: PageRequest,
    file: &Path,
    format: Format,
    delimiter: u8,
) -> anyhow::Result<u64> {
    anyhow::ensure!(!file.exists(), "{} is there already; give another name", file.display());
    let (part, note) = (with(file, ".part"), with(file, ".next"));
    let (length, before) = read_note(&note).unwrap_or((0, None));
    let mut options = OpenOptions::new();
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
    let mut out = Rows::new(open, format, delimiter, length == 0)?;
    let request = PageRequest { before, ..request };
    let written = pages(store, request, async |page, next| {
        out.write(page)?;
        out.file()?.sync_data()?;
        let length = out.file()?.metadata()?.len();
        Ok(std::fs::write(&note, format!("{length} {}", next.encode()))?)
    })
    .await?;
    out.file()?.sync_all()?;
    std::fs::rename(&part, file)?;
    drop(std::fs::remove_file(&note));
    Ok(written)
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
