//! What every route has at hand.

use crate::admit::{Admission, Limits, Uptime};
use crate::auth::{Credentials, OAuth};
use crate::fault::{Door, Fault};
use crate::limits::FLOW_LOCKS;
use crate::metrics::Metrics;
use crate::nchf::Nchf;
use crate::planning::{Congestion, Planned, Planning};
use crate::sandbox::{Log, Sandbox};
use crate::subscribers::Subscribers;
use crate::telling::Telling;
use axum::http::HeaderMap;
use engine::state::Digest;
use engine::{Actor, Answer, Command, Key};
use node::{Entitlements, Gate, Notifier, Vault, VaultError, View, Web};
use std::fmt;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

/// Sees the span of each request, with the request's headers, before anything happens in it.
pub type OnSpan = Arc<dyn Fn(&tracing::Span, &HeaderMap) + Send + Sync>;

/// A running cell as the northbound sees it; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) gate: Gate,
    pub(crate) vault: Vault,
    pub(crate) entitlements: Arc<Entitlements>,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) oauth: Option<Arc<OAuth>>,
    pub(crate) web: Option<Arc<dyn Web>>,
    pub(crate) subscribers: Arc<Subscribers>,
    /// What else is to be known of the span of a request: whose trace it is part of.
    pub(crate) on_span: OnSpan,
    pub(crate) admission: Arc<Admission>,
    flows: Arc<[Arc<Mutex<()>>]>,
    telling: Option<Telling>,
    pub(crate) planning: Planned,
    /// What makes bid prices, where something does.
    pub(crate) congestion: Option<Arc<dyn Congestion>>,
    /// How functions of the network are answered that charge; without it none is.
    pub(crate) nchf: Option<Arc<Nchf>>,
    /// How applications sign up by themselves, where the cell is a sandbox.
    pub(crate) sandbox: Option<Sandbox>,
    /// What they sent and were answered.
    pub(crate) requests: Arc<Log>,
}

impl App {
    /// Puts the parts of a cell together.
    pub fn new(gate: Gate, vault: Vault, entitlements: Entitlements, credentials: Credentials) -> Self {
        let flows = (0..FLOW_LOCKS).map(|_| Arc::default()).collect();
        Self {
            gate,
            vault,
            entitlements: Arc::new(entitlements),
            credentials: Arc::new(credentials),
            oauth: None,
            web: None,
            subscribers: Arc::default(),
            metrics: Arc::new(Metrics::new(&crate::side::patterns())),
            on_span: Arc::new(|_, _| ()),
            admission: Arc::new(Admission::new(&Limits::default(), &Uptime::default())),
            flows,
            telling: None,
            planning: None,
            congestion: None,
            nchf: None,
            sandbox: None,
            requests: Arc::default(),
        }
    }

    /// With access tokens; without it only credentials are known.
    #[must_use]
    pub fn with_oauth(mut self, oauth: OAuth) -> Self {
        self.oauth = Some(Arc::new(oauth));
        self
    }

    /// With a way to web servers of others: where the keys of issuers and clients are fetched.
    #[must_use]
    pub fn with_web(mut self, web: Arc<dyn Web>) -> Self {
        self.web = Some(web);
        self
    }

    /// Only devices within these ranges are the operator's; others are not found.
    #[must_use]
    pub fn with_subscribers(self, subscribers: Subscribers) -> Self {
        Self { subscribers: Arc::new(subscribers), ..self }
    }

    /// The same, showing the span of each request to `on_span`.
    #[must_use]
    pub fn with_on_span(self, on_span: OnSpan) -> Self {
        Self { on_span, ..self }
    }

    /// With other limits of those who call than [`Limits::default`], counted by this clock.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits, uptime: &Uptime) -> Self {
        self.admission = Arc::new(Admission::new(limits, uptime));
        self
    }

    /// The same, telling the outside what happens until `stop` is true.
    #[must_use]
    pub fn with_notifier(self, notifier: Notifier, stop: watch::Receiver<bool>) -> Self {
        Self { telling: Some(Telling::new(notifier, stop)), ..self }
    }

    /// The same, saying which satellites serve when, as this knows it.
    #[must_use]
    pub fn with_planning(self, planning: Option<Arc<dyn Planning>>) -> Self {
        Self { planning, ..self }
    }

    /// The same, counting what this does to make bid prices.
    #[must_use]
    pub fn with_congestion(self, congestion: Option<Arc<dyn Congestion>>) -> Self {
        Self { congestion, ..self }
    }

    /// The same, answering functions of the network that charge.
    #[must_use]
    pub fn with_nchf(self, nchf: Nchf) -> Self {
        Self { nchf: Some(Arc::new(nchf)), ..self }
    }

    /// The same as a sandbox: applications sign up by themselves.
    #[must_use]
    pub fn with_sandbox(self, sandbox: Option<Sandbox>) -> Self {
        Self { sandbox, ..self }
    }

    /// The same, saying more often that its streams are alive.
    #[cfg(test)]
    pub(crate) fn with_heartbeat(mut self, heartbeat: std::time::Duration) -> Self {
        self.telling.iter_mut().for_each(|telling| telling.pace.heartbeat = heartbeat);
        self
    }

    /// The same, waiting so long for the clients of its streams.
    #[cfg(test)]
    pub(crate) fn with_patience(mut self, patience: std::time::Duration) -> Self {
        self.telling.iter_mut().for_each(|telling| telling.pace.patience = patience);
        self
    }

    /// Streams that are open.
    #[cfg(test)]
    pub(crate) fn open_streams(&self) -> usize {
        self.telling.as_ref().map_or(0, |telling| telling.streams.open())
    }

    /// What tells the outside; a cell without it tells nobody.
    pub(crate) fn telling(&self) -> Result<&Telling, Fault> {
        self.telling.as_ref().ok_or_else(|| Door::Stopped.into())
    }

    /// Decides one command.
    pub(crate) async fn submit(&self, actor: Actor, command: Command) -> Result<Answer, Fault> {
        Ok(self.gate.submit(actor, command).await?)
    }

    /// Decides one command under an idempotency key.
    pub(crate) async fn submit_keyed(&self, actor: Actor, key: Key, command: Command) -> Result<Answer, Fault> {
        Ok(self.gate.submit_keyed(actor, Some(key), command).await?)
    }

    /// Reads what is durable, at least everything that was acknowledged before.
    pub(crate) async fn read<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        self.gate.read(look).await
    }

    /// Finds what never changes once it is there, as the handle of an id: seen already, nothing is waited for.
    pub(crate) async fn find<T>(&self, look: impl Fn(&View) -> Result<T, Fault>) -> Result<T, Fault> {
        self.gate.find(look).await
    }

    /// Uses the vault, whose storage blocks.
    pub(crate) async fn vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, Fault> {
        let vault = self.vault.clone();
        let done = tokio::task::spawn_blocking(move || work(&vault)).await;
        Ok(done.map_err(|error| Fault::internal("use the vault", &error))??)
    }

    /// One at a time per flow: the record of a flow is written before its session is decided, and a second request for
    /// the same flow must not overwrite it meanwhile.
    pub(crate) async fn lock_flow(&self, flow: Digest) -> OwnedMutexGuard<()> {
        let shard = usize::from(flow.0[0]) % FLOW_LOCKS;
        Arc::clone(&self.flows[shard]).lock_owned().await
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("gate", &self.gate).finish_non_exhaustive()
    }
}
