//! Money and tokens that are given on.

use super::token::Token;
use super::{Auditor, Finding};
use crate::fact::Said;
use crate::visible::TokenPhase;
use std::collections::BTreeSet;
use types::Instant;

impl Auditor {
    /// Money moves that its sender had and had not set aside, however much it may owe.
    pub(super) fn transferred(&mut self, from: u32, to: u32, minor: i64) -> Result<(), Finding> {
        let sender = self.books.purse(from)?;
        if minor <= 0 || from == to || sender.posted - sender.held < minor {
            return Err(format!("{minor} of {sender:?} went from party {from} to party {to}"));
        }
        sender.posted -= minor;
        self.books.purse(to)?.posted += minor;
        Ok(())
    }

    /// The receiver's token goes on where the giver's ends; who pays stays the same.
    pub(super) fn given(&mut self, token: usize, to: u32, said: Said, now: Instant) -> Result<(), Finding> {
        self.expect_number(said, self.tokens.len())?;
        let row = self.givable(token, to, now)?;
        let usage = self.plan.offerings[row.offering].usage;
        if usage.is_some_and(|usage| usage.held == 0) {
            return Err(format!("token {token} was given away with a bill that is still open"));
        }
        self.call_in(token);
        let row = &self.tokens[token];
        let next = Token { party: to, revoked: BTreeSet::new(), ..row.clone() };
        let before = &mut self.tokens[token];
        before.phase = TokenPhase::Revoked;
        (before.promise, before.hold, before.units) = (None, None, None);
        self.tokens.push(next);
        Ok(())
    }

    /// A part of a volume becomes a token for nothing.
    pub(super) fn gifted(
        &mut self,
        token: usize,
        (quantity, to): (u64, u32),
        said: Said,
        now: Instant,
    ) -> Result<(), Finding> {
        self.expect_number(said, self.tokens.len())?;
        let row = self.givable(token, to, now)?;
        let offering = &self.plan.offerings[row.offering];
        let quantity = i64::try_from(quantity).map_err(|_| "a gift that cannot be counted")?;
        let left = row.units.unwrap_or(0) - self.leased_units(token);
        if quantity < 1 || quantity > left || offering.usage.is_some() || !offering.demand.is_empty() {
            return Err(format!("{quantity} of the {left} of token {token} were given away"));
        }
        let part = Token {
            party: to,
            phase: TokenPhase::Issued,
            promise: None,
            fee: 0,
            hold: None,
            units: Some(quantity),
            paid: 0,
            earned: 0,
            refunded: 0,
            used: 0,
            spent: None,
            given: 0,
            revoked: BTreeSet::new(),
            ..row.clone()
        };
        let giver = &mut self.tokens[token];
        (giver.units, giver.given) = (Some(left - quantity), giver.given + quantity.unsigned_abs());
        if left == quantity {
            giver.phase = TokenPhase::Exhausted;
        }
        self.tokens.push(part);
        Ok(())
    }

    fn givable(&self, token: usize, to: u32, now: Instant) -> Result<&Token, Finding> {
        let row = self.live(token)?;
        let offering = &self.plan.offerings[row.offering];
        let idle = row.session.is_none() && row.phase == TokenPhase::Issued && row.window.to() > now;
        if !idle || !offering.transferable || row.party == to {
            return Err(format!("token {token} was given to party {to}, which may not be"));
        }
        Ok(row)
    }
}
