//! Random sequences of every verb: the ledger and the naive model accept, refuse and hold the same, step by step.

use super::model::{Model, is_customers};
use super::steps::{Draw, Legs, Step, step};
use super::{euro, restore};
use crate::{AMOUNT_MAX, AccountKind, AccountRef, Asset, AssetRef, HoldRef, LEGS_MAX, Ledger, LedgerError, Leg};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;
use types::{Instant, Unit};

type Outcome = (&'static str, Result<(), LedgerError>);

#[test]
fn the_ledger_does_what_the_model_does() {
    let given = Config::default();
    let rng_seed = match given.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0x7e55_e7a0),
        seed @ RngSeed::Fixed(_) => seed,
    };
    let config = Config { rng_seed, failure_persistence: None, ..given };
    let reached = RefCell::new(BTreeMap::<String, usize>::new());
    let sequence = prop::collection::vec(step(), 1..120);
    let outcome = TestRunner::new(config).run(&sequence, |steps| {
        let (mut ledger, mut model) = start();
        for step in &steps {
            let (verb, result) = take(&mut ledger, &mut model, step);
            *reached.borrow_mut().entry(name(verb, result)).or_default() += 1;
            agree(&ledger, &model);
        }
        assert_eq!(restore(&ledger), ledger);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    all_reached(&reached.into_inner());
}

/// Every verb is accepted, and meets every refusal that it can give.
fn all_reached(reached: &BTreeMap<String, usize>) {
    let posting = "Ok UnknownAccount Overflow Unbalanced InsufficientFunds TooManyLegs";
    let wanted = [
        ("open", "Ok UnknownAsset WrongAsset NotPositive Overflow CreditNotAllowed"),
        ("limit", "Ok UnknownAccount NotPositive Overflow CreditNotAllowed InsufficientFunds"),
        ("post", posting),
        ("hold", "Ok UnknownAccount NotPositive Overflow InsufficientFunds"),
        ("confirm", "Ok UnknownHold HoldExpired"),
        ("capture", &format!("{posting} UnknownHold NotPositive HoldExceeded CaptureUnpaid")),
        ("charge", &format!("{posting} NotPositive CaptureUnpaid")),
        ("release", "Ok UnknownHold"),
    ];
    for (verb, results) in wanted {
        for result in results.split(' ') {
            assert!(reached.contains_key(&format!("{verb} {result}")), "{verb} {result} in {reached:#?}");
        }
    }
}

fn name(verb: &str, result: Result<(), LedgerError>) -> String {
    let text = result.map_or_else(|error| format!("{error:?}"), |()| "Ok".into());
    format!("{verb} {}", text.split(' ').next().unwrap_or_default())
}

/// A book with every kind of account, two wallets and two volumes, some of them filled.
fn start() -> (Ledger, Model) {
    let (mut ledger, mut model) = (Ledger::default(), Model::default());
    for asset in [euro(), Asset::Unit(Unit::Byte)] {
        model.assets.insert(ledger.open_asset(asset), asset);
    }
    let again = [AccountKind::Wallet, AccountKind::UnitsHeld];
    for (at, kind) in AccountKind::ALL.into_iter().chain(again).enumerate() {
        let asset = u16::from((8..=10).contains(&at) || at == 13);
        let limit = if at == 12 { 30 } else { 0 };
        let step = Step::OpenAccount { kind: kind as usize, asset, limit };
        assert_eq!(take(&mut ledger, &mut model, &step), ("open", Ok(())));
    }
    for (from, to) in [(7, 0), (7, 12), (8, 9), (8, 13)] {
        let legs = Legs { pairs: vec![(from, to, Draw::Exactly(500))], stray: None };
        assert_eq!(take(&mut ledger, &mut model, &Step::Post(legs)), ("post", Ok(())));
    }
    (ledger, model)
}

fn take(ledger: &mut Ledger, model: &mut Model, step: &Step) -> Outcome {
    match step {
        Step::OpenAccount { kind, asset, limit } => {
            let (kind, asset) = (AccountKind::ALL[*kind], AssetRef::from_index(*asset));
            let checked = ledger.check_open_account(kind, asset, *limit);
            assert_eq!(checked, model.open_account(kind, asset, *limit), "{step:?}");
            if checked.is_ok() {
                let next = ledger.next_account();
                assert_eq!(Some(ledger.open_account(kind, asset, *limit)), next);
            }
            ("open", checked)
        }
        Step::SetCreditLimit { account, limit } => {
            let account = AccountRef::from_index(*account);
            // The edge: the limit that leaves nothing available.
            let edge = ledger.account(account).map_or(0, |found| found.held - found.posted);
            let limit = limit.at(edge);
            let checked = ledger.check_credit_limit(account, limit);
            assert_eq!(checked, model.set_credit_limit(account, limit), "{step:?}");
            if checked.is_ok() {
                ledger.set_credit_limit(account, limit);
            }
            ("limit", checked)
        }
        Step::Post(legs) => {
            let legs = legs.resolve(ledger);
            let checked = ledger.check_posting(&legs);
            assert_eq!(checked, model.post(&legs), "{legs:?}");
            if checked.is_ok() {
                ledger.post(&legs);
            }
            ("post", checked)
        }
        Step::Charge { account, amount, extra, legs } => {
            take_charge(ledger, model, AccountRef::from_index(*account), *amount, (*extra, legs))
        }
        _ => take_with_hold(ledger, model, step),
    }
}

fn take_charge(
    ledger: &mut Ledger,
    model: &mut Model,
    account: AccountRef,
    amount: Draw,
    (extra, legs): (i64, &Legs),
) -> Outcome {
    let amount = amount.at(ledger.available(account).unwrap_or_default());
    let legs = legs.paid_by(ledger, account, amount.saturating_add(extra));
    let checked = ledger.check_charge(account, amount, &legs);
    assert_eq!(checked, model.charge(account, amount, &legs), "{amount} {legs:?}");
    if checked.is_ok() {
        let mut slowly = ledger.clone();
        let hold = slowly.hold(account, amount, Instant::MAX, crate::HoldState::Short);
        slowly.capture(hold, amount, &legs);
        assert_eq!(slowly.release(hold), 0);
        ledger.charge(&legs);
        assert_eq!(*ledger, slowly, "a charge is a hold, its capture and its release");
    }
    ("charge", checked)
}

fn take_with_hold(ledger: &mut Ledger, model: &mut Model, step: &Step) -> Outcome {
    let at = Instant::from_ms;
    match step {
        Step::Hold { account, amount, expires_at, state } => {
            let account = AccountRef::from_index(*account);
            let amount = amount.at(ledger.available(account).unwrap_or_default());
            let checked = ledger.check_hold(account, amount);
            assert_eq!(checked, model.hold(account, amount, at(*expires_at), *state), "{step:?}");
            if checked.is_ok() {
                let next = ledger.next_hold();
                assert_eq!(Some(ledger.hold(account, amount, at(*expires_at), *state)), next);
            }
            ("hold", checked)
        }
        Step::Confirm { hold, now, expires_at } => {
            let hold = HoldRef::from_index(*hold);
            let checked = ledger.check_confirm(hold, at(*now));
            assert_eq!(checked, model.confirm(hold, at(*now), at(*expires_at)), "{step:?}");
            if checked.is_ok() {
                ledger.confirm(hold, at(*expires_at));
            }
            ("confirm", checked)
        }
        Step::Capture { hold, amount, extra, legs } => {
            let hold = HoldRef::from_index(*hold);
            let (account, remaining) =
                ledger.hold_at(hold).map_or((AccountRef::from_index(0), 0), |found| (found.account, found.remaining));
            let amount = amount.at(remaining);
            let legs = legs.paid_by(ledger, account, amount.saturating_add(*extra));
            let checked = ledger.check_capture(hold, amount, &legs);
            assert_eq!(checked, model.capture(hold, amount, &legs), "{amount} {legs:?}");
            if checked.is_ok() {
                ledger.capture(hold, amount, &legs);
            }
            ("capture", checked)
        }
        Step::Release { hold } => take_release(ledger, model, HoldRef::from_index(*hold), Ledger::release),
        Step::Expire { hold } => take_release(ledger, model, HoldRef::from_index(*hold), Ledger::expire),
        _ => unreachable!("the other steps touch no hold"),
    }
}

fn take_release(
    ledger: &mut Ledger,
    model: &mut Model,
    hold: HoldRef,
    apply: fn(&mut Ledger, HoldRef) -> i64,
) -> Outcome {
    let checked = ledger.check_release(hold);
    let wanted = model.release(hold);
    assert_eq!(checked, wanted.map(|_| ()));
    if checked.is_ok() {
        assert_eq!(Ok(apply(ledger, hold)), wanted, "gives back what remained");
    }
    ("release", checked)
}

/// The same accounts, balances, holds and next handles; and the invariants, from what can be read alone.
fn agree(ledger: &Ledger, model: &Model) {
    let accounts =
        ledger.accounts().map(|(at, it)| (at, it.kind, it.asset, i128::from(it.posted), i128::from(it.held)));
    let wanted = model.accounts.iter().map(|(at, it)| (*at, it.kind, it.asset, it.posted, model.held(*at)));
    assert!(accounts.eq(wanted), "{ledger:#?} {model:#?}");
    let holds = ledger.holds().map(|(at, it)| (at, it.account, i128::from(it.remaining), it.expires_at, it.state));
    let wanted = model.holds.iter().map(|(at, it)| (*at, it.account, it.remaining, it.expires_at, it.state));
    assert!(holds.eq(wanted), "{ledger:#?} {model:#?}");
    assert_eq!(ledger.next_account(), Some(model.next_account()));
    assert_eq!(ledger.next_hold(), Some(model.next_hold()));

    for (asset, _) in ledger.assets() {
        assert_eq!(ledger.sum_of(asset), 0);
    }
    for (at, account) in ledger.accounts() {
        let held: i64 = ledger.holds().filter(|(_, hold)| hold.account == at).map(|(_, hold)| hold.remaining).sum();
        assert_eq!(account.held, held);
        let available = i128::from(account.posted) - i128::from(account.held) + i128::from(account.credit_limit);
        assert_eq!(ledger.available(at).map(i128::from), Some(available));
        assert_eq!(model.available(at), available);
        assert!(available >= 0 || !is_customers(account.kind), "{account:?} passes its limit");
    }
    assert!(ledger.holds().all(|(_, hold)| hold.remaining >= 0));
}

#[test]
fn many_legs_add_up_whatever_their_order() {
    let (ledger, model) = start();
    let amounts: Vec<i64> = (0..LEGS_MAX).map(|at| if at % 2 == 0 { AMOUNT_MAX } else { -AMOUNT_MAX }).collect();
    let mut sorted = amounts.clone();
    sorted.sort_unstable();
    for amounts in [amounts, sorted] {
        let legs: Vec<Leg> = amounts.into_iter().map(|amount| Leg::new(AccountRef::from_index(2), amount)).collect();
        assert_eq!(ledger.check_posting(&legs), Ok(()));
        assert_eq!(model.clone().post(&legs), Ok(()));
        ledger.clone().post(&legs);
    }
}
