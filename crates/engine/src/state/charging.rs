//! Charging sessions of the network's own functions, and the leases in them.

use crate::state::{Meter, OtherShares, PartyRef, State, TokenRef};
use ledger::{AccountRef, HoldRef};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;
use types::{ChargingId, Instant, SubjectId};

/// Whose tokens serve a charging session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Subscriber {
    /// Those that are bound to this device, as the vault knows it.
    #[n(0)]
    Device(#[n(0)] SubjectId),
    /// Those of this party.
    #[n(1)]
    Party(#[n(0)] PartyRef),
}

/// A charging session of one consumer: a charging data resource of TS 32.291.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Charging {
    /// Its visible id.
    #[n(0)]
    pub id: ChargingId,
    /// The party of the consumer: nobody else reports in it.
    #[n(1)]
    pub owner: PartyRef,
    /// Whose tokens serve it.
    #[n(2)]
    pub subscriber: Subscriber,
    /// Where its consumer wants to be told that it must ask again, or stop.
    #[n(3)]
    pub notify: Option<String>,
    /// When it was opened.
    #[n(4)]
    pub opened_at: Instant,
    /// When something happened in it last.
    #[n(5)]
    pub touched_at: Instant,
    /// The number of the last invocation.
    #[n(6)]
    pub sequence: u32,
    /// When it was closed.
    #[n(7)]
    pub closed_at: Option<Instant>,
    /// What is granted and was charged, by rating group.
    #[n(8)]
    pub leases: BTreeMap<u32, Lease>,
}

/// A slice of a token, granted to whoever enforces it: at most one of a rating group is out at a time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Lease {
    /// Of which token.
    #[n(0)]
    pub token: TokenRef,
    /// The invocation that it answered last.
    #[n(1)]
    pub sequence: u32,
    /// What is out, in the unit of the token; `0`: nothing.
    #[n(2)]
    pub granted: u64,
    /// Money set aside for it, gross: on `money`, or else out of what was held when the token was bought.
    #[n(3)]
    pub held_minor: i64,
    /// The hold of that money.
    #[n(4)]
    pub money: Option<HoldRef>,
    /// The hold of its units, where the token has a volume.
    #[n(5)]
    pub units: Option<HoldRef>,
    /// Until when it may be used.
    #[n(6)]
    pub valid_until: Instant,
    /// When it goes back by itself: by then it should have been reported.
    #[n(7)]
    pub held_until: Instant,
    /// Was this all that could be granted?
    #[n(8)]
    pub last: bool,
    /// What was reported in all.
    #[n(9)]
    pub used: u64,
    /// What the customer paid for that, gross.
    #[n(10)]
    pub paid_minor: i64,
    /// What of it the operator bore, gross.
    #[n(11)]
    pub overrun_minor: i64,
}

/// What usage cost: money in minor units, gross unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Charged {
    /// From the wallet.
    #[n(0)]
    pub paid_minor: i64,
    /// Borne by the operator.
    #[n(1)]
    pub overrun_minor: i64,
    /// Tax in both.
    #[n(2)]
    pub tax_minor: i64,
    /// Fee that is revenue from now on, net.
    #[n(3)]
    pub earned_minor: i64,
    /// The first partner's share of the net of all that.
    #[n(4)]
    pub partner_minor: i64,
    /// Taken from the token's volume.
    #[n(5)]
    pub units: u64,
    /// The shares of the other partners.
    #[n(6)]
    pub others_minor: Option<Box<OtherShares>>,
    /// The price it had, where the token has several.
    #[n(7)]
    pub meter: Option<Meter>,
}

impl Charging {
    /// May its consumer go on?
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

impl State {
    /// The charging session with this id, unless it is forgotten.
    pub fn charging(&self, id: ChargingId) -> Option<&Charging> {
        self.chargings.get(&id)
    }

    /// What is granted out of a token right now.
    pub fn leases_of(&self, token: TokenRef) -> impl Iterator<Item = (&Charging, u32, &Lease)> {
        let range = (token, ChargingId::from_u128(0), 0)..=(token, ChargingId::from_u128(u128::MAX), u32::MAX);
        self.index.leases_of.range(range).filter_map(|&(_, id, rating_group)| {
            let charging = self.charging(id)?;
            Some((charging, rating_group, charging.leases.get(&rating_group)?))
        })
    }

    /// What is granted out of a wallet's free money.
    pub fn leases_on(&self, wallet: AccountRef) -> impl Iterator<Item = ((ChargingId, u32), &Lease)> {
        let range = (wallet, ChargingId::from_u128(0), 0)..=(wallet, ChargingId::from_u128(u128::MAX), u32::MAX);
        self.index
            .leases_on
            .range(range)
            .filter_map(|&(_, id, group)| Some(((id, group), self.charging(id)?.leases.get(&group)?)))
    }

    /// What is granted right now as all there is, where this wallet is behind it: more money would be more to grant.
    pub fn last_leases_on(&self, wallet: AccountRef) -> impl Iterator<Item = (&Charging, u32)> {
        let range = (wallet, ChargingId::from_u128(0), 0)..=(wallet, ChargingId::from_u128(u128::MAX), u32::MAX);
        self.index.last_leases.range(range).filter_map(|&(_, id, group)| Some((self.charging(id)?, group)))
    }

    /// Tokens of a subscriber that are live, oldest first.
    pub(crate) fn serving(&self, subscriber: Subscriber) -> impl DoubleEndedIterator<Item = TokenRef> {
        let range = (subscriber, TokenRef::from_index(0))..=(subscriber, TokenRef::from_index(u32::MAX));
        self.index.serving.range(range).map(|&(_, token)| token)
    }

    /// Charging sessions of a subscriber that are open.
    pub(crate) fn open_chargings(&self, subscriber: Subscriber) -> u32 {
        self.index.open_chargings.get(&subscriber).copied().unwrap_or(0)
    }

    /// Money of a token's own hold that leases of it have set aside.
    pub(crate) fn leased_minor(&self, token: TokenRef) -> i64 {
        self.index.leased_minor.get(&token).copied().unwrap_or(0)
    }
}
