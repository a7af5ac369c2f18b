//! Connections over TLS: to PostgreSQL, by `sslmode` and `sslrootcert`, and to the receivers of webhooks.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use aanrader_tests::collector::{Collector, Options, answer, command, run_tool, tool};
use aanrader_tests::postgres::Server;
use reqwest::StatusCode;
use tempfile::tempdir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

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

/// Takes every request over TLS with this certificate and key, until the test ends; returns its port.
async fn receive(certificate: &str, key: &str) -> u16 {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key));
    let acceptor = TlsAcceptor::from(Arc::new(config.expect("a configuration")));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A sender that trusts another certificate leaves here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = [0; 4_096];
            if stream.read(&mut head).await.is_ok_and(|length| length > 0) {
                let reply = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
                stream.write_all(reply).await.expect("sent");
                stream.shutdown().await.expect("closed");
            }
        }
    });
    port
}

#[tokio::test]
async fn a_webhook_goes_only_to_a_receiver_whose_certificate_the_machine_trusts() {
    let folder = tempdir().expect("a folder");
    let (own, others) = (folder.path().join("own.pem"), folder.path().join("others.pem"));
    let (certificate_of_receiver, key) = certificate(&own);
    certificate(&others);
    let port = receive(&certificate_of_receiver, &key).await;
    let database = folder.path().join("a.db").display().to_string();
    run_tool(&database, &["site", "add", "default"]);
    for (name, host) in [("right", "localhost"), ("elsewhere", "127.0.0.1")] {
        let url = format!("https://{host}:{port}/hook");
        run_tool(&database, &["notify", "add", name, "--webhook", &url]);
    }
    let test = async |name: &str, trusted: &Path| {
        let mut command = command();
        command.args(["notify", "test", name, "--private-targets"]).env("AANRADER_DATABASE", &database);
        // The machine's own certificates are those of this file.
        command.env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR");
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.expect("it ends").expect("it runs");
        (
            output.status.success(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let (arrived, said) = test("right", &own).await;
    assert!(arrived && said.contains("204"), "{said}");
    for (name, trusted, says) in
        [("right", &others, "invalid peer certificate"), ("elsewhere", &own, "not valid for")]
    {
        let (arrived, said) = test(name, trusted).await;
        assert!(!arrived && said.contains("no TLS") && said.contains(says), "{name}: {said}");
    }
}
