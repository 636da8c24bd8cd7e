//! Connecting: a name is resolved, every address it has is checked, and the connection goes to one of those.
//!
//! The client's own connector asks no resolver when the host is an address already, so this one does both.

use super::error::Refused;
use super::limits::{ADDRESSES_MAX, CONNECT_TIMEOUT};
use super::service::Rules;
use super::url::{Host, address_allowed, host_of, plain_allowed};
use hyper::Uri;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tower_service::Service;

/// The addresses of a name, on their way.
pub type Resolved = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
/// How names are resolved.
pub type Resolve = Arc<dyn Fn(String) -> Resolved + Send + Sync>;

type BoxError = Box<dyn Error + Send + Sync>;

/// Connects to what may be connected to.
#[derive(Clone)]
pub(super) struct Guarded {
    pub resolve: Resolve,
    pub rules: Arc<Rules>,
}

impl Service<Uri> for Guarded {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guarded = self.clone();
        Box::pin(async move {
            let connected = tokio::time::timeout(CONNECT_TIMEOUT, guarded.connect(&uri)).await;
            connected.map_err(|_| "no connection in time")?
        })
    }
}

impl Guarded {
    async fn connect(&self, uri: &Uri) -> Result<TokioIo<TcpStream>, BoxError> {
        let https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
        let addresses = match host_of(uri)? {
            Host::Address(address) => vec![address],
            Host::Name(name) => (self.resolve)(name).await?,
        };
        // One that must not be called among them makes the name suspicious as a whole.
        for address in &addresses {
            address_allowed(*address, &self.rules)?;
            if !https && !plain_allowed(*address, &self.rules) {
                return Err(Refused("anything but https").into());
            }
        }
        let mut failed: BoxError = "the name has no address".into();
        for address in addresses.into_iter().take(ADDRESSES_MAX) {
            match TcpStream::connect(SocketAddr::new(address, port)).await {
                Ok(stream) => {
                    // Requests are small and whole; where it cannot be set, it is slower.
                    let _ = stream.set_nodelay(true);
                    return Ok(TokioIo::new(stream));
                }
                Err(error) => failed = error.into(),
            }
        }
        Err(failed)
    }
}

/// The operating system's resolver.
pub(super) fn system_resolver() -> Resolve {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}
