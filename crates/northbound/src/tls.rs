//! TLS: certificates from files, read again when told to; client certificates where they are asked for.

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{Error, RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// What is spoken inside, the preferred first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Where TLS has its material from; all of it is PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those between it and its root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Whose certificates clients show.
    pub clients: Option<TlsClients>,
}

/// Client certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsClients {
    /// The roots that sign them.
    pub ca: PathBuf,
    /// What becomes of a client without one.
    pub without: WithoutCertificate,
}

/// What becomes of a client that shows no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutCertificate {
    /// Its handshake fails.
    Refused,
    /// It is served as if nobody had asked.
    Served,
}

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or is not PEM of what it should be.
    #[error("could not read {what} from {path}")]
    Unreadable {
        /// What it should hold.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: pem::Error,
    },
    /// Certificate and key are of no use together, or of none to us.
    #[error("the certificate in {path} cannot be used with its key")]
    Unusable {
        /// The file of the certificate.
        path: PathBuf,
        /// Why not.
        #[source]
        source: Error,
    },
    /// The roots of client certificates are no roots.
    #[error("the roots in {path} cannot verify client certificates")]
    Roots {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: VerifierBuilderError,
    },
}

/// Certificates as they are now; cheap to clone, and all clones change at once.
#[derive(Clone)]
pub struct Tls(Arc<Now>);

struct Now {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

/// The certificate that a client showed: what an access token can be bound to (RFC 8705 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// SHA-256 of its DER form.
    pub sha256: [u8; 32],
}

impl Tls {
    /// Reads the files.
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let config = RwLock::new(Arc::new(config_of(&files)?));
        Ok(Self(Arc::new(Now { files, config })))
    }

    /// Reads the files again. Connections that are open go on as they are; when something is wrong with the files, new ones
    /// are served as before, too.
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = Arc::new(config_of(&self.0.files)?);
        *self.0.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Shakes hands.
    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let config = Arc::clone(&self.0.config.read().unwrap_or_else(PoisonError::into_inner));
        TlsAcceptor::from(config).accept(stream).await
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tls").field(&self.0.files).finish()
    }
}

impl ClientCertificate {
    /// What a client showed, if it did.
    pub(crate) fn of(stream: &TlsStream<TcpStream>) -> Option<Self> {
        let shown = stream.get_ref().1.peer_certificates()?.first()?;
        Some(Self { sha256: Sha256::digest(shown).into() })
    }
}

fn config_of(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(default_provider());
    let unusable = |source| TlsError::Unusable { path: files.certificate.clone(), source };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12]).map_err(unusable)?;
    let builder = match &files.clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let roots = |source| TlsError::Roots { path: clients.ca.clone(), source };
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots_of(&clients.ca)?), provider);
            let verifier = match clients.without {
                WithoutCertificate::Refused => verifier,
                WithoutCertificate::Served => verifier.allow_unauthenticated(),
            };
            builder.with_client_cert_verifier(verifier.build().map_err(roots)?)
        }
    };
    let key = PrivateKeyDer::from_pem_file(&files.key);
    let key = key.map_err(|source| unreadable("a private key", &files.key, source))?;
    let chain = certificates("a certificate", &files.certificate)?;
    let mut config = builder.with_single_cert(chain, key).map_err(unusable)?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(config)
}

fn roots_of(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    // What cannot be a root is left out; without any the verifier refuses.
    roots.add_parsable_certificates(certificates("the roots of client certificates", path)?);
    Ok(roots)
}

fn certificates(what: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = all.map_err(|source| unreadable(what, path, source))?;
    if all.is_empty() { Err(unreadable(what, path, pem::Error::NoItemsFound)) } else { Ok(all) }
}

fn unreadable(what: &'static str, path: &Path, source: pem::Error) -> TlsError {
    TlsError::Unreadable { what, path: path.to_owned(), source }
}
