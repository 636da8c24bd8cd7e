//! Parties: customers, partners, the operator; their wallets as the operator runs them, their personal data.

pub(crate) mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
