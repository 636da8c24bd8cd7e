//! TMF654 Prepay Balance Management v4.0.0: wallets and volumes of tokens as buckets, and what is done with them.
//!
//! A top-up, an adjustment, a transfer and a reservation are balance actions of the engine, found again by their ids. What a
//! client says besides (description, reason, channel, requestor and the like) may name people: it lives in the vault.

pub(crate) mod actions;
mod buckets;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod notes;
pub(crate) mod notify;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};

#[cfg(test)]
mod tests;

/// Where the API is.
pub(crate) const BASE: &str = "/tmf-api/prepayBalanceManagement/v4";

/// The hub of this API.
const HUB: super::common::hub::Api = super::common::hub::Api { name: "TMF654v4", base: BASE, events: notify::EVENTS };
