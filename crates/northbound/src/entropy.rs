//! Fresh ids for things that callers register without naming them.

use engine::Stamp;
use node::wall_clock;

/// 128 bits that sort by time, like those that the engine makes.
pub(crate) fn fresh_id() -> u128 {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the operating system gives random bits");
    Stamp { now: wall_clock(), entropy: u128::from_be_bytes(bits) }.id(0)
}
