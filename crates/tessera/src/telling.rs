//! What a cell tells the outside: its events, followed from where it was, in the words of the northbound.

use crate::folder::Folder;
use anyhow::Context;
use node::{Feed, Gate, Mailroom, Notifier, Pace, Vault, Web};
use northbound::Words;
use southbound::web::{Config, WebClient};
use std::sync::Arc;

/// A client of other people's servers.
pub fn web(config: &Config) -> anyhow::Result<Arc<dyn Web>> {
    Ok(Arc::new(WebClient::new(config).context("the configuration in [web] cannot be used")?))
}

/// Goes on telling where the data folder left off.
pub fn notifier(folder: &Folder, gate: &Gate, vault: &Vault, web: Arc<dyn Web>) -> anyhow::Result<Notifier> {
    let next_seq = gate.replica().view().next_seq;
    let mailroom = Mailroom::open(&*folder.store, &folder.secret, next_seq, Pace::default())?;
    let feed = Feed::new(gate.clone(), Arc::clone(&folder.store));
    Ok(Notifier::new(feed, vault.clone(), mailroom, web, Arc::new(Words)))
}
