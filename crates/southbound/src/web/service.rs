//! The calls.

use super::address::Network;
use super::connect::{Guarded, Resolve, system_resolver};
use super::error::{WebSetupError, of_call};
use super::limits::{ANSWER_BYTES_MAX, CALL_TIMEOUT, HOST_CALLS_MAX, HOSTS_MAX, IDLE_PER_HOST_MAX, IDLE_TIMEOUT};
use super::url;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{Request, Response};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use node::{Reach, Web, WebAnswer, WebCalling, WebError, WebRequest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// What may be called, and whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// May this machine itself be called, without TLS too? For tests and labs.
    pub allow_loopback: bool,
    /// The only hosts that may be called, as `example.org` or `*.example.org`; every public one when it is empty.
    pub allow_hosts: Vec<String>,
    /// Networks of the operator's core, as `10.20.0.0/16`: what its functions name there is called, without TLS too. Nobody
    /// else's addresses are.
    pub core_networks: Vec<String>,
    /// Certificates (PEM) to trust beside those of the operating system.
    pub root_ca: Option<PathBuf>,
}

/// What may be called.
#[derive(Debug)]
pub(super) struct Rules {
    pub allow_loopback: bool,
    pub allow_hosts: Vec<String>,
    pub networks: Vec<Network>,
}

/// The ways to those who may be called by the same rules.
struct Way {
    plain: Client<HttpsConnector<Guarded>, Full<Bytes>>,
    tls: Client<HttpsConnector<Guarded>, Full<Bytes>>,
    rules: Arc<Rules>,
}

/// A client of other people's web servers.
pub struct WebClient {
    internet: Way,
    core: Way,
    /// Who may call each host now.
    turns: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl WebClient {
    /// A client that resolves names as the operating system does.
    pub fn new(config: &Config) -> Result<Self, WebSetupError> {
        Self::with_resolver(config, system_resolver())
    }

    /// The same, with names resolved by somebody else.
    pub fn with_resolver(config: &Config, resolve: Resolve) -> Result<Self, WebSetupError> {
        let tls = tls(config.root_ca.as_deref())?;
        let allow_hosts = config.allow_hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        let anybodys = Rules { allow_loopback: config.allow_loopback, allow_hosts, networks: Vec::new() };
        let network = |text: &String| Network::parse(text).ok_or_else(|| WebSetupError::Network(text.clone()));
        let networks = config.core_networks.iter().map(network).collect::<Result<_, _>>()?;
        let own = Rules { allow_loopback: config.allow_loopback, allow_hosts: Vec::new(), networks };
        let internet = Way::new(anybodys, Arc::clone(&resolve), &tls, Speaks::Http1);
        Ok(Self { internet, core: Way::new(own, resolve, &tls, Speaks::Http2WherePlain), turns: Mutex::default() })
    }

    const fn way(&self, reach: Reach) -> &Way {
        match reach {
            Reach::Internet => &self.internet,
            Reach::Core => &self.core,
        }
    }

    async fn call(&self, request: WebRequest) -> Result<WebAnswer, WebError> {
        let way = self.way(request.reach);
        let target = url::read(&request.url, &way.rules)?;
        let client = if target.uri.scheme_str() == Some("http") { &way.plain } else { &way.tls };
        let turns = self.turns_of(target.host);
        let _turn = turns.acquire().await.map_err(|error| WebError::NoAnswer(error.to_string()))?;
        let mut built = Request::builder().method(request.method).uri(target.uri);
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        let built = built.body(Full::new(Bytes::from(request.body)));
        // What it says may name a header's value, which may be a secret.
        let built = built.map_err(|_| WebError::Forbidden("a request that is not one of HTTP".to_owned()))?;
        let answer = client.request(built).await.map_err(|error| of_call(&error))?;
        let (status, retry_after_s) = (answer.status().as_u16(), retry_after(&answer));
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| WebError::NoAnswer(error.to_string()))?.to_bytes().to_vec();
        Ok(WebAnswer { status, retry_after_s, body })
    }

    /// Hosts that are remembered.
    #[cfg(test)]
    pub(super) fn hosts_kept(&self) -> usize {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn turns_of(&self, host: String) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= HOSTS_MAX {
            turns.retain(|_, held| Arc::strong_count(held) > 1);
        }
        Arc::clone(turns.entry(host).or_insert_with(|| Arc::new(Semaphore::new(HOST_CALLS_MAX))))
    }
}

/// Which HTTP is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Http1,
    /// HTTP/2 with prior knowledge without TLS, HTTP/1.1 with it.
    Http2WherePlain,
}

impl Way {
    fn new(rules: Rules, resolve: Resolve, tls: &ClientConfig, speaks: Speaks) -> Self {
        let rules = Arc::new(rules);
        let guarded = Guarded { resolve, rules: Arc::clone(&rules) };
        let client = |http2_only| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIMEOUT)
                .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
                .http2_only(http2_only)
                .build(HttpsConnector::from((guarded.clone(), tls.clone())))
        };
        Self { plain: client(speaks == Speaks::Http2WherePlain), tls: client(false), rules }
    }
}

impl Web for WebClient {
    fn check(&self, url: &str) -> Result<(), WebError> {
        Ok(url::read(url, &self.internet.rules).map(|_| ())?)
    }

    fn send(&self, request: WebRequest) -> WebCalling<'_> {
        Box::pin(async move {
            let answered = tokio::time::timeout(CALL_TIMEOUT, self.call(request)).await;
            answered.unwrap_or_else(|_| Err(WebError::NoAnswer("not in time".to_owned())))
        })
    }
}

impl std::fmt::Debug for WebClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebClient").field("rules", &self.internet.rules).finish_non_exhaustive()
    }
}

/// Seconds; the other form of the header, a date, is for browsers and is not looked at.
fn retry_after<B>(answer: &Response<B>) -> Option<u64> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// TLS 1.2 or newer, trusting whom the operating system trusts and the certificates in `root_ca`.
fn tls(root_ca: Option<&Path>) -> Result<ClientConfig, WebSetupError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "a certificate of the operating system is not trusted");
    }
    roots.add_parsable_certificates(native.certs);
    if let Some(path) = root_ca {
        let unreadable = |source| WebSetupError::RootCa { path: path.to_path_buf(), source };
        let read = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
        let read: Vec<_> = read.collect::<Result<_, _>>().map_err(unreadable)?;
        if roots.add_parsable_certificates(read).0 == 0 {
            return Err(WebSetupError::NoRootCa { path: path.to_path_buf() });
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(WebSetupError::Tls)?.with_root_certificates(roots).with_no_client_auth())
}
