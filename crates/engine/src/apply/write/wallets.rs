//! Wallets: money that comes and goes, rules, payments.

use crate::event::Event;
use crate::origin::settled;
use crate::settlement::{payout_legs, top_up_legs, transfer_legs};
use crate::state::{
    ActionKind, AutoTopUp, BalanceAction, Budget, Origin, PartyRef, Payment, PaymentKind, PaymentOutcome, State,
    WalletRule, WalletRules,
};
use ledger::{AccountRef, HoldState};
use types::Instant;

fn add_funds(state: &mut State, (wallet, cash): (AccountRef, AccountRef), amount: i64, origin: Option<&Origin>) {
    settled(state, wallet).add(origin.cloned().unwrap_or(Origin::Unstated), amount);
    state.ledger.post(top_up_legs(wallet, cash, amount).as_slice());
}

pub(in crate::apply) fn change_wallet(state: &mut State, event: &Event, at: Instant) {
    match event {
        Event::FundsAdded { wallet, cash, amount_minor, origin } => {
            add_funds(state, (*wallet, *cash), *amount_minor, origin.as_deref());
        }
        Event::WalletRuleSet { wallet, owner, rule } => set_rule(state, (*wallet, *owner), rule),
        Event::BudgetSet { wallet, owner, number, budget } => {
            set_budget(state, (*wallet, *owner), *number, budget.as_deref());
        }
        Event::PaymentRequested(payment) => request_payment(state, payment),
        Event::PaymentSettled(payment, outcome) => settle_payment(state, payment, *outcome, at),
        Event::BalanceActed(action) => act(state, action),
        &Event::FundsTransferred { from, to, amount_minor } => transfer_funds(state, (from, to), amount_minor),
        _ => {}
    }
}

/// Money moves with an event of its own; here what is reserved is set aside, or given back.
fn act(state: &mut State, action: &BalanceAction) {
    let mut row = action.clone();
    if let ActionKind::Reservation { hold, until, ended } = &mut row.kind {
        match (ended, hold.take()) {
            (None, _) => *hold = Some(state.ledger.hold(action.wallet, action.amount_minor, *until, HoldState::Firm)),
            (Some(_), Some(held)) => drop(state.ledger.release(held)),
            (Some(_), None) => {}
        }
    }
    state.keep_action(row);
}

fn transfer_funds(state: &mut State, (from, to): (AccountRef, AccountRef), amount: i64) {
    let taken = settled(state, from).take(amount);
    let lots = settled(state, to);
    for (origin, part) in taken {
        lots.add(origin, part);
    }
    state.ledger.post(transfer_legs(from, to, amount).as_slice());
}

fn set_rule(state: &mut State, (wallet, owner): (AccountRef, PartyRef), rule: &WalletRule) {
    let rules = state.wallets.entry(wallet).or_insert_with(|| WalletRules::none(owner));
    match rule {
        WalletRule::Admitted(member) => {
            rules.members.insert(*member);
            state.index.shared_with.insert((*member, wallet));
        }
        WalletRule::Dismissed(member) => {
            rules.members.remove(member);
            rules.budgets.retain(|_, budget| budget.scope.member != Some(*member));
            state.index.shared_with.remove(&(*member, wallet));
        }
        WalletRule::LowBalance(below_minor) => rules.low_below_minor = *below_minor,
        WalletRule::AutoTopUp(rule) => rules.auto_top_up = rule.as_deref().cloned(),
    }
    forget_empty(state, wallet);
}

fn set_budget(state: &mut State, (wallet, owner): (AccountRef, PartyRef), number: u16, budget: Option<&Budget>) {
    let rules = state.wallets.entry(wallet).or_insert_with(|| WalletRules::none(owner));
    match budget {
        Some(budget) => drop(rules.budgets.insert(number, *budget)),
        None => drop(rules.budgets.remove(&number)),
    }
    forget_empty(state, wallet);
}

pub(in crate::apply) fn restore_rules(state: &mut State, wallet: AccountRef, rules: WalletRules) {
    state.index.shared_with.extend(rules.members.iter().map(|member| (*member, wallet)));
    state.wallets.insert(wallet, rules);
}

/// A wallet without rules has no row: nothing is looked up for what is charged to it.
fn forget_empty(state: &mut State, wallet: AccountRef) {
    if state.wallets.get(&wallet).is_some_and(WalletRules::is_none) {
        state.wallets.remove(&wallet);
    }
}

fn request_payment(state: &mut State, payment: &Payment) {
    let wallet = payment.wallet;
    match payment.kind {
        PaymentKind::TopUp => {
            if let Some(rule) = auto_top_up(state, wallet) {
                rule.progress.pending = Some(payment.id);
                rule.count(payment.amount_minor, payment.requested_at);
            }
        }
        PaymentKind::Payout(lot) => {
            settled(state, wallet).pay_out(lot, payment.amount_minor);
            post_payout(state, wallet, payment.amount_minor);
        }
    }
    keep_payment(state, payment);
}

pub(in crate::apply) fn keep_payment(state: &mut State, payment: &Payment) {
    state.index.payments_of.insert((payment.wallet, payment.id));
    state.payments.insert(payment.id, payment.clone());
}

fn settle_payment(state: &mut State, row: &Payment, outcome: PaymentOutcome, at: Instant) {
    state.payments.remove(&row.id);
    state.index.payments_of.remove(&(row.wallet, row.id));
    match (row.kind, outcome) {
        (PaymentKind::TopUp, outcome) => {
            let pending = |rule: &&mut AutoTopUp| rule.progress.pending == Some(row.id);
            if let Some(rule) = auto_top_up(state, row.wallet).filter(pending) {
                rule.progress.pending = None;
                settle_rule(rule, row, outcome, at);
            }
        }
        (PaymentKind::Payout(lot), PaymentOutcome::Declined) => {
            settled(state, row.wallet).pay_out(lot, row.amount_minor.saturating_neg());
            post_payout(state, row.wallet, row.amount_minor.saturating_neg());
        }
        (PaymentKind::Payout(_), PaymentOutcome::Approved) => {}
    }
}

fn settle_rule(rule: &mut AutoTopUp, row: &Payment, outcome: PaymentOutcome, at: Instant) {
    match outcome {
        PaymentOutcome::Approved => (rule.progress.declines, rule.progress.declined_at) = (0, None),
        PaymentOutcome::Declined => {
            rule.progress.declines = rule.progress.declines.saturating_add(1);
            rule.progress.declined_at = Some(at);
            // What was asked for on an earlier day does not make room today.
            if rule.is_same_day(row.requested_at, at) {
                rule.count(row.amount_minor.saturating_neg(), at);
            }
        }
    }
}

fn auto_top_up(state: &mut State, wallet: AccountRef) -> Option<&mut AutoTopUp> {
    state.wallets.get_mut(&wallet)?.auto_top_up.as_mut()
}

fn post_payout(state: &mut State, wallet: AccountRef, amount: i64) {
    let cash = crate::payment::cash_of(state, wallet).expect("a wallet's currency has a chart");
    state.ledger.post(payout_legs(wallet, cash, amount).as_slice());
}
