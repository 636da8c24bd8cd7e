//! Where sites stand, where they point, and how their antennas radiate.

use crate::number::real;

/// Beam width of an element in both planes, and the most it attenuates (TR 38.901 table 7.3-1).
const BEAM_WIDTH_DEG: f64 = 65.0;
const ATTENUATION_MAX_DB: f64 = 30.0;

/// A sector's antenna: one column of elements, half a wavelength apart, steered to one zenith angle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Antenna {
    /// Gain of an element in dBi; 8 in TR 38.901.
    pub element_dbi: f64,
    /// Elements in the column.
    pub rows: u32,
    /// Where it is steered to, as zenith angle in degrees: 90 is the horizon, more is down.
    pub zenith_deg: f64,
}

/// A sector: where it stands in m, and where it points in degrees.
#[derive(Clone, Copy)]
pub(super) struct Sector {
    pub x_m: f64,
    pub y_m: f64,
    pub boresight_deg: f64,
}

impl Sector {
    /// Distance on the ground to a place, in m.
    pub(super) fn distance_m(self, x_m: f64, y_m: f64) -> f64 {
        (x_m - self.x_m).hypot(y_m - self.y_m)
    }

    /// Gain in dBi towards a place that is `below_m` lower than the antenna: the element's and the column's.
    pub(super) fn gain_dbi(self, antenna: Antenna, (x_m, y_m): (f64, f64), below_m: f64) -> f64 {
        let bearing_deg = (y_m - self.y_m).atan2(x_m - self.x_m).to_degrees();
        let off_deg = (bearing_deg - self.boresight_deg + 180.0).rem_euclid(360.0) - 180.0;
        let zenith_deg = 90.0 + below_m.atan2(self.distance_m(x_m, y_m)).to_degrees();
        let cut = |deg: f64| (12.0 * (deg / BEAM_WIDTH_DEG).powi(2)).min(ATTENUATION_MAX_DB);
        let element_db = antenna.element_dbi - (cut(off_deg) + cut(zenith_deg - 90.0)).min(ATTENUATION_MAX_DB);
        element_db + antenna.column_db(zenith_deg)
    }
}

impl Antenna {
    /// What the column adds at a zenith angle: `|Σ exp(jπ m (cos θ - cos θ0))|² / M`, which is M where it is steered to.
    fn column_db(self, zenith_deg: f64) -> f64 {
        let half = (zenith_deg.to_radians().cos() - self.zenith_deg.to_radians().cos()) * std::f64::consts::FRAC_PI_2;
        let rows = f64::from(self.rows);
        // The sum of the geometric series; where its denominator vanishes, all elements add up.
        let ratio = if half.sin().abs() < 1e-9 { rows } else { (rows * half).sin() / half.sin() };
        let power = ratio * ratio / rows;
        10.0 * power.max(1e-6).log10()
    }
}

/// 19 sites of three sectors on a hexagonal grid: the first sector, pointing along x, is the one that is looked at, its
/// neighbours stand in two rings around it.
pub(super) fn sectors(inter_site_m: f64) -> Vec<Sector> {
    let mut sectors = Vec::new();
    let mut sites: Vec<(i32, i32)> = (-2..=2_i32).flat_map(|q| (-2..=2_i32).map(move |r| (q, r))).collect();
    sites.retain(|(q, r)| (q + r).abs() <= 2);
    sites.sort_by_key(|(q, r)| q.abs() + r.abs() + (q + r).abs());
    for (q, r) in sites {
        // Sites lie in the directions between sectors' boresights: 30°, 90° and so on.
        let x_m = inter_site_m * f64::from(q) * 3_f64.sqrt() / 2.0;
        let y_m = inter_site_m * (f64::from(r) + f64::from(q) / 2.0);
        sectors.extend([0.0, 120.0, 240.0].map(|boresight_deg| Sector { x_m, y_m, boresight_deg }));
    }
    sectors
}

/// Decibels as a factor.
pub(super) fn linear(db: f64) -> f64 {
    10_f64.powf(db / 10.0)
}

/// Parts per million as a share.
pub(super) fn share(ppm: u32) -> f64 {
    real(u64::from(ppm)) / 1e6
}
