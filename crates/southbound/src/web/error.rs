//! What went wrong, and whether it was the address.

use node::WebError;
use std::error::Error;
use std::path::PathBuf;

/// An address that must not be called, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} must not be called")]
pub(super) struct Refused(pub &'static str);

/// Why the web cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum WebSetupError {
    /// The certificates to trust cannot be read.
    #[error("could not read the certificates in {}", path.display())]
    RootCa {
        /// Where they were expected.
        path: PathBuf,
        /// Why not.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// There is none, or one that cannot be trusted as a root.
    #[error("{} holds no certificate that can be trusted", path.display())]
    NoRootCa {
        /// Where it was expected.
        path: PathBuf,
    },
    /// It is not a network.
    #[error("`{0}` is not a network; `10.20.0.0/16` or `fd00:1::/32` is expected")]
    Network(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

impl From<Refused> for WebError {
    fn from(Refused(what): Refused) -> Self {
        Self::Forbidden(what.to_owned())
    }
}

/// A failed call; what our own connector refused is found at the bottom of it.
pub(super) fn of_call(error: &(dyn Error + 'static)) -> WebError {
    let mut cause = Some(error);
    let mut last = error.to_string();
    while let Some(one) = cause {
        if let Some(refused) = one.downcast_ref::<Refused>() {
            return (*refused).into();
        }
        last = one.to_string();
        cause = one.source();
    }
    WebError::NoAnswer(last)
}
