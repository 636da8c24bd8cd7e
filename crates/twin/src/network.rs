//! What is left of every element, and the queue one flow waits in.

use crate::city::{City, Element};
use crate::flow::{FlowRefused, FlowRequest};
use crate::number::{floor, real};
use crate::theory::{loss_share, packets_per_s};
use crate::traffic::background_ppm;
use types::{PPM, RadioCellId, Ratio};

/// The most queueing delay in µs a packet can meet: what would wait longer is dropped.
pub const BUFFER_US: u64 = 500_000;

/// The mean size in bytes of what best-effort traffic sends at once and is served as a share of the radio cell.
pub const BURST_BYTES: u32 = 64_000;

/// Which radio cells a congestion hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// This one.
    RadioCell(RadioCellId),
}

/// The queue that a flow waits in while nothing changes.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// `mu - lambda` of its queue, per second.
    pub theta_per_s: f64,
    /// What comes out of it, in kbit/s.
    pub delivered_kbps: u64,
}

/// The load of every element, by its index in the city.
#[derive(Debug)]
pub struct Network {
    guaranteed_kbps: Vec<u64>,
    protected_kbps: Vec<u64>,
    best_effort_kbps: Vec<u64>,
    severity_ppm: Vec<u32>,
    /// Counts changes, so that a queue worked out before one is not used after it.
    pub epoch: u64,
}

impl Network {
    pub fn new(elements: usize) -> Self {
        let zeros = vec![0; elements];
        Self {
            guaranteed_kbps: zeros.clone(),
            protected_kbps: zeros.clone(),
            best_effort_kbps: zeros,
            severity_ppm: vec![0; elements],
            epoch: 0,
        }
    }

    /// Nominal capacity less what congestion takes.
    pub fn working_kbps(&self, city: &City, index: usize) -> u64 {
        let left_ppm = PPM.saturating_sub(u64::from(self.severity_ppm[index]));
        Ratio::ppm(left_ppm).of_floor(city.elements()[index].capacity_kbps).unwrap_or(0)
    }

    /// What may still be guaranteed on this element.
    pub fn free_kbps(&self, city: &City, index: usize) -> u64 {
        self.working_kbps(city, index).saturating_sub(self.guaranteed_kbps[index])
    }

    pub fn check_capacity(&self, city: &City, path: [usize; 3], guaranteed_kbps: u64) -> Result<(), FlowRefused> {
        let fits = path.into_iter().all(|index| guaranteed_kbps <= self.free_kbps(city, index));
        // Best effort needs nothing reserved and is never refused.
        if guaranteed_kbps == 0 || fits { Ok(()) } else { Err(FlowRefused::NoCapacity) }
    }

    pub fn add(&mut self, path: [usize; 3], flow: &FlowRequest) {
        self.change(path, flow, u64::saturating_add);
    }

    pub fn remove(&mut self, path: [usize; 3], flow: &FlowRequest) {
        self.change(path, flow, u64::saturating_sub);
    }

    /// Sets how much of the radio cells in `indices` is lost; 0 clears.
    pub fn congest(&mut self, indices: impl Iterator<Item = usize>, severity_ppm: u32) {
        indices.for_each(|index| self.severity_ppm[index] = severity_ppm);
        self.epoch += 1;
    }

    pub fn severity_ppm(&self, index: usize) -> u32 {
        self.severity_ppm[index]
    }

    /// The queue that `flow` waits in on `path` in `minute`.
    pub fn queue(&self, city: &City, path: [usize; 3], flow: &FlowRequest, minute: u64) -> Queue {
        if flow.guaranteed_kbps == 0 {
            return self.shared_queue(city, path[0], flow, minute);
        }
        let rate_kbps = self.honoured_kbps(city, path, flow.guaranteed_kbps);
        let mu_per_s = packets_per_s(rate_kbps, flow.packet_bytes);
        let lambda_per_s = packets_per_s(flow.offered_kbps, flow.packet_bytes);
        Queue::new(mu_per_s, lambda_per_s, flow.offered_kbps)
    }

    /// A guarantee as far as the worst element of its path can honour it: where guarantees pass the working capacity,
    /// each is scaled alike.
    fn honoured_kbps(&self, city: &City, path: [usize; 3], guaranteed_kbps: u64) -> u64 {
        let on = |index: usize| {
            let (working, promised) = (self.working_kbps(city, index), self.guaranteed_kbps[index]);
            let share = if promised > working { Ratio::new(working, promised) } else { None };
            share.unwrap_or(Ratio::ONE).of_floor(guaranteed_kbps).unwrap_or(guaranteed_kbps)
        };
        path.into_iter().map(on).min().unwrap_or(0)
    }

    /// Best effort shares with the background what protected flows leave.
    fn shared_queue(&self, city: &City, radio: usize, flow: &FlowRequest, minute: u64) -> Queue {
        let left_kbps = self.working_kbps(city, radio).saturating_sub(self.protected_kbps[radio]);
        let background_kbps = background_kbps(city, radio, minute);
        let mu_per_s = packets_per_s(left_kbps, BURST_BYTES);
        let lambda_per_s = packets_per_s(background_kbps.saturating_add(self.best_effort_kbps[radio]), BURST_BYTES);
        Queue::new(mu_per_s, lambda_per_s, flow.offered_kbps)
    }

    fn change(&mut self, path: [usize; 3], flow: &FlowRequest, by: fn(u64, u64) -> u64) {
        for index in path {
            self.guaranteed_kbps[index] = by(self.guaranteed_kbps[index], flow.guaranteed_kbps);
            // A guarantee that is not used is left to best effort.
            let used_kbps = flow.guaranteed_kbps.min(flow.offered_kbps);
            self.protected_kbps[index] = by(self.protected_kbps[index], used_kbps);
            if flow.guaranteed_kbps == 0 {
                self.best_effort_kbps[index] = by(self.best_effort_kbps[index], flow.offered_kbps);
            }
        }
        self.epoch += 1;
    }
}

impl Queue {
    fn new(mu_per_s: f64, lambda_per_s: f64, offered_kbps: u64) -> Self {
        let delivered_share = 1.0 - loss_share(mu_per_s, lambda_per_s, BUFFER_US);
        let delivered_kbps = floor((delivered_share * real(offered_kbps)).round()).min(offered_kbps);
        Self { theta_per_s: mu_per_s - lambda_per_s, delivered_kbps }
    }
}

/// What background traffic asks of a radio cell in a minute.
pub fn background_kbps(city: &City, radio: usize, minute: u64) -> u64 {
    let element: &Element = &city.elements()[radio];
    let load = element.traffic.map_or(0, |traffic| background_ppm(city.seed(), radio, traffic, minute));
    Ratio::ppm(u64::from(load)).of_floor(element.capacity_kbps).unwrap_or(0)
}
