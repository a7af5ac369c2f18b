//! A PostgreSQL server for the tests of one process. It runs in a temporary folder, as a user of its own (it
//! refuses root), on a Unix socket, so that it needs no port. It ends with the process in any case.

use std::ffi::OsStr;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The time limit: on any machine, a longer wait is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the server in folder `$1` with the programs of `$2`, waits for the end of its input, stops the
/// server and removes the folder.
const SCRIPT: &str = r#"
folder=$1 programs=$2 fsync=$3
shift 3
"$programs/postgres" -D "$folder/data" -k "$folder" -c fsync=$fsync -c max_connections=200 \
    -c logging_collector=off "$@" >"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$folder"
"#;

/// A server that runs until the process ends.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    /// The socket's name contains it, too.
    port: Option<u16>,
    databases: AtomicU32,
    /// Closing this stops the server.
    _input: ChildStdin,
    _script: Child,
}

/// Whether a commit reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As in production.
    Full,
    /// Enough if only collectors are killed.
    None,
}

/// The shared server of this process; each test creates a database of its own.
///
/// # Panics
/// When it doesn't start; the message has its output.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(Durability::None))
}

impl Server {
    /// Starts a server that listens only on its socket.
    ///
    /// # Panics
    /// When it doesn't start; the message has its output.
    pub fn start(durability: Durability) -> Self {
        let folder = folder();
        let server = Self::launch(folder, durability, None, &["-c", "listen_addresses="]);
        server.unwrap_or_else(|log| panic!("PostgreSQL is not ready:\n{log}"))
    }

    /// Starts a server that also listens on a port, with this certificate and its key in PEM, and refuses
    /// connections without TLS there; returns the port, too.
    ///
    /// # Panics
    /// When it doesn't start; the message has its output.
    pub fn start_with_tls(certificate: &str, key: &str) -> (Self, u16) {
        loop {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            let port = free.expect("a port").port();
            let folder = folder();
            let [certificate, key] = [("cert.pem", certificate), ("key.pem", key)].map(|(name, text)| {
                let file = folder.join(name);
                write_as_nobody(&file, text);
                file.display().to_string()
            });
            let rules = folder.join("hba.conf");
            write_as_nobody(&rules, "local all all trust\nhostssl all all all trust\n");
            let settings = [
                "listen_addresses=127.0.0.1".to_owned(),
                format!("port={port}"),
                "ssl=on".to_owned(),
                format!("ssl_cert_file={certificate}"),
                format!("ssl_key_file={key}"),
                format!("hba_file={}", rules.display()),
            ];
            let arguments: Vec<&str> = settings.iter().flat_map(|setting| ["-c", setting]).collect();
            match Self::launch(folder, Durability::None, Some(port), &arguments) {
                Ok(server) => return (server, port),
                // Meanwhile, an outgoing connection may have been given the port.
                Err(log) if log.contains("in use") => {}
                Err(log) => panic!("PostgreSQL is not ready:\n{log}"),
            }
        }
    }

    fn launch(
        folder: PathBuf,
        durability: Durability,
        port: Option<u16>,
        arguments: &[&str],
    ) -> Result<Self, String> {
        let programs = programs().expect("PostgreSQL's programs: apt install postgresql");
        let fsync = if durability == Durability::Full { "on" } else { "off" };
        let data = folder.join("data");
        let init = as_nobody(&programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(init.status.success(), "initdb: {}", String::from_utf8_lossy(&init.stderr));
        let mut script = as_nobody(Path::new("sh"))
            .args(["-c", SCRIPT, "postgres"])
            .args([folder.as_os_str(), programs.as_os_str(), OsStr::new(fsync)])
            .args(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = script.stdin.take().expect("its input");
        let databases = AtomicU32::new(0);
        let server = Self { folder, programs, port, databases, _input: input, _script: script };
        let deadline = Instant::now() + PATIENCE;
        while !server.psql("postgres", "SELECT 1") {
            let log = std::fs::read_to_string(server.folder.join("log")).unwrap_or_default();
            if Instant::now() > deadline || log.contains("could not create any TCP/IP sockets") {
                return Err(log);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// The URL of a new, empty database.
    ///
    /// # Panics
    /// When it can't be made.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        assert!(self.psql("postgres", &format!("CREATE DATABASE {name}")), "{name} is made");
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{name}")
    }

    /// Runs a statement in the database with this URL; true if it succeeded.
    pub fn run(&self, url: &str, sql: &str) -> bool {
        self.psql(url.rsplit('/').next().unwrap_or_default(), sql)
    }

    fn psql(&self, database: &str, sql: &str) -> bool {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-U", "postgres", "-d", database, "-c", sql, "-h"]).arg(&self.folder);
        psql.args(self.port.map(|port| format!("--port={port}")));
        psql.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

/// A folder that the server's user owns.
fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("aanrader-pg-{}-{number}", std::process::id()));
    let made = as_nobody(Path::new("mkdir")).args(["-m", "755"]).arg(&folder).status();
    assert!(made.is_ok_and(|status| status.success()), "{} is made", folder.display());
    folder
}

/// A file that only that user can read.
fn write_as_nobody(path: &Path, text: &str) {
    let mut shell = as_nobody(Path::new("sh"));
    shell.args(["-c", "umask 077 && cat >\"$1\"", "sh"]).arg(path).stdin(Stdio::piped());
    let mut writing = shell.spawn().expect("a shell");
    writing.stdin.take().expect("its input").write_all(text.as_bytes()).expect("written");
    assert!(writing.wait().is_ok_and(|status| status.success()), "{} is written", path.display());
}

/// A program, run as the user `postgres` if this is root, otherwise as the current user.
fn as_nobody(program: &Path) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

/// The folder of the programs: that in `AANRADER_POSTGRES`, or Debian's newest.
fn programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("AANRADER_POSTGRES") {
        return Some(named.into());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path());
    let mut versions: Vec<_> = versions.filter(|version| version.join("bin/initdb").is_file()).collect();
    let number = |version: &PathBuf| version.file_name()?.to_str()?.parse::<u32>().ok();
    versions.sort_by_key(number);
    versions.pop().map(|version| version.join("bin"))
}
