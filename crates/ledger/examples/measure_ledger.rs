//! Prints nanoseconds for each check and charge: on one hot account, and over 100,000 accounts in random order.
//!
//! `cargo run --release -p ledger --example measure_ledger`

use ledger::{AccountKind, AccountRef, Asset, BALANCE_MAX, HoldState, Ledger, Leg};
use std::hint::black_box;
use std::time::Duration;
use types::Currency;

const CHARGES: u32 = 4_000_000;
const ROUNDS: usize = 5;

struct Book {
    ledger: Ledger,
    revenue: AccountRef,
    tax: AccountRef,
    wallets: Vec<AccountRef>,
}

fn main() {
    for wallets in [1, 100_000] {
        let mut book = Book::open(wallets);
        let order = book.random_order();
        println!("{wallets:>7} wallets  charge: {:?}", best(|| book.charge_all(&order)));
        println!("{wallets:>7} wallets  hold, capture, release: {:?}", best(|| book.hold_and_capture_all(&order)));
    }
}

/// The time of each charge in the best of some rounds.
#[expect(clippy::disallowed_types, reason = "measuring is what a clock is for; the crate itself has none")]
fn best(mut round: impl FnMut()) -> Duration {
    let timed = (0..ROUNDS).map(|_| {
        let start = std::time::Instant::now();
        round();
        start.elapsed()
    });
    timed.min().unwrap_or_default() / CHARGES
}

impl Book {
    fn open(wallets: usize) -> Self {
        let mut ledger = Ledger::default();
        let eur = ledger.open_asset(Asset::Currency(Currency::parse("EUR").expect("a code")));
        let revenue = ledger.open_account(AccountKind::Revenue, eur, 0);
        let tax = ledger.open_account(AccountKind::Tax, eur, 0);
        let wallets = (0..wallets).map(|_| ledger.open_account(AccountKind::Wallet, eur, BALANCE_MAX)).collect();
        Self { ledger, revenue, tax, wallets }
    }

    /// A linear congruence stands in for chance, so that every run does the same.
    fn random_order(&self) -> Vec<AccountRef> {
        let next = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(*state >> 33).expect("31 bits") % self.wallets.len();
            self.wallets.get(at).copied()
        };
        let mut state = 1;
        (0..CHARGES).filter_map(|_| next(&mut state)).collect()
    }

    fn legs(&self, wallet: AccountRef) -> [Leg; 3] {
        [Leg::new(wallet, -12), Leg::new(self.revenue, 10), Leg::new(self.tax, 2)]
    }

    fn charge_all(&mut self, order: &[AccountRef]) {
        for wallet in order {
            let legs = black_box(self.legs(*wallet));
            self.ledger.check_charge(*wallet, 12, &legs).expect("credit is ample");
            self.ledger.charge(&legs);
        }
    }

    fn hold_and_capture_all(&mut self, order: &[AccountRef]) {
        for wallet in order {
            let legs = black_box(self.legs(*wallet));
            self.ledger.check_hold(*wallet, 12).expect("credit is ample");
            let hold = self.ledger.hold(*wallet, 12, types::Instant::MAX, HoldState::Firm);
            self.ledger.check_capture(hold, 12, &legs).expect("held");
            self.ledger.capture(hold, 12, &legs);
            self.ledger.release(hold);
        }
    }
}
