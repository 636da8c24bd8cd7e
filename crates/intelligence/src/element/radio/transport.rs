//! Transport blocks: how many bits a grant carries, and the peak rate of a device.

use super::carrier::Carrier;
use super::mcs::Mcs;

/// The LDPC base graph that a block is coded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseGraph {
    /// For large blocks at high rates.
    One,
    /// For small blocks or low rates.
    Two,
}

/// Sizes of TS 38.214 table 5.1.3.2-1, in bits.
const SIZES: [u64; 93] = [
    24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 208, 224, 240,
    256, 272, 288, 304, 320, 336, 352, 368, 384, 408, 432, 456, 480, 504, 528, 552, 576, 608, 640, 672, 704, 736, 768,
    808, 848, 888, 928, 984, 1032, 1064, 1128, 1160, 1192, 1224, 1256, 1288, 1320, 1352, 1416, 1480, 1544, 1608, 1672,
    1736, 1800, 1864, 1928, 2024, 2088, 2152, 2216, 2280, 2408, 2472, 2536, 2600, 2664, 2728, 2792, 2856, 2976, 3104,
    3240, 3368, 3496, 3624, 3752, 3824,
];
const SMALL_BITS_MAX: u64 = 3_824;
/// Resource elements of one block that count at most (step 1).
const ELEMENTS_PER_PRB_MAX: u32 = 156;

/// The size in bits of a transport block on `prb` blocks of `elements_per_prb` data elements over `layers`: TS 38.214
/// clause 5.1.3.2, in integers throughout. 0 for a grant of nothing.
pub fn block_bits(mcs: Mcs, prb: u32, elements_per_prb: u32, layers: u32) -> u64 {
    let elements = u64::from(elements_per_prb.min(ELEMENTS_PER_PRB_MAX)) * u64::from(prb);
    // N_info as a number of 1/2048 bits.
    let info = elements * u64::from(mcs.rate_x2048) * u64::from(mcs.qm) * u64::from(layers);
    if info < 2048 {
        return 0;
    }
    if info <= SMALL_BITS_MAX * 2048 { small_bits(info / 2048) } else { large_bits(info, mcs) }
}

/// The base graph of a block of `bits`: TS 38.212 clause 7.2.2.
pub fn base_graph(mcs: Mcs, bits: u64) -> BaseGraph {
    let low_rate = mcs.rate_x2048 * 4 <= 2048;
    let medium_rate = f64::from(mcs.rate_x2048) <= 0.67 * 2048.0;
    if bits <= 292 || (bits <= SMALL_BITS_MAX && medium_rate) || low_rate { BaseGraph::Two } else { BaseGraph::One }
}

/// The peak rate of a device in bit/s by TS 38.306 clause 4.1.2: `v Qm f Rmax 12 N_PRB / Ts (1 - OH)`, with
/// Rmax = 948/1024, f = 1 and `overhead_ppm` as OH (140,000 for a downlink in range 1).
pub fn peak_bps(carrier: Carrier, layers: u32, qm: u32, overhead_ppm: u32) -> f64 {
    let kept = 1.0 - f64::from(overhead_ppm) / 1e6;
    f64::from(layers * qm) * (948.0 / 1024.0) * carrier.elements_per_s() * kept
}

/// Step 3: quantised down, then up to the next size of the table.
fn small_bits(info_bits: u64) -> u64 {
    let n = info_bits.ilog2().saturating_sub(6).max(3);
    let quantised = ((info_bits >> n) << n).max(24);
    SIZES.iter().copied().find(|size| *size >= quantised).unwrap_or(SMALL_BITS_MAX)
}

/// Step 4: quantised to the nearest, ties upwards, then so that code blocks come out equal.
fn large_bits(info: u64, mcs: Mcs) -> u64 {
    let over = info - 24 * 2048;
    let n = (over / 2048).ilog2() - 5;
    let quantised = (((2 * over + (2048 << n)) / (2048 << (n + 1))) << n).max(3_840);
    let block_max = if mcs.rate_x2048 * 4 <= 2048 {
        3_816
    } else if quantised > 8_424 {
        8_424
    } else {
        u64::MAX
    };
    let blocks = (quantised + 24).div_ceil(block_max);
    8 * blocks * (quantised + 24).div_ceil(8 * blocks) - 24
}
