//! The payment service: it decides once about each payment, and says so as often as it is asked.

use crate::draw::Draw;
use crate::fact::{Asked, Caller, Letter};
use engine::state::{PaymentKind, State};
use std::collections::BTreeMap;
use types::PaymentId;

/// Letters of the cashier are numbered from here: between those of clients and those of the outbox.
const CASHIER_ORDERS: u64 = 1 << 39;

/// What became of payments. It survives crashes of the cell, as it is somebody else's.
#[derive(Debug)]
pub struct Cashier {
    /// Draws of its own, so that the rest of a world does not depend on them.
    draw: Draw,
    decided: BTreeMap<PaymentId, bool>,
    letters: u64,
}

impl Cashier {
    /// The service of the world of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { draw: Draw::new(seed.rotate_left(32)), decided: BTreeMap::new(), letters: 0 }
    }

    /// Asks for what the durable state has open, now and then, and tells what was said; sometimes more than once.
    pub fn follow(&mut self, state: &State) -> Vec<Letter> {
        let draw = &mut self.draw;
        let mut told = Vec::new();
        for payment in state.payments.values() {
            if !draw.happens(300) {
                continue;
            }
            let approved = *self.decided.entry(payment.id).or_insert_with(|| draw.happens(700));
            self.letters += 1;
            let asked = Asked::Settle {
                payment: payment.id.as_u128(),
                party: payment.owner.number(),
                minor: payment.amount_minor,
                out: payment.kind != PaymentKind::TopUp,
                approved,
            };
            told.push(Letter { order: CASHIER_ORDERS + self.letters, keyed: false, caller: Caller::Operator, asked });
        }
        told
    }
}
