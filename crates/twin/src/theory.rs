//! The queueing formulas that the twin samples from and that promises are planned with.
//!
//! A protected flow is an M/M/1 queue served at its guaranteed rate: with packets arriving at `lambda` and served at
//! `mu` (both per second), the time a packet spends in it is exponential, `P(T > t) = exp(-(mu - lambda) t)`
//! (Kleinrock, Queueing Systems, volume I). Best effort is a processor-sharing queue, whose mean sojourn is
//! `x / (1 - rho)` for any size distribution of mean service time `x`. Real buffers are finite: both laws are cut at
//! [`BUFFER_US`](crate::BUFFER_US), and what would wait longer is dropped.

use crate::number::{ceil, real};
use types::{PPB, PPM};

const US_PER_S: f64 = 1e6;

/// The probability that a packet spends more than `delay_us` in a queue served at `rate_kbps` and offered
/// `offered_kbps` of packets with mean size `packet_bytes`. 1 when the queue is not stable.
pub fn p_delay_exceeds(rate_kbps: u64, offered_kbps: u64, packet_bytes: u32, delay_us: u64) -> f64 {
    if rate_kbps <= offered_kbps {
        return 1.0;
    }
    let theta_per_s = packets_per_s(rate_kbps - offered_kbps, packet_bytes);
    (-theta_per_s * real(delay_us) / US_PER_S).exp()
}

/// The queueing delay in µs that a share `percentile_ppm` of packets stays within; `None` when the queue is not
/// stable or the percentile is 100 % or more.
pub fn delay_percentile_us(rate_kbps: u64, offered_kbps: u64, packet_bytes: u32, percentile_ppm: u64) -> Option<u64> {
    if rate_kbps <= offered_kbps || percentile_ppm >= PPM {
        return None;
    }
    let theta_per_s = packets_per_s(rate_kbps - offered_kbps, packet_bytes);
    Some(ceil(neg_ln_tail(percentile_ppm) / theta_per_s * US_PER_S))
}

/// The least guaranteed rate in kbit/s that keeps a share `percentile_ppm` of packets within `budget_ms` of queueing:
/// `mu = lambda + ln(1 / (1 - p)) / t`, rounded up.
///
/// The budget is what is left of the promised delay after the base delay of the path
/// ([`City::base_delay_us`](crate::City::base_delay_us)). `u64::MAX` when no rate is enough: a budget of 0 or a
/// percentile of 100 % or more.
pub fn guaranteed_rate_kbps(offered_kbps: u64, packet_bytes: u32, budget_ms: u64, percentile_ppm: u64) -> u64 {
    if budget_ms == 0 || percentile_ppm >= PPM {
        return u64::MAX;
    }
    // Packets per second × bits per packet / 1000, with the budget in ms: the thousands cancel out.
    let spare_kbps = neg_ln_tail(percentile_ppm) / real(budget_ms) * packet_bits(packet_bytes);
    offered_kbps.saturating_add(ceil(spare_kbps))
}

/// The least percentile to plan for so that a window of `samples` independent samples is judged broken, by its own
/// `percentile_ppm`, with a probability of at most `false_break_ppb`; rounded up to 1 ppm.
///
/// A plan for exactly the promised percentile sees about half of its windows above it by chance alone. A window breaks
/// when more than `samples × (1 - percentile)` samples exceed the budget, and their number is binomial.
pub fn planning_percentile_ppm(percentile_ppm: u64, samples: u32, false_break_ppb: u64) -> u64 {
    let tail_ppm = PPM.saturating_sub(percentile_ppm);
    let allowed = u64::from(samples) * tail_ppm / PPM;
    let breaks_rarely = |planned_ppm: u64| {
        let p_exceeds = real(PPM - planned_ppm) / real(PPM);
        p_more_than(allowed, samples, p_exceeds) * real(PPB) <= real(false_break_ppb)
    };
    // Breaking is the rarer the higher the plan, so bisect.
    let (mut low_ppm, mut high_ppm) = (percentile_ppm.min(PPM), PPM);
    while low_ppm < high_ppm {
        let middle_ppm = u64::midpoint(low_ppm, high_ppm);
        if breaks_rarely(middle_ppm) { high_ppm = middle_ppm } else { low_ppm = middle_ppm + 1 }
    }
    high_ppm
}

