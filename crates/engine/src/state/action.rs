//! What was asked of a wallet under an id of its own: remembered for whoever asks what became of it.

use crate::limits::ACTIONS_PER_WALLET_MAX;
use crate::state::{Deadline, PartyRef, State};
use ledger::{AccountRef, HoldRef};
use minicbor::{Decode, Encode};
use types::{BalanceActionId, Instant};

/// Something that was done with a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BalanceAction {
    /// Its visible id.
    #[n(0)]
    pub id: BalanceActionId,
    /// With which wallet.
    #[n(1)]
    pub wallet: AccountRef,
    /// Whose wallet it is.
    #[n(2)]
    pub owner: PartyRef,
    /// What was done.
    #[n(3)]
    pub kind: ActionKind,
    /// How much, in minor units.
    #[n(4)]
    pub amount_minor: i64,
    /// When.
    #[n(5)]
    pub at: Instant,
}

/// What can be done with a wallet under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ActionKind {
    /// Money was received from outside.
    #[n(0)]
    TopUp,
    /// The operator gave money.
    #[n(1)]
    Adjustment,
    /// Money went to the wallet of this party.
    #[n(2)]
    Transfer(#[n(0)] PartyRef),
    /// Money is set aside, and comes back by itself.
    #[n(3)]
    Reservation {
        /// Its hold, while it stands.
        #[n(0)]
        hold: Option<HoldRef>,
        /// Until when.
        #[n(1)]
        until: Instant,
        /// How it ended, and when.
        #[n(2)]
        ended: Option<ReservationEnd>,
    },
}

/// How a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ReservationEnd {
    /// It was given back on request.
    #[n(0)]
    Released(#[n(0)] Instant),
    /// Its time was over.
    #[n(1)]
    Expired(#[n(0)] Instant),
}

impl BalanceAction {
    /// Is it a reservation that stands?
    pub const fn is_open(&self) -> bool {
        matches!(self.kind, ActionKind::Reservation { ended: None, .. })
    }

    /// What it sets aside, or gives back, of what can be spent; `None` when that is another event's.
    pub(crate) const fn change_minor(&self) -> Option<i64> {
        match self.kind {
            ActionKind::Reservation { ended: None, .. } => Some(self.amount_minor.saturating_neg()),
            ActionKind::Reservation { ended: Some(_), .. } => Some(self.amount_minor),
            ActionKind::TopUp | ActionKind::Adjustment | ActionKind::Transfer(_) => None,
        }
    }
}

impl State {
    /// What was done with a wallet, oldest first, as far as it is remembered.
    pub fn actions_of(&self, wallet: AccountRef) -> impl DoubleEndedIterator<Item = &BalanceAction> {
        let range = (wallet, BalanceActionId::from_u128(0))..=(wallet, BalanceActionId::from_u128(u128::MAX));
        self.index.actions_of.range(range).filter_map(|(_, id)| self.actions.get(id))
    }

    /// Keeps an action and finds it again; beyond the most of a wallet the oldest that is over goes.
    pub(crate) fn keep_action(&mut self, row: BalanceAction) {
        let wallet = row.wallet;
        if let ActionKind::Reservation { until, ended, .. } = row.kind {
            let deadline = (until, Deadline::Reservation(row.id));
            match ended {
                None => self.index.deadlines.insert(deadline),
                Some(_) => self.index.deadlines.remove(&deadline),
            };
        }
        self.index.actions_of.insert((wallet, row.id));
        self.actions.insert(row.id, row);
        while self.actions_of(wallet).count() > ACTIONS_PER_WALLET_MAX {
            let Some(oldest) = self.actions_of(wallet).find(|row| !row.is_open()).map(|row| row.id) else { break };
            self.index.actions_of.remove(&(wallet, oldest));
            self.actions.remove(&oldest);
        }
    }
}
