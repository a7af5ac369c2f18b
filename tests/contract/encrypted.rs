//! The connection to PostgreSQL over TLS, by `sslmode` and `sslrootcert`.

use std::fs;
use std::path::Path;

use aanrader_tests::collector::{Collector, Options, answer, run_tool, tool};
use aanrader_tests::postgres::Server;
use reqwest::StatusCode;
use tempfile::tempdir;

/// A self-signed certificate for `localhost`, in a file; and its key.
fn certificate(file: &Path) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    fs::write(file, made.cert.pem()).expect("written");
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test]
async fn the_way_to_the_server_is_as_secret_as_its_url_says() {
    let folder = tempdir().expect("a folder");
    let (own, others) = (folder.path().join("own.pem"), folder.path().join("others.pem"));
    let (certificate_of_server, key) = certificate(&own);
    certificate(&others);
    // Connections without TLS are refused.
    let (server, port) = Server::start_with_tls(&certificate_of_server, &key);
    let name = server.database().rsplit('/').next().expect("a name").to_owned();
    let url = |host: &str, parameters: &str| format!("postgres://postgres@{host}:{port}/{name}?{parameters}");
    let roots = |file: &Path| format!("sslrootcert={}", file.display().to_string().replace('/', "%2F"));
    let (own, others) = (roots(&own), roots(&others));
    for (host, parameters) in [
        ("localhost", format!("sslmode=verify-full&{own}")),
        ("127.0.0.1", format!("sslmode=verify-ca&{own}")),
        ("127.0.0.1", own.clone()),
        ("localhost", "sslmode=require".to_owned()),
        ("localhost", "application_name=prefers-it".to_owned()),
    ] {
        let database = Some(url(host, &parameters));
        let collector = Collector::start(Options { database, ..Options::default() });
        collector.post(&answer()).await.expect(StatusCode::CREATED);
        collector.get("/readyz").await.expect(StatusCode::OK);
        collector.results().await;
    }
    let check = run_tool(&url("localhost", &format!("sslmode=verify-full&{own}")), &["export"]);
    assert_eq!(check.lines().count(), 5);
    for (host, parameters, says) in [
        ("localhost", format!("sslmode=verify-full&{others}"), "certificate"),
        ("localhost", format!("sslmode=require&{others}"), "certificate"),
        ("127.0.0.1", format!("sslmode=verify-full&{own}"), "not valid for"),
        ("localhost", "sslmode=disable".to_owned(), "no encryption"),
    ] {
        let refused = tool(&url(host, &parameters), &["check"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(says), "{parameters}: {said}");
    }
}
