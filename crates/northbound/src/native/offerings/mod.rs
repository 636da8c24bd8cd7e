//! What is sold.

pub(crate) mod convert;
mod file;
mod routes;
pub(crate) mod wire;

pub use file::{OfferingFile, PriceFile, price_words};
pub(crate) use routes::{operators, routes};
