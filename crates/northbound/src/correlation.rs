//! What ties a request to its answer, to what is logged of it, and to what its caller logs.

use crate::fault::Fault;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// CAMARA's correlation header.
pub(crate) const X_CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");
/// The same for everyone else.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const CORRELATOR_BYTES_MAX: usize = 256;

/// The correlation of one request.
#[derive(Debug)]
pub(crate) struct Correlation {
    /// What the answer carries.
    pub echoed: Vec<(HeaderName, HeaderValue)>,
    /// Set when the request's own is not of its form; then the answer has one of ours.
    pub fault: Option<Fault>,
}

impl Correlation {
    /// As the request has it; one of ours where it has none.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match sent(headers) {
            Ok(echoed) if !echoed.is_empty() => Self { echoed, fault: None },
            Ok(_) => Self { echoed: vec![(X_CORRELATOR, ours())], fault: None },
            Err(fault) => Self { echoed: vec![(X_CORRELATOR, ours())], fault: Some(fault) },
        }
    }

    /// What logs call the request.
    pub(crate) fn name(&self) -> &str {
        self.echoed.first().and_then(|(_, value)| value.to_str().ok()).unwrap_or_default()
    }
}

/// The headers to echo; one that is not of its form is refused and not echoed.
fn sent(headers: &HeaderMap) -> Result<Vec<(HeaderName, HeaderValue)>, Fault> {
    let mut echoed = Vec::new();
    for name in [X_CORRELATOR, X_REQUEST_ID] {
        for value in headers.get_all(&name) {
            if !value.as_bytes().iter().all(|byte| is_correlator(*byte)) || value.len() > CORRELATOR_BYTES_MAX {
                return Err(Fault::malformed(format!(
                    "{name} has at most {CORRELATOR_BYTES_MAX} characters out of letters, digits and -_:;./<>{{}}"
                )));
            }
            if !value.is_empty() {
                echoed.push((name.clone(), value.clone()));
            }
        }
    }
    Ok(echoed)
}

const fn is_correlator(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b';' | b'.' | b'/' | b'<' | b'>' | b'{' | b'}')
}

/// One that no other request has: drawn once for the process, then counted. It is a name, not a secret.
fn ours() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| {
        let mut bits = [0; 8];
        getrandom::fill(&mut bits).expect("the operating system gives random bits");
        u64::from_be_bytes(bits)
    });
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let text = format!("{:016x}-{:x}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed));
    HeaderValue::from_str(&text).expect("hexadecimal digits are visible")
}
