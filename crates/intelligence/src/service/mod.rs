//! The service: what will be wanted, how sure that is, and what it is worth.

pub mod bid_price;
pub mod forecast;
