//! The book itself, and what can be read from it.

use crate::slab::Slab;
use crate::tape::Tape;
use crate::{Account, AccountRef, Asset, AssetRef, Hold, HoldRef};

/// Accounts, their balances and their holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub(crate) assets: Vec<Asset>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) holds: Slab,
    pub(crate) tape: Tape,
}

impl Ledger {
    /// The asset of this handle.
    pub fn asset(&self, asset: AssetRef) -> Option<Asset> {
        self.assets.get(asset.slot()).copied()
    }

    /// The handle of this asset, once it is open.
    pub fn asset_ref(&self, asset: Asset) -> Option<AssetRef> {
        AssetRef::at(self.assets.iter().position(|known| *known == asset)?)
    }

    /// What `account` counts.
    pub fn asset_of(&self, account: AccountRef) -> Option<Asset> {
        self.asset(self.account(account)?.asset)
    }

    /// The account of this handle.
    pub fn account(&self, account: AccountRef) -> Option<&Account> {
        self.accounts.get(account.slot())
    }

    /// The hold of this handle, until it is released.
    pub fn hold_at(&self, hold: HoldRef) -> Option<&Hold> {
        self.holds.get(hold)
    }

    /// What may still be held or taken: `posted - held + credit_limit`.
    pub fn available(&self, account: AccountRef) -> Option<i64> {
        self.account(account).map(Account::available)
    }

    /// The posted balances of `asset` over all accounts, added up afresh: zero after every posting.
    pub fn sum_of(&self, asset: AssetRef) -> i128 {
        let posted = self.accounts.iter().filter(|account| account.asset == asset).map(|account| account.posted);
        posted.fold(0, |sum, posted| sum.saturating_add(i128::from(posted)))
    }

    /// Every asset, ascending.
    pub fn assets(&self) -> impl Iterator<Item = (AssetRef, Asset)> {
        self.assets.iter().enumerate().filter_map(|(at, asset)| Some((AssetRef::at(at)?, *asset)))
    }

    /// Every account, ascending.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountRef, &Account)> {
        self.accounts.iter().enumerate().filter_map(|(at, account)| Some((AccountRef::at(at)?, account)))
    }

    /// Every hold, ascending.
    pub fn holds(&self) -> impl Iterator<Item = (HoldRef, &Hold)> {
        self.holds.iter()
    }

    /// The handle that `asset` has, or will have once it is opened next.
    pub fn next_asset(&self, asset: Asset) -> AssetRef {
        let new = || AssetRef::at(self.assets.len());
        self.asset_ref(asset).or_else(new).expect("there are fewer currency codes and units than handles")
    }

    /// The handle that the next account will have; `None` when all are taken.
    pub fn next_account(&self) -> Option<AccountRef> {
        AccountRef::at(self.accounts.len())
    }

    /// The handle that the next hold will have; `None` when all are taken.
    pub fn next_hold(&self) -> Option<HoldRef> {
        self.holds.next()
    }
}
