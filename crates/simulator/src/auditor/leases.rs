//! Leases: what functions of the network were granted, and that nothing of it was spent twice.

use super::sums::{tax_beyond, usage};
use super::{Auditor, Finding, GRACE};
use crate::fact::{Fact, Lease, Said};
use crate::visible::TokenPhase;
use std::collections::BTreeMap;
use types::Instant;

/// Most tokens of a party among which one is looked for, the newest.
const LOOKED_AT: usize = 64;

/// A charging session as the auditor keeps it.
#[derive(Clone, Debug, Default)]
pub struct Charging {
    party: u32,
    sequence: u32,
    closed: bool,
    groups: BTreeMap<u32, Group>,
}

/// One rating group of it.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    sequence: Option<u32>,
    token: usize,
    granted: u64,
    held: i64,
    held_until: Instant,
}

/// What can be granted.
struct Size {
    metered: bool,
    quantity: u64,
    held: i64,
    last: bool,
}

impl Auditor {
    pub(super) fn opened(&mut self, party: u32, sequence: u32, said: Said) -> Result<(), Finding> {
        let Said::Charging(id) = said else { return Err("a charging session was expected".to_owned()) };
        if !self.tokens.iter().any(|token| token.party == party && token.is_live()) {
            return Err(format!("a charging session was opened for party {party}, who has nothing"));
        }
        let new = Charging { party, sequence, ..Charging::default() };
        match self.chargings.insert(id, new) {
            None => Ok(()),
            Some(_) => Err("a charging session was opened twice".to_owned()),
        }
    }

    pub(super) fn charging_closed(&mut self, id: u128, sequence: u32, said: Said) -> Result<(), Finding> {
        let charging = self.chargings.get(&id).ok_or("a charging session that was never opened was closed")?;
        if charging.closed {
            return if said == Said::Repeated { Ok(()) } else { Err("a charging session was closed twice".to_owned()) };
        }
        if sequence < charging.sequence {
            return Err("an invocation out of order was taken".to_owned());
        }
        let groups: Vec<u32> = charging.groups.keys().copied().collect();
        for group in groups {
            self.give_back(id, group);
        }
        self.chargings.entry(id).or_default().closed = true;
        Ok(())
    }

    /// What was used is charged once, what is granted is there and is set aside.
    pub(super) fn leased(&mut self, lease: &Lease, fact: &Fact) -> Result<(), Finding> {
        let charging = self.chargings.get(&lease.charging).ok_or("a session that was never opened was charged")?;
        let before = charging.groups.get(&lease.group).copied().unwrap_or_default();
        if before.sequence == Some(lease.sequence) {
            return Ok(());
        }
        if charging.closed || lease.sequence < charging.sequence {
            return Err("an invocation out of order, or of a closed session, was taken".to_owned());
        }
        let party = charging.party;
        let kept = self.tokens.get(before.token).filter(|_| before.sequence.is_some());
        let own = kept.filter(|token| self.may_report(token, fact.at)).map(|_| before.token);
        self.give_back(lease.charging, lease.group);
        let mut now = Group { granted: 0, held: 0, ..before };
        if lease.used > 0 {
            let token = own.or_else(|| self.serving(party, lease.offering, fact.at));
            now.token = token.ok_or("usage was charged that no token serves")?;
            now.sequence = Some(lease.sequence);
            self.charge_used(now.token, lease.used, lease.want.is_none() && lease.debit, fact.at)?;
        }
        let expected = self.grant(lease, party, &mut now, fact.at);
        let charging = self.chargings.entry(lease.charging).or_default();
        if now.sequence.is_some() {
            charging.groups.insert(lease.group, now);
        }
        if now.sequence == Some(lease.sequence) {
            charging.sequence = lease.sequence;
        }
        let Said::Leased { granted } = fact.said else { return Err("a grant was expected".to_owned()) };
        if granted == expected { Ok(()) } else { Err(format!("{expected:?} was expected to be granted")) }
    }

