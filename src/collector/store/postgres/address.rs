//! The address of a PostgreSQL server, and the encryption of its connection. `sslmode` and `sslrootcert` have
//! the same meaning as in PostgreSQL's own programs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// A parsed address.
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

/// The proof that a server must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// None: eavesdroppers can't read, but a man in the middle can pose as the server.
    None,
    /// Its certificate has a trusted chain.
    Authority,
    /// Its certificate has a trusted chain, and names the host.
    Name,
}

impl Address {
    /// Reads a URL, and the certificates that it names.
    ///
    /// # Errors
    ///
    /// The problem, without repeating the password.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let (url, mode, roots) = without_tls(url);
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            format!("{error}; give postgres://USER:PASSWORD@HOST/DATABASE")
        })?;
        let (mode, proof) = match (mode.as_deref(), &roots) {
            (Some("disable"), _) => (SslMode::Disable, Proof::None),
            (None | Some("prefer"), None) => (SslMode::Prefer, Proof::None),
            (Some("require"), None) => (SslMode::Require, Proof::None),
            // An operator who names certificates wants them checked.
            (None | Some("prefer" | "require" | "verify-ca"), _) => (SslMode::Require, Proof::Authority),
            (Some("verify-full"), _) => (SslMode::Require, Proof::Name),
            (Some(other), _) => {
                let modes = "disable, prefer, require, verify-ca or verify-full";
                return Err(format!("sslmode is {other:?}; give {modes}"));
            }
        };
        config.ssl_mode(mode);
        let tls = MakeRustlsConnect::new(client(proof, roots.as_deref())?);
        Ok(Self { config, tls })
    }
}

/// The URL for tokio-postgres, and the two parameters that tokio-postgres doesn't know.
fn without_tls(url: &str) -> (String, Option<String>, Option<PathBuf>) {
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), None, None) };
    let (mut mode, mut roots, mut others) = (None, None, Vec::new());
    for parameter in query.split('&') {
        match form_urlencoded::parse(parameter.as_bytes()).next() {
            Some((name, value)) if name == "sslmode" => mode = Some(value.into_owned()),
            Some((name, value)) if name == "sslrootcert" => roots = Some(PathBuf::from(&*value)),
            _ => others.push(parameter),
        }
    }
    let url = if others.is_empty() { address.to_owned() } else { format!("{address}?{}", others.join("&")) };
    (url, mode, roots)
}

fn client(proof: Proof, roots: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(default_provider());
    let verifier = match proof {
        Proof::None => Verifier { authority: None, name: false, provider: Arc::clone(&provider) },
        Proof::Authority | Proof::Name => {
            let known = Arc::new(known(roots)?);
            let authority = WebPkiServerVerifier::builder_with_provider(known, Arc::clone(&provider)).build();
            let authority = Some(authority.map_err(|error| format!("sslrootcert: {error}"))?);
            Verifier { authority, name: proof == Proof::Name, provider: Arc::clone(&provider) }
        }
    };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?;
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(config.with_no_client_auth())
}

/// The certificates of a file, or those that the machine trusts.
fn known(roots: Option<&Path>) -> Result<RootCertStore, String> {
    let mut known = RootCertStore::empty();
    match roots.filter(|path| *path != Path::new("system")) {
        Some(path) => {
            let wrong = |why: String| format!("can't read sslrootcert {}: {why}", path.display());
            let all = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
            for one in all {
                let one = one.map_err(|error| wrong(error.to_string()))?;
                known.add(one).map_err(|error| wrong(error.to_string()))?;
            }
            if known.is_empty() { Err(wrong("it holds no certificate".into())) } else { Ok(known) }
        }
        None => {
            // Unreadable certificates of the machine are skipped.
            known.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if known.is_empty() {
                return Err("this machine trusts no certificate; name a file with sslrootcert".into());
            }
            Ok(known)
        }
    }
}

/// Asks for the proof that `sslmode` demands. The server must always prove that it has its certificate's key.
#[derive(Debug)]
struct Verifier {
    authority: Option<Arc<WebPkiServerVerifier>>,
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is the last check.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            found => found,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(parameters: &str) -> String {
        let url = format!("postgres://anna:secret-7@db.example/nps?{parameters}");
        Address::parse(&url).err().expect("refused")
    }

    #[test]
    fn the_other_parameters_stay_as_they_are() {
        let url = "postgres://db/nps?sslmode=verify-full&options=-c%20a%3Db&sslrootcert=%2Fa%20b.pem";
        let (url, mode, roots) = without_tls(url);
        assert_eq!(url, "postgres://db/nps?options=-c%20a%3Db");
        assert_eq!((mode.as_deref(), roots.as_deref()), (Some("verify-full"), Some(Path::new("/a b.pem"))));
        assert_eq!(without_tls("postgres://db/nps").0, "postgres://db/nps");
    }

    #[test]
    fn every_mode_of_postgresql_s_own_programs_is_known() {
        let mode = |parameters: &str| {
            let address = Address::parse(&format!("postgres://db.example/nps?{parameters}"));
            address.expect("an address").config.get_ssl_mode()
        };
        assert_eq!(mode("application_name=a"), SslMode::Prefer);
        assert_eq!(mode("sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("sslmode=prefer"), SslMode::Prefer);
        assert_eq!(mode("sslmode=require"), SslMode::Require);
    }

    #[test]
    fn what_is_wrong_is_named_without_the_password() {
        for (parameters, says) in [
            ("sslmode=on", "sslmode is \"on\"; give disable, prefer, require, verify-ca or verify-full"),
            ("sslmode=verify-full&sslrootcert=/nowhere.pem", "can't read sslrootcert /nowhere.pem"),
            ("sslrootcert=/dev/null", "it holds no certificate"),
            ("sslcert=a", "give postgres://USER"),
        ] {
            let why = why(parameters);
            assert!(why.contains(says) && !why.contains("secret-7"), "{parameters}: {why}");
        }
    }
}
