//! Queues and circuits: what share of demand is refused, what share of packets is late, and what can be guaranteed.
//!
//! Three kinds of law, in the order of what they promise: network [`calculus`] bounds every packet, [`bandwidth`] and
//! [`sharing`] bound the share of late packets under a traffic model, [`certify`] says what samples prove without one.
//! [`erlang`], [`kaufman_roberts`] and [`reservation`] answer for refused calls instead of late packets. [`grade`] turns
//! an objective over a path of such resources into the integers that the core adds and compares.
//!
//! The simulated network samples from formulas of its own, so that a mistake here shows as a broken promise there.

pub mod bandwidth;
pub mod calculus;
pub mod certify;
pub mod erlang;
pub mod grade;
pub mod kaufman_roberts;
pub mod limits;
pub mod reservation;
pub mod sharing;

#[cfg(test)]
mod tests;
