//! Bid prices: what a unit of a resource is worth unsold, from capacity, forecast requests and price plans.
//!
//! A token is a product that takes units of several resources; selling it displaces what those units would earn
//! otherwise. The deterministic linear program ([`linear`]) gives one price a resource, and a bound on what anybody can
//! earn. The decomposition ([`Plan`]) walks each resource by itself over time and units left, with the others at those
//! prices; its prices answer to what is left without solving anything again. They leave as integers ([`Table`]): a
//! purchase is worth its while where its price is at least the sum over what it uses. [`Market`] does all of it for a network
//! whose capacity comes by the hour.
//!
//! For one resource alone, with normal forecasts of demand and no model of when it comes, there is [`protection`].
//!
//! The linear program is solved by Clarabel, an interior-point method in Rust alone. It cannot start from the solution
//! before, so after a change the parts of the network that differ are solved as a whole, and the others are as they were;
//! the decomposition, too, is done again only where its input differs.

mod decomposition;
mod duals;
pub mod limits;
pub mod linear;
mod market;
mod parts;
mod plan;
mod problem;
pub mod protection;
mod table;

pub use linear::Linear;
pub use market::{Market, Wanted};
pub use plan::Plan;
pub use problem::{BidPriceError, Problem, Product, Use};
pub use table::{Grain, Row, Run, TABLE_VERSION, Table};

#[cfg(test)]
mod tests;
