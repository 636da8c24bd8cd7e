//! A simulated mobile network, driven by calls and by the time it is told.
//!
//! [`City`] says what there is: radio cells, transport, a 5G core, edge sites. [`Twin`] runs it: it enforces flows,
//! carries traffic and reports **raw samples, never verdicts**. [`theory`] holds the queueing formulas behind both
//! the samples and an operator's planning, so a promise made from the formulas is one the twin can keep.
//!
//! A device whose name ends in `9901` to `9909`, the last digit being seconds, moves from radio cell to radio cell while
//! a flow of it is enforced ([`Twin::attachment`]); its guarantee goes with it where it fits, else it is best effort there.
//! The numbers `9911` to `9913` fix what becomes of a flow ([`Outcome`]).
//!
//! Invariants: no clock, no thread, no I/O; the same seed and the same calls give byte-identical telemetry, however
//! finely time is stepped. Guarantees never pass the working capacity of an element at admission. Every report of a
//! session carries the next sequence number. What really happened is in [`Twin::log`], whatever a caller was told.
//!
//! Units: kbit/s, microseconds for delays, `types` instants (ms) for time, ppm for shares.

mod background;
mod city;
mod faults;
mod flow;
mod layout;
mod log;
mod network;
mod number;
mod outcome;
mod random;
mod running;
mod telemetry;
pub mod theory;
mod traffic;
mod twin;
mod walk;

pub use background::Background;
pub use city::{City, Class, Element};
pub use faults::{CallFaults, Faults};
pub use flow::{FlowAccepted, FlowError, FlowRefused, FlowRequest, FlowState, PACKET_BYTES, Place, Released};
pub use log::{Ended, Service};
pub use network::{BUFFER_US, BURST_BYTES, Scope};
pub use outcome::Outcome;
pub use telemetry::{REPORTS_KEPT_MAX, REPORTS_WAITING_MAX, Report};
pub use traffic::{HOURS_PER_WEEK, Traffic, background_profile};
pub use twin::{Config, Twin};
pub use walk::Attachment;

#[cfg(test)]
mod tests;
