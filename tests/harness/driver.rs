//! One chromedriver for all tests of a program, for as long as one of them uses it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;

use crate::from_xtask;

static SHARED: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

/// A running chromedriver; it ends with its last user.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    /// For its and the browsers' temporary files, some of which they leave behind.
    _folder: TempDir,
    /// Where it listens, on a port of its own choosing.
    pub url: String,
}

impl Driver {
    /// The chromedriver of this program, started if none is running.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let driver = Arc::new(Self::start());
            *shared = Arc::downgrade(&driver);
            driver
        })
    }

    /// Starts it in a process group that ends when this program does, however that happens: the
    /// shell waits for the end of its input, then kills the group, the browsers with it.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = "\"$0\" --port=0 --log-level=SEVERE & cat >/dev/null; kill 0";
        let mut shell = Command::new("sh");
        shell.env("TMPDIR", folder.path());
        shell.args(["-c", script]).arg(from_xtask("AANRADER_CHROMEDRIVER")).process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = shell.spawn().expect("sh starts chromedriver");
        let stdout = process.stdout.take().expect("its output is a pipe");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| {
                line.split_once("successfully on port ")
                    .map(|(_, rest)| rest.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says on which port it listens");
        // Read on, so that it never waits for somebody to take its output.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, _folder: folder, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It is on its way out; nobody is left to tell that it could not be waited for.
        let _ = self.process.wait();
    }
}
