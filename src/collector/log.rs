//! The log: a line of JSON each on standard error, written by a thread of its own.
//!
//! **Invariant:** nobody who logs ever waits for the log, and nothing that happens to it (its reader gone,
//! its disk full, a pipe that nobody empties) reaches anybody else. Lines that can't be written are counted,
//! and the count is logged once lines can be written again.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

/// So many lines wait for the thread at most: a megabyte or two.
const WAITING: usize = 2_048;

/// The longest line, in bytes. A longer one is cut.
const LINE_BYTES: usize = 1_024;

/// So many lines are written together at most: if they can't be, all of them are lost.
const TOGETHER: u64 = 64;

/// At the end the last lines get so long to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The way to the log.
#[derive(Clone, Debug)]
pub struct Log {
    entries: SyncSender<Entry>,
    lost: Lost,
}

/// How many lines were lost since the start.
#[derive(Clone, Debug, Default)]
pub struct Lost(Arc<AtomicU64>);

impl Lost {
    /// So many.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn more(&self, lines: u64) {
        self.0.fetch_add(lines, Ordering::Relaxed);
    }
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    /// Tells the sender that all lines before it are written.
    Flush(SyncSender<()>),
}

impl Log {
    /// Makes standard error the log of this process, also for threads that panic.
    ///
    /// # Errors
    ///
    /// The thread can't be started.
    pub fn start() -> io::Result<Self> {
        let log = Self::to(io::stderr())?;
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_writer(log.clone())
            .init();
        // The standard hook writes to standard error itself, and would wait for it. What a panic says may
        // quote what somebody sent, so only its place is logged.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "a bug: a thread panicked");
        }));
        Ok(log)
    }

    fn to(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (entries, receiver) = sync_channel(WAITING);
        let lost = Lost::default();
        thread::Builder::new().name("log".into()).spawn({
            let lost = lost.clone();
            move || write(&receiver, &lost, out)
        })?;
        Ok(Self { entries, lost })
    }

    /// Counts the lines that were lost.
    pub fn lost(&self) -> Lost {
        self.lost.clone()
    }

    /// Waits until the lines so far are written, but not for long.
    pub fn flush(&self) {
        let (sender, done) = sync_channel(1);
        if self.entries.try_send(Entry::Flush(sender)).is_ok() {
            // Nobody reads the log: then its last lines are lost with it.
            let _ = done.recv_timeout(LAST_LINES);
        }
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

/// Takes one line.
#[derive(Debug)]
pub struct Line<'a>(&'a Log);

impl Write for Line<'_> {
    /// The formatter hands over whole lines. It always succeeds, for the formatter would print an error to
    /// standard error by itself.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.entries.try_send(Entry::Line(fitting(line))).is_err() {
            self.0.lost.more(1);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The line, or the start of one that is too long.
fn fitting(line: &[u8]) -> Vec<u8> {
    if line.len() <= LINE_BYTES {
        return line.to_vec();
    }
    // Every character may need six bytes within a JSON text.
    let start = String::from_utf8_lossy(&line[..LINE_BYTES / 8]);
    let mut cut =
        json!({"level": "WARN", "message": "a line was too long", "bytes": line.len(), "start": start})
            .to_string();
    cut.push('\n');
    cut.into_bytes()
}

/// The thread. Lines that have come together are written together: a system call for each would cost more than
/// the line.
fn write(entries: &Receiver<Entry>, lost: &Lost, mut out: impl Write) {
    let (mut told, mut broken) = (0, false);
    while let Ok(first) = entries.recv() {
        let (mut lines, mut count, mut flush) = (Vec::new(), 0, None);
        let together = std::iter::once(first).chain(std::iter::from_fn(|| entries.try_recv().ok()));
        for entry in together {
            match entry {
                Entry::Line(line) => {
                    lines.extend_from_slice(&line);
                    count += 1;
                }
                Entry::Flush(done) => flush = Some(done),
            }
            if count == TOGETHER || flush.is_some() {
                break;
            }
        }
        if count > 0 {
            // A line that broke off must not spoil the next one.
            let lead: &[u8] = if broken { b"\n" } else { b"" };
            broken = out.write_all(lead).and_then(|()| out.write_all(&lines)).is_err();
            if broken {
                lost.more(count);
            }
        }
        let count = lost.get();
        if count > told && !broken {
            broken = tell(count - told, &mut out).is_err();
            told = if broken { told } else { count };
        }
        if let Some(done) = flush {
            broken |= out.flush().is_err();
            // It may have waited long enough.
            let _ = done.try_send(());
        }
    }
}

fn tell(lost: u64, out: &mut impl Write) -> io::Result<()> {
    let mut line =
        json!({"level": "WARN", "message": "lines of the log were lost", "lost": lost}).to_string();
    line.push('\n');
    out.write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, PoisonError};

    /// Keeps what is written, and fails as long as it is told to.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, bool)>>);

    impl Disk {
        fn full(&self, full: bool) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = full;
        }

        fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner).0).into_owned()
        }
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            state.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A pipe that nobody empties.
    struct Stuck(Arc<Mutex<()>>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            drop(self.0.lock());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn say(log: &Log, text: &str) {
        log.make_writer().write_all(format!("{text}\n").as_bytes()).expect("it never fails");
    }

    #[test]
    fn a_log_on_a_full_disk_fails_nobody_and_says_afterwards_that_lines_are_missing() {
        let disk = Disk::default();
        let log = Log::to(disk.clone()).expect("a log");
        disk.full(true);
        say(&log, "one");
        log.flush();
        disk.full(false);
        say(&log, "two");
        log.flush();
        let text = disk.text();
        assert!(text.contains("two\n") && !text.contains("one"), "{text}");
        assert!(text.contains("lines of the log were lost"), "{text}");
    }

    #[test]
    fn a_log_that_nobody_reads_holds_nobody_up() {
        let stuck = Arc::new(Mutex::new(()));
        let held = stuck.lock();
        let log = Log::to(Stuck(Arc::clone(&stuck))).expect("a log");
        for _ in 0..2 * WAITING {
            say(&log, "a line");
        }
        assert!(log.lost().get() >= WAITING as u64 - TOGETHER, "as many lines as that can't all wait");
        drop(held);
    }

    #[test]
    fn a_line_has_at_most_a_kilobyte_and_is_json_even_then() {
        for long in ["\"".repeat(5_000), "é".repeat(5_000), "\u{1}".repeat(5_000)] {
            let cut = fitting(long.as_bytes());
            assert!(cut.len() <= LINE_BYTES, "{}", cut.len());
            let json: serde_json::Value = serde_json::from_slice(&cut).expect("JSON");
            assert_eq!(json["message"], "a line was too long");
        }
        assert_eq!(fitting(b"short\n"), b"short\n");
    }
}
