//! Time, ids and randomness come in from outside, with the stamp.

use types::Instant;

/// What a decision may know of the world beyond the state: given by the node, monotonic in time.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The time of the batch this decision belongs to.
    pub now: Instant,
    /// Fresh bits, different for every command of a cell.
    pub entropy: u128,
}

impl Stamp {
    /// The `n`-th id of this decision: a version 7 UUID (RFC 9562 §5.7) of the stamp's time and bits.
    pub const fn id(&self, n: u8) -> u128 {
        let bits = self.entropy.wrapping_add(n as u128);
        let millis = (self.now.as_ms() as u128) << 80;
        let rand_a = ((bits >> 62) & 0xfff) << 64;
        let rand_b = bits & 0x3fff_ffff_ffff_ffff;
        millis | (0x7 << 76) | rand_a | (0b10 << 62) | rand_b
    }
}
