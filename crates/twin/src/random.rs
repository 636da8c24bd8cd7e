//! Seeded randomness: one stream a purpose, so that one draw more here changes nothing there.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::number::real;

/// What a stream of random numbers is for.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// Where elements stand and what they can do.
    Layout = 1,
    /// Background load, a draw a minute.
    Background = 2,
    /// Delays of one flow.
    Flow = 3,
    /// Which reports are duplicated or reordered.
    Faults = 4,
    /// What weeks bring to background load.
    Weeks = 5,
    /// Where devices go.
    Walks = 6,
}

/// The stream of `purpose` and `key` under `seed`.
pub fn stream(seed: u64, purpose: Purpose, key: u128) -> ChaCha8Rng {
    let mut bytes = [0_u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8] = purpose as u8;
    bytes[16..].copy_from_slice(&key.to_le_bytes());
    ChaCha8Rng::from_seed(bytes)
}

/// A number strictly between 0 and 1.
pub fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    const STEPS: f64 = 9_007_199_254_740_992.0; // 2^53
    (real(rng.next_u64() >> 11) + 0.5) / STEPS
}

/// A number strictly between `low` and `high`.
pub fn between(rng: &mut ChaCha8Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * uniform(rng)
}

/// 128 random bits, for an id.
pub fn bits(rng: &mut ChaCha8Rng) -> u128 {
    (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64())
}
