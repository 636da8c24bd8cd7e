//! Attachments: where the network serves a device that holds a promise, so that the promise follows it.

mod routes;
pub(crate) mod wire;

pub(crate) use routes::operators;
