//! Random numbers of a seed: one stream for each purpose.

use intelligence::number::real;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a purpose under a seed.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(purpose);
        Self(random)
    }

    /// Strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        const STEPS: f64 = 9_007_199_254_740_992.0; // 2^53
        (real(self.0.next_u64() >> 11) + 0.5) / STEPS
    }

    /// Exponentially distributed with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// From zero to `sides`, without it; `sides` is small, so it is as good as uniform.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0.next_u64() % sides
    }
}
