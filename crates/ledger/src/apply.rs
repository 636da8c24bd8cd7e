//! The applies: each writes what a check of the same name allowed, and cannot fail.
//!
//! They do not repeat the checks: an event of the past stays a fact when a later release checks more strictly.
//! What cannot be written at all is a bug and panics.

use crate::{Account, AccountKind, AccountRef, Asset, AssetRef, Hold, HoldRef, HoldState, Ledger, Leg};
use types::Instant;

const KNOWN: &str = "the account was checked to exist";
const HELD: &str = "the hold was checked to exist";
const FITS: &str = "the amount was checked to fit";

impl Ledger {
    /// Opens `asset`, or gives the handle it has.
    pub fn open_asset(&mut self, asset: Asset) -> AssetRef {
        let handle = self.next_asset(asset);
        if handle.slot() == self.assets.len() {
            self.assets.push(asset);
        }
        handle
    }

    /// Opens an empty account; `credit_limit` is zero but for wallets.
    pub fn open_account(&mut self, kind: AccountKind, asset: AssetRef, credit_limit: i64) -> AccountRef {
        let handle = self.next_account().expect("the account was checked, so a handle is left");
        self.restore_account(handle, Account { kind, asset, posted: 0, held: 0, credit_limit });
        handle
    }

    /// Sets how far below zero the account may go.
    pub fn set_credit_limit(&mut self, account: AccountRef, credit_limit: i64) {
        self.account_mut(account).credit_limit = credit_limit;
    }

    /// Adds each leg to its account.
    pub fn post(&mut self, legs: &[Leg]) {
        self.tape.note(legs);
        for leg in legs {
            let account = self.account_mut(leg.account);
            account.posted = account.posted.checked_add(leg.amount).expect(FITS);
        }
    }

    /// Sets `amount` aside on `account` and gives the hold's handle: what [`Ledger::next_hold`] said.
    pub fn hold(&mut self, account: AccountRef, amount: i64, expires_at: Instant, state: HoldState) -> HoldRef {
        self.set_aside(account, amount);
        self.holds.insert(Hold { account, remaining: amount, expires_at, state })
    }

    /// Makes the hold firm until `expires_at`.
    pub fn confirm(&mut self, hold: HoldRef, expires_at: Instant) {
        let hold = self.holds.get_mut(hold).expect(HELD);
        hold.state = HoldState::Firm;
        hold.expires_at = expires_at;
    }

    /// Takes `amount` out of the hold and posts `legs`. The hold stays, even with nothing left on it, until it is
    /// released.
    pub fn capture(&mut self, hold: HoldRef, amount: i64, legs: &[Leg]) {
        let hold = self.holds.get_mut(hold).expect(HELD);
        hold.remaining = less(hold.remaining, amount);
        let account = hold.account;
        self.give_back(account, amount);
        self.post(legs);
    }

    /// Ends the hold and gives back what remains on it: the amount returned. Its handle is free again.
    pub fn release(&mut self, hold: HoldRef) -> i64 {
        let hold = self.holds.remove(hold).expect(HELD);
        self.give_back(hold.account, hold.remaining);
        hold.remaining
    }

    /// Ends a hold whose time has come: the same as [`Ledger::release`].
    pub fn expire(&mut self, hold: HoldRef) -> i64 {
        self.release(hold)
    }

    /// Holds and captures at once. It leaves no hold behind, so all there is to do is to post `legs`.
    pub fn charge(&mut self, legs: &[Leg]) {
        self.post(legs);
    }

    /// Puts back an account of a snapshot, with its balances; in ascending order from the first, after its asset.
    pub fn restore_account(&mut self, at: AccountRef, account: Account) {
        assert_eq!(self.next_account(), Some(at), "accounts are restored in order, without gaps");
        assert!(self.asset(account.asset).is_some(), "the asset was opened before its accounts");
        self.accounts.push(account);
    }

    /// Puts back a hold of a snapshot; after its account, whose `held` counts it already.
    pub fn restore_hold(&mut self, at: HoldRef, hold: Hold) {
        assert!(self.account(hold.account).is_some(), "the account was restored before its holds");
        self.holds.put(at, hold);
    }

    fn account_mut(&mut self, account: AccountRef) -> &mut Account {
        self.accounts.get_mut(account.slot()).expect(KNOWN)
    }

    fn set_aside(&mut self, account: AccountRef, amount: i64) {
        let account = self.account_mut(account);
        account.held = account.held.checked_add(amount).expect(FITS);
    }

    fn give_back(&mut self, account: AccountRef, amount: i64) {
        let account = self.account_mut(account);
        account.held = less(account.held, amount);
    }
}

/// What is left of a quantity that is never negative.
fn less(whole: i64, part: i64) -> i64 {
    whole.checked_sub(part).filter(|rest| *rest >= 0).expect(FITS)
}
