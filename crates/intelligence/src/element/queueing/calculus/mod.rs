//! Network calculus: bounds that every packet keeps, from a bound on arrivals and one on service.
//!
//! Arrivals are bounded by token buckets, service by rate-latency curves; within these two families every operation here
//! is closed (Le Boudec and Thiran, Network Calculus, 2001). Units are the caller's: an amount, a time, and a rate of one
//! per the other, the same throughout.

mod curves;
mod tandem;

pub use curves::{RateLatency, TokenBucket};
pub use tandem::{Multiplexing, pmoo_delay, sfa_delay, tfa_delay};
