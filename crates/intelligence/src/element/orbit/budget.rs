//! Link budget, delay and Doppler of a link to something overhead (3GPP TR 38.811 §6.6 and §5.3, TR 38.821 §6.1.3).

use super::frame::EARTH_RATE_RAD_S;
use super::place::{LIGHT_M_S, delay_ns};
use super::satellite::GRAVITY_M3_S2;
use crate::number::{ceil, floor};

/// The sphere that both reports take the Earth for, m.
pub const SPHERE_M: f64 = 6_371_000.0;

/// Boltzmann's constant, dBW/K/Hz.
const BOLTZMANN_DBW: f64 = -228.6;
/// The temperature that a noise figure refers to, K.
const REFERENCE_K: f64 = 290.0;

/// Attenuated Shannon (TR 36.942 §A.1): what of the bound real coding reaches, and its ceiling in bit/s/Hz.
const ATTENUATION: f64 = 0.6;
const CEILING_BIT_S_HZ: f64 = 4.4;
/// Below this carrier to noise nothing is decoded.
const FLOOR_DB: f64 = -10.0;

/// One direction of one link. Losses are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Radiated power towards the receiver.
    pub eirp_dbw: f64,
    /// Figure of merit of the receiver, dB/K.
    pub gain_to_noise_db: f64,
    /// Free-space loss, from [`free_space_loss_db`].
    pub free_space_db: f64,
    /// Loss to atmospheric gases.
    pub gas_db: f64,
    /// Margin for shadow fading.
    pub shadow_db: f64,
    /// Loss to scintillation.
    pub scintillation_db: f64,
    /// Rain, clutter, polarisation and whatever else.
    pub other_db: f64,
    /// Bandwidth of the carrier, Hz.
    pub bandwidth_hz: f64,
}

/// Distance to something at `altitude_m` seen at an elevation, over a sphere (TR 38.811 equation 6.6-3).
pub fn slant_range_m(altitude_m: f64, elevation_deg: f64) -> f64 {
    let rise_m = SPHERE_M * elevation_deg.to_radians().sin();
    (rise_m * rise_m + altitude_m * altitude_m + 2.0 * altitude_m * SPHERE_M).sqrt() - rise_m
}

/// Free-space path loss (TR 38.811 equation 6.6-2).
pub fn free_space_loss_db(frequency_hz: f64, range_m: f64) -> f64 {
    32.45 + 20.0 * (frequency_hz / 1e9).log10() + 20.0 * range_m.log10()
}

/// Figure of merit of an antenna of this gain behind a receiver of this noise figure, dB/K (TR 38.821 §6.1.3.1).
pub fn gain_to_noise_db(gain_dbi: f64, noise_figure_db: f64, antenna_k: f64) -> f64 {
    let noise_k = REFERENCE_K + (antenna_k - REFERENCE_K) * 10_f64.powf(-0.1 * noise_figure_db);
    gain_dbi - noise_figure_db - 10.0 * noise_k.log10()
}

impl Budget {
    /// Carrier to noise ratio (TR 38.821 equation 6.1.3.1-1).
    pub fn carrier_to_noise_db(&self) -> f64 {
        let losses_db = self.free_space_db + self.gas_db + self.shadow_db + self.scintillation_db + self.other_db;
        self.eirp_dbw + self.gain_to_noise_db - BOLTZMANN_DBW - losses_db - 10.0 * self.bandwidth_hz.log10()
    }

    /// What the carrier delivers, kbit/s, rounded down.
    pub fn rate_kbps(&self) -> u64 {
        let ratio_db = self.carrier_to_noise_db();
        if ratio_db < FLOOR_DB {
            return 0;
        }
        let bound = (1.0 + 10_f64.powf(ratio_db / 10.0)).log2();
        floor(self.bandwidth_hz * (ATTENUATION * bound).min(CEILING_BIT_S_HZ) / 1e3)
    }
}

/// There and back through a payload that only repeats: both links, both ways (TR 38.811 §5.3).
pub fn transparent_round_trip_ns(service_m: f64, feeder_m: f64) -> u64 {
    delay_ns(2.0 * (service_m + feeder_m))
}

/// There and back to a payload that answers itself: the one link, both ways.
pub fn regenerative_round_trip_ns(service_m: f64) -> u64 {
    delay_ns(2.0 * service_m)
}

/// The largest Doppler shift on a circular orbit, seen at an elevation from a ground that stands still, in parts per
/// billion (TR 38.811 §5.3).
pub fn doppler_max_ppb(altitude_m: f64, elevation_deg: f64) -> u64 {
    ceil(closing_m_s(altitude_m, elevation_deg) / LIGHT_M_S * 1e9)
}

/// The same on the turning Earth, against the turn at the equator: no orbit of that height has more.
pub fn doppler_bound_ppb(altitude_m: f64, elevation_deg: f64) -> u64 {
    let ground_m_s = EARTH_RATE_RAD_S * SPHERE_M * elevation_deg.to_radians().cos();
    ceil((closing_m_s(altitude_m, elevation_deg) + ground_m_s) / LIGHT_M_S * 1e9)
}

/// Speed on a circular orbit that passes overhead, along the line of sight.
fn closing_m_s(altitude_m: f64, elevation_deg: f64) -> f64 {
    let radius_m = SPHERE_M + altitude_m;
    (GRAVITY_M3_S2 / radius_m).sqrt() * SPHERE_M / radius_m * elevation_deg.to_radians().cos()
}
