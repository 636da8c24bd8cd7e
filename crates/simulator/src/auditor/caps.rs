//! Who shares wallets, and what may be spent from them: every sum is added up afresh from a book of what was spent.

use super::Finding;
use crate::fact::{Cap, Span};
use std::collections::{BTreeMap, BTreeSet};
use types::Instant;

/// What was bought or charged, and how much of it has not come back.
#[derive(Debug)]
struct Spent {
    payer: u32,
    by: u32,
    on: usize,
    at: Instant,
    left: i64,
}

#[derive(Debug, Default)]
pub struct Caps {
    members: BTreeSet<(u32, u32)>,
    /// By owner and number, with how much had been spent on when it began.
    limits: BTreeMap<(u32, u16), (Cap, usize)>,
    spent: Vec<Spent>,
}

impl Caps {
    pub fn admit(&mut self, owner: u32, member: u32) -> Result<(), Finding> {
        self.members.insert((owner, member));
        if owner == member { Err(format!("party {owner} was admitted to its own wallet")) } else { Ok(()) }
    }

    pub fn dismiss(&mut self, owner: u32, member: u32) -> Result<(), Finding> {
        self.limits.retain(|(of, _), (cap, _)| *of != owner || cap.member != Some(member));
        let known = self.members.remove(&(owner, member));
        if known { Ok(()) } else { Err(format!("party {member} was dismissed, whom {owner} never admitted")) }
    }

    /// A cap about the same goes on counting; about something else it begins at nothing.
    pub fn set(&mut self, owner: u32, number: u16, cap: Option<Cap>) -> Result<(), Finding> {
        let Some(cap) = cap else {
            let known = self.limits.remove(&(owner, number));
            return known.map(drop).ok_or_else(|| format!("cap {number} of party {owner} was never set"));
        };
        if cap.member.is_some_and(|member| member != owner && !self.may_spend(owner, member)) {
            return Err(format!("{cap:?} is about somebody who may not spend"));
        }
        let same = |(known, _): &&(Cap, usize)| Cap { limit: cap.limit, ..*known } == cap;
        let begun = self.limits.get(&(owner, number)).filter(same).map_or(self.spent.len(), |(_, begun)| *begun);
        self.limits.insert((owner, number), (cap, begun));
        Ok(())
    }

    pub fn may_spend(&self, owner: u32, party: u32) -> bool {
        owner == party || self.members.contains(&(owner, party))
    }

    /// What the tightest cap leaves; `None` when there is none that counts it.
    pub fn room(&self, payer: u32, (by, on): (u32, usize), now: Instant) -> Option<i64> {
        let caps = self.limits.range((payer, 0)..=(payer, u16::MAX)).map(|(_, cap)| cap);
        let counts = caps.filter(|(cap, _)| {
            cap.member.is_none_or(|member| member == by) && cap.offering.is_none_or(|offering| offering == on)
        });
        counts.map(|(cap, begun)| (cap.limit - self.sum(payer, cap, *begun, now)).max(0)).min()
    }

    /// The same for what is charged as it is delivered: nothing for who may not spend any more.
    pub fn room_for_charge(&self, payer: u32, who_what: (u32, usize), now: Instant) -> Option<i64> {
        if self.may_spend(payer, who_what.0) { self.room(payer, who_what, now) } else { Some(0) }
    }

    /// A purchase that was accepted had room.
    pub fn check(&self, payer: u32, who_what: (u32, usize), needed: i64, now: Instant) -> Result<(), Finding> {
        if !self.may_spend(payer, who_what.0) {
            return Err(format!("party {} bought from the wallet of party {payer}", who_what.0));
        }
        match self.room(payer, who_what, now) {
            Some(room) if needed > room => Err(format!("{needed} was let through where a cap leaves {room}")),
            _ => Ok(()),
        }
    }

    pub fn spend(&mut self, payer: u32, (by, on): (u32, usize), left: i64, at: Instant) -> usize {
        self.spent.push(Spent { payer, by, on, at, left });
        self.spent.len() - 1
    }

    pub fn give_back(&mut self, spent: Option<usize>, minor: i64) {
        if let Some(row) = spent.and_then(|at| self.spent.get_mut(at)) {
            row.left -= minor;
        }
    }

    fn sum(&self, payer: u32, cap: &Cap, begun: usize, now: Instant) -> i64 {
        let counted = self.spent.iter().skip(begun).filter(|row| {
            row.payer == payer
                && cap.member.is_none_or(|member| member == row.by)
                && cap.offering.is_none_or(|offering| offering == row.on)
                && same_span(cap, row.at, now)
        });
        counted.map(|row| row.left).sum()
    }
}

fn same_span(cap: &Cap, one: Instant, other: Instant) -> bool {
    let day = |at: Instant| (i128::from(at.as_ms()) + i128::from(cap.utc_minutes) * 60_000).max(0) / 86_400_000;
    match cap.span {
        Span::Ever => true,
        Span::Day => day(one) == day(other),
        Span::Month => month(day(one)) == month(day(other)),
    }
}

/// Year and month of a day since 1970, by going through the months.
fn month(mut day: i128) -> (u32, usize) {
    let mut year = 1970;
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, length) in lengths.into_iter().enumerate() {
            if day < length {
                return (year, month);
            }
            day -= length;
        }
        year += 1;
    }
}
