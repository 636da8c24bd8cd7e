//! Bid prices of a network whose capacity comes by the hour: from what is free and what is wanted to a table of prices.
//!
//! A resource of the problem is one hour of one calendar, counted in quanta, so that what is measured in single kbit/s can
//! be walked; a step is an hour of the time in which it is still sold, with one before the first in which nobody asks: a price
//! of a step counts those who ask after it, and many ask in one hour. The market stays as it began: as hours pass, prices
//! are read from later steps, and as capacity changes, only what depends on it is solved again.

use super::limits::{CAPACITY_NOISE_PPM, QUANTA_ENOUGH, QUANTA_LEAST, UNITS_MAX, USES_MAX};
use super::plan::Plan;
use super::problem::{BidPriceError, Problem, Product, Use};
use super::table::Grain;
use crate::number::{floor, real};
use capacity::{BidHead, BidTable, ResourceRef, SLOTS_PER_HOUR};
use std::collections::{BTreeMap, BTreeSet};
use types::PPM;

/// What makes one minor unit, the finest first.
const SCALES: [u32; 4] = [1_000_000, 10_000, 100, 1];

/// Something that is bought whole: what it takes, what it earns, when it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Minor units.
    pub revenue_minor: u64,
    /// Units of each resource, each named once, in every one of its hours.
    pub takes: Vec<(ResourceRef, u64)>,
    /// Its hours, counted from the first.
    pub hours: std::ops::Range<usize>,
    /// Requests expected in each hour from the first on; what is not said is nothing.
    pub requests: Vec<f64>,
}

/// An hour of a calendar, as the problem counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    resource: ResourceRef,
    hour: usize,
    /// Units that count as one.
    quantum: u64,
    /// The fewest quanta that anything takes.
    least: u64,
}

impl Place {
    fn quanta(&self, units: u64) -> u64 {
        (units / self.quantum).min(UNITS_MAX)
    }
}

/// A network for some hours, with its prices.
#[derive(Clone, Debug)]
pub struct Market {
    hours: usize,
    places: Vec<Place>,
    plan: Plan,
}

impl Market {
    /// Prices what is wanted in the next `hours`, where `free` says how many units of a resource are left in an hour. What
    /// begins later, or takes more than can be said, is left out. `None` when that leaves nothing.
    pub fn new(
        hours: usize,
        wanted: &[Wanted],
        free: impl Fn(ResourceRef, usize) -> u64,
    ) -> Result<Option<Self>, BidPriceError> {
        let taken: Vec<_> = wanted.iter().map(|wanted| (wanted, takes(wanted, hours))).collect();
        let taken: Vec<_> = taken.into_iter().filter(|(_, takes)| (1..=USES_MAX).contains(&takes.len())).collect();
        let places = places(taken.iter().flat_map(|(_, takes)| takes), &free);
        if places.is_empty() {
            return Ok(None);
        }
        let number: BTreeMap<_, _> = (places.iter().enumerate())
            .map(|(number, place)| ((place.resource, place.hour), (number, place.quantum)))
            .collect();
        let product = |(wanted, takes): &(&Wanted, Vec<(ResourceRef, usize, u64)>)| Product {
            revenue_minor: wanted.revenue_minor,
            uses: (takes.iter())
                .map(|(resource, hour, units)| {
                    let (resource, quantum) = number[&(*resource, *hour)];
                    Use { resource, units: units.div_ceil(quantum) }
                })
                .collect(),
            requests: std::iter::once(0.0)
                .chain((0..hours).map(|hour| wanted.requests.get(hour).copied().unwrap_or(0.0)))
                .collect(),
        };
        let capacity = places.iter().map(|place| place.quanta(free(place.resource, place.hour))).collect();
        let problem = Problem { capacity, steps: hours + 1, products: taken.iter().map(product).collect() };
        let plan = Plan::new(problem, Grain::HOURLY)?;
        Ok(Some(Self { hours, places, plan }))
    }

    /// Looks again at what is free; the resources of which some price may now be another. What differs by little is as it
    /// was.
    pub fn refresh(
        &mut self,
        free: impl Fn(ResourceRef, usize) -> u64,
    ) -> Result<BTreeSet<ResourceRef>, BidPriceError> {
        let changed = self.places.iter().zip(&self.plan.problem().capacity).enumerate();
        let changed = changed.filter_map(|(number, (place, before))| {
            let units = place.quanta(free(place.resource, place.hour));
            let is_noise = units.abs_diff(*before) * PPM <= before * CAPACITY_NOISE_PPM;
            (!is_noise).then_some((number, units))
        });
        let changed: BTreeMap<usize, u64> = changed.collect();
        if changed.is_empty() {
            return Ok(BTreeSet::new());
        }
        let walked = self.plan.set_capacities(&changed)?;
        Ok(walked.into_iter().filter_map(|number| Some(self.places.get(number)?.resource)).collect())
    }