    /// A grant that was refused must not have been possible.
    pub(super) fn lease_refused(&self, lease: &Lease, at: Instant) -> Result<(), Finding> {
        let Some(charging) = self.chargings.get(&lease.charging) else { return Ok(()) };
        let (Some((wanted, _)), 0) = (lease.want, lease.used) else { return Ok(()) };
        let mine = charging.groups.get(&lease.group).copied().unwrap_or_default();
        let token = self.serving(charging.party, lease.offering, at);
        let possible = token.is_some_and(|token| self.sized(token, wanted, at).quantity > 0);
        // What was out in this very group was free for it besides.
        if possible && mine.granted == 0 {
            return Err(format!("{lease:?} was refused, yet there is something to grant"));
        }
        Ok(())
    }

    /// Nobody reported in time: what was granted is free again.
    pub(super) fn expire_leases(&mut self, now: Instant) {
        self.give_back_where(|_, group| group.held_until <= now);
    }

    /// A token is over or held back: what of it is granted is free again.
    pub(super) fn call_in(&mut self, token: usize) {
        self.give_back_where(|_, group| group.token == token);
    }

    /// Units of a token's volume that are granted.
    pub(super) fn leased_units(&self, token: usize) -> i64 {
        if self.tokens[token].units.is_none() {
            return 0;
        }
        let granted: u64 = self.groups_of(token).map(|group| group.granted).sum();
        i64::try_from(granted).unwrap_or(i64::MAX)
    }

    /// Money of a token's own hold that is granted.
    pub(super) fn leased_of_hold(&self, token: usize) -> i64 {
        if self.pays_from_hold(token) { self.groups_of(token).map(|group| group.held).sum() } else { 0 }
    }

    fn groups_of(&self, token: usize) -> impl Iterator<Item = &Group> {
        let all = self.chargings.values().flat_map(|charging| charging.groups.values());
        all.filter(move |group| group.granted > 0 && group.token == token)
    }

    fn give_back_where(&mut self, due: impl Fn(u128, &Group) -> bool) {
        let all =
            self.chargings.iter().flat_map(|(id, row)| row.groups.iter().map(move |(at, group)| (*id, *at, group)));
        let due: Vec<_> =
            all.filter(|(id, _, group)| group.granted > 0 && due(*id, group)).map(|(id, at, _)| (id, at)).collect();
        for (id, at) in due {
            self.give_back(id, at);
        }
    }

    fn give_back(&mut self, id: u128, at: u32) {
        let Some(group) = self.chargings.get_mut(&id).and_then(|row| row.groups.get_mut(&at)) else { return };
        let ended = std::mem::replace(group, Group { granted: 0, held: 0, ..*group });
        if ended.granted == 0 || self.pays_from_hold(ended.token) {
            return;
        }
        if let Some(purse) = self.books.purses.get_mut(&self.tokens[ended.token].payer) {
            purse.held -= ended.held;
        }
    }

    fn pays_from_hold(&self, token: usize) -> bool {
        let row = &self.tokens[token];
        self.plan.offerings[row.offering].usage.is_some_and(|price| price.held > 0) && row.hold.is_some()
    }

    fn may_report(&self, token: &super::Token, now: Instant) -> bool {
        let confirmed = self.plan.offerings[token.offering].demand.is_empty() || token.confirmed;
        token.is_live() && confirmed && now < token.window.to().after(GRACE)
    }

    /// The token that ends first and has something, or else the one that ends first.
    fn serving(&self, party: u32, offering: usize, now: Instant) -> Option<usize> {
        let live =
            (0..self.tokens.len()).rev().filter(|at| self.tokens[*at].party == party && self.tokens[*at].is_live());
        let mut fit: Vec<usize> = live
            .take(LOOKED_AT)
            .filter(|at| {
                let row = &self.tokens[*at];
                let usable = matches!(row.phase, TokenPhase::Issued | TokenPhase::Active);
                usable && row.offering == offering && self.may_report(row, now) && row.window.contains(now)
            })
            .collect();
        fit.sort_by_key(|at| (self.tokens[*at].window.to(), *at));
        let has_some = |at: &&usize| {
            let size = self.sized(**at, 1, now);
            !size.metered || size.quantity > 0
        };
        fit.iter().find(has_some).or(fit.first()).copied()
    }

