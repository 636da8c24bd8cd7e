//! CAMARA quality-on-demand 1.1.0: create, get and delete a session.
//!
//! A session calls a token that the client's party has bought: the offering's QoS profile is the `qosProfile`, and the
//! token's window covers now. Tokens of two legs only: `device` is required.

mod check;
mod convert;
mod error;
#[expect(dead_code, reason = "what delivers notifications calls it")]
pub(crate) mod notification;
mod routes;
mod wire;

pub(crate) use routes::routes;
