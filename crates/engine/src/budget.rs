//! Budget: caps on what is spent from a wallet, by member, by offering, by day or month.
//!
//! One counter for each budget: what is held at a purchase counts at once, so that purchases decided one after another
//! cannot pass a cap together; capturing it counts nothing more; what is released or paid back in the same period counts no
//! longer. What the operator bears never counts. What is granted out of a wallet leaves as much less room while it is out,
//! so that functions that charge while they do not ask cannot pass a cap together either.

use crate::actor::Actor;
use crate::command::BudgetDraft;
use crate::limits::{BUDGETS_PER_WALLET_MAX, QUANTITY_MAX};
use crate::party::wallet_of;
use crate::quote::require_buyer;
use crate::sharing::may_spend;
use crate::state::{Bought, Budget, OfferingRef, PartyRef, State, Token, TokenRef};
use crate::{Answer, Event, Rejection};
use ledger::AccountRef;
use types::{ChargingId, Currency, Instant};

/// Sets a budget under its number, or takes it away. While it stays about the same, what was spent stays counted.
pub(crate) fn decide_set(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    (number, draft): (u16, Option<BudgetDraft>),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    if let Some(draft) = draft {
        check_draft(state, draft)?;
    }
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    let known = state.wallets.get(&wallet).and_then(|rules| rules.budgets.get(&number)).copied();
    let Some(BudgetDraft { scope, limit_minor }) = draft else {
        known.ok_or(Rejection::UnknownBudget)?;
        out.push(Event::BudgetSet { wallet, owner: party, number, budget: None });
        return Ok(Answer::Wallet(wallet));
    };
    if scope.member.is_some_and(|member| member != party && !may_spend(state, wallet, member)) {
        return Err(Rejection::NotAdmitted);
    }
    if !(1..=BUDGETS_PER_WALLET_MAX).contains(&number) {
        return Err(Rejection::TooManyRules { rules_max: BUDGETS_PER_WALLET_MAX.into() });
    }
    let fresh =
        Budget { scope, limit_minor, from_token: TokenRef::next(state.tokens.len()), counted_in: 0, spent_minor: 0 };
    let budget = known.filter(|known| known.scope == scope).map_or(fresh, |known| Budget { limit_minor, ..known });
    if known == Some(budget) {
        return Ok(Answer::Repeated);
    }
    out.push(Event::BudgetSet { wallet, owner: party, number, budget: Some(Box::new(budget)) });
    Ok(Answer::Wallet(wallet))
}

fn check_draft(state: &State, BudgetDraft { scope, limit_minor }: BudgetDraft) -> Result<(), Rejection> {
    if let Some(offering) = scope.offering {
        state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    }
    let counted = u64::try_from(limit_minor).is_ok_and(|limit| limit <= QUANTITY_MAX);
    if counted { Ok(()) } else { Err(Rejection::QuantityOutOfRange) }
}

/// What may be spent from a wallet by this party on this offering, budgets alone considered; `None`: any amount.
pub(crate) fn room(
    state: &State,
    wallet: AccountRef,
    (party, offering): (PartyRef, OfferingRef),
    (now, back): (Instant, Option<Grant>),
) -> Option<i64> {
    let budgets = state.wallets.get(&wallet)?.budgets.values();
    let counting = budgets.filter(|budget| budget.scope.counts(party, offering));
    counting.map(|budget| budget.room_at(now).saturating_sub(granted(state, wallet, budget, back)).max(0)).min()
}

/// A rating group of a charging session: its grant goes back in the same decision.
pub(crate) type Grant = (ChargingId, u32);

/// What is out of a wallet that a budget counts, but for what goes back.
fn granted(state: &State, wallet: AccountRef, budget: &Budget, back: Option<Grant>) -> i64 {
    let out = state.leases_on(wallet).filter(|(grant, _)| Some(*grant) != back);
    let counted = out.filter(|(_, lease)| {
        let of = state.token(lease.token).map(Spending::on);
        of.is_some_and(|of| budget.scope.counts(of.party, of.offering))
    });
    counted.fold(0, |sum, (_, lease)| sum.saturating_add(lease.held_minor))
}

/// Every budget has room for what is bought.
pub(crate) fn check_purchase(
    state: &State,
    wallet: AccountRef,
    who_what: (PartyRef, OfferingRef),
    needed: i64,
    now: Instant,
) -> Result<(), Rejection> {
    match room(state, wallet, who_what, (now, None)) {
        Some(available) if needed > available => Err(Rejection::BudgetExceeded { needed, available }),
        _ => Ok(()),
    }
}

/// What a charge as it is delivered may take by the rules of the wallet that pays; `None`: any amount. A wallet without
/// rules is not even looked up, unless it is another's: who was dismissed charges no more to it.
pub(crate) fn room_for_charge(state: &State, token: &Token, now: Instant, back: Option<Grant>) -> Option<i64> {
    if token.payer.is_some() && !may_spend(state, token.wallet, token.party) {
        return Some(0);
    }
    if state.wallets.is_empty() {
        return None;
    }
    room(state, token.wallet, (token.party, token.offering), (now, back))
}

/// What is spent from which wallet, by whom, on what.
#[derive(Clone, Copy)]
pub(crate) struct Spending {
    wallet: AccountRef,
    party: PartyRef,
    offering: OfferingRef,
}

impl Spending {
    /// On a token.
    pub(crate) fn on(row: &Token) -> Self {
        let party = row.bought.map_or(row.party, |bought| bought.party);
        Self { wallet: row.wallet, party, offering: row.offering }
    }

    /// A purchase, or a charge as it is delivered, is spent.
    pub(crate) fn spend(self, state: &mut State, amount_minor: i64, at: Instant) {
        let Some(rules) = state.wallets.get_mut(&self.wallet).filter(|_| amount_minor != 0) else { return };
        for budget in rules.budgets.values_mut().filter(|budget| budget.scope.counts(self.party, self.offering)) {
            budget.count(amount_minor, at);
        }
    }
}

/// Something of what a purchase spent comes back: in the period of the purchase it counts no longer.
pub(crate) fn unspend(state: &mut State, (token, row): (TokenRef, &Token), amount_minor: i64, at: Instant) {
    let Some(bought_at) = row.issued_at else { return };
    let bought = row.bought.unwrap_or(Bought { token, party: row.party, at: bought_at });
    let Some(rules) = state.wallets.get_mut(&row.wallet).filter(|_| amount_minor != 0) else { return };
    for budget in rules.budgets.values_mut().filter(|budget| budget.scope.counts(bought.party, row.offering)) {
        if bought.token >= budget.from_token && budget.scope.period_of(bought.at) == budget.scope.period_of(at) {
            budget.count(amount_minor.saturating_neg(), at);
        }
    }
}
