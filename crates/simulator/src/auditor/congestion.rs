//! The auditor's own record of what moves prices: what every slot of a resource is worth, and the rails.

use super::promises::Promise;
use super::sums::{fee, ppm_of};
use super::{Auditor, Finding};
use crate::fact::{Bids, Market, Rails};
use crate::plan::Kind;
use std::collections::BTreeMap;
use types::{Duration, Instant, Window};

/// Slots of an hour.
const SLOTS_AN_HOUR: u32 = 12;
/// Values that are one minor unit.
const THOUSAND: u128 = 1_000;
/// How many hours a price is followed back.
const HOURS: u64 = 24;
/// Priority levels up to this pay no congestion where no rails are set.
const EMERGENCY_LEVELS: u8 = 8;

/// What was said of prices so far.
#[derive(Clone, Debug, Default)]
pub struct Congestion {
    /// Of each resource all that was ever loaded, the latest last.
    loaded: BTreeMap<usize, Vec<(Instant, Bids)>>,
    rails: BTreeMap<Option<usize>, Rails>,
    /// No driver delivers what is sold.
    pub undelivered: bool,
    /// Prices that were not the plan's.
    pub moved: u64,
}

impl Congestion {
    /// What so much is worth to others by what was known then, rounded up.
    fn worth(&self, promise: &Promise, then: Instant) -> i64 {
        let value = |resource: &usize, slot: u32| {
            let known = self.loaded.get(resource)?.iter().rev().find(|(at, _)| *at <= then)?;
            let bids = Some(&known.1).filter(|bids| then < bids.until)?;
            let hour = slot.checked_sub(bids.from)? / SLOTS_AN_HOUR;
            bids.values.get(hour as usize).copied()
        };
        let of_slot = |((resource, slot), units): (&(usize, u32), &u64)| {
            u128::from(value(resource, *slot).unwrap_or(0)) * u128::from(*units)
        };
        let thousandths: u128 = promise.held.iter().map(of_slot).sum();
        i64::try_from(thousandths.div_ceil(THOUSAND)).unwrap_or(i64::MAX)
    }

    /// The rails of an offering, or those of all.
    fn rails(&self, offering: usize) -> Option<&Rails> {
        self.rails.get(&Some(offering)).or_else(|| self.rails.get(&None))
    }
}

impl Auditor {
    /// What moves prices is other from now on.
    pub(super) fn market_changed(&mut self, market: &Market, now: Instant) -> Result<(), Finding> {
        match market {
            Market::Bids(resource, bids) => self.bids_loaded(*resource, bids, now),
            Market::Rails(offering, rails) => self.rails_set(*offering, *rails),
            Market::Delivers(delivers) => {
                self.congestion.undelivered = !delivers;
                Ok(())
            }
        }
    }

    fn bids_loaded(&mut self, resource: usize, bids: &Bids, now: Instant) -> Result<(), Finding> {
        if bids.foreign {
            return Err("bid prices were taken in money that nothing is sold in".to_owned());
        }
        self.congestion.loaded.entry(resource).or_default().push((now, bids.clone()));
        Ok(())
    }

    fn rails_set(&mut self, offering: Option<usize>, rails: Option<Rails>) -> Result<(), Finding> {
        match rails {
            Some(rails) if rails.floor_ppm.zip(rails.cap_ppm).is_some_and(|(floor, cap)| floor > cap) => {
                Err(format!("a price was let be at least and at most what cannot be: {rails:?}"))
            }
            Some(rails) => {
                self.congestion.rails.insert(offering, rails);
                Ok(())
            }
            None => {
                self.congestion.rails.remove(&offering);
                Ok(())
            }
        }
    }

    /// The fee of a sale: the plan's, or what the network is worth to others then, within the rails.
    pub(super) fn moved_fee(
        &self,
        (party, offering): (u32, usize),
        window: Window,
        promise: Option<&Promise>,
        now: Instant,
    ) -> i64 {
        let row = &self.plan.offerings[offering];
        let plan = fee(row, window);
        let kind = self.plan.parties.get((party as usize).wrapping_sub(1)).map(|party| party.kind);
        let rails = self.congestion.rails(offering);
        let share_ppm = match rails {
            None if row.arp.level <= EMERGENCY_LEVELS => 0,
            Some(rails) if kind == Some(Kind::Consumer) => rails.consumers_ppm,
            _ => 1_000_000,
        };
        let wanted = |hours: u64| {
            let then = now.before(Duration::from_hours(hours));
            let worth = promise.map_or(0, |promise| self.congestion.worth(promise, then));
            plan + ppm_of((worth - plan).max(0), share_ppm)
        };
        let price = match rails.and_then(|rails| rails.step_ppm) {
            None => wanted(0),
            // From a day ago on, hour by hour, never more than a step over the hour before.
            Some(step_ppm) => (0..HOURS).rev().fold(plan, |before, hours| {
                let step =
                    ppm_of(before, step_ppm) + i64::from(i128::from(before) * i128::from(step_ppm) % 1_000_000 != 0);
                wanted(hours).min(before + step)
            }),
        };
        let bound = |ppm: Option<u32>| ppm.map(|ppm| ppm_of(plan, ppm));
        let floor = bound(rails.and_then(|rails| rails.floor_ppm)).unwrap_or(0);
        let cap = bound(rails.and_then(|rails| rails.cap_ppm)).unwrap_or(i64::MAX);
        price.max(floor).min(cap)
    }
}
