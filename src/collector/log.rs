//! The log: one line of JSON per entry on standard error, written by a thread of its own.
//!
//! **Invariant:** logging never blocks, and no failure of the log (its reader gone, its disk full, a pipe
//! that nobody empties) affects any other part. Lost lines are counted, and the count is logged once lines
//! can be written again.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait for the thread: a megabyte or two.
const WAITING: usize = 2_048;

/// The longest line, in bytes. A longer one is cut.
const LINE_BYTES: usize = 1_024;

/// How many lines are written together; if the write fails, all of them are lost.
const TOGETHER: u64 = 256;

/// How long the thread gathers lines after the first one, so that a busy collector wakes it rarely.
const GATHER: Duration = Duration::from_millis(10);

/// The time limit for the last lines, at the end.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The sending end of the log.
#[derive(Clone, Debug)]
pub struct Log {
    entries: SyncSender<Entry>,
    lost: Lost,
}

/// The number of lost lines since the start.
#[derive(Clone, Debug, Default)]
pub struct Lost(Arc<AtomicU64>);

impl Lost {
    /// Their number.
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
    /// Tells the sender that all earlier lines are written.
    Flush(SyncSender<()>),
}

impl Log {
    /// Makes standard error the log of this process, also for panics of threads.
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
        // The standard hook writes to standard error itself, and may block. A panic's message may quote
        // input, so only its place is logged.
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

    /// The counter of lost lines.
    pub fn lost(&self) -> Lost {
        self.lost.clone()
    }

    /// Waits briefly until all lines so far are written.
    pub fn flush(&self) {
        let (sender, done) = sync_channel(1);
        if self.entries.try_send(Entry::Flush(sender)).is_ok() {
            // If nobody reads the log, its last lines are lost.
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

/// Receives one line.
#[derive(Debug)]
pub struct Line<'a>(&'a Log);

impl Write for Line<'_> {
    /// The formatter passes complete lines. This always succeeds, because the formatter would print an error to
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

/// The line, or the start of a line that is too long.
fn fitting(line: &[u8]) -> Vec<u8> {
    if line.len() <= LINE_BYTES {
        return line.to_vec();
    }
    // In JSON, a character may take six bytes.
    let start = String::from_utf8_lossy(&line[..LINE_BYTES / 8]);
    let mut cut =
        json!({"level": "WARN", "message": "a line was too long", "bytes": line.len(), "start": start})
            .to_string();
    cut.push('\n');
    cut.into_bytes()
}

/// The log's thread. It writes lines that arrive together with one system call, because a call for each would
/// cost more than the line.
fn write(entries: &Receiver<Entry>, lost: &Lost, mut out: impl Write) {
    let (mut told, mut broken) = (0, false);
    while let Ok(first) = entries.recv() {
        thread::sleep(GATHER);
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
            // A broken line must not spoil the next one.
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
            // The waiting sender may have given up.
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

    /// Keeps all output, and fails on demand.
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
