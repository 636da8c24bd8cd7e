//! From the inertial frame that SGP4 answers in to the one that turns with the Earth.

use super::vector::Vector;
use crate::number::real;
use types::Instant;

/// Rotation of the Earth, rad/s (WGS-84).
pub const EARTH_RATE_RAD_S: f64 = 7.292_115e-5;

/// 1 January 2000, 12:00 UTC, in milliseconds since the Unix epoch.
const J2000_MS: f64 = 946_728_000_000.0;
const MS_PER_JULIAN_YEAR: f64 = 365.25 * 86_400_000.0;

/// Greenwich mean sidereal time in radians, 0 to 2π (IAU 1982; UT1 taken as UTC, which is at most 0.9 s or 420 m off
/// at the equator).
pub fn sidereal_rad(at: Instant) -> f64 {
    sgp4::iau_epoch_to_sidereal_time((real(at.as_ms()) - J2000_MS) / MS_PER_JULIAN_YEAR)
}

/// A point of the true-equator mean-equinox frame in the Earth-fixed one, any unit. Polar motion, under 20 m, is left
/// out.
pub fn earth_fixed(teme: Vector, sidereal_rad: f64) -> Vector {
    let (sin, cos) = sidereal_rad.sin_cos();
    [cos * teme[0] + sin * teme[1], cos * teme[1] - sin * teme[0], teme[2]]
}
