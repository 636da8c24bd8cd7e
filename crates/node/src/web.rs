//! The port through which a cell calls somebody else's web server: a subscriber's sink, an identity provider's keys.
//!
//! `southbound::web` is behind it. Which addresses may be called is its business: never one inside the operator's own
//! network, however its name resolves, unless one of its functions named it ([`Reach::Core`]).

use std::future::Future;
use std::pin::Pin;

/// A call under way.
pub type WebCalling<'a> = Pin<Box<dyn Future<Output = Result<WebAnswer, WebError>> + Send + 'a>>;

/// Whose servers an address may be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Anybody's on the public internet.
    #[default]
    Internet,
    /// The operator's own core too: who named it is one of its functions. There HTTP/2 is spoken, without TLS where the
    /// address says so (TS 29.500 §5.2).
    Core,
}

/// What is asked of a web server.
#[derive(Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Names in lower case, and values. They may hold secrets.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// Whose server it may be.
    pub reach: Reach,
}

/// What it answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where it said so.
    pub retry_after_s: Option<u64>,
    /// The body, as far as its limit.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// This address must not be called, now or ever.
    #[error("{0} must not be called")]
    Forbidden(String),
    /// It could not be reached, or did not answer in time or in HTTP.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// Somebody else's web servers, as a cell sees them.
pub trait Web: Send + Sync {
    /// What can be said against an address without asking anybody: its form, its scheme, an address it spells out. A name
    /// is only known once it is resolved, when it is called.
    fn check(&self, url: &str) -> Result<(), WebError> {
        let https = url.starts_with("https://");
        if https { Ok(()) } else { Err(WebError::Forbidden("anything but https".to_owned())) }
    }

    /// Makes one request; follows no redirect.
    fn send(&self, request: WebRequest) -> WebCalling<'_>;
}

impl std::fmt::Debug for WebRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
