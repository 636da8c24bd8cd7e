//! Loading a forecast or bid prices: kept under their hash first, then named in a command.

use super::gate::{Gate, GateError};
use crate::step::Refused;
use engine::capacity::{BidTable, ForecastTable};
use engine::state::BlobHash;
use engine::{Actor, Command, Request, Stamp, decide};
use journal::{Blobs, JournalError};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a table was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It was rejected, or not decided.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It could not be kept.
    #[error("the table could not be kept")]
    Store(#[from] JournalError),
}

/// Where blobs are kept; one is written at a time.
#[derive(Clone)]
pub(crate) struct Keeper(Arc<Mutex<Box<dyn Blobs>>>);

impl Keeper {
    pub(super) fn new(blobs: Box<dyn Blobs>) -> Self {
        Self(Arc::new(Mutex::new(blobs)))
    }

    fn put(&self, bytes: &[u8]) -> Result<(), JournalError> {
        // A handle that was left in the middle of a call is a connection still: the next call begins anew.
        let mut blobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blobs.put(bytes).map(|_| ())
    }
}

impl Gate {
    /// Loads a forecast; returns its name when that, and what it means for what is promised, is durable. What would be
    /// rejected is not kept.
    pub async fn load_forecast(&self, actor: Actor, table: ForecastTable) -> Result<BlobHash, LoadError> {
        let table = Arc::new(table);
        let encoded = Arc::clone(&table);
        self.load(actor, move || encoded.to_bytes(), |hash| Command::LoadForecast { hash, table }).await
    }

    /// Loads bid prices; returns their name when that is durable. What would be rejected is not kept.
    pub async fn load_bid_prices(&self, actor: Actor, table: BidTable) -> Result<BlobHash, LoadError> {
        let table = Arc::new(table);
        let encoded = Arc::clone(&table);
        self.load(actor, move || encoded.to_bytes(), |hash| Command::LoadBidPrices { hash, table }).await
    }

    async fn load(
        &self,
        actor: Actor,
        encode: impl FnOnce() -> Vec<u8> + Send + 'static,
        command: impl FnOnce(BlobHash) -> Command,
    ) -> Result<BlobHash, LoadError> {
        let (hash, bytes) = aside(move || {
            let bytes = encode();
            (BlobHash(Sha256::digest(&bytes).into()), bytes)
        })
        .await?;
        let command = command(hash);
        self.would_accept(actor, command.clone()).await?;
        let keeper = self.shared.keeper.clone();
        aside(move || keeper.put(&bytes)).await??;
        self.submit(actor, command).await?;
        Ok(hash)
    }

    /// What the decision would be on what is durable now.
    async fn would_accept(&self, actor: Actor, command: Command) -> Result<(), GateError> {
        let stamp = Stamp { now: self.clock().now(), entropy: 0 };
        let request = Request { actor, key: None, command };
        let decided = self.read(|view| decide(&view.state, &request, stamp, &mut Vec::new())).await;
        Ok(decided.map(|_| ())?)
    }
}

/// Does what takes a while, or waits for storage, where nothing else waits for it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, GateError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Stopped.into())
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}
