//! The rows that finance reads, added up as they come: they must be the ledger's balances, and zero in every hour.

use crate::sabotage::Sabotage;
use engine::Event;
use engine::state::State;
use journal::Batch;
use node::{Recorder, View};
use std::collections::BTreeMap;

/// What the rows add up to so far.
#[derive(Default)]
pub struct Rows {
    recorder: Recorder,
    by_account: BTreeMap<u32, i64>,
    by_hour: BTreeMap<(u64, u16), i64>,
}

impl Rows {
    /// Applies a durable batch to the follower's view, and adds up what it posts.
    pub fn follow(&mut self, view: &mut View, batch: &Batch<Event>, sabotage: Option<Sabotage>) {
        view.state.ledger.listen();
        view.apply_noting(batch, &mut self.recorder);
        for row in self.recorder.take() {
            if sabotage == Some(Sabotage::LosesPostings) && row.event == "TokenClosed" {
                continue;
            }
            *self.by_account.entry(row.account).or_default() += row.amount;
            *self.by_hour.entry((row.hour, row.asset)).or_default() += row.amount;
        }
    }

    /// Do they tie to the ledger to the last unit, and does every hour sum to zero?
    pub fn check(&self, state: &State) -> Result<(), String> {
        for (account, row) in state.ledger.accounts() {
            let posted = self.by_account.get(&account.index()).copied().unwrap_or(0);
            if posted != row.posted {
                let (kind, at) = (node::account_kind_name(row.kind), account.index());
                return Err(format!("{kind} account {at} has {} in the ledger, {posted} in its postings", row.posted));
            }
        }
        match self.by_hour.iter().find(|(_, sum)| **sum != 0) {
            None => Ok(()),
            Some(((hour, asset), sum)) => Err(format!("the postings of asset {asset} in hour {hour} add up to {sum}")),
        }
    }
}
