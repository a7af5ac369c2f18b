//! `demo`: the real collector serves the shop, the preview and the results.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{assemble, command, layout};

/// Where the demo is served.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address and port
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// The file of the answers [default: target/demo/aanrader.sqlite]
    #[arg(long)]
    database: Option<PathBuf>,
    /// Origins of pages of your own that may send answers as well, parted by commas
    #[arg(long)]
    origins: Option<String>,
}

/// Builds module and collector, and serves the demo until a signal.
pub(crate) fn run(options: &Options) -> Result<()> {
    free(&options.listen)?;
    assemble::run()?;
    println!("building the collector");
    let mut cargo = command::cargo();
    command::run(cargo.args(["build", "-p", "aanrader-collector"]).env("AANRADER_DIST", layout::dist()))?;
    serve(options)
}

/// Reports an unavailable address before the build, not after it.
fn free(listen: &str) -> Result<()> {
    match TcpListener::bind(listen) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{listen} is taken: stop what uses it, or `cargo xtask demo --listen 127.0.0.1:0`")
        }
        other => other.map(drop).with_context(|| format!("cannot listen on {listen}")),
    }
}

fn serve(options: &Options) -> Result<()> {
    let token = token()?;
    let database = layout::root().join("target/demo/aanrader.sqlite");
    let database = options.database.as_ref().unwrap_or(&database);
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    let collector = layout::cargo_target().join("debug/aanrader");
    if !database.exists() {
        println!("making up a year of answers");
        command::run(Command::new(&collector).args(["demo", "--database"]).arg(database))?;
    }
    // Registered before the collector starts, so that no signal is missed.
    let signals = Signals::new([SIGINT, SIGTERM])?;
    let mut collector = Command::new(collector);
    collector.args(["serve", "--demo", "--listen", &options.listen, "--database"]).arg(database);
    collector.args(options.origins.iter().flat_map(|origins| ["--origins", origins]));
    collector.env("AANRADER_ADMIN_TOKEN", &token).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut collector = collector.spawn().context("could not start the collector")?;
    let asked = forward(signals, &collector)?;
    let stdout = collector.stdout.take().context("the collector has no output")?;
    relay(stdout, &token)?;
    finish(collector.wait()?, asked.load(Ordering::SeqCst))
}

/// Passes every signal on to the collector, which stops gracefully; tells whether there was one.
fn forward(mut signals: Signals, collector: &Child) -> Result<Arc<AtomicBool>> {
    let pid =
        i32::try_from(collector.id()).ok().and_then(Pid::from_raw).context("the collector has no id")?;
    let asked = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&asked);
    std::thread::spawn(move || {
        for _ in signals.forever() {
            told.store(true, Ordering::SeqCst);
            // The collector may already have ended, by Ctrl-C in the same terminal.
            let _ = kill_process(pid, Signal::TERM);
        }
    });
    Ok(asked)
}

/// Prints the collector's output; once it is ready, the addresses to open.
fn relay(stdout: ChildStdout, token: &str) -> Result<()> {
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        if let Some(url) = line.strip_prefix("ready: ") {
            println!("\n  shop      {url}/demo/nl/  (English: {url}/demo/en/)");
            println!("  preview   {url}/preview/");
            println!("  results   {url}/results/");
            println!("  trend     {url}/trend/  and  {url}/cases/  have a year of made-up answers");
            println!("  token     {token}\n");
        }
        println!("{line}");
    }
    Ok(())
}

fn finish(status: ExitStatus, asked: bool) -> Result<()> {
    if asked && status.success() {
        println!("stopped");
        return Ok(());
    }
    ensure!(asked, "the collector ended by itself ({status}); its last lines above say why");
    bail!("the collector did not stop cleanly ({status})")
}

/// The admin token: that of the environment, or 32 random hexadecimal digits.
fn token() -> Result<String> {
    if let Ok(token) = std::env::var("AANRADER_ADMIN_TOKEN") {
        return Ok(token);
    }
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut bytes))
        .context("no randomness")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_is_refused_with_the_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let error = free(&address).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{address} is taken")) && error.contains("--listen"), "{error}");
        drop(taken);
        free(&address).unwrap();
    }
}
