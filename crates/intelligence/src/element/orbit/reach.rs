//! When a satellite can be used from a place, and how long it surely cannot.

use super::place::{Look, Site};
use super::satellite::Satellite;
use super::vector::Vector;
use crate::number::floor;
use types::{Duration, Instant};

/// What makes a satellite usable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// It stands at least this high above the horizontal.
    ElevationDeg(f64),
    /// It is at most this far away.
    RangeM(f64),
}

impl Reach {
    /// Is a satellite seen like this usable?
    pub fn holds(self, look: &Look) -> bool {
        match self {
            Self::ElevationDeg(mask) => look.elevation_deg >= mask,
            Self::RangeM(range_max) => look.range_m <= range_max,
        }
    }

    /// For how long this cannot change, whatever way the satellite flies at `speed_m_s` at most.
    ///
    /// The line of sight turns by at most speed / range, and range shrinks by at most the speed: to turn by `angle`
    /// takes at least `range / speed · (1 - exp(-angle))`.
    pub fn steady(self, look: &Look, speed_m_s: f64) -> Duration {
        let seconds = match self {
            Self::ElevationDeg(mask) => {
                let angle = (mask - look.elevation_deg).abs().to_radians();
                look.range_m / speed_m_s * (1.0 - (-angle).exp())
            }
            Self::RangeM(range_max) => (look.range_m - range_max).abs() / speed_m_s,
        };
        Duration::from_ms(floor(seconds * 1e3))
    }
}

/// What is usable from one site as time goes on: a satellite that is far is not computed again before it can be near.
#[derive(Clone, Debug)]
pub struct Access {
    site: Site,
    reach: Reach,
    not_before: Vec<Instant>,
    last: Instant,
}

impl Access {
    /// For a constellation of `satellites`, seen from `site`.
    pub fn new(site: Site, reach: Reach, satellites: usize) -> Self {
        Self { site, reach, not_before: vec![Instant::EPOCH; satellites], last: Instant::EPOCH }
    }

    /// The usable satellites at `at` by index, with their distance in metres. `position` computes where one is.
    /// Quick while time moves forwards; a step back starts afresh.
    pub fn usable(
        &mut self,
        satellites: &[Satellite],
        at: Instant,
        mut position: impl FnMut(usize) -> Option<Vector>,
    ) -> Vec<(usize, f64)> {
        if at < self.last {
            self.not_before.fill(Instant::EPOCH);
        }
        self.last = at;
        let mut usable = Vec::new();
        for (index, (satellite, not_before)) in satellites.iter().zip(&mut self.not_before).enumerate() {
            if at < *not_before {
                continue;
            }
            let Some(point) = position(index) else { continue };
            let look = self.site.look(point);
            if self.reach.holds(&look) {
                usable.push((index, look.range_m));
            } else {
                *not_before = at.after(self.reach.steady(&look, satellite.speed_m_s_max()));
            }
        }
        usable
    }
}
