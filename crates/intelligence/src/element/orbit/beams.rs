//! What a satellite's beams carry, and what of it falls to a part of its footprint.

use super::budget::{Budget, SPHERE_M, slant_range_m};
use crate::number::{floor, real};
use std::f64::consts::TAU;

/// The beams of one satellite or relay. All carry alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payload {
    /// Beams that can be lit at once.
    pub beams: u32,
    /// The link of one of them, at the edge of the footprint for a promise that holds everywhere in it.
    pub beam: Budget,
}

impl Payload {
    /// What all beams carry together, kbit/s.
    pub fn capacity_kbps(&self) -> u64 {
        self.beam.rate_kbps().saturating_mul(u64::from(self.beams))
    }

    /// What falls to a place of `area_km2` when the capacity is shared evenly over the footprint, and all of it
    /// at most.
    pub fn share_kbps(&self, area_km2: f64, footprint_km2: f64) -> u64 {
        if area_km2 <= 0.0 || footprint_km2 <= 0.0 {
            return 0;
        }
        let capacity_kbps = self.capacity_kbps();
        floor(real(capacity_kbps) * (area_km2 / footprint_km2)).min(capacity_kbps)
    }
}

/// The ground that sees something at `altitude_m` at least `mask_deg` high: a cap of the sphere, km².
pub fn footprint_km2(altitude_m: f64, mask_deg: f64) -> f64 {
    let radius_m = SPHERE_M + altitude_m;
    let range_m = slant_range_m(altitude_m, mask_deg);
    // Law of cosines for the angle at the Earth's centre.
    let cos = (SPHERE_M * SPHERE_M + radius_m * radius_m - range_m * range_m) / (2.0 * SPHERE_M * radius_m);
    TAU * SPHERE_M * SPHERE_M * (1.0 - cos) / 1e6
}
