//! Price plans as data, and what follows from them: the lines of an amount.
//!
//! A plan is a tax and a list of components: paid once, every period, for each started step of a window, or
//! for each unit delivered. [`fee`] gives the lines of a purchase or of a period, [`metered`] what a quantity costs once it
//! is delivered, [`explain`] the words of a line. The same lines are on the quote, the charge and the bill.
//!
//! Invariants: integers and ratios only. A line is reckoned exactly and rounded up to a whole minor unit once; a discount
//! is a negative line, so it too is rounded in one direction. Tax is part of every line; it is reckoned on the sum of the
//! lines of a posting, rounded down once. At any moment and place exactly one rate of a component applies: a plan in which
//! two could, or none, is refused by name ([`PlanFault`]).
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]

mod amount;
mod check;
mod condition;
mod discount;
mod fault;
mod fee;
mod hours;
pub mod limits;
mod line;
mod period;
mod plan;
mod usage;
mod words;
mod zone;

pub use condition::{Condition, Moment};
pub use discount::{Discount, Newcomers, Off};
pub use fault::PlanFault;
pub use fee::{Buyer, Fee, Sale, fee, fee_given, given};
pub use hours::Hours;
pub use line::{Line, Rail, Source};
pub use period::Period;
pub use plan::{Charge, Component, PricePlan, Rate, Tax, TaxMode, Tier, Tiering, part_of};
pub use usage::{Delivered, Metered, metered, rates, units};
pub use words::explain;
pub use zone::{UnknownZone, Zone};

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test that is wrong panics and fails")]
mod tests;
