//! The port through which a cell asks the operator's payment service, and what it is to be asked, without any I/O.
//!
//! As with the network there is no list of unsent calls to lose: every payment of the state is asked for until it is known
//! what became of it, under its own id. A service that is asked twice under one id moves money once.

use crate::limits::{PAYMENT_BACKOFF, PAYMENT_BACKOFF_MAX, PAYMENT_CALLS_MAX};
use engine::Command;
use engine::ledger::Asset;
use engine::state::{Payment, PaymentKind, PaymentOutcome, State};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use types::{Currency, Duration, Instant, PartyId, PaymentId};

/// A question to the payment service under way.
pub type Paying<'a> = Pin<Box<dyn Future<Output = Result<PaymentOutcome, PaymentError>> + Send + 'a>>;

/// What the payment service is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentAsked {
    /// The same however often it is asked: the key that makes repeating it safe.
    pub id: PaymentId,
    /// Into the wallet, or out of it?
    pub way: PaymentWay,
    /// Whose wallet it is.
    pub party: PartyId,
    /// From or to whom, in the service's own words.
    pub reference: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of which money.
    pub currency: Currency,
}

/// Which way money is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentWay {
    /// Into the wallet.
    TopUp,
    /// Back to where it came from.
    Payout,
}

/// It is not known what became of a payment: it is asked for again.
#[derive(Debug, thiserror::Error)]
#[error("could not find out what became of payment {payment}: {reason}")]
pub struct PaymentError {
    /// Which.
    pub payment: PaymentId,
    /// What the service said, or that it said nothing.
    pub reason: String,
}

/// The operator's payment service, as a cell sees it.
pub trait Payments: Send + Sync {
    /// Moves the money, once however often it is asked under one id, and says what became of it.
    fn pay<'a>(&'a self, asked: &'a PaymentAsked) -> Paying<'a>;
}

/// Payments that are being asked for, and those that wait to be asked again.
#[derive(Debug, Default)]
pub struct PaymentDesk {
    /// Asked, or with their answer on its way into the journal.
    running: BTreeSet<PaymentId>,
    /// How often nothing was heard, and when the next attempt may be made.
    failed: BTreeMap<PaymentId, (u32, Instant)>,
}

impl PaymentDesk {
    /// The next payment to ask for; `None` when there is nothing to do now or enough is under way.
    pub fn next(&mut self, state: &State, now: Instant) -> Option<PaymentAsked> {
        self.failed.retain(|payment, _| state.payments.contains_key(payment));
        if self.running.len() >= PAYMENT_CALLS_MAX {
            return None;
        }
        let rests = |payment: &PaymentId| self.failed.get(payment).is_some_and(|(_, at)| *at > now);
        let ready = |payment: &&Payment| !self.running.contains(&payment.id) && !rests(&payment.id);
        let asked = state.payments.values().filter(ready).find_map(|payment| asked(state, payment))?;
        self.running.insert(asked.id);
        Some(asked)
    }

    /// The service answered, or did not. The command that tells the cell, or `None` when it is asked again later.
    pub fn done(
        &mut self,
        payment: PaymentId,
        answer: Result<PaymentOutcome, &PaymentError>,
        now: Instant,
    ) -> Option<Command> {
        if let Ok(outcome) = answer {
            self.failed.remove(&payment);
            return Some(Command::RecordPayment { payment, outcome });
        }
        self.running.remove(&payment);
        let (tried, at) = self.failed.entry(payment).or_insert((0, now));
        let doubled = PAYMENT_BACKOFF.as_ms().saturating_mul(1 << (*tried).min(16));
        *tried += 1;
        *at = now.after(Duration::from_ms(doubled.min(PAYMENT_BACKOFF_MAX.as_ms())));
        None
    }

    /// What became of a payment is durable, and the state that comes next shows it.
    pub fn told(&mut self, payment: PaymentId) {
        self.running.remove(&payment);
    }

    /// When the next payment is asked for again.
    pub fn next_retry(&self) -> Option<Instant> {
        self.failed.iter().filter(|(payment, _)| !self.running.contains(payment)).map(|(_, (_, at))| *at).min()
    }
}

fn asked(state: &State, payment: &Payment) -> Option<PaymentAsked> {
    let Asset::Currency(currency) = state.ledger.asset_of(payment.wallet)? else { return None };
    let way = match payment.kind {
        PaymentKind::TopUp => PaymentWay::TopUp,
        PaymentKind::Payout(_) => PaymentWay::Payout,
    };
    Some(PaymentAsked {
        id: payment.id,
        way,
        party: state.party(payment.owner)?.id,
        reference: payment.reference.clone(),
        amount_minor: payment.amount_minor,
        currency,
    })
}
