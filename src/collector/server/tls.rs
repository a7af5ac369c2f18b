//! HTTPS, for servers without a proxy.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// The current certificate for new connections. It can be replaced while serving.
#[derive(Clone)]
pub(super) struct Certificate(Arc<RwLock<TlsAcceptor>>);

impl Certificate {
    /// Reads the files, and reads them again at each SIGHUP.
    ///
    /// # Errors
    ///
    /// They are no certificate with its key.
    pub(super) fn of(files: &Tls) -> anyhow::Result<Self> {
        let certificate = Self(Arc::new(RwLock::new(read(files)?)));
        let mut renewed = signal(SignalKind::hangup())?;
        tokio::spawn({
            let (certificate, files) = (certificate.clone(), files.clone());
            async move {
                while renewed.recv().await.is_some() {
                    certificate.renew(&files);
                }
            }
        });
        Ok(certificate)
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn renew(&self, files: &Tls) {
        match read(files) {
            Ok(acceptor) => {
                *self.0.write().unwrap_or_else(PoisonError::into_inner) = acceptor;
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the certificate stays the old one");
            }
        }
    }
}

fn read(files: &Tls) -> anyhow::Result<TlsAcceptor> {
    let named = |path: &std::path::Path| format!("can't use {}", path.display());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .with_context(|| named(&files.cert))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).with_context(|| named(&files.key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .with_context(|| named(&files.cert))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
