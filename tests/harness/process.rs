//! A program that prints its address when it is ready, and its other output.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The time limit: on any machine, a longer wait is a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running process with its output.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) log: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts it; returns it with its address once it is ready, or its output if it fails.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, String), String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the collector starts");
        let stdout = child.stdout.take().expect("its output");
        let stderr = child.stderr.take().expect("its log");
        let log = Arc::new(Mutex::new(String::new()));
        let reading = thread::spawn({
            let log = Arc::clone(&log);
            move || keep_log(stderr, &log)
        });
        let mut process = Self { child, log, reading: Some(reading) };
        if let Some(url) = ready(stdout) {
            return Ok((process, url));
        }
        // It has already ended, or must be ended.
        drop(process.child.kill());
        process.finish_log();
        let log = process.log.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(log)
    }

    pub(crate) fn finish_log(&mut self) {
        if let Some(reading) = self.reading.take() {
            reading.join().expect("the log's reader");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may already have ended, which is the goal.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn keep_log(stderr: impl Read, log: &Mutex<String>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&line);
        log.push('\n');
    }
}

/// Its address, from its only line on standard output.
fn ready(stdout: impl Read + Send + 'static) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        // The receiver may have given up.
        drop(sender.send(read.map(|_| line)));
    });
    let line = receiver.recv_timeout(PATIENCE).ok()?.ok()?;
    line.trim().strip_prefix("ready: ").map(str::to_owned)
}
