//! Finds and kills a browser's processes.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The longest time until a killed process is gone.
const LIMIT: Duration = Duration::from_secs(10);

/// All processes of one browser; their common ancestor comes first.
#[derive(Debug)]
pub(super) struct Processes(Vec<i32>);

impl Processes {
    /// The processes of the browser with this profile.
    ///
    /// # Panics
    /// When there are none.
    pub(super) fn of(profile: &Path) -> Self {
        let flag = format!("--user-data-dir={}", profile.display());
        let all: Vec<(i32, i32)> = processes();
        let is_main = |pid: i32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            let mut words = line.split('\0');
            words.any(|word| word == flag) && !line.contains("--type=")
        };
        let mains = all.iter().map(|(pid, _)| *pid).filter(|pid| is_main(*pid));
        let mut found: Vec<i32> = mains.collect();
        assert!(!found.is_empty(), "no browser runs on {}", profile.display());
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            let children = all.iter().filter(|(pid, of)| *of == parent && !found.contains(pid));
            let children: Vec<i32> = children.map(|(pid, _)| *pid).collect();
            found.extend(children);
            at += 1;
        }
        Self(found)
    }

    /// Kills all of them at once (SIGKILL), and waits until the first is gone.
    ///
    /// # Panics
    /// When it doesn't end.
    pub(super) fn kill(&self) {
        for pid in self.0.iter().filter_map(|pid| Pid::from_raw(*pid)) {
            // Some may already have ended with the first.
            let _ = kill_process(pid, Signal::KILL);
        }
        let started = Instant::now();
        while self.0.first().is_some_and(|pid| runs(*pid)) {
            assert!(started.elapsed() < LIMIT, "a killed browser goes on");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Every process with its parent.
fn processes() -> Vec<(i32, i32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, stat(pid)?.1))).collect()
}

/// A process's state and parent.
fn stat(pid: i32) -> Option<(char, i32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it is in brackets and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// Whether it exists and isn't a zombie.
fn runs(pid: i32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != 'Z')
}
