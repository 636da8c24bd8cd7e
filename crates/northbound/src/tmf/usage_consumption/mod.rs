//! TMF677 Usage Consumption v5.1.0: what a customer has used of what it bought, and what is left.
//!
//! A report is worked out of the books whenever it is asked for: it is kept nowhere, and its id is that of the party or the
//! token that it is of. A query is done when it is answered.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;

#[cfg(test)]
mod tests;

/// Where the API is.
pub(crate) const BASE: &str = "/tmf-api/usageConsumption/v5";
