//! Steps of a random sequence, as they are drawn and as they meet the book.

use crate::{AMOUNT_MAX, AccountKind, AccountRef, BALANCE_MAX, HoldState, Ledger, Leg};
use proptest::prelude::*;

/// An amount as it is drawn: by itself, or at an edge of the book it meets.
#[derive(Clone, Copy, Debug)]
pub enum Draw {
    Exactly(i64),
    /// This far from what is available on the account, or remains on the hold.
    FromEdge(i64),
}

/// Legs as they are drawn: pairs that balance, and now and then a stray one.
#[derive(Clone, Debug)]
pub struct Legs {
    pub pairs: Vec<(u32, u32, Draw)>,
    pub stray: Option<(u32, i64)>,
}

#[derive(Clone, Debug)]
pub enum Step {
    OpenAccount { kind: usize, asset: u16, limit: i64 },
    SetCreditLimit { account: u32, limit: Draw },
    Post(Legs),
    Hold { account: u32, amount: Draw, expires_at: u64, state: HoldState },
    Confirm { hold: u32, now: u64, expires_at: u64 },
    Capture { hold: u32, amount: Draw, extra: i64, legs: Legs },
    Charge { account: u32, amount: Draw, extra: i64, legs: Legs },
    Release { hold: u32 },
    Expire { hold: u32 },
}

pub fn step() -> impl Strategy<Value = Step> {
    let open = (0..AccountKind::ALL.len(), 0..3_u16, prop_oneof![Just(0), amount(), any::<i64>()]);
    prop_oneof![
        1 => open.prop_map(|(kind, asset, limit)| Step::OpenAccount { kind, asset, limit }),
        2 => (account(), draw()).prop_map(|(account, limit)| Step::SetCreditLimit { account, limit }),
        6 => legs(0..4).prop_map(Step::Post),
        6 => (account(), draw(), 0..100_u64, state())
            .prop_map(|(account, amount, expires_at, state)| Step::Hold { account, amount, expires_at, state }),
        2 => (hold(), 0..100_u64, 0..100_u64)
            .prop_map(|(hold, now, expires_at)| Step::Confirm { hold, now, expires_at }),
        6 => (hold(), draw(), extra(), legs(0..2))
            .prop_map(|(hold, amount, extra, legs)| Step::Capture { hold, amount, extra, legs }),
        6 => (account(), draw(), extra(), legs(0..2))
            .prop_map(|(account, amount, extra, legs)| Step::Charge { account, amount, extra, legs }),
        2 => hold().prop_map(|hold| Step::Release { hold }),
        1 => hold().prop_map(|hold| Step::Expire { hold }),
    ]
}

impl Draw {
    pub fn at(self, edge: i64) -> i64 {
        match self {
            Self::Exactly(amount) => amount,
            Self::FromEdge(by) => edge.saturating_add(by),
        }
    }
}

impl Legs {
    pub fn resolve(&self, ledger: &Ledger) -> Vec<Leg> {
        let pairs = self.pairs.iter().flat_map(|(from, to, amount)| {
            let from = AccountRef::from_index(*from);
            let amount = amount.at(ledger.available(from).unwrap_or_default());
            pair(ledger, from, *to, amount)
        });
        pairs.chain(self.stray.map(|(account, amount)| Leg::new(AccountRef::from_index(account), amount))).collect()
    }

    pub fn paid_by(&self, ledger: &Ledger, account: AccountRef, amount: i64) -> Vec<Leg> {
        pair(ledger, account, 2, amount).into_iter().chain(self.resolve(ledger)).collect()
    }
}

/// `amount` from one account to the `to`-th of those that count the same; to an unknown one when `to` is large.
fn pair(ledger: &Ledger, from: AccountRef, to: u32, amount: i64) -> [Leg; 2] {
    let asset = ledger.account(from).map(|account| account.asset);
    let same: Vec<_> = ledger.accounts().filter(|(_, it)| Some(it.asset) == asset).map(|(at, _)| at).collect();
    let to = if to < 20 { same.get(to as usize % same.len().max(1)).copied() } else { None };
    let to = to.unwrap_or(AccountRef::from_index(u32::MAX));
    [Leg::new(from, amount.saturating_neg()), Leg::new(to, amount)]
}

fn amount() -> impl Strategy<Value = i64> {
    let edges = [0, 1, AMOUNT_MAX, AMOUNT_MAX + 1, BALANCE_MAX, BALANCE_MAX + 1, i64::MAX];
    let edges = edges.into_iter().flat_map(|edge| [edge, -edge, -edge - 1]).collect::<Vec<_>>();
    prop_oneof![12 => 1..300_i64, 2 => -300..300_i64, 2 => prop::sample::select(edges), 1 => any::<i64>()]
}

fn draw() -> impl Strategy<Value = Draw> {
    prop_oneof![3 => amount().prop_map(Draw::Exactly), 1 => (-2..3_i64).prop_map(Draw::FromEdge)]
}

fn legs(pairs: std::ops::Range<usize>) -> impl Strategy<Value = Legs> {
    let pair = || (0..15_u32, prop_oneof![30 => 0..20_u32, 1 => Just(20)], draw());
    let few = prop_oneof![20 => prop::collection::vec(pair(), pairs), 1 => prop::collection::vec(pair(), 7..10)];
    (few, prop::option::weighted(0.1, (0..15_u32, amount()))).prop_map(|(pairs, stray)| Legs { pairs, stray })
}

/// Mostly one of the wallets and volumes.
fn account() -> impl Strategy<Value = u32> {
    prop_oneof![4 => prop::sample::select(vec![0_u32, 9, 11, 12]), 1 => 0..16_u32]
}

fn hold() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..3_u32, 1 => 0..12_u32]
}

fn state() -> impl Strategy<Value = HoldState> {
    prop_oneof![Just(HoldState::Short), Just(HoldState::Firm)]
}

fn extra() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(0), 1 => -3..4_i64]
}
