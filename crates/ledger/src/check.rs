//! The checks: each reads the book and refuses, or promises that the apply of the same name will hold.

use crate::{AMOUNT_MAX, Account, AccountKind, AccountRef, AssetRef, BALANCE_MAX, HoldRef, Ledger, LedgerError, Leg};
use crate::{Opened, Opening};
use types::Instant;

impl Ledger {
    /// May an account be opened? Refuses, in this order: `UnknownAsset`, `WrongAsset`, `NotPositive`, `Overflow`,
    /// `CreditNotAllowed`, `Full`.
    pub fn check_open_account(&self, kind: AccountKind, asset: AssetRef, limit: i64) -> Result<(), LedgerError> {
        let counted = self.asset(asset).ok_or(LedgerError::UnknownAsset)?;
        if !kind.counts(counted) {
            return Err(LedgerError::WrongAsset);
        }
        check_limit(kind, limit)?;
        self.next_account().map(|_| ()).ok_or(LedgerError::Full)
    }

    /// May the account's credit limit become `limit`? Refuses, in this order: `UnknownAccount`, `NotPositive`,
    /// `Overflow`, `CreditNotAllowed`, `InsufficientFunds` (more credit is used or held already).
    pub fn check_credit_limit(&self, account: AccountRef, limit: i64) -> Result<(), LedgerError> {
        let found = self.known(account)?;
        check_limit(found.kind, limit)?;
        let changed = Account { credit_limit: limit, ..*found };
        check_funds(account, &changed, 0, changed.available())
    }

    /// May `legs` be posted together? They may name an account more than once; the sum counts.
    ///
    /// Refuses, in this order: `TooManyLegs`; by leg `UnknownAccount`, `Overflow` (of the leg); `Unbalanced`; by
    /// account in the order of the legs `Overflow` (of the balance), `InsufficientFunds`. An account that gains is
    /// never short of funds.
    pub fn check_posting(&self, legs: &[Leg]) -> Result<(), LedgerError> {
        self.as_it_is().check_posting(legs)
    }

    /// May `amount` be set aside on `account`? Refuses, in this order: `UnknownAccount`, `NotPositive`, `Overflow`,
    /// `InsufficientFunds` (customer accounts only), `Full`.
    pub fn check_hold(&self, account: AccountRef, amount: i64) -> Result<(), LedgerError> {
        self.check_set_aside(account, amount)?;
        self.next_hold().map(|_| ()).ok_or(LedgerError::Full)
    }

    /// May the hold be made firm now? Refuses `UnknownHold`, and `HoldExpired` at or after its expiry. A firm hold
    /// may be confirmed again, which moves its expiry.
    pub fn check_confirm(&self, hold: HoldRef, now: Instant) -> Result<(), LedgerError> {
        let found = self.hold_at(hold).ok_or(LedgerError::UnknownHold)?;
        if now < found.expires_at { Ok(()) } else { Err(LedgerError::HoldExpired) }
    }

    /// May `amount` be taken out of the hold, with `legs` as the whole posting?
    ///
    /// The legs must take at least `amount` from the held account (so a capture never releases unseen); what they
    /// take beyond it must be available apart from the hold. Other legs are free, within the rules of a posting.
    /// Expiry does not matter here: a hold counts until it is released, by the reporting grace after its lease.
    ///
    /// Refuses, in this order: `UnknownHold`, `NotPositive`, `HoldExceeded`, then as [`Ledger::check_posting`], with
    /// `CaptureUnpaid` after `Unbalanced`.
    pub fn check_capture(&self, hold: HoldRef, amount: i64, legs: &[Leg]) -> Result<(), LedgerError> {
        self.as_it_is().check_capture(hold, amount, legs)
    }

    /// May `legs` be posted once so much of these holds is given back to their accounts? What is given back need not be
    /// taken; each hold is named once.
    ///
    /// Refuses, in this order: by hold `UnknownHold`, `HoldExceeded`; then as [`Ledger::check_posting`].
    pub fn check_posting_freeing(&self, freed: &[(HoldRef, i64)], legs: &[Leg]) -> Result<(), LedgerError> {
        self.as_it_is().check_posting_freeing(freed, legs)
    }

    /// May the hold be released? Refuses `UnknownHold`. What expires is released.
    pub fn check_release(&self, hold: HoldRef) -> Result<(), LedgerError> {
        self.hold_at(hold).map(|_| ()).ok_or(LedgerError::UnknownHold)
    }

    /// May `amount` be held on `account` and captured with `legs` at once? Refuses what the hold and then the capture
    /// would refuse; needs no handle.
    pub fn check_charge(&self, account: AccountRef, amount: i64, legs: &[Leg]) -> Result<(), LedgerError> {
        self.as_it_is().check_charge(account, amount, legs)
    }

    /// The book as it will be once `openings` are opened in their order, from [`Ledger::next_account`] on: for a
    /// decision that opens accounts and posts to them at once. Refuses as [`Ledger::check_open_account`], by opening.
    pub fn opening<'a>(&'a self, openings: &'a [Opening]) -> Result<Opened<'a>, LedgerError> {
        for Opening(account) in openings {
            self.check_open_account(account.kind, account.asset, account.credit_limit)?;
        }
        let last = self.accounts.len().saturating_add(openings.len()).saturating_sub(1);
        AccountRef::at(last).map(|_| Opened { ledger: self, openings }).ok_or(LedgerError::Full)
    }

    const fn as_it_is(&self) -> Opened<'_> {
        Opened { ledger: self, openings: &[] }
    }

    fn known(&self, account: AccountRef) -> Result<&Account, LedgerError> {
        self.account(account).ok_or(LedgerError::UnknownAccount)
    }

    pub(crate) fn check_set_aside(&self, account: AccountRef, amount: i64) -> Result<(), LedgerError> {
        let found = self.known(account)?;
        check_positive(amount)?;
        if amount > AMOUNT_MAX || found.held.saturating_add(amount) > BALANCE_MAX {
            return Err(LedgerError::Overflow);
        }
        check_funds(account, found, amount, found.available())
    }
}

pub(crate) fn check_positive(amount: i64) -> Result<(), LedgerError> {
    if amount > 0 { Ok(()) } else { Err(LedgerError::NotPositive) }
}

fn check_limit(kind: AccountKind, limit: i64) -> Result<(), LedgerError> {
    match limit {
        ..0 => Err(LedgerError::NotPositive),
        0 => Ok(()),
        _ if limit > BALANCE_MAX => Err(LedgerError::Overflow),
        _ if !kind.has_credit() => Err(LedgerError::CreditNotAllowed),
        _ => Ok(()),
    }
}

pub(crate) fn check_funds(
    account: AccountRef,
    found: &Account,
    needed: i64,
    available: i64,
) -> Result<(), LedgerError> {
    if found.kind.is_customer() && needed > available {
        return Err(LedgerError::InsufficientFunds { account, needed, available });
    }
    Ok(())
}
