//! What the cell forgets, its vault forgets: the private part of a session goes with the session.

use super::gate::Gate;
use crate::limits::{FORGET_EVERY, FORGET_GRACE};
use crate::vault::Vault;
use engine::state::{Digest, SessionRef, State};
use std::collections::BTreeMap;
use std::time::Duration as Pause;
use types::SubjectId;

/// Follows the sessions of a cell, and erases what is left of those that are forgotten.
pub(super) struct Forgetting {
    gate: Gate,
    vault: Vault,
    known: BTreeMap<SessionRef, (SubjectId, Digest)>,
}

impl Forgetting {
    pub(super) fn new(gate: Gate, vault: Vault) -> Self {
        let known = sessions(&gate.replica().view().state);
        Self { gate, vault, known }
    }

    /// Runs until it is dropped.
    pub(super) async fn run(mut self) {
        loop {
            tokio::time::sleep(Pause::from_millis(FORGET_EVERY.as_ms())).await;
            for flow in self.forgotten() {
                self.erase(flow).await;
            }
        }
    }

    /// The flows of sessions that are gone since the last time, unless a newer session has the same.
    pub(super) fn forgotten(&mut self) -> Vec<Digest> {
        let view = self.gate.replica().view();
        let now = sessions(&view.state);
        let gone = self.known.iter().filter(|(session, _)| !now.contains_key(session));
        let unused =
            gone.filter(|(_, (device, flow))| view.state.sessions_of(*device).all(|(_, row)| row.flow != *flow));
        let flows = unused.map(|(_, (_, flow))| *flow).collect();
        drop(view);
        self.known = now;
        flows
    }

    async fn erase(&self, flow: Digest) {
        let (vault, before) = (self.vault.clone(), self.gate.clock().now().before(FORGET_GRACE));
        match tokio::task::spawn_blocking(move || vault.erase_session(flow, before)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a forgotten session's private part stays");
            }
            Err(error) => tracing::error!(%error, "forgetting ended in a panic"),
        }
    }
}

fn sessions(state: &State) -> BTreeMap<SessionRef, (SubjectId, Digest)> {
    state.live_sessions().map(|(session, row)| (session, (row.device, row.flow))).collect()
}
