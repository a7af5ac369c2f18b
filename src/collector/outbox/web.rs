//! Posts a message over HTTP.
//!
//! Every message has a connection of its own: there are few, and so each address is judged when it is
//! connected to, whatever a name resolves to. Neither redirects nor proxies are followed.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use super::Outcome;
use super::addresses::is_public;
use crate::store::Millis;

/// The time limit of an attempt, from the look-up of the name to the reply's headers.
const PATIENCE: Duration = Duration::from_secs(15);

/// A client that posts messages.
#[derive(Clone)]
pub struct Web {
    private: bool,
    tls: TlsConnector,
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("private", &self.private).finish_non_exhaustive()
    }
}

/// The reply to a message, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// The text of `Retry-After`.
    pub retry_after: Option<String>,
}

impl Reply {
    /// What it means: only 2xx is a receipt, and 410 ends the messages.
    pub fn outcome(&self, now: Millis) -> Outcome {
        let said = self.status.as_str().to_owned();
        match self.status {
            status if status.is_success() => Outcome::Delivered(said),
            StatusCode::GONE => Outcome::Gone(said),
            _ => Outcome::Failed(said, self.retry_after.as_deref().and_then(|text| wait(text, now))),
        }
    }
}

/// The wait that `Retry-After` asks for, in milliseconds: seconds, or a date.
fn wait(text: &str, now: Millis) -> Option<Millis> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(Millis::from(seconds) * 1_000);
    }
    let instant = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    Some((instant.as_millisecond() - now).max(0))
}

impl Web {
    /// Connects to private addresses only if `private` says so.
    pub fn new(private: bool) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the ciphers of these versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { private, tls: Arc::new(config).into() }
    }

    /// Posts JSON, with these further headers.
    ///
    /// # Errors
    ///
    /// Why there is no reply.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Reply, String> {
        let url = Url::parse(url).map_err(|error| error.to_string())?;
        let request = request(&url, headers, body)?;
        let posted = tokio::time::timeout(PATIENCE, self.send(&url, request)).await;
        let response = posted.map_err(|_| format!("no reply within {} s", PATIENCE.as_secs()))??;
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Ok(Reply { status: response.status(), retry_after: retry_after.map(str::to_owned) })
    }

    async fn send(
        &self,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<hyper::body::Incoming>, String> {
        let host = url.host().ok_or("the URL has no host")?;
        let stream = self.connect(url, &host).await?;
        if url.scheme() != "https" {
            return exchange(stream, request).await;
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?,
            Host::Ipv4(address) => ServerName::IpAddress(std::net::IpAddr::from(address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(std::net::IpAddr::from(address).into()),
        };
        let stream = self.tls.connect(name, stream).await.map_err(|error| format!("no TLS: {error}"))?;
        exchange(stream, request).await
    }

    /// Connects to the first address of the host that may be connected to.
    async fn connect(&self, url: &Url, host: &Host<&str>) -> Result<TcpStream, String> {
        let port = url.port_or_known_default().ok_or("the URL has no port")?;
        let found: Vec<SocketAddr> = match host {
            Host::Domain(name) => {
                let found = lookup_host((*name, port)).await;
                found.map_err(|error| format!("{name} was not found: {error}"))?.collect()
            }
            Host::Ipv4(address) => vec![(*address, port).into()],
            Host::Ipv6(address) => vec![(*address, port).into()],
        };
        let mut why = "the host has no address".to_owned();
        for address in found {
            if let Err(refused) = self.judge(url, address) {
                why = refused;
                continue;
            }
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => why = format!("no connection: {}", in_words(&error)),
            }
        }
        Err(why)
    }

    /// Refuses private addresses unless they are allowed, and messages in clear over the internet.
    fn judge(&self, url: &Url, address: SocketAddr) -> Result<(), String> {
        match is_public(address.ip()) {
            false if !self.private => {
                Err("the address is a private one; `private_targets` of `aanrader serve` allows those".into())
            }
            true if url.scheme() != "https" => {
                Err("the message would be readable on its way; give a URL with https".into())
            }
            _ => Ok(()),
        }
    }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused".into(),
        _ => error.to_string(),
    }
}

fn request(
    url: &Url,
    headers: &[(&'static str, String)],
    body: String,
) -> Result<Request<Full<Bytes>>, String> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(if target.is_empty() { "/" } else { target })
        .header(HOST, host)
        .header(USER_AGENT, concat!("aanrader/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, body.len());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())
}

/// Sends the request; the connection ends with the returned reply's headers.
async fn exchange<S>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<Response<hyper::body::Incoming>, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| format!("no reply: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    let mut replied = std::pin::pin!(sender.send_request(request));
    // Dropping the future of the connection closes it. A receiver may close it with its reply.
    tokio::select! {
        biased;
        reply = &mut replied => return reply.map_err(failed),
        _ = connection => {}
    }
    replied.await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_2xx_is_a_receipt_and_410_is_the_end() {
        let outcome = |status: u16, retry_after: Option<&str>| {
            let status = StatusCode::from_u16(status).expect("a status");
            Reply { status, retry_after: retry_after.map(str::to_owned) }.outcome(0)
        };
        assert_eq!(outcome(200, None), Outcome::Delivered("200".into()));
        assert_eq!(outcome(204, None), Outcome::Delivered("204".into()));
        for status in [301, 302, 307, 400, 404, 500] {
            assert_eq!(outcome(status, None), Outcome::Failed(status.to_string(), None));
        }
        assert_eq!(outcome(410, Some("9")), Outcome::Gone("410".into()));
        assert_eq!(outcome(503, Some("120")), Outcome::Failed("503".into(), Some(120_000)));
        let date = Some("Thu, 01 Jan 1970 00:01:00 GMT");
        assert_eq!(outcome(429, date), Outcome::Failed("429".into(), Some(60_000)));
        assert_eq!(outcome(429, Some("soon")), Outcome::Failed("429".into(), None));
    }

    #[tokio::test]
    async fn a_private_address_is_refused_by_whichever_name() {
        let web = Web::new(false);
        for url in [
            "http://127.0.0.1:9/",
            "http://localhost:9/",
            "http://2130706433:9/",
            "http://0x7f.1:9/",
            "http://[::1]:9/",
            "http://[::ffff:127.0.0.1]:9/",
            "https://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            let why = web.post(url, &[], String::new()).await.expect_err("refused");
            assert!(why.contains("private"), "{url}: {why}");
        }
    }

    #[tokio::test]
    async fn nothing_goes_over_the_internet_in_clear() {
        let why = Web::new(true).post("http://8.8.8.8/", &[], String::new()).await.expect_err("refused");
        assert!(why.contains("https"), "{why}");
    }
}