    /// The prices of these resources, as they are so many hours after the first, hour by hour from there on; nothing for one
    /// that nobody wants. `None` where there are none, or no hour is left. The scale of `head` is not looked at: it is the
    /// finest that says every price.
    pub fn table(&self, head: BidHead, passed: usize, of: &BTreeSet<ResourceRef>) -> Option<BidTable> {
        let hours = self.hours.checked_sub(passed).filter(|hours| *hours > 0)?;
        let mut rows: BTreeMap<_, _> = of.iter().map(|resource| (*resource, vec![0.0; hours])).collect();
        for (number, place) in self.places.iter().enumerate() {
            let hour = place.hour.checked_sub(passed);
            let value = rows.get_mut(&place.resource).zip(hour).and_then(|(row, hour)| row.get_mut(hour));
            if let Some(value) = value {
                *value = self.unit_ppm(number, place, passed);
            }
        }
        let dearest = rows.values().flatten().copied().fold(0.0, f64::max);
        let fits = |scale: &&u32| dearest * f64::from(**scale) / real(PPM) <= f64::from(u32::MAX);
        let scale = SCALES.iter().find(fits).copied().unwrap_or(1);
        let value = |ppm: f64| u32::try_from(floor(ppm * f64::from(scale) / real(PPM))).unwrap_or(u32::MAX);
        let rows = rows.into_iter().map(|(resource, row)| (resource, row.into_iter().map(value).collect()));
        BidTable::new(BidHead { scale, ..head }, rows.collect())
    }

    /// What has prices: resources, and hours from the first.
    pub fn places(&self) -> impl Iterator<Item = (ResourceRef, usize)> {
        self.places.iter().map(|place| (place.resource, place.hour))
    }

    /// Its problem and prices.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What one unit in one slot of a place is worth, in ppm of a minor unit: the last that the smallest purchase would take;
    /// where it could not be made, by the linear program.
    fn unit_ppm(&self, number: usize, place: &Place, step: usize) -> f64 {
        let left = self.plan.problem().capacity.get(number).copied().unwrap_or(0);
        let walked = self.plan.table(number).and_then(|table| table.price_ppm(step, left, place.least));
        let ppm = match walked {
            Some(ppm) => real(ppm) / real(place.least),
            None => self.plan.linear().bid_ppm.get(number).copied().map_or(0.0, real),
        };
        ppm / real(place.quantum) / f64::from(SLOTS_PER_HOUR)
    }
}

/// What of a purchase lies in the hours that are priced; nothing where it does not lie in them whole.
fn takes(wanted: &Wanted, hours: usize) -> Vec<(ResourceRef, usize, u64)> {
    if wanted.hours.end > hours {
        return Vec::new();
    }
    let of_hour = |hour| wanted.takes.iter().map(move |(resource, units)| (*resource, hour, *units));
    wanted.hours.clone().flat_map(of_hour).collect()
}

/// The hours that anything takes, each with a quantum: what is taken of it is a whole number of those, or the smallest
/// purchase is several, or there would be too many.
fn places<'a>(
    takes: impl Iterator<Item = &'a (ResourceRef, usize, u64)>,
    free: impl Fn(ResourceRef, usize) -> u64,
) -> Vec<Place> {
    let mut found: BTreeMap<(ResourceRef, usize), (u64, u64)> = BTreeMap::new();
    for &(resource, hour, units) in takes {
        let (common, least) = found.entry((resource, hour)).or_insert((0, u64::MAX));
        (*common, *least) = (divisor(*common, units), (*least).min(units));
    }
    let place = |((resource, hour), (common, least)): ((ResourceRef, usize), (u64, u64))| {
        let free = free(resource, hour);
        let coarse = free.div_ceil(QUANTA_ENOUGH).min(least / QUANTA_LEAST);
        let quantum = common.max(coarse).max(free.div_ceil(UNITS_MAX)).max(1);
        Place { resource, hour, quantum, least: least.div_ceil(quantum).max(1) }
    };
    found.into_iter().map(place).collect()
}

/// The greatest common divisor.
fn divisor(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}