/// The mean sojourn in µs of a processor-sharing queue: `x / (1 - rho)`; `None` at `rho >= 1`.
pub fn mean_shared_sojourn_us(rate_kbps: u64, offered_kbps: u64, size_bytes: u32) -> Option<f64> {
    let served_per_s = packets_per_s(rate_kbps, size_bytes);
    let rho = real(offered_kbps) / real(rate_kbps);
    (rate_kbps > offered_kbps).then(|| US_PER_S / served_per_s / (1.0 - rho))
}

/// A sojourn in µs drawn by `u` in (0, 1) from a stationary queue with `theta_per_s = mu - lambda` whose buffer
/// holds `buffer_us` of delay.
///
/// The density is proportional to `exp(-theta t)` on `[0, buffer]`: the M/M/1 law cut at the buffer for
/// `theta > 0`, uniform at 0, and pressed against the full buffer below 0 (the large-buffer limit of M/M/1/K).
pub(crate) fn sojourn_us(u: f64, theta_per_s: f64, buffer_us: u64) -> f64 {
    let exponent = theta_per_s * real(buffer_us) / US_PER_S;
    if exponent.abs() < 1e-9 {
        return u * real(buffer_us);
    }
    if exponent > 0.0 {
        return -(u * (-exponent).exp_m1()).ln_1p() / theta_per_s * US_PER_S;
    }
    // The mirror image, which cannot overflow: the room left in the buffer has the law above.
    real(buffer_us) - sojourn_us(1.0 - u, -theta_per_s, buffer_us)
}

/// The share of packets that find the buffer full: `(1-rho) rho^K / (1 - rho^(K+1))` of M/M/1/K, `K = mu × buffer`.
pub(crate) fn loss_share(mu_per_s: f64, lambda_per_s: f64, buffer_us: u64) -> f64 {
    if mu_per_s <= 0.0 {
        return 1.0;
    }
    let places = mu_per_s * real(buffer_us) / US_PER_S;
    let rho = lambda_per_s / mu_per_s;
    if (rho - 1.0).abs() < 1e-9 {
        1.0 / (places + 1.0)
    } else if rho < 1.0 {
        (1.0 - rho) * rho.powf(places) / (1.0 - rho.powf(places + 1.0))
    } else {
        (1.0 - 1.0 / rho) / (1.0 - rho.powf(-places - 1.0))
    }
}

/// Packets per second in `rate_kbps`.
pub(crate) fn packets_per_s(rate_kbps: u64, packet_bytes: u32) -> f64 {
    real(rate_kbps) * 1_000.0 / packet_bits(packet_bytes)
}

/// The probability that more than `allowed` of `samples` exceed, each with `p_exceeds`: the binomial's upper tail.
fn p_more_than(allowed: u64, samples: u32, p_exceeds: f64) -> f64 {
    if p_exceeds <= 0.0 {
        return 0.0;
    }
    // Terms are carried as logarithms: (1 - p)^n vanishes for large n.
    let mut ln_term = f64::from(samples) * (-p_exceeds).ln_1p();
    let mut at_most = 0.0;
    for count in 0..=allowed.min(u64::from(samples)) {
        at_most += ln_term.exp();
        let (left, next) = (f64::from(samples) - real(count), real(count) + 1.0);
        ln_term += (left / next).ln() + p_exceeds.ln() - (-p_exceeds).ln_1p();
    }
    (1.0 - at_most).max(0.0)
}

fn packet_bits(packet_bytes: u32) -> f64 {
    f64::from(packet_bytes.max(1)) * 8.0
}

fn neg_ln_tail(percentile_ppm: u64) -> f64 {
    -(1.0 - real(percentile_ppm) / real(PPM)).ln()
}
