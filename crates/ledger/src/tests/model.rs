//! The ledger again, as plainly as it can be said: maps, wide integers, everything added up afresh.
//! It shares with the ledger its nouns and nothing else.

use crate::{AMOUNT_MAX, AccountKind, AccountRef, Asset, AssetRef, BALANCE_MAX, HoldRef, HoldState, LedgerError, Leg};
use std::collections::{BTreeMap, BTreeSet};
use types::Instant;

#[derive(Clone, Debug)]
pub struct ModelAccount {
    pub kind: AccountKind,
    pub asset: AssetRef,
    pub posted: i128,
    pub credit: i128,
}

#[derive(Clone, Debug)]
pub struct ModelHold {
    pub account: AccountRef,
    pub remaining: i128,
    pub expires_at: Instant,
    pub state: HoldState,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub assets: BTreeMap<AssetRef, Asset>,
    pub accounts: BTreeMap<AccountRef, ModelAccount>,
    pub holds: BTreeMap<HoldRef, ModelHold>,
}

type Checked = Result<(), LedgerError>;

impl Model {
    pub fn held(&self, account: AccountRef) -> i128 {
        self.holds.values().filter(|hold| hold.account == account).map(|hold| hold.remaining).sum()
    }

    pub fn available(&self, account: AccountRef) -> i128 {
        let found = &self.accounts[&account];
        found.posted + found.credit - self.held(account)
    }

    pub fn next_hold(&self) -> HoldRef {
        (0..=u32::MAX).map(HoldRef::from_index).find(|hold| !self.holds.contains_key(hold)).expect("never all")
    }

    pub fn next_account(&self) -> AccountRef {
        AccountRef::from_index(u32::try_from(self.accounts.len()).expect("few"))
    }

    pub fn open_account(&mut self, kind: AccountKind, asset: AssetRef, limit: i64) -> Checked {
        let money = match self.assets.get(&asset) {
            None => return Err(LedgerError::UnknownAsset),
            Some(asset) => matches!(asset, Asset::Currency(_)),
        };
        let units = [AccountKind::UnitsIssued, AccountKind::UnitsHeld, AccountKind::UnitsDelivered].contains(&kind);
        if kind != AccountKind::UsageOverrun && money == units {
            return Err(LedgerError::WrongAsset);
        }
        limit_rules(kind, limit)?;
        let at = self.next_account();
        self.accounts.insert(at, ModelAccount { kind, asset, posted: 0, credit: limit.into() });
        Ok(())
    }

    pub fn set_credit_limit(&mut self, account: AccountRef, limit: i64) -> Checked {
        let found = self.accounts.get(&account).ok_or(LedgerError::UnknownAccount)?;
        limit_rules(found.kind, limit)?;
        let available = found.posted + i128::from(limit) - self.held(account);
        if is_customers(found.kind) && available < 0 {
            return Err(LedgerError::InsufficientFunds { account, needed: 0, available: narrow(available) });
        }
        self.accounts.get_mut(&account).expect("found").credit = limit.into();
        Ok(())
    }

    pub fn post(&mut self, legs: &[Leg]) -> Checked {
        self.shape(legs)?;
        self.settle(legs)
    }

    pub fn hold(&mut self, account: AccountRef, amount: i64, expires_at: Instant, state: HoldState) -> Checked {
        let found = self.accounts.get(&account).ok_or(LedgerError::UnknownAccount)?;
        if amount <= 0 {
            return Err(LedgerError::NotPositive);
        }
        if amount > AMOUNT_MAX || self.held(account) + i128::from(amount) > i128::from(BALANCE_MAX) {
            return Err(LedgerError::Overflow);
        }
        let available = self.available(account);
        if is_customers(found.kind) && i128::from(amount) > available {
            return Err(LedgerError::InsufficientFunds { account, needed: amount, available: narrow(available) });
        }
        let hold = ModelHold { account, remaining: amount.into(), expires_at, state };
        self.holds.insert(self.next_hold(), hold);
        Ok(())
    }

