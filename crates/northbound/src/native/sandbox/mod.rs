//! The sandbox: applications that sign up by themselves, and what they sent and were answered.

mod convert;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
