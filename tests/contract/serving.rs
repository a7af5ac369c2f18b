//! The collector in operation: its tokens, its figures, and HTTPS.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use aanrader_tests::collector::{Collector, Options, Reply, answer, command};
use reqwest::{Method, StatusCode};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, pki_types::ServerName};

/// Reads the results with this token.
async fn read_with(collector: &Collector, token: &str) -> StatusCode {
    let request = collector.request(Method::GET, "/v1/results");
    Reply::of(request.header("authorization", format!("Bearer {token}"))).await.status
}

#[tokio::test]
async fn without_a_token_one_is_made_once_and_the_log_says_where() {
    let mut collector = Collector::start(Options { admin_token: None, ..Options::default() });
    let file = collector.database().with_extension("token");
    collector.logs(&format!("\"file\":\"{}\"", file.display())).await;
    let token = fs::read_to_string(&file).expect("a token");
    assert!(!collector.log().contains(token.trim()), "the token itself is nobody's to read in a log");
    assert_eq!(read_with(&collector, token.trim()).await, StatusCode::OK);
    assert_eq!(read_with(&collector, "0123456789abcdef0123456789abcdef").await, StatusCode::UNAUTHORIZED);
    collector.restart();
    assert_eq!(fs::read_to_string(&file).expect("a token"), token);
    assert_eq!(read_with(&collector, token.trim()).await, StatusCode::OK);
}

#[tokio::test]
async fn both_tokens_of_a_file_open_results_and_neither_is_in_the_list_of_processes() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("tokens");
    fs::write(&file, "the-old-token-0123456789\n\nthe-new-token-0123456789\n").expect("a file");
    let arguments = vec!["--token-file".into(), file.display().to_string()];
    let collector = Collector::start(Options { admin_token: None, arguments, ..Options::default() });
    for token in ["the-old-token-0123456789", "the-new-token-0123456789"] {
        assert_eq!(read_with(&collector, token).await, StatusCode::OK);
    }
    assert_eq!(read_with(&collector, "the-old-token-012345678").await, StatusCode::UNAUTHORIZED);
    let shown = fs::read(format!("/proc/{}/cmdline", collector.pid())).expect("its command line");
    assert!(!String::from_utf8_lossy(&shown).contains("0123456789"));
    assert!(!collector.database().with_extension("token").exists(), "none had to be made");
}

#[test]
fn a_token_file_that_will_not_do_is_named() {
    let folder = tempdir().expect("a folder");
    for (content, why) in [("", "holds no token"), ("short\n", "a token has 5 characters")] {
        let file = folder.path().join("tokens");
        fs::write(&file, content).expect("a file");
        let output = command().args(["serve", "--token-file"]).arg(&file).output().expect("it ran");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--token-file: ") && said.contains(why), "{said}");
    }
}

