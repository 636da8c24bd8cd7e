//! What a radio cell carries in the uplink: the same places, walls and sites as its downlink, the other way round.
//!
//! What a device sends is bounded by its power class and spread over the resource blocks of its grant; other devices use the
//! others at the same time. Power follows the loss (TS 38.213 clause 7.1.1, open loop), so near devices do not drown far
//! ones. What neighbours' devices bring in is their mean: in a grid of cells alike, a cell hears from all others as much as
//! its own devices are heard in all others, so that one sample of devices gives both.

use super::RadioError;
use super::cell::{Coverage, NOISE_DBM_PER_HZ, RadioCell};
use super::device::Heard;
use super::error::within;
use super::layout::{linear, share};
use super::limits::LAYERS_MAX;
use super::link::LinkCurve;
use crate::number::real;

/// How devices send, and how the site hears them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uplink {
    /// Share of symbols that are uplink in ppm: 1,000,000 for FDD.
    pub uplink_ppm: u32,
    /// Share of uplink resource elements that carry no data in ppm: 80,000 in TS 38.306 for range 1.
    pub overhead_ppm: u32,
    /// Layers that a device sends, 1 to 8; its power is split among them.
    pub layers: u32,
    /// The most a device sends in dBm: 23 in power class 3, 26 in class 2 (TS 38.101-1 clause 6.2.1).
    pub power_dbm: f64,
    /// What is to arrive at the site on each resource block in dBm, for a loss of 0 dB: `P0`.
    pub target_dbm: f64,
    /// The part of the loss that a device makes up for in ppm: `α`; 1,000,000 is all of it.
    pub compensated_ppm: u32,
    /// Resource blocks of a grant, at most the carrier's.
    pub grant_prb: u32,
    /// Noise figure of the site in dB.
    pub noise_figure_db: f64,
}

impl Uplink {
    fn check(&self, cell: &RadioCell) -> Result<(), RadioError> {
        within("uplink share in ppm", f64::from(self.uplink_ppm), 1.0, 1e6)?;
        within("overhead of the uplink in ppm", f64::from(self.overhead_ppm), 0.0, 999_999.0)?;
        within("layers of the uplink", f64::from(self.layers), 1.0, f64::from(LAYERS_MAX))?;
        within("power of a device in dBm", self.power_dbm, -40.0, 40.0)?;
        within("power to arrive in dBm", self.target_dbm, -200.0, 40.0)?;
        within("compensated loss in ppm", f64::from(self.compensated_ppm), 0.0, 1e6)?;
        within("resource blocks of a grant", f64::from(self.grant_prb), 1.0, f64::from(cell.carrier.prb))?;
        within("noise figure of the site in dB", self.noise_figure_db, 0.0, 30.0)?;
        Ok(())
    }

    /// What a device sends over its grant in mW, by the gain of what serves it.
    fn sent_mw(&self, serving: f64) -> f64 {
        let loss_db = -10.0 * serving.log10();
        let wanted_dbm =
            self.target_dbm + 10.0 * f64::from(self.grant_prb).log10() + share(self.compensated_ppm) * loss_db;
        linear(wanted_dbm.min(self.power_dbm))
    }
}

impl RadioCell {
    /// The rates of the whole cell over its area in the uplink, by a receiver's curve: when all of its resource blocks are
    /// given to devices at one place.
    pub fn uplink_coverage(&self, uplink: &Uplink, curve: &LinkCurve) -> Result<Coverage, RadioError> {
        uplink.check(self)?;
        let heard = self.heard()?;
        let weight = 1.0 / real(heard.len() as u64);
        let disturbance_mw = |device: &Heard| uplink.sent_mw(device.serving) * device.others * weight;
        let others_mw = share(self.neighbour_load_ppm) * heard.iter().map(disturbance_mw).sum::<f64>();
        let grant_hz = self.carrier.occupied_hz() * f64::from(uplink.grant_prb) / f64::from(self.carrier.prb);
        let noise_mw = linear(NOISE_DBM_PER_HZ + 10.0 * grant_hz.log10() + uplink.noise_figure_db);
        let kept = share(uplink.uplink_ppm) * (1.0 - share(uplink.overhead_ppm));
        let rate_bps = |device: &Heard| {
            let received_mw = uplink.sent_mw(device.serving) * device.serving;
            let snr_db = 10.0 * (received_mw / (noise_mw + others_mw)).log10();
            curve.best_efficiency(snr_db, uplink.layers) * self.carrier.elements_per_s() * kept
        };
        Ok(Coverage::new(heard.iter().map(rate_bps).collect()))
    }
}
