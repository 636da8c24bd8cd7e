//! Meters: who reports delivered quantities.

mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
