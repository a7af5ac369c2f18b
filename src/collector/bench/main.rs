//! Measures the collector's throughput: `cargo xtask bench collector [-- ANSWERS]`.
//!
//! It measures answers a second at 1, 16, 64 and 256 connections on both engines. For comparison it measures
//! the engine alone, with the same batches, tables and durability, and the engine behind bare sockets, with
//! the same senders on the same processors. It also measures reading with many stored answers. No slow
//! result is a failure. `write` and `read` run one of the two parts.

mod bare;
mod load;
mod raw;
mod reading;
#[path = "../../../tests/harness/postgres.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The token of the collector under test.
const TOKEN: &str = "bench-token-0123456789";

/// The number of stored answers in the measurement of reading.
const ANSWERS: u64 = 5_000_000;

/// How long each load lasts.
const LOAD: Duration = Duration::from_secs(4);

const CONNECTIONS: [usize; 4] = [1, 16, 64, 256];

#[tokio::main]
async fn main() {
    let answers = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(ANSWERS);
    let folder = tempfile::tempdir().expect("a folder");
    let only = |part: &str| std::env::args().any(|arg| arg == part);
    let postgres = server::Server::start(server::Durability::Full);
    if !only("read") {
        write_all(folder.path(), &postgres).await;
    }
    if !only("write") {
        read_all(answers, folder.path(), &postgres).await;
    }
}

async fn write_all(folder: &Path, postgres: &server::Server) {
    println!(
        "| | connections | answers/s | of the engine alone | of the engine behind bare sockets | p50 ms | p99 ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    for connections in CONNECTIONS {
        let file = |name: &str| folder.join(format!("{name}-{connections}.db"));
        let alone = raw::sqlite(&file("raw"), connections).await;
        let behind = load::run(&bare::sqlite(&file("bare")).await, connections, LOAD).await.rate;
        write("SQLite", &file("own").display().to_string(), connections, [alone, behind]).await;
        let alone = raw::postgres(&postgres.database(), connections).await;
        let behind = load::run(&bare::postgres(&postgres.database()).await, connections, LOAD).await.rate;
        write("PostgreSQL", &postgres.database(), connections, [alone, behind]).await;
    }
}

async fn read_all(answers: u64, folder: &Path, postgres: &server::Server) {
    println!("\nwith {answers} answers stored\n\n| | | median ms | longest ms |\n|---|---|---|---|");
    let file = folder.join("many.db");
    reading::fill_sqlite(&file, answers).await;
    read("SQLite", &file.display().to_string()).await;
    let url = postgres.database();
    reading::fill_postgres(&url, answers).await;
    read("PostgreSQL", &url).await;
}

/// Measures the collector, the engine alone and the engine behind bare sockets, in answers a second.
async fn write(engine: &str, database: &str, connections: usize, [alone, behind]: [f64; 2]) {
    let collector = Collector::start(database);
    let loaded = load::run(&collector.address, connections, LOAD).await;
    println!(
        "| {engine} | {connections} | {:.0} | {:.2} | {:.2} | {:.1} | {:.1} |",
        loaded.rate,
        loaded.rate / alone,
        loaded.rate / behind,
        loaded.percentile(50.0),
        loaded.percentile(99.0)
    );
}

async fn read(engine: &str, database: &str) {
    let collector = Collector::start(database);
    for (what, times) in reading::run(&collector.address).await {
        println!("| {engine} | {what} | {:.1} | {:.1} |", times.percentile(50.0), times.percentile(100.0));
    }
    let alone = load::run(&collector.address, 16, LOAD).await;
    let lookers = reading::lookers(&collector.address, 4);
    let beside = load::run(&collector.address, 16, LOAD).await;
    drop(lookers);
    println!(
        "| {engine} | posting's p99 at 16 connections, alone and beside four who look all the time | {:.1} | {:.1} |",
        alone.percentile(99.0),
        beside.percentile(99.0)
    );
    println!("| {engine} | memory, MB | {} | |", collector.megabytes());
}

/// A running collector; dropping it ends the process.
struct Collector {
    process: Child,
    address: String,
}

impl Collector {
    fn start(database: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_aanrader"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--rate-limit",
                "0",
                "--admin-token",
                TOKEN,
                "--database",
            ])
            .arg(database)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the collector starts");
        let mut line = String::new();
        let out = process.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("ready: http://").expect("it is ready").to_owned();
        Self { process, address }
    }

    /// Its resident memory.
    fn megabytes(&self) -> u64 {
        let status = Path::new("/proc").join(self.process.id().to_string()).join("status");
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        held.and_then(|held| held.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
