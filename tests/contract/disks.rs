//! A full disk, and read-only files: on a real disk, which only the collector sees.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aanrader_tests::collector::{answer, command};
use reqwest::StatusCode;
use tempfile::TempDir;

/// The time limit: on any machine, a longer wait is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Mounts a small disk at `$1` and becomes the following command, without the right to write to any file.
const SCRIPT: &str = r#"
mount -t tmpfs -o size=4m none "$1" && shift &&
exec setpriv --bounding-set=-dac_override,-dac_read_search -- "$@"
"#;

/// The command for mounts of its own: root needs nothing else, other users need a user namespace.
fn namespace() -> &'static [&'static str] {
    let is_root = Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|it| it.success());
    if is_root { &["--mount"] } else { &["--map-root-user", "--mount"] }
}

/// A collector with a disk of 4 MB of its own for the database.
struct OnItsDisk {
    folder: TempDir,
    child: Child,
    url: String,
}

impl OnItsDisk {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new("unshare")
            .args(namespace())
            .args(["--", "sh", "-c", SCRIPT, "sh"])
            .arg(folder.path())
            .arg(command().get_program())
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--database"])
            .arg(folder.path().join("answers.db"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a collector");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("ready: ").expect("it is ready").to_owned();
        Self { folder, child, url }
    }

    /// The path of a file on its disk, from outside.
    fn file(&self, name: &str) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        root.join(self.folder.path().strip_prefix("/").expect("an absolute path")).join(name)
    }

    /// Fills the disk completely, with a file that can be removed again.
    fn fill(&self) -> PathBuf {
        let path = self.file("filler");
        let mut filler = fs::File::create(&path).expect("a file");
        for size in [64 * 1024, 512, 1] {
            while filler.write_all(&vec![b'x'; size]).is_ok() {}
        }
        path
    }

    /// Sets the mode of the database's files.
    fn permit(&self, mode: u32) {
        for name in ["answers.db", "answers.db-wal", "answers.db-shm"] {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(self.file(name), permissions).expect("another mode");
        }
    }

    async fn post(&self) -> StatusCode {
        let client = reqwest::Client::new();
        let request = client.post(format!("{}/v1/answers", self.url)).header("content-type", "text/plain");
        request.body(answer().to_string()).timeout(PATIENCE).send().await.expect("a reply").status()
    }

    async fn get(&self, path: &str) -> StatusCode {
        let reply = reqwest::Client::new().get(format!("{}{path}", self.url)).timeout(PATIENCE).send();
        reply.await.expect("a reply").status()
    }

    /// Waits until both a proof and an answer have the expected outcome. Until then, an answer is either stored
    /// or refused as unavailable.
    async fn comes_to(&self, [ready, posted]: [StatusCode; 2]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = [self.get("/readyz").await, self.post().await];
            assert!([StatusCode::CREATED, StatusCode::SERVICE_UNAVAILABLE].contains(&found[1]), "{found:?}");
            if found == [ready, posted] {
                return;
            }
            assert!(Instant::now() < deadline, "{found:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for OnItsDisk {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const READY: [StatusCode; 2] = [StatusCode::OK, StatusCode::CREATED];
const NOT_READY: [StatusCode; 2] = [StatusCode::SERVICE_UNAVAILABLE; 2];

#[tokio::test]
async fn a_disk_without_a_free_byte_is_not_ready_until_there_is_space_again() {
    let collector = OnItsDisk::start();
    collector.comes_to(READY).await;
    let filler = collector.fill();
    collector.comes_to(NOT_READY).await;
    assert_eq!(collector.get("/healthz").await, StatusCode::OK);
    fs::remove_file(filler).expect("removed");
    collector.comes_to(READY).await;
}

#[tokio::test]
async fn files_that_nobody_may_write_to_are_not_ready_although_a_connection_from_before_still_writes() {
    let collector = OnItsDisk::start();
    collector.comes_to(READY).await;
    collector.permit(0o444);
    collector.comes_to([StatusCode::SERVICE_UNAVAILABLE, StatusCode::CREATED]).await;
    collector.permit(0o600);
    collector.comes_to(READY).await;
}
