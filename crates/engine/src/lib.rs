//! Decide and apply over the two books.
//!
//! `decide(&state, &request, stamp)` reads and refuses; `apply(&mut state, &event)` writes and cannot fail. Time, ids
//! and randomness come in with the stamp. No clock, I/O, async, floats or hash iteration; no wire type. One module per
//! capability, each of which reads top-down as the business sentence it implements.
//!
//! Invariants: a rejection changes nothing; every amount is in the event that was decided, so replay never computes a
//! price; the same events give the same state, to the byte.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]

mod action;
mod activation;
mod actor;
mod answer;
mod apply;
mod assurance;
mod bids;
mod budget;
mod catalog;
mod charging;
mod command;
pub mod congestion;
mod decide;
mod delivery;
mod entitlement;
mod event;
mod forecast;
mod gift;
mod grant;
mod idempotency;
mod lease;
pub mod limits;
mod meter;
mod metering;
mod mobility;
mod network;
mod notice;
mod order;
mod origin;
mod party;
mod path;
mod payment;
mod period;
mod preemption;
mod pricing;
mod priority;
mod qualification;
mod quote;
mod rejection;
mod renewal;
mod revocation;
mod settlement;
mod sharing;
mod stamp;
pub mod state;
mod tick;
mod transfer;

// The state shows both books and prices: who reads it finds their words here.
pub use {capacity, ledger, rating};

pub use activation::windows_until;
pub use actor::{Actor, Role};
pub use answer::Answer;
pub use apply::apply;
pub use assurance::{Verdict, verdict};
pub use command::{
    ActivationOutcome, BalanceAct, BalanceOrder, BudgetDraft, Charge, Command, Key, LeaseUse, Measurement, NewCharging,
    OfferingDraft, Purchase, PurchaseBy, Receipt, Request, Stage, WalletOrder, WalletWish, Want, Wish,
};
pub use decide::decide;
pub use delivery::undelivered;
pub use event::{Event, MarketEvent};
pub use lease::ReturnReason;
pub use metering::counted_in;
pub use network::path_from;
pub use party::wallet_of;
pub use payment::refundable;
pub use period::check_closable;
pub use qualification::{Ask, Promise, eligible, nearest, qualify};
pub use quote::{Price, price};
pub use rejection::{Class, Page, Rejection};
pub use stamp::Stamp;
pub use tick::decide_due;
