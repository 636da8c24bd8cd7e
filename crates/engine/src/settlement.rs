//! Money in legs: every posting of the engine is written down here, once.
//!
//! Gross is what a customer pays; tax is part of it; the partner's share is part of the net. Money paid for a promise is
//! deferred revenue until it is delivered, then revenue; a broken promise is paid from remedy expense, never taken back
//! out of revenue.

use crate::rejection::Rejection;
use crate::state::{Chart, Offering, State, Token};
use ledger::{AccountKind, AccountRef, AssetRef, BALANCE_MAX, LedgerError, Leg};
use rating::{PricePlan, part_of};
use std::collections::BTreeMap;
use types::PPM;

/// A posting being written: at most as many legs as one of the engine needs, zero amounts left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Legs {
    legs: [Leg; Self::MAX],
    len: usize,
}

/// An amount a customer pays or gets back, with the tax in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gross {
    pub minor: i64,
    pub tax: i64,
}

/// Usage as it is charged; see [`Event::UsageCharged`](crate::Event::UsageCharged).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UsageAmounts {
    pub paid: i64,
    pub overrun: i64,
    pub tax: i64,
    pub earned: i64,
    pub partner: i64,
    pub units: i64,
}

/// How a token's fee is wound up; see [`Event::TokenClosed`](crate::Event::TokenClosed).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Closing {
    pub earned: i64,
    pub partner: i64,
    pub breakage: i64,
    pub refund: Gross,
}

impl Legs {
    const MAX: usize = 8;

    fn new() -> Self {
        Self { legs: [Leg::new(AccountRef::from_index(0), 0); Self::MAX], len: 0 }
    }

    /// In place: what is called for every charge does not move a posting about.
    fn add(&mut self, account: AccountRef, amount: i64) -> &mut Self {
        if amount != 0 {
            let slot = self.legs.get_mut(self.len).expect("no posting of the engine has more legs than MAX");
            *slot = Leg::new(account, amount);
            self.len = self.len.saturating_add(1);
        }
        self
    }

    pub(crate) fn as_slice(&self) -> &[Leg] {
        self.legs.get(..self.len).unwrap_or(&[])
    }
}

/// Money came in: from cash to the wallet.
pub(crate) fn top_up_legs(wallet: AccountRef, cash: AccountRef, amount: i64) -> Legs {
    let mut legs = Legs::new();
    legs.add(wallet, amount).add(cash, amount.saturating_neg());
    legs
}

/// Money goes out again: from the wallet to cash; a negative amount comes back.
pub(crate) fn payout_legs(wallet: AccountRef, cash: AccountRef, amount: i64) -> Legs {
    top_up_legs(wallet, cash, amount.saturating_neg())
}

/// Money goes from one wallet to another.
pub(crate) fn transfer_legs(from: AccountRef, to: AccountRef, amount: i64) -> Legs {
    let mut legs = Legs::new();
    legs.add(from, amount.saturating_neg()).add(to, amount);
    legs
}

/// Volume goes from one token to another.
pub(crate) fn gift_legs(from: AccountRef, to: AccountRef, quantity: i64) -> Legs {
    transfer_legs(from, to, quantity)
}

/// A partner was paid what it is owed: out of what is payable, from cash.
pub(crate) fn partner_payout_legs(payable: AccountRef, cash: AccountRef, amount: i64) -> Legs {
    let mut legs = Legs::new();
    legs.add(payable, amount.saturating_neg()).add(cash, amount);
    legs
}

/// The fee is paid: from the wallet into deferred revenue and tax.
pub(crate) fn fee_legs(state: &State, token: &Token, fee: Gross) -> Legs {
    let Sold { chart, .. } = sold(state, token);
    let mut legs = Legs::new();
    legs.add(token.wallet, fee.minor.saturating_neg())
        .add(chart.get(AccountKind::DeferredRevenue), fee.minor.saturating_sub(fee.tax))
        .add(chart.get(AccountKind::Tax), fee.tax);
    legs
}

/// Volume goes from the operator to the token's account.
pub(crate) fn issue_legs(state: &State, units: AccountRef, quantity: i64) -> Legs {
    let chart = units_chart(state, units);
    let mut legs = Legs::new();
    legs.add(units, quantity).add(chart.get(AccountKind::UnitsIssued), quantity.saturating_neg());
    legs
}

/// Usage is charged, fee is earned by the delivery, the partner is owed its share, volume is delivered.
pub(crate) fn usage_legs(state: &State, token: &Token, amounts: &UsageAmounts) -> Legs {
    let Sold { offering, chart, asset, .. } = sold(state, token);
    let gross = amounts.paid.saturating_add(amounts.overrun);
    let net = gross.saturating_sub(amounts.tax).saturating_add(amounts.earned);
    let mut legs = Legs::new();
    legs.add(token.wallet, amounts.paid.saturating_neg())
        .add(chart.get(AccountKind::UsageOverrun), amounts.overrun.saturating_neg())
        .add(chart.get(AccountKind::Tax), amounts.tax)
        .add(chart.get(AccountKind::DeferredRevenue), amounts.earned.saturating_neg())
        .add(chart.get(AccountKind::Revenue), net.saturating_sub(amounts.partner));
    add_partner(&mut legs, state, (offering, asset), amounts.partner);
    if let (Some(units), 1..) = (token.units, amounts.units) {
        let delivered = units_chart(state, units).get(AccountKind::UnitsDelivered);
        legs.add(units, amounts.units.saturating_neg()).add(delivered, amounts.units);
    }
    legs
}