    /// How much of what is wanted is free: price by price, the dearest a quantity can be is what it costs alone.
    fn sized(&self, token: usize, wanted: u64, now: Instant) -> Size {
        let row = &self.tokens[token];
        let offering = &self.plan.offerings[row.offering];
        let left = row.units.map(|units| u64::try_from(units - self.leased_units(token)).unwrap_or(0));
        let free = self.free_money(token, now).max(0);
        let metered = left.is_some() || offering.usage.is_some();
        // The largest number whose price, rounded up, is no more than what is free.
        let payable = offering.usage.map_or(u64::MAX, |price| {
            let whole = i128::from(free) * i128::from(price.den) / i128::from(price.num);
            u64::try_from(whole).unwrap_or(u64::MAX)
        });
        let most = left.unwrap_or(u64::MAX).min(payable);
        let quantity = wanted.min(most);
        Size { metered, quantity, held: usage(offering, quantity), last: quantity == most }
    }

    fn free_money(&self, token: usize, now: Instant) -> i64 {
        let row = &self.tokens[token];
        match row.hold {
            Some(hold) if self.pays_from_hold(token) => hold - (row.fee - row.paid) - self.leased_of_hold(token),
            _ => {
                let room = self.caps.room_for_charge(row.payer, (row.party, row.offering), now);
                self.books.available(row.payer).min(room.unwrap_or(i64::MAX))
            }
        }
    }

    /// What was delivered is paid as far as there is money, and the operator bears the rest.
    fn charge_used(&mut self, token: usize, used: u64, whole: bool, now: Instant) -> Result<(), Finding> {
        let row = &self.tokens[token];
        let offering = &self.plan.offerings[row.offering];
        let gross = if offering.usage.is_some() { usage(offering, row.used + used) - row.usage } else { 0 };
        let paid = gross.min(self.free_money(token, now).max(0));
        let wanted = i64::try_from(used).map_err(|_| "a quantity that cannot be counted was charged")?;
        let left = row.units.map(|units| units - self.leased_units(token));
        if whole && (paid < gross || left.is_some_and(|left| wanted > left)) {
            return Err("an event was charged in part".to_owned());
        }
        let tax = tax_beyond(row.usage, gross, offering.tax_ppm);
        let earned = if row.paid == 0 {
            0
        } else {
            (row.earned_by(offering, row.used + row.given + used, now) - row.earned).max(0)
        };
        let owed = row.owed(offering, gross - tax + earned);
        let units = left.map_or(0, |left| wanted.min(left));
        let from_hold = self.pays_from_hold(token);
        self.book_amounts(
            (token, used),
            &super::service::Rated { gross, paid, from_hold, tax, earned, owed, units },
            now,
        )
    }

    /// What is granted is set aside; gives what is expected to be said.
    fn grant(&mut self, lease: &Lease, party: u32, group: &mut Group, at: Instant) -> Option<u64> {
        let Some((wanted, validity)) = lease.want else { return Some(0) };
        let Some(token) = self.serving(party, lease.offering, at) else { return Some(0) };
        let size = self.sized(token, wanted, at);
        if !size.metered {
            return None;
        }
        if size.quantity == 0 {
            return Some(0);
        }
        if !self.pays_from_hold(token)
            && let Some(purse) = self.books.purses.get_mut(&self.tokens[token].payer)
        {
            purse.held += size.held;
        }
        let valid_until = at.after(validity).min(self.tokens[token].window.to());
        let (sequence, held_until) = (Some(lease.sequence), valid_until.after(GRACE));
        *group = Group { sequence, token, granted: size.quantity, held: size.held, held_until };
        self.grants += 1;
        self.last_grants += u64::from(size.last);
        Some(size.quantity)
    }
}
