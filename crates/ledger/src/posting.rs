//! The checks of a posting, also one into accounts that the same decision opens.

use crate::check::{check_funds, check_positive};
use crate::{AMOUNT_MAX, Account, AccountKind, AccountRef, AssetRef, BALANCE_MAX, HoldRef, LEGS_MAX, Ledger};
use crate::{LedgerError, Leg};

/// An account that a decision is about to open, still empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening(pub(crate) Account);

/// The book as it will be once some accounts are opened; made by [`Ledger::opening`].
///
/// Its checks refuse as those of [`Ledger`] do; the new accounts are known to them.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) openings: &'a [Opening],
}

/// What a hold gives back to an account before a posting takes from it.
#[derive(Clone, Copy)]
struct Freed {
    account: AccountRef,
    amount: i64,
}

impl Opening {
    /// The arguments that [`Ledger::open_account`] will get.
    pub const fn new(kind: AccountKind, asset: AssetRef, credit_limit: i64) -> Self {
        Self(Account { kind, asset, posted: 0, held: 0, credit_limit })
    }
}

impl Opened<'_> {
    /// As [`Ledger::check_posting`].
    pub fn check_posting(&self, legs: &[Leg]) -> Result<(), LedgerError> {
        self.check_legs(legs)?;
        self.check_balances(legs, &[])
    }

    /// As [`Ledger::check_posting_freeing`].
    pub fn check_posting_freeing(&self, freed: &[(HoldRef, i64)], legs: &[Leg]) -> Result<(), LedgerError> {
        let free = |&(hold, amount): &(HoldRef, i64)| {
            let found = self.ledger.hold_at(hold).ok_or(LedgerError::UnknownHold)?;
            let fits = (0..=found.remaining).contains(&amount);
            fits.then_some(Freed { account: found.account, amount }).ok_or(LedgerError::HoldExceeded)
        };
        let freed = freed.iter().map(free).collect::<Result<Vec<_>, _>>()?;
        self.check_legs(legs)?;
        self.check_balances(legs, &freed)
    }

    /// As [`Ledger::check_capture`].
    pub fn check_capture(&self, hold: HoldRef, amount: i64, legs: &[Leg]) -> Result<(), LedgerError> {
        let found = self.ledger.hold_at(hold).ok_or(LedgerError::UnknownHold)?;
        check_positive(amount)?;
        if amount > found.remaining {
            return Err(LedgerError::HoldExceeded);
        }
        self.check_taking(legs, found.account, amount, amount)
    }

    /// As [`Ledger::check_charge`]; `account` is one that is open already.
    pub fn check_charge(&self, account: AccountRef, amount: i64, legs: &[Leg]) -> Result<(), LedgerError> {
        self.ledger.check_set_aside(account, amount)?;
        self.check_taking(legs, account, amount, 0)
    }

    fn known(&self, account: AccountRef) -> Result<&Account, LedgerError> {
        let opened = || {
            let nth = account.slot().checked_sub(self.ledger.accounts.len())?;
            self.openings.get(nth).map(|Opening(account)| account)
        };
        self.ledger.account(account).or_else(opened).ok_or(LedgerError::UnknownAccount)
    }

    /// The posting of a capture that takes `amount` from `account`, of which `freed` is held now.
    fn check_taking(&self, legs: &[Leg], account: AccountRef, amount: i64, freed: i64) -> Result<(), LedgerError> {
        self.check_legs(legs)?;
        let paid = net_of(legs, account).saturating_neg();
        if paid < amount {
            return Err(LedgerError::CaptureUnpaid { account, amount, paid });
        }
        self.check_balances(legs, &[Freed { account, amount: freed }])
    }

    /// The shape of a posting: known accounts, amounts in bounds, every asset's sum zero.
    fn check_legs(&self, legs: &[Leg]) -> Result<(), LedgerError> {
        if legs.len() > LEGS_MAX {
            return Err(LedgerError::TOO_MANY_LEGS);
        }
        let (mut first, mut mixed, mut sum) = (None, false, 0_i64);
        for leg in legs {
            let asset = self.known(leg.account)?.asset;
            if leg.amount.unsigned_abs() > AMOUNT_MAX.unsigned_abs() {
                return Err(LedgerError::Overflow);
            }
            mixed |= *first.get_or_insert(asset) != asset;
            sum = sum.saturating_add(leg.amount);
        }
        match first {
            Some(_) if mixed => self.check_each_asset(legs),
            Some(asset) if sum != 0 => Err(LedgerError::Unbalanced { asset }),
            _ => Ok(()),
        }
    }

    /// The sum of each asset in turn; quadratic in the few legs rather than allocating.
    fn check_each_asset(&self, legs: &[Leg]) -> Result<(), LedgerError> {
        for leg in legs {
            let asset = self.known(leg.account)?.asset;
            let same = legs.iter().filter(|other| self.known(other.account).is_ok_and(|it| it.asset == asset));
            if same.fold(0_i64, |sum, other| sum.saturating_add(other.amount)) != 0 {
                return Err(LedgerError::Unbalanced { asset });
            }
        }
        Ok(())
    }

    /// What the legs do to each account, once per account.
    fn check_balances(&self, legs: &[Leg], freed: &[Freed]) -> Result<(), LedgerError> {
        for (at, leg) in legs.iter().enumerate() {
            if legs.iter().take(at).any(|earlier| earlier.account == leg.account) {
                continue;
            }
            let found = self.known(leg.account)?;
            let change = net_of(legs, leg.account);
            if found.posted.saturating_add(change).unsigned_abs() > BALANCE_MAX.unsigned_abs() {
                return Err(LedgerError::Overflow);
            }
            if change < 0 {
                let own = freed.iter().filter(|freed| freed.account == leg.account);
                let available = own.fold(found.available(), |sum, freed| sum.saturating_add(freed.amount));
                check_funds(leg.account, found, change.saturating_neg(), available)?;
            }
        }
        Ok(())
    }
}

/// What the legs add to one account's posted balance. Exact: 16 legs of `AMOUNT_MAX` fit.
fn net_of(legs: &[Leg], account: AccountRef) -> i64 {
    legs.iter().filter(|leg| leg.account == account).fold(0, |net, leg| net.saturating_add(leg.amount))
}