/// A broken promise is paid: from remedy expense, and the tax that was in it, back to the wallet.
pub(crate) fn remedy_legs(state: &State, token: &Token, refund: Gross) -> Legs {
    let Sold { chart, .. } = sold(state, token);
    let mut legs = Legs::new();
    legs.add(token.wallet, refund.minor)
        .add(chart.get(AccountKind::RemedyExpense), refund.tax.saturating_sub(refund.minor))
        .add(chart.get(AccountKind::Tax), refund.tax.saturating_neg());
    legs
}

/// A token is over: what is deferred is earned, goes back, or is what nobody came for.
pub(crate) fn closing_legs(state: &State, token: &Token, closing: &Closing) -> Legs {
    let Sold { offering, chart, asset, .. } = sold(state, token);
    let refund_net = closing.refund.minor.saturating_sub(closing.refund.tax);
    let mut legs = Legs::new();
    legs.add(token.wallet, closing.refund.minor)
        .add(chart.get(AccountKind::Tax), closing.refund.tax.saturating_neg())
        .add(
            chart.get(AccountKind::DeferredRevenue),
            closing.earned.saturating_add(closing.breakage).saturating_add(refund_net).saturating_neg(),
        )
        .add(chart.get(AccountKind::Revenue), closing.earned.saturating_sub(closing.partner));
    if let (Some(breakage), 1..) = (chart.find(AccountKind::Breakage), closing.breakage) {
        legs.add(breakage, closing.breakage);
    }
    add_partner(&mut legs, state, (offering, asset), closing.partner);
    legs
}

/// The partner's share of a further net amount of this token: of all its revenue, less what it was owed before, so that
/// many small amounts are shared like their sum.
pub(crate) fn partner_share(Sold { offering, plan, .. }: Sold<'_>, token: &Token, net: i64) -> i64 {
    let Some(partner) = offering.partner else { return 0 };
    let usage_net = token.usage_minor.saturating_sub(plan.tax_in(token.usage_minor));
    let before = usage_net.saturating_add(token.earned_minor);
    let share = |net: i64| part_of(net, partner.share_ppm.into(), PPM);
    share(before.saturating_add(net)).saturating_sub(share(before))
}

/// Several postings of one decision: each may be posted, and no balance goes beyond what the books count on the way,
/// whatever the order.
pub(crate) fn check_together(state: &State, postings: &[Legs]) -> Result<(), Rejection> {
    let mut gains: BTreeMap<(AccountRef, bool), i64> = BTreeMap::new();
    for leg in postings.iter().flat_map(Legs::as_slice) {
        let sum = gains.entry((leg.account, leg.amount > 0)).or_default();
        *sum = sum.saturating_add(leg.amount);
    }
    for ((account, _), change) in gains {
        let posted = state.ledger.account(account).map_or(0, |row| row.posted);
        if posted.saturating_add(change).unsigned_abs() > BALANCE_MAX.unsigned_abs() {
            return Err(Rejection::BookOverflow);
        }
    }
    postings.iter().try_for_each(|legs| Ok(state.ledger.check_posting(legs.as_slice())?))
}

/// What the ledger's refusal means to a caller.
pub(crate) fn rejection_of_ledger(error: LedgerError) -> Rejection {
    match error {
        LedgerError::InsufficientFunds { needed, available, .. } => Rejection::InsufficientFunds { needed, available },
        LedgerError::NotPositive => Rejection::QuantityOutOfRange,
        // Everything else is about sums too large for the books: accounts and legs are the engine's own.
        _ => Rejection::BookOverflow,
    }
}

/// What a token is of, the price it was sold at, and the operator's accounts in its currency.
#[derive(Clone, Copy)]
pub(crate) struct Sold<'a> {
    pub offering: &'a Offering,
    pub plan: &'a PricePlan,
    pub asset: AssetRef,
    pub chart: &'a Chart,
}

/// What was sold as this token.
pub(crate) fn sold<'a>(state: &'a State, token: &Token) -> Sold<'a> {
    let offering = state.offering(token.offering).expect("a token names an offering");
    let price = state.price_of(token).expect("a token names an offering");
    let chart = state.chart(price.asset).expect("publishing an offering opened its chart");
    Sold { offering, plan: &price.plan, asset: price.asset, chart }
}

fn units_chart(state: &State, units: AccountRef) -> &Chart {
    let asset = state.ledger.account(units).expect("a token's units account is open").asset;
    state.chart(asset).expect("publishing the offering opened its volume's chart")
}

fn add_partner(legs: &mut Legs, state: &State, (offering, asset): (&Offering, AssetRef), amount: i64) {
    let payable = offering.partner.and_then(|partner| state.party(partner.party)?.payable.get(&asset));
    if let Some(&payable) = payable {
        legs.add(payable, amount);
    }
}
