//! The radio: how far a cell reaches, at what rate, and what a promised rate costs it.
//!
//! From the bottom: [`pathloss`], [`los`] and [`penetration`] (TR 38.901 v19.4), [`band`] and [`carrier`] (TS 38.101,
//! TS 38.104), [`mcs`], [`transport`] and [`link`] (TS 38.214, and receivers as measured), and [`cell`] and
//! [`uplink`], which integrate all of them over the area of a cell into integer kbit/s and its price list.

pub mod band;
pub mod carrier;
pub mod cell;
pub mod limits;
pub mod link;
pub mod los;
pub mod mcs;
pub mod pathloss;
pub mod penetration;
pub mod transport;
pub mod uplink;

mod device;
mod error;
mod layout;

pub use error::RadioError;
pub use layout::Antenna;

#[cfg(test)]
mod tests;
