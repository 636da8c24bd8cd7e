//! TMF678 Customer Bill v5.0.0: what each month cost a wallet, from the rows of postings.
//!
//! A bill is worked out of the books whenever it is asked for, and those of a month that is over never change: asked twice it is
//! the same to the byte. The bill of the month that runs is `new`, and grows until the month is over.

pub(crate) mod bill;
pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;

#[cfg(test)]
mod tests;

/// Where the API is.
pub(crate) const BASE: &str = "/tmf-api/customerBillManagement/v5";
