//! Who has to make room for whom, by the auditor's own record: slot by slot, token by token.

use super::promises::{Firmness, Promise, Promises};
use super::{Auditor, Finding};
use crate::fact::Wish;
use crate::plan::ArpPlan;
use crate::visible::{SessionPhase, TokenPhase};
use std::cmp::Reverse;
use types::Instant;

/// The lowest priority that needs the operator's trust.
const LOWEST_AUTHORISED: u8 = 8;
/// Most tokens that one purchase displaces.
const DISPLACED_MAX: usize = 64;

impl Auditor {
    /// May this party buy an offering of this priority?
    pub(super) fn may_buy(&self, party: u32, arp: ArpPlan) -> bool {
        arp.level > LOWEST_AUTHORISED || self.authorised.get(&party).is_some_and(|level_min| *level_min <= arp.level)
    }

    /// What a purchase takes, and who has to go for it; `None` where it cannot be promised at all.
    pub(super) fn find_or_displace(&self, wish: &Wish, now: Instant) -> Option<(Promise, Vec<usize>)> {
        if let Some(promise) = self.find(wish, Firmness::Firm, now) {
            return Some((promise, Vec::new()));
        }
        let arp = self.plan.offerings[wish.offering].arp;
        if !arp.may_preempt {
            return None;
        }
        let mut choices = Promises::choices(&self.plan, wish, now)?.into_iter();
        choices.find_map(|promise| self.victims(&promise, arp).map(|victims| (promise, victims)))
    }

    /// The displaced are paid their remedy and what was not delivered; what runs of theirs is to stop.
    pub(super) fn displace(&mut self, victims: &[usize], now: Instant) -> Result<(), Finding> {
        for &token in victims {
            self.remedy(token)?;
            let session = self.tokens[token].session.and_then(|session| self.sessions.get_mut(session));
            if let Some(session) = session.filter(|session| session.phase != SessionPhase::Ended) {
                session.phase = SessionPhase::Ending;
            }
            self.close(token, TokenPhase::Revoked, true, now);
        }
        Ok(())
    }

    /// From the lowest priority up, of one the latest; then those who turn out not to be needed stay, the highest first.
    fn victims(&self, wanted: &Promise, arp: ArpPlan) -> Option<Vec<usize>> {
        let mut candidates: Vec<(usize, &Promise)> = self
            .tokens
            .iter()
            .enumerate()
            .filter_map(|(at, row)| {
                let other = self.plan.offerings[row.offering].arp;
                let weaker = other.preemptable && other.level > arp.level;
                Some((at, row.promise.as_ref().filter(|_| weaker && row.is_live())?))
            })
            .collect();
        candidates.sort_by_key(|(at, _)| Reverse((self.plan.offerings[self.tokens[*at].offering].arp.level, *at)));
        let mut left = self.promises.clone();
        let mut victims: Vec<(usize, &Promise)> = Vec::new();
        for (at, promise) in candidates {
            if left.has_room(&self.plan, wanted, Firmness::Firm) {
                break;
            }
            if left.lacks_of(&self.plan, wanted, promise) {
                left.give_back(promise, Firmness::Firm);
                victims.push((at, promise));
            }
        }
        if !left.has_room(&self.plan, wanted, Firmness::Firm) {
            return None;
        }
        victims.reverse();
        victims.retain(|(_, promise)| {
            left.take(promise, Firmness::Firm);
            let spared = left.has_room(&self.plan, wanted, Firmness::Firm);
            if !spared {
                left.give_back(promise, Firmness::Firm);
            }
            !spared
        });
        (victims.len() <= DISPLACED_MAX).then(|| victims.into_iter().map(|(at, _)| at).collect())
    }
}
