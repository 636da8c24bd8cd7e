//! The auditor's own book of money.

use super::Finding;
use crate::visible::{Account, Purse};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Books {
    pub purses: BTreeMap<u32, Purse>,
    pub payable: BTreeMap<u32, i64>,
    pub accounts: BTreeMap<Account, i64>,
}

impl Books {
    pub fn open(&mut self, party: u32) {
        self.purses.entry(party).or_default();
    }

    pub fn top_up(&mut self, party: u32, minor: i64) -> Result<(), Finding> {
        if minor <= 0 {
            return Err(format!("a top-up of {minor} was accepted"));
        }
        self.purse(party)?.posted += minor;
        self.add(Account::Cash, -minor);
        Ok(())
    }

    pub fn set_limit(&mut self, party: u32, minor: i64) -> Result<(), Finding> {
        self.purse(party)?.limit = minor;
        Ok(())
    }

    pub fn purse(&mut self, party: u32) -> Result<&mut Purse, Finding> {
        self.purses.get_mut(&party).ok_or_else(|| format!("party {party} has no wallet"))
    }

    pub fn available(&self, party: u32) -> i64 {
        self.purses.get(&party).map_or(0, |purse| purse.posted - purse.held + purse.limit)
    }

    pub fn add(&mut self, account: Account, minor: i64) {
        *self.accounts.entry(account).or_default() += minor;
    }

    /// Partners are owed their shares of a net amount, the operator has earned the rest.
    pub fn earn(&mut self, net: i64, owed: &[(u32, i64)]) {
        for (partner, minor) in owed {
            *self.payable.entry(*partner).or_default() += minor;
        }
        self.add(Account::Revenue, net - owed.iter().map(|(_, minor)| minor).sum::<i64>());
    }

    /// No wallet is below its limit.
    pub fn check_limits(&self) -> Result<(), Finding> {
        match self.purses.iter().find(|(_, purse)| purse.posted - purse.held + purse.limit < 0) {
            None => Ok(()),
            Some((party, purse)) => Err(format!("the wallet of party {party} is below its limit: {purse:?}")),
        }
    }
}