#[test]
fn it_starts_without_any_setting() {
    let folder = tempdir().expect("a folder");
    // Another collector may have the default port; all other settings have their defaults.
    let mut serving = command();
    serving.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(folder.path());
    let mut serving = serving.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
    let mut line = String::new();
    BufReader::new(serving.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    drop(serving.kill());
    drop(serving.wait());
    assert!(line.starts_with("ready: http://127.0.0.1:"), "{line}");
    for file in ["aanrader.db", "aanrader.token"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}

#[tokio::test]
async fn a_reload_ends_nobody() {
    let collector = Collector::start(Options::default());
    for _ in 0..3 {
        assert!(
            Command::new("kill")
                .args(["-HUP", &collector.pid().to_string()])
                .status()
                .expect("sent")
                .success()
        );
        collector.post(&answer()).await.expect(StatusCode::CREATED);
    }
}

#[tokio::test]
async fn behind_a_proxy_that_changes_the_host_the_public_url_s_own_pages_may_send() {
    let arguments = vec!["--public-url".into(), "https://survey.example/".into()];
    let collector = Collector::start(Options { arguments, ..Options::default() });
    for (origin, status) in [
        ("https://survey.example", StatusCode::CREATED),
        ("http://survey.example", StatusCode::FORBIDDEN),
        ("https://survey.example.evil.example", StatusCode::FORBIDDEN),
    ] {
        let request = collector.request(Method::POST, "/v1/answers").header("origin", origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Reply::of(request.body("survey=shop&touchpoint=link&score=9")).await.expect(status);
    }
}

#[tokio::test]
async fn prometheus_gets_figures_by_a_listener_of_their_own() {
    let arguments = vec!["--metrics".into(), "127.0.0.1:0".into()];
    let collector = Collector::start(Options { arguments, ..Options::default() });
    collector.post(&answer()).await.expect(StatusCode::CREATED);
    collector.post_text("{}").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    collector.get("/metrics").await.expect(StatusCode::NOT_FOUND);
    collector.logs("\"message\":\"metrics\"").await;
    let log = collector.log();
    let line = log.lines().find(|line| line.contains("\"message\":\"metrics\"")).expect("its address");
    let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let url = format!("http://{}/metrics", line["address"].as_str().expect("an address"));
    let text = Reply::of(reqwest::Client::new().get(url)).await.expect(StatusCode::OK).text();
    for line in [
        "aanrader_answers_total{outcome=\"new\"} 1",
        "aanrader_answers_total{outcome=\"invalid\"} 1",
        "aanrader_requests_total{method=\"POST\",route=\"/v1/answers\",status=\"201\"} 1",
        "aanrader_requests_total{method=\"GET\",route=\"(unknown)\",status=\"404\"} 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in:\n{text}");
    }
}

/// A certificate for `localhost`, in two files, and a client that trusts it.
fn certificate(folder: &std::path::Path) -> TlsConnector {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.join("cert.pem"), made.cert.pem()).expect("written");
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// The reply of `/healthz` over HTTPS to a client that trusts this certificate.
async fn healthy(collector: &Collector, client: &TlsConnector) -> std::io::Result<String> {
    let address = collector.url().trim_start_matches("https://");
    let stream = TcpStream::connect(address).await?;
    let mut stream = client.connect(ServerName::try_from("localhost").expect("a name"), stream).await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    Ok(reply)
}

#[tokio::test]
async fn with_a_certificate_it_serves_https_and_takes_a_new_one_while_serving() {
    let folder = tempdir().expect("a folder");
    let old = certificate(folder.path());
    let file = |name| folder.path().join(name).display().to_string();
    let arguments = ["--tls-cert".into(), file("cert.pem"), "--tls-key".into(), file("key.pem")].to_vec();
    let collector = Collector::start(Options { arguments, ..Options::default() });
    assert!(healthy(&collector, &old).await.expect("a reply").starts_with("HTTP/1.1 200 OK"));
    let hang_up =
        || Command::new("kill").args(["-HUP", &collector.pid().to_string()]).status().expect("sent");
    // An invalid certificate changes nothing.
    fs::write(folder.path().join("key.pem"), "no key").expect("written");
    assert!(hang_up().success());
    collector.logs("the certificate stays the old one").await;
    assert!(healthy(&collector, &old).await.is_ok());
    let new = certificate(folder.path());
    assert!(hang_up().success());
    collector.logs("the certificate was read again").await;
    assert!(healthy(&collector, &new).await.expect("a reply").starts_with("HTTP/1.1 200 OK"));
    assert!(healthy(&collector, &old).await.is_err(), "the old one is no longer shown");
}

#[test]
fn half_a_certificate_is_named() {
    let folder = tempdir().expect("a folder");
    certificate(folder.path());
    let output = command().args(["serve", "--tls-cert"]).arg(folder.path().join("cert.pem")).output();
    let output = output.expect("it ran");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--tls-cert: needs --tls-key, too"), "{said}");
}
