//! The checks: each reads the book and refuses, or promises that the apply of the same name will hold.

use crate::{AMOUNT_MAX, Account, AccountKind, AccountRef, AssetRef, BALANCE_MAX, HoldRef, LEGS_MAX, Ledger};
use crate::{LedgerError, Leg};
use types::Instant;

/// What a capture gives back to an account before its posting takes it.
#[derive(Clone, Copy)]
struct Freed {
    account: AccountRef,
    amount: i64,
}

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
        self.check_legs(legs)?;
        self.check_balances(legs, None)
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
        let found = self.hold_at(hold).ok_or(LedgerError::UnknownHold)?;
        check_positive(amount)?;
        if amount > found.remaining {
            return Err(LedgerError::HoldExceeded);
        }
        self.check_taking(legs, found.account, amount, amount)
    }

    /// May the hold be released? Refuses `UnknownHold`. What expires is released.
    pub fn check_release(&self, hold: HoldRef) -> Result<(), LedgerError> {
        self.hold_at(hold).map(|_| ()).ok_or(LedgerError::UnknownHold)
    }

    /// May `amount` be held on `account` and captured with `legs` at once? Refuses what the hold and then the capture
    /// would refuse; needs no handle.
    pub fn check_charge(&self, account: AccountRef, amount: i64, legs: &[Leg]) -> Result<(), LedgerError> {
        self.check_set_aside(account, amount)?;
        self.check_taking(legs, account, amount, 0)
    }

    fn known(&self, account: AccountRef) -> Result<&Account, LedgerError> {
        self.account(account).ok_or(LedgerError::UnknownAccount)
    }

    fn check_set_aside(&self, account: AccountRef, amount: i64) -> Result<(), LedgerError> {
        let found = self.known(account)?;
        check_positive(amount)?;
        if amount > AMOUNT_MAX || found.held.saturating_add(amount) > BALANCE_MAX {
            return Err(LedgerError::Overflow);
        }
        check_funds(account, found, amount, found.available())
    }

    /// The posting of a capture that takes `amount` from `account`, of which `freed` is held now.
    fn check_taking(&self, legs: &[Leg], account: AccountRef, amount: i64, freed: i64) -> Result<(), LedgerError> {
        self.check_legs(legs)?;
        let paid = net_of(legs, account).saturating_neg();
        if paid < amount {
            return Err(LedgerError::CaptureUnpaid { account, amount, paid });
        }
        self.check_balances(legs, Some(Freed { account, amount: freed }))
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
            let same = legs.iter().filter(|other| self.account(other.account).is_some_and(|it| it.asset == asset));
            if same.fold(0_i64, |sum, other| sum.saturating_add(other.amount)) != 0 {
                return Err(LedgerError::Unbalanced { asset });
            }
        }
        Ok(())
    }

    /// What the legs do to each account, once per account.
    fn check_balances(&self, legs: &[Leg], freed: Option<Freed>) -> Result<(), LedgerError> {
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
                let freed = freed.filter(|freed| freed.account == leg.account).map_or(0, |freed| freed.amount);
                check_funds(leg.account, found, change.saturating_neg(), found.available().saturating_add(freed))?;
            }
        }
        Ok(())
    }
}

/// What the legs add to one account's posted balance. Exact: 16 legs of `AMOUNT_MAX` fit.
fn net_of(legs: &[Leg], account: AccountRef) -> i64 {
    legs.iter().filter(|leg| leg.account == account).fold(0, |net, leg| net.saturating_add(leg.amount))
}

fn check_positive(amount: i64) -> Result<(), LedgerError> {
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

fn check_funds(account: AccountRef, found: &Account, needed: i64, available: i64) -> Result<(), LedgerError> {
    if found.kind.is_customer() && needed > available {
        return Err(LedgerError::InsufficientFunds { account, needed, available });
    }
    Ok(())
}
