//! The keys that the cell signs with, rotated and withdrawn while it runs, over storage that fails now and then and is
//! read again after every crash.
//!
//! Keys are the operating system's own draws, not the seed's: which bytes they are is seen by nothing but themselves.

use crate::Sabotage;
use engine::state::{State, TokenRef};
use node::{CellSecret, Entitlements, KeyStore, Keyring, KeyringError, Purpose};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::Instant;

/// The keys of one cell, through all its crashes.
pub struct Signing {
    secret: CellSecret,
    kept: Arc<Kept>,
    entitlements: Entitlements,
}

/// Where they are kept.
#[derive(Default)]
struct Kept(Mutex<Keeping>);

#[derive(Default)]
struct Keeping {
    sealed: String,
    /// The next change cannot be kept.
    fails: bool,
    /// Changes are acknowledged and never kept.
    lies: bool,
}

impl Kept {
    fn keeping(&self) -> MutexGuard<'_, Keeping> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for Kept {
    fn keep(&self, sealed: &str) -> io::Result<()> {
        let mut keeping = self.keeping();
        if std::mem::take(&mut keeping.fails) {
            return Err(io::Error::other("injected by the seed"));
        }
        if !keeping.lies || keeping.sealed.is_empty() {
            sealed.clone_into(&mut keeping.sealed);
        }
        Ok(())
    }
}

impl Signing {
    /// The first keys of a new cell.
    pub fn new(sabotage: Option<Sabotage>) -> Result<Self, KeyringError> {
        let (secret, kept) = (CellSecret::new([9; 32]), Arc::<Kept>::default());
        kept.keeping().lies = sabotage == Some(Sabotage::ForgetsKeys);
        let ring = Keyring::draw(&secret, Arc::<Kept>::clone(&kept) as Arc<dyn KeyStore>)?;
        Ok(Self { secret, kept, entitlements: Entitlements::new(Arc::new(ring)) })
    }

    /// The cell starts again with the keys that were kept.
    pub fn crash(&mut self) -> Result<(), KeyringError> {
        let sealed = self.kept.keeping().sealed.clone();
        let ring = Keyring::load(&self.secret, &sealed, Arc::<Kept>::clone(&self.kept) as Arc<dyn KeyStore>)?;
        self.entitlements = Entitlements::new(Arc::new(ring));
        Ok(())
    }

    /// The next change fails.
    pub fn fail(&self) {
        self.kept.keeping().fails = true;
    }

    /// It does not fail after all.
    pub fn mend(&self) {
        self.kept.keeping().fails = false;
    }

    /// A new key, with its number and the time from which it signs.
    pub fn rotate(&self, now: Instant, from: Option<Instant>) -> Result<(u32, Instant), KeyringError> {
        let key = self.entitlements.keyring().rotate(Purpose::Entitlement, now, from)?;
        Ok((key.kid(), key.signs_from()))
    }

    /// A key is of no use any more.
    pub fn withdraw(&self, kid: u32) -> Result<(), KeyringError> {
        self.entitlements.keyring().withdraw(kid)
    }

    /// The text of a token, as its holder reads it now.
    pub fn text(&self, state: &State, token: u32) -> Option<String> {
        self.entitlements.mint(state, TokenRef::from_index(token)).ok()
    }

    /// Is it a whole text of this token, under a key that verifies now?
    pub fn verifies(&self, state: &State, token: u32, text: &str) -> bool {
        matches!(self.entitlements.block_of_text(state, TokenRef::from_index(token), text), Ok(None))
    }
}
