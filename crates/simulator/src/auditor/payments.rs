//! Payments: what the payment service said counts once, whichever way the money goes.

use super::{Auditor, Finding};
use crate::visible::Account;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct Payments {
    /// On its way out of the wallets of parties.
    going_out: BTreeMap<u32, i64>,
    settled: BTreeSet<u128>,
}

impl Auditor {
    /// Money that is wanted back leaves its wallet at once.
    pub(super) fn paid_out(&mut self, owner: u32, minor: i64) -> Result<(), Finding> {
        let purse = self.books.purse(owner)?;
        if minor <= 0 || purse.posted - purse.held < minor {
            return Err(format!("{minor} of {purse:?} are paid out"));
        }
        purse.posted -= minor;
        self.books.add(Account::Cash, minor);
        *self.payments.going_out.entry(owner).or_default() += minor;
        Ok(())
    }

    /// What comes in is added when it has come; what could not go out is back.
    pub(super) fn settled(
        &mut self,
        payment: u128,
        (party, minor): (u32, i64),
        (out, approved): (bool, bool),
    ) -> Result<(), Finding> {
        if !self.payments.settled.insert(payment) {
            return Err(format!("payment {payment:x} counted twice"));
        }
        if !out {
            return if approved { self.books.top_up(party, minor) } else { Ok(()) };
        }
        let going = self.payments.going_out.entry(party).or_default();
        *going -= minor;
        if *going < 0 || minor <= 0 {
            return Err(format!("{minor} went out of the wallet of party {party}, which nobody wanted"));
        }
        if !approved {
            self.books.purse(party)?.posted += minor;
            self.books.add(Account::Cash, -minor);
        }
        Ok(())
    }
}
