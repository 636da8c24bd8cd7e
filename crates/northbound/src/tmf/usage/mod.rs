//! TMF635 Usage Management v4.0.0: usage records as resources.
//!
//! A record that is created is charged, once for its meter and sequence. The latest records are shown as they happened; what
//! is older is in statements and exports, by token and hour.

pub(crate) mod convert;
pub(crate) mod notify;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;

#[cfg(test)]
mod tests;

/// Where the API is.
pub(crate) const BASE: &str = "/tmf-api/usageManagement/v4";

/// The hub of this API.
const HUB: super::common::hub::Api = super::common::hub::Api { name: "TMF635v4", base: BASE, events: notify::EVENTS };
