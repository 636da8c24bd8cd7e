//! Places on and above the ground, and what is seen from them.

use super::vector::{Vector, dot, length, minus};
use crate::number::ceil;

/// Speed of light in vacuum, m/s.
pub const LIGHT_M_S: f64 = 299_792_458.0;

/// Semi-major axis of WGS-84, m.
pub const EQUATOR_M: f64 = 6_378_137.0;
/// Flattening of WGS-84.
const FLATTENING: f64 = 1.0 / 298.257_223_563;

/// A point in geodetic WGS-84 coordinates: a terminal, a gateway, or a relay in the air (HAPS, UAV).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// North positive, -90 to 90.
    pub latitude_deg: f64,
    /// East positive, -180 to 180.
    pub longitude_deg: f64,
    /// Above the ellipsoid.
    pub altitude_m: f64,
}

/// Why coordinates are no [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Latitude beyond a pole, or not a number.
    #[error("a latitude is -90 to 90 degrees")]
    Latitude,
    /// Longitude beyond the antimeridian, or not a number.
    #[error("a longitude is -180 to 180 degrees")]
    Longitude,
    /// Altitude below the deepest mine or beyond the geostationary arc, or not a number.
    #[error("an altitude is -5,000 to 40,000,000 metres above the WGS-84 ellipsoid")]
    Altitude,
}

/// A point seen from a [`Site`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Above the local horizontal plane, -90 to 90.
    pub elevation_deg: f64,
    /// From north over east, 0 to 360.
    pub azimuth_deg: f64,
    /// Slant range.
    pub range_m: f64,
}

/// A place with its local axes worked out, so that many looks from it are cheap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    position: Vector,
    east: Vector,
    north: Vector,
    up: Vector,
}

impl Place {
    /// The place at these coordinates.
    pub fn new(latitude_deg: f64, longitude_deg: f64, altitude_m: f64) -> Result<Self, PlaceError> {
        if !(-90.0..=90.0).contains(&latitude_deg) {
            Err(PlaceError::Latitude)
        } else if !(-180.0..=180.0).contains(&longitude_deg) {
            Err(PlaceError::Longitude)
        } else if !(-5_000.0..=40_000_000.0).contains(&altitude_m) {
            Err(PlaceError::Altitude)
        } else {
            Ok(Self { latitude_deg, longitude_deg, altitude_m })
        }
    }

    /// Earth-fixed coordinates in metres.
    pub fn earth_fixed(self) -> Vector {
        let (sin_lat, cos_lat) = self.latitude_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = self.longitude_deg.to_radians().sin_cos();
        let squeeze = (1.0 - FLATTENING) * (1.0 - FLATTENING);
        let normal_m = EQUATOR_M / (1.0 - (1.0 - squeeze) * sin_lat * sin_lat).sqrt();
        let from_axis_m = (normal_m + self.altitude_m) * cos_lat;
        [from_axis_m * cos_lon, from_axis_m * sin_lon, (squeeze * normal_m + self.altitude_m) * sin_lat]
    }

    /// The place with its axes.
    pub fn site(self) -> Site {
        let (sin_lat, cos_lat) = self.latitude_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = self.longitude_deg.to_radians().sin_cos();
        Site {
            position: self.earth_fixed(),
            east: [-sin_lon, cos_lon, 0.0],
            north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
            up: [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat],
        }
    }

    /// This place seen from `from`: a relay in the air from the ground, or the other way.
    pub fn seen_from(self, from: Self) -> Look {
        from.site().look(self.earth_fixed())
    }
}

impl Site {
    /// Where a point in Earth-fixed metres is seen from here.
    pub fn look(&self, point: Vector) -> Look {
        let sight = minus(point, self.position);
        let range_m = length(sight);
        let (east, north, up) = (dot(sight, self.east), dot(sight, self.north), dot(sight, self.up));
        Look {
            elevation_deg: up.atan2(east.hypot(north)).to_degrees(),
            azimuth_deg: east.atan2(north).to_degrees().rem_euclid(360.0),
            range_m,
        }
    }

    /// Earth-fixed coordinates in metres.
    pub fn position(&self) -> Vector {
        self.position
    }
}

impl Look {
    /// One-way delay, rounded up to a nanosecond.
    pub fn delay_ns(&self) -> u64 {
        delay_ns(self.range_m)
    }

    /// There and back over this one link, rounded up to a microsecond.
    pub fn round_trip_us(&self) -> u64 {
        ceil(2.0 * self.range_m / LIGHT_M_S * 1e6)
    }
}

/// How long light takes over `length_m`, rounded up to a nanosecond.
pub fn delay_ns(length_m: f64) -> u64 {
    ceil(length_m / LIGHT_M_S * 1e9)
}