    pub fn confirm(&mut self, hold: HoldRef, now: Instant, expires_at: Instant) -> Checked {
        let found = self.holds.get_mut(&hold).ok_or(LedgerError::UnknownHold)?;
        if found.expires_at <= now {
            return Err(LedgerError::HoldExpired);
        }
        (found.expires_at, found.state) = (expires_at, HoldState::Firm);
        Ok(())
    }

    /// Takes the amount off the hold first, so that the posting is judged by what is then available.
    pub fn capture(&mut self, hold: HoldRef, amount: i64, legs: &[Leg]) -> Checked {
        let found = self.holds.get(&hold).ok_or(LedgerError::UnknownHold)?.clone();
        if amount <= 0 {
            return Err(LedgerError::NotPositive);
        }
        if i128::from(amount) > found.remaining {
            return Err(LedgerError::HoldExceeded);
        }
        let mut after = self.clone();
        after.holds.get_mut(&hold).expect("found").remaining -= i128::from(amount);
        after.shape(legs)?;
        let paid: i128 =
            legs.iter().filter(|leg| leg.account == found.account).map(|leg| -i128::from(leg.amount)).sum();
        if paid < i128::from(amount) {
            return Err(LedgerError::CaptureUnpaid { account: found.account, amount, paid: narrow(paid) });
        }
        after.settle(legs)?;
        *self = after;
        Ok(())
    }

    /// A charge is by definition a hold, its capture, and its release.
    pub fn charge(&mut self, account: AccountRef, amount: i64, legs: &[Leg]) -> Checked {
        let mut after = self.clone();
        let hold = after.next_hold();
        after.hold(account, amount, Instant::MAX, HoldState::Firm)?;
        after.capture(hold, amount, legs)?;
        after.release(hold)?;
        *self = after;
        Ok(())
    }

    pub fn release(&mut self, hold: HoldRef) -> Result<i64, LedgerError> {
        self.holds.remove(&hold).map(|hold| narrow(hold.remaining)).ok_or(LedgerError::UnknownHold)
    }

    fn shape(&self, legs: &[Leg]) -> Checked {
        if legs.len() > 16 {
            return Err(LedgerError::TooManyLegs { max: 16 });
        }
        let mut sums = BTreeMap::<AssetRef, i128>::new();
        for leg in legs {
            let asset = self.accounts.get(&leg.account).ok_or(LedgerError::UnknownAccount)?.asset;
            if !(-AMOUNT_MAX..=AMOUNT_MAX).contains(&leg.amount) {
                return Err(LedgerError::Overflow);
            }
            *sums.entry(asset).or_default() += i128::from(leg.amount);
        }
        let assets = legs.iter().map(|leg| self.accounts[&leg.account].asset);
        assets
            .filter(|asset| sums[asset] != 0)
            .map(|asset| Err(LedgerError::Unbalanced { asset }))
            .next()
            .unwrap_or(Ok(()))
    }

    fn settle(&mut self, legs: &[Leg]) -> Checked {
        let mut after = self.clone();
        for leg in legs {
            after.accounts.get_mut(&leg.account).expect("shape").posted += i128::from(leg.amount);
        }
        let mut seen = BTreeSet::new();
        for Leg { account, .. } in legs.iter().filter(|leg| seen.insert(leg.account)) {
            let new = &after.accounts[account];
            let lost = self.accounts[account].posted - new.posted;
            if new.posted.abs() > i128::from(BALANCE_MAX) {
                return Err(LedgerError::Overflow);
            }
            if is_customers(new.kind) && lost > 0 && after.available(*account) < 0 {
                let (needed, available) = (narrow(lost), narrow(self.available(*account)));
                return Err(LedgerError::InsufficientFunds { account: *account, needed, available });
            }
        }
        *self = after;
        Ok(())
    }
}

pub fn is_customers(kind: AccountKind) -> bool {
    [AccountKind::Wallet, AccountKind::UnitsHeld].contains(&kind)
}

fn limit_rules(kind: AccountKind, limit: i64) -> Checked {
    if limit < 0 {
        return Err(LedgerError::NotPositive);
    }
    if limit > BALANCE_MAX {
        return Err(LedgerError::Overflow);
    }
    if limit > 0 && kind != AccountKind::Wallet {
        return Err(LedgerError::CreditNotAllowed);
    }
    Ok(())
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).expect("within bounds")
}
