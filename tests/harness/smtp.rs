//! A mail server on loopback that keeps what it receives.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

/// The longest wait for a mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail that the server has accepted.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The recipient of the envelope.
    pub to: String,
    /// The complete message.
    pub source: String,
}

impl Mail {
    fn parsed<T>(&self, read: impl FnOnce(&ParsedMail<'_>) -> T) -> T {
        read(&parse_mail(self.source.as_bytes()).expect("a mail"))
    }

    /// A header, decoded; empty if there is none.
    ///
    /// # Panics
    /// When the message is no mail.
    pub fn header(&self, name: &str) -> String {
        self.parsed(|mail| mail.headers.get_first_value(name).unwrap_or_default())
    }

    fn part(&self, kind: &str) -> String {
        self.parsed(|mail| {
            let part = mail.parts().find(|part| part.ctype.mimetype == kind);
            part.unwrap_or_else(|| panic!("no {kind} in {}", self.source))
                .get_body()
                .expect("a text")
                .replace("\r\n", "\n")
        })
    }

    /// The content as plain text.
    ///
    /// # Panics
    /// When there is none.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The content as HTML.
    ///
    /// # Panics
    /// When there is none.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// The first link in the text whose address contains this.
    ///
    /// # Panics
    /// When there is none.
    pub fn link(&self, part: &str) -> String {
        let text = self.text();
        let found = text.split_whitespace().find(|word| word.starts_with("http") && word.contains(part));
        found.unwrap_or_else(|| panic!("no link with {part} in {text}")).to_owned()
    }
}

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<Mail>,
    /// The replies to the next mails, instead of accepting them.
    refusals: Vec<&'static str>,
}

#[derive(Debug, Default)]
struct Inner {
    kept: Mutex<Kept>,
    news: Condvar,
}

/// The server. It runs until the process ends.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    inner: Arc<Inner>,
}

impl Smtp {
    /// Listens on a port of the system's choice.
    ///
    /// # Panics
    /// When it can't listen.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let inner = Arc::<Inner>::default();
        let shared = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A client that leaves in the middle is no concern of the server's.
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { address, inner }
    }

    /// The collector's arguments for this server.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let url = format!("smtp://{}", self.address);
        ["--smtp-url", &url, "--mail-from", "nps@shop.example"].map(str::to_owned).to_vec()
    }

    /// Refuses the next mails with these replies, such as `451 later`.
    pub fn refuse(&self, replies: &[&'static str]) {
        self.kept().refusals.extend(replies);
    }

    /// Whether all these refusals have been sent.
    #[must_use]
    pub fn is_kind_again(&self) -> bool {
        self.kept().refusals.is_empty()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().mails.clone()
    }

    /// The mails to this address, once there are at least so many.
    ///
    /// # Panics
    /// When they don't come in time.
    #[must_use]
    pub fn wait_for(&self, to: &str, count: usize) -> Vec<Mail> {
        let deadline = Instant::now() + PATIENCE;
        let mut kept = self.kept();
        loop {
            let found: Vec<_> = kept.mails.iter().filter(|mail| mail.to == to).cloned().collect();
            if found.len() >= count {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} mails to {to} came; all: {:#?}", found.len(), kept.mails);
            kept = self.inner.news.wait_timeout(kept, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Talks to one client.
fn serve(stream: TcpStream, inner: &Inner) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut to = Vec::new();
    out.write_all(b"220 test ESMTP\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let upper = line.to_ascii_uppercase();
        let reply = match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
            "MAIL" | "RSET" => {
                to.clear();
                "250 ok".into()
            }
            "RCPT" => {
                to.extend(line.split(['<', '>']).nth(1).map(str::to_owned));
                "250 ok".into()
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut source = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    source.push_str(line.strip_prefix('.').unwrap_or(&line));
                    source.push_str("\r\n");
                }
                accept(inner, std::mem::take(&mut to), &source)
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok".into(),
        };
        out.write_all(format!("{reply}\r\n").as_bytes())?;
    }
    Ok(())
}

fn accept(inner: &Inner, to: Vec<String>, source: &str) -> String {
    let mut kept = inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
    if !kept.refusals.is_empty() {
        return kept.refusals.remove(0).to_owned();
    }
    kept.mails.extend(to.into_iter().map(|to| Mail { to, source: source.to_owned() }));
    inner.news.notify_all();
    "250 kept".into()
}
