//! What clients say besides, in the vault: each action's under its id, so that it is erased with its party.

use crate::app::App;
use crate::fault::Fault;
use crate::tmf::prepay_balance::wire::Notes;
use std::collections::BTreeMap;
use types::{BalanceActionId, SubjectId};

/// The subject that the notes of an action are kept under.
pub(crate) fn subject_of(action: BalanceActionId) -> SubjectId {
    SubjectId::from_u128(action.as_u128())
}

/// Keeps what was said besides.
pub(crate) async fn keep(app: &App, action: BalanceActionId, notes: &Notes) -> Result<(), Fault> {
    if *notes == Notes::default() {
        return Ok(());
    }
    let record = serde_json::to_vec(notes).map_err(|error| Fault::internal("keep what was said", &error))?;
    app.vault(move |vault| vault.put(subject_of(action), &record)).await
}

/// What was said besides of each of these; nothing where nothing is known.
pub(crate) async fn of(app: &App, actions: Vec<BalanceActionId>) -> Result<BTreeMap<BalanceActionId, Notes>, Fault> {
    let read = move |vault: &node::Vault| {
        let mut all = BTreeMap::new();
        for action in actions {
            let record = vault.get(subject_of(action))?;
            let notes = record.and_then(|record| serde_json::from_slice(&record).ok());
            all.extend(notes.map(|notes: Notes| (action, notes)));
        }
        Ok(all)
    };
    app.vault(read).await
}
