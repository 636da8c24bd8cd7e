//! Whom we call: the drivers behind the node's southbound port.
//!
//! Every driver has the same files: `service.rs` makes the calls, `convert.rs` is the only place that knows both
//! languages, `error.rs` says whose fault an outside error is and whether it may be retried, `wire.rs` (where there is a
//! wire) holds the network's own forms. Every call is idempotent by session id. `web` is behind another port: it calls
//! subscribers and identity providers; `payment` behind a third: it asks the operator's payment service.

pub mod payment;
pub mod twin;
pub mod unconnected;
pub mod web;
