//! In which order tokens that hold capacity make room.

use super::{Arp, ArpLevel, Index, PreemptionVulnerability, Token, TokenRef};
use capacity::ResourceRef;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Bound;

/// The place of a token among those that may be displaced: lower priority first, then latest sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(Reverse<ArpLevel>, Reverse<TokenRef>);

impl Rank {
    /// Before every token of this level, and behind every one of a lower priority.
    pub(crate) fn first_of(level: ArpLevel) -> Self {
        Self(Reverse(level), Reverse(TokenRef::from_index(u32::MAX)))
    }

    /// Whose place it is.
    pub(crate) fn token(self) -> TokenRef {
        self.1.0
    }
}

impl Index {
    /// The next token that holds something of a resource, `behind` one and before `end`.
    pub(crate) fn next_holder(&self, resource: ResourceRef, behind: Option<Rank>, end: Rank) -> Option<Rank> {
        let from = behind.map_or(Bound::Included((resource, Rank::first_of(ArpLevel::LOWEST))), |rank| {
            Bound::Excluded((resource, rank))
        });
        if behind.is_some_and(|rank| rank >= end) || end <= Rank::first_of(ArpLevel::LOWEST) {
            return None;
        }
        self.holders.range((from, Bound::Excluded((resource, end)))).next().map(|(_, rank)| *rank)
    }

    /// A token holds capacity from now on; one that is not vulnerable is never looked for.
    pub(crate) fn add_holder(&mut self, arp: Arp, token: TokenRef, row: &Token) {
        if let (Some(_), PreemptionVulnerability::Enabled) = (row.booking, arp.vulnerability) {
            self.holders.extend(places(arp, token, row));
        }
    }

    /// It does no longer.
    pub(crate) fn remove_holder(&mut self, arp: Arp, token: TokenRef, row: &Token) {
        for place in places(arp, token, row) {
            self.holders.remove(&place);
        }
    }
}

/// Tokens that hold capacity and may be displaced, by what they hold.
pub(crate) type Holders = BTreeSet<(ResourceRef, Rank)>;

fn places(arp: Arp, token: TokenRef, row: &Token) -> impl Iterator<Item = (ResourceRef, Rank)> {
    let rank = Rank(Reverse(arp.level), Reverse(token));
    row.legs.iter().map(move |leg| (leg.resource, rank))
}
