//! Keys that are fetched from where their owner publishes them: kept for a while, fetched again when one is missing, and
//! never more often than a throttle allows.

use crate::auth::jose::{Distrust, Jose};
use crate::auth::keys::{PublicKeys, Verdict};
use crate::limits::{JWKS_BYTES_MAX, JWKS_FRESH, JWKS_RETRY, JWKS_STALE_MAX};
use node::{Reach, Web, WebRequest};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use types::Instant;

/// Where keys come from.
#[derive(Debug)]
pub(crate) enum KeySource {
    /// The configuration.
    Fixed(PublicKeys),
    /// Their owner's web server.
    Remote(Arc<Remote>),
}

/// A key set at an address.
#[derive(Debug)]
pub(crate) struct Remote {
    url: String,
    patience: Duration,
    held: RwLock<Held>,
    tried_at: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Held {
    keys: Option<Arc<PublicKeys>>,
    at: Instant,
}

/// What has to be known to fetch.
#[derive(Clone)]
pub(crate) struct Fetching {
    /// The way to other web servers, where there is one.
    pub web: Option<Arc<dyn Web>>,
    /// Now.
    pub now: Instant,
}

/// What a source says of a signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The keys are others than before: what was verified with the old ones is to be forgotten.
    pub keys_changed: bool,
}

impl KeySource {
    /// Is this signed by one of the keys? Fetches them where they are missing.
    pub(crate) async fn check(&self, jose: &Jose<'_>, fetching: Fetching) -> Result<Judged, Distrust> {
        match self {
            Self::Fixed(keys) => accept(keys.judge(jose)).map(|()| Judged { keys_changed: false }),
            Self::Remote(remote) => remote.check(jose, fetching).await,
        }
    }
}

impl Remote {
    /// Of this address, which may take so long to answer; nothing is fetched before it is needed.
    pub(crate) fn new(url: String, patience: Duration) -> Self {
        Self { url, patience, held: RwLock::default(), tried_at: Mutex::default() }
    }

    /// Is this signed by one of the keys?
    pub(crate) async fn check(self: &Arc<Self>, jose: &Jose<'_>, fetching: Fetching) -> Result<Judged, Distrust> {
        let now = fetching.now;
        let held = self.keys(now);
        if let Some((keys, Age::Fresh)) = &held {
            let verdict = keys.judge(jose);
            if verdict != Verdict::UnknownKey {
                return accept(verdict).map(|()| Judged { keys_changed: false });
            }
        }
        // The fetch goes on when its caller goes away: going away must neither stop it nor get round the throttle.
        let remote = Arc::clone(self);
        let fetched = tokio::spawn(async move { remote.refresh(fetching).await }).await.unwrap_or(Err(()));
        let (keys, _) = self.keys(now).ok_or(Distrust::Unreachable)?;
        match keys.judge(jose) {
            // It may be signed with a key that is published already; we could not look.
            Verdict::UnknownKey if fetched.is_err() => Err(Distrust::Unreachable),
            verdict => accept(verdict)
                .map(|()| Judged { keys_changed: held.is_some_and(|(before, _)| !before.same_as(&keys)) }),
        }
    }

    /// The keys at hand, unless they are too old to be used at all.
    fn keys(&self, now: Instant) -> Option<(Arc<PublicKeys>, Age)> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let keys = Arc::clone(held.keys.as_ref()?);
        match now.since(held.at) {
            age if age <= JWKS_FRESH => Some((keys, Age::Fresh)),
            age if age <= JWKS_STALE_MAX => Some((keys, Age::Stale)),
            _ => None,
        }
    }

    /// Fetches, unless somebody tried a moment ago; one at a time.
    async fn refresh(&self, Fetching { web, now }: Fetching) -> Result<(), ()> {
        let mut tried_at = self.tried_at.lock().await;
        if tried_at.is_some_and(|at| now.since(at) < JWKS_RETRY) {
            return Ok(());
        }
        *tried_at = Some(now);
        let keys = self.fetch(&*web.ok_or(())?).await.map_err(|why| {
            tracing::warn!(url = %self.url, why, "the keys of an issuer could not be fetched");
        })?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Held { keys: Some(Arc::new(keys)), at: now };
        Ok(())
    }

    async fn fetch(&self, web: &dyn Web) -> Result<PublicKeys, String> {
        let headers = vec![("accept", "application/jwk-set+json, application/json".to_owned())];
        let request =
            WebRequest { method: "GET", url: self.url.clone(), headers, body: Vec::new(), reach: Reach::Internet };
        let answer = tokio::time::timeout(self.patience, web.send(request)).await;
        let answer = answer.map_err(|_| "it took too long".to_owned())?.map_err(|error| error.to_string())?;
        if answer.status != 200 || answer.body.len() > JWKS_BYTES_MAX {
            return Err(format!("status {} with {} bytes", answer.status, answer.body.len()));
        }
        let set = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        PublicKeys::lenient(&set).map_err(|error| error.to_string())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    Stale,
}

fn accept(verdict: Verdict) -> Result<(), Distrust> {
    match verdict {
        Verdict::Signed => Ok(()),
        Verdict::NotSigned => Err(Distrust::Invalid("its signature is not good")),
        Verdict::UnknownKey => Err(Distrust::Invalid("it names a key that its issuer does not have")),
    }
}
