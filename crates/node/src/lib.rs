//! One running cell.
//!
//! [`Node`] is its writer without any I/O: commands are queued, decided and applied one after another, and handed out as
//! a batch; nothing is answered before it, and everything before it, is durable. [`Cell`] runs it on threads over a
//! store; [`Gate`] is how everything else reaches it; [`Replica`] is the durable state that reads see. The outbox calls
//! the network through the [`Southbound`] port, and raw samples become counts for verdicts in `assurance`.
//!
//! Invariants: one writer; answers wait for durability, rejections and repeats included; views and the outbox see
//! durable events only; every queue has a named limit (`limits`).

mod assurance;
mod blobs;
mod driver;
mod entitlements;
mod keyring;
pub mod limits;
mod notify;
mod outbox;
mod payment;
mod port;
mod postings;
#[cfg(test)]
mod sample;
mod seal;
mod secret;
mod step;
mod vault;
mod view;
mod web;

// A cell runs over a store: who starts one finds it here.
pub use journal;

pub use assurance::{Assurance, Promise, charge_of};
pub use driver::{
    Cashier, Cell, Clock, Counts, Feed, FeedError, Gate, GateError, LoadError, Network, Notifier, Page, Pending,
    RecordsError, Replica, StartError, wall_clock,
};
pub use entitlements::{EntitlementError, Entitlements, capability_name};
pub use keyring::{KeyStore, Keyring, KeyringError, Purpose, SigningKey};
pub use notify::{
    DeadLetter, Delivery, DeliveryKey, Happened, Hub, Mailroom, Notices, NotifyError, Outcome as Attempted, Pace, Sees,
    Sink, Webhook,
};
pub use outbox::{Call, Outbox};
pub use payment::{Paying, PaymentAsked, PaymentDesk, PaymentError, PaymentWay, Payments};
pub use port::{CallError, Calling, Fault, Intent, Load, Loads, LoadsError, Measuring, Report, Southbound};
pub use postings::{Recorder, account_kind_name, asset_name, hour_start};
pub use secret::{CellSecret, KeptAs, OperatorKey, SecretError};
pub use step::{Answered, Node, Outcome, Reading, Refused, StopReason, Submission, Work};
pub use tessera_token::{Possession, Request as EntitlementRequest, RequestDigest};
pub use vault::{SessionRecord, Vault, VaultError};
pub use view::{RecoverError, View};
pub use web::{Reach, Web, WebAnswer, WebCalling, WebError, WebRequest};
