//! Effective bandwidth: the rate that a source counts for in a buffer whose overflow probability decays by `θ` a bit.
//!
//! `eb(θ) = ln E[exp(θ A)] / (θ t)` lies between the mean rate (θ → 0) and the peak rate (θ → ∞). Independent sources
//! fit a server of rate `C` when their sum is at most `C` at `θ = -ln(ε) / (C d)`; then `P(delay > d) ≈ ε`. (Kelly,
//! Notes on effective bandwidths, 1996; Guérin, Ahmadi, Naghshineh 1991.)
//!
//! Units: bits, seconds, bit/s, and θ per bit.

use super::limits::TRAFFIC_SAMPLES_MAX;
use crate::number::real;

/// A source of traffic.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Packets that arrive as a Poisson stream, with exponential sizes.
    Packets {
        /// Mean rate in bit/s.
        mean_bps: f64,
        /// Mean size in bits.
        packet_bits: f64,
    },
    /// Packets that arrive as a Poisson stream, all of one size.
    FixedPackets {
        /// Mean rate in bit/s.
        mean_bps: f64,
        /// Size in bits.
        packet_bits: f64,
    },
    /// A fluid that flows at its peak while on; on and off times are exponential.
    OnOff {
        /// Rate while on, in bit/s.
        peak_bps: f64,
        /// Mean time on, in seconds.
        on_s: f64,
        /// Mean time off, in seconds.
        off_s: f64,
    },
    /// What was counted in intervals of one length, taken to be independent of each other.
    Measured {
        /// Bits counted in each interval.
        bits: Vec<f64>,
        /// Length of an interval, in seconds.
        interval_s: f64,
    },
}

impl Source {
    /// The effective bandwidth in bit/s at `theta` per bit; the mean rate at 0. Infinite where no rate is enough (packets
    /// longer than `1 / θ`), and for a source that is none: negative, not finite, empty, or more than
    /// [`TRAFFIC_SAMPLES_MAX`] samples.
    pub fn effective_bps(&self, theta: f64) -> f64 {
        if !self.is_sound() || !theta.is_finite() || theta < 0.0 {
            return f64::INFINITY;
        }
        if theta == 0.0 {
            return self.mean_bps();
        }
        match self {
            Self::Packets { mean_bps, packet_bits } => {
                let left = 1.0 - theta * packet_bits;
                if left > 0.0 { mean_bps / left } else { f64::INFINITY }
            }
            Self::FixedPackets { mean_bps, packet_bits } => {
                let exponent = theta * packet_bits;
                if exponent > 0.0 { mean_bps * exponent.exp_m1() / exponent } else { *mean_bps }
            }
            Self::OnOff { peak_bps, on_s, off_s } => on_off_bps(theta, *peak_bps, 1.0 / on_s, 1.0 / off_s),
            Self::Measured { bits, interval_s } => measured_bps(theta, bits, *interval_s),
        }
    }

    /// The mean rate in bit/s.
    pub fn mean_bps(&self) -> f64 {
        match self {
            Self::Packets { mean_bps, .. } | Self::FixedPackets { mean_bps, .. } => *mean_bps,
            Self::OnOff { peak_bps, on_s, off_s } => peak_bps * on_s / (on_s + off_s),
            Self::Measured { bits, interval_s } => bits.iter().sum::<f64>() / real(bits.len() as u64) / interval_s,
        }
    }

    fn is_sound(&self) -> bool {
        let at_least_0 = |measure: &f64| measure.is_finite() && *measure >= 0.0;
        let positive = |measure: &f64| measure.is_finite() && *measure > 0.0;
        match self {
            Self::Packets { mean_bps, packet_bits } | Self::FixedPackets { mean_bps, packet_bits } => {
                at_least_0(mean_bps) && at_least_0(packet_bits)
            }
            Self::OnOff { peak_bps, on_s, off_s } => at_least_0(peak_bps) && positive(on_s) && positive(off_s),
            Self::Measured { bits, interval_s } => {
                (1..=TRAFFIC_SAMPLES_MAX).contains(&bits.len()) && bits.iter().all(at_least_0) && positive(interval_s)
            }
        }
    }
}

/// `θ = -ln(ε) / (C d)` per bit, for a server of `rate_bps` whose packets are late beyond `delay_s` with probability
/// `epsilon`. 0 for an `epsilon` of 1 or more, infinite for one of 0 or a server without rate or room.
pub fn theta(rate_bps: f64, delay_s: f64, epsilon: f64) -> f64 {
    if epsilon >= 1.0 {
        return 0.0;
    }
    let theta = -epsilon.ln() / (rate_bps * delay_s);
    if theta.is_nan() { f64::INFINITY } else { theta }
}

/// The larger root `z` of `(β + z)(α + z - θh) = αβ`, divided by θ: the growth rate of `E[exp(θ A)]` of the two-state
/// fluid. It never exceeds the peak, which roundoff could.
fn on_off_bps(theta: f64, peak_bps: f64, leaves_on: f64, leaves_off: f64) -> f64 {
    let growth = theta * peak_bps;
    let half = growth - leaves_on - leaves_off;
    let root = half.hypot(2.0 * (leaves_off * growth).sqrt());
    // Of the two forms of the root, the one that subtracts nothing large from nothing large.
    let z = if half >= 0.0 { f64::midpoint(half, root) } else { 2.0 * leaves_off * growth / (root - half) };
    (z / theta).min(peak_bps)
}

/// `ln(mean(exp(θ x))) / (θ t)`, with the largest exponent taken out so that nothing overflows.
fn measured_bps(theta: f64, bits: &[f64], interval_s: f64) -> f64 {
    let most = bits.iter().copied().fold(0.0, f64::max);
    let mean = bits.iter().map(|amount| (theta * (amount - most)).exp()).sum::<f64>() / real(bits.len() as u64);
    (theta * most + mean.ln()) / (theta * interval_s)
}
