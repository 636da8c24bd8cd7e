//! Background load of a resource a day ahead: a point forecast, and an upper bound that holds as often as it says.
//!
//! The point forecast is a weekly profile of slot means, scaled by how today compares with it. Models of the exponential
//! smoothing family (the `augurs` crate has them) were considered: they bring some sixty crates, fit a year of slots by
//! optimisation, and with a weekly season of 2,016 slots have nothing to add to a smoothed mean of the same slot. What makes
//! a bound good is not the point forecast but its calibration.
//!
//! The bound is the forecast plus a conformal quantile of its past errors ([`conformal`]), of which the level is adapted
//! until the bound is exceeded as often as it should be (adaptive conformal inference, Gibbs and Candès 2021, on a
//! logarithmic scale). It makes no assumption about errors, and after a shift of level it recovers what it owes.
//!
//! Only forecasts of a slot of the week that was seen before are counted, so nothing is bounded, and nothing sellable, until
//! a week and some hours were watched. With guesses from other days counted as well, that week's promises were broken eight
//! times too often on the twin, and its errors held the bound at half as much again as the load for eight weeks more.

pub mod conformal;
mod forecaster;
pub mod limits;
mod profile;

pub use forecaster::{Forecast, ForecastError, Forecaster, Settings};

#[cfg(test)]
mod tests;
