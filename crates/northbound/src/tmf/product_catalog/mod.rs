//! TMF620 Product Catalog Management v5.0.0: the offerings of our own API as product offerings, and their prices.
//!
//! What TM Forum has no member for (terms, guarantee, remedy, demand and the like) is in characteristics, each named as the member
//! of an offering at `/v1/offerings` that it carries: one that is published here is published by the same command.

pub(crate) mod convert;
mod draft;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};

#[cfg(test)]
mod tests;

/// Where the API is.
pub(crate) const BASE: &str = "/tmf-api/productCatalogManagement/v5";
