//! What all TM Forum APIs share.

pub(crate) mod convert;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod hub;
pub(crate) mod list;
pub(crate) mod notify;
pub(crate) mod query;
pub(crate) mod wire;

#[cfg(test)]
mod tests;
