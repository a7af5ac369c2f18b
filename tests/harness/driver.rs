//! The WebDriver servers. All tests of a program share one chromedriver, as long as one of them uses it.
//! geckodriver and WebKitWebDriver allow one window each, so every window has its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::engine::Engine;

static SHARED: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

/// Starts the driver, prints its process id and waits for the end of its own input, which comes when this
/// program ends in any way. Then it kills the entire group, browsers included.
const START: &str = "\"$@\" >/dev/null & echo $!; cat >/dev/null; kill 0";

/// First starts a screen for a browser that needs one; the system chooses its number.
const SCREEN: &str = "mkfifo \"$TMPDIR/screen\"
    \"$XVFB\" -displayfd 3 -screen 0 1600x1200x24 -nolisten tcp >/dev/null 3>\"$TMPDIR/screen\" &
    read -r screen <\"$TMPDIR/screen\"; export DISPLAY=\":$screen\"; ";

/// The longest time until a driver listens.
const LIMIT: Duration = Duration::from_secs(20);

/// A running driver, which ends with its last user.
#[derive(Debug)]
pub struct Driver {
    process: Child,
    _folder: TempDir,
    /// Its address, on a port that the system chooses.
    pub url: String,
}

impl Driver {
    /// The chromedriver of this program, started if none is running.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let driver = Arc::new(Self::start(Engine::Chromium));
            *shared = Arc::downgrade(&driver);
            driver
        })
    }

    /// A driver for a window of that engine.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of(engine: Engine) -> Arc<Self> {
        match engine {
            Engine::Chromium => Self::shared(),
            Engine::Firefox | Engine::WebKit => Arc::new(Self::start(engine)),
        }
    }

    /// A driver that listens. It takes one port for both versions of IP, and ends if one of them has it in use.
    fn start(engine: Engine) -> Self {
        (0..3).find_map(|_| Self::try_start(engine)).expect("a driver that listens")
    }

    fn try_start(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let screen = if engine == Engine::WebKit { SCREEN } else { "" };
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{screen}{START}"), "sh"]).args(engine.driver()).process_group(0);
        shell.envs(engine.environment(folder.path()));
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = shell.spawn().expect("sh starts the driver");
        let mut said = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        let mut pid = String::new();
        said.read_line(&mut pid).expect("sh names the driver's process");
        // From here on it ends with its value, also if it doesn't listen.
        let mut driver = Self { process, _folder: folder, url: String::new() };
        driver.url = format!("http://127.0.0.1:{}", listening(pid.trim())?);
        Some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It is about to end, and a failed wait concerns nobody.
        let _ = self.process.wait();
    }
}

/// The port on which a process listens, once it does: not every driver prints its port.
fn listening(pid: &str) -> Option<u16> {
    let started = Instant::now();
    loop {
        if let Some(port) = port(pid) {
            return Some(port);
        }
        if started.elapsed() > LIMIT {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The port on which a process listens on this machine, from Linux's tables of processes and sockets.
fn port(pid: &str) -> Option<u16> {
    let files = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let targets = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
    let sockets: Vec<_> = targets.filter_map(|target| target.into_os_string().into_string().ok()).collect();
    let connections = fs::read_to_string(format!("/proc/{pid}/net/tcp")).ok()?;
    connections.lines().find_map(|line| {
        // Its number, the local and the remote address, the state (0A: listening), …, the inode.
        let fields: Vec<_> = line.split_whitespace().collect();
        let (address, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        let is_ours = *state == "0A" && sockets.contains(&format!("socket:[{inode}]"));
        is_ours.then(|| u16::from_str_radix(address.rsplit(':').next()?, 16).ok()).flatten()
    })
}
