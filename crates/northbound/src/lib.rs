//! Who calls us: HTTP over one running cell.
//!
//! [`router`] puts the routes of one side together, [`serve`] serves them until told to stop. The operator's operations are
//! on the side of the operator alone: on the public side they do not exist. `native` is our own API,
//! `camara` the alliance's, `tmf` TM Forum's; each folder has `routes`, `wire`, `convert` and, where it has words of its own, `error`.
//! A handler parses, submits and renders; `convert` alone knows both the wire and the engine.
//!
//! Invariants: nothing is written but through the gate and the vault; whatever is wrong with a request gets the error
//! body of the API that was called and changes nothing; no secret is logged or returned; what is another party's is as
//! if it did not exist (CAMARA says 403 where its specification does); every size, page, batch and wait has a named
//! limit ([`limits`]).

mod admit;
mod app;
mod auth;
mod call;
mod camara;
mod correlation;
mod device;
mod docs;
mod door;
mod entropy;
mod fault;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod idempotency;
pub mod limits;
mod metrics;
mod native;
mod nchf;
mod oauth;
mod openapi;
mod place;
mod planning;
mod sandbox;
mod seats;
mod serve;
mod side;
mod stream;
mod subscribers;
mod telling;
mod time;
mod tls;
mod tmf;
mod way;

pub use admit::{Limits, Rate, RateError, Uptime};
pub use app::{App, OnSpan};
pub use auth::{
    ClientConfig, ClientKey, Credential, CredentialError, Credentials, IssuerConfig, KeyError, KeysConfig, OAuth,
    OAuthConfig, OAuthError, Proof, ProofHashes,
};
pub use fault::{DOOR_PAGES, DoorPage};
pub use native::offerings::{OfferingFile, PriceFile, price_words};
pub use native::plans::{PlanDraft, plan_of};
pub use nchf::{FinalUnit, Nchf, NchfError, NchfSizes, RatingGroup};
pub use planning::{Congestion, CongestionCounts, Measured, Planning, PlanningCounts, Served, Serving, Taken};
pub use sandbox::Sandbox;
pub use serve::{Listening, serve};
pub use side::{Side, openapi_json, router};
pub use subscribers::{Subscribers, SubscribersError};
pub use telling::Words;
pub use tls::{ClientCertificate, Tls, TlsClients, TlsError, TlsFiles, WithoutCertificate};

#[cfg(test)]
mod tests;
