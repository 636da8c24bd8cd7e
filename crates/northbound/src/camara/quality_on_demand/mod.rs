//! CAMARA quality-on-demand 1.1.0: sessions are created, read, extended, deleted and found by their device.
//!
//! A session calls a token that the client's party has bought: the offering's QoS profile is the `qosProfile`, and the
//! token's window covers now. With an access token of two legs a request names the device; with one of three the token
//! does, answers name none, and only this device's sessions are the client's.

pub(crate) mod check;
pub(crate) mod convert;
mod error;
mod find;
pub(crate) mod notification;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
