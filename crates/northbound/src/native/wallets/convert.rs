//! Rules of wallets: wire to commands, rows to wire.

use crate::fault::Fault;
use crate::native::convert::{any_party, currency_of, id, money};
use crate::native::wallets::wire;
use crate::time;
use engine::ledger::AccountRef;
use engine::state::{
    self, Budget, PartyRef, PaymentKind, PaymentOutcome, Period, Progress, Scope, State, UtcOffset, WalletRules,
};
use engine::{Actor, Command, Rejection, WalletOrder, WalletWish};
use types::{Currency, Instant, OfferingId, PartyId};

/// A wallet that is named, and who names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub actor: Actor,
    pub party: PartyRef,
    pub currency: Currency,
}

impl Named {
    /// What its owner wants of it.
    pub(crate) fn wants(self, wish: WalletWish) -> Command {
        Command::OrderWallet(Box::new(WalletOrder { party: self.party, currency: self.currency, wish }))
    }
}

/// A budget as it is asked for.
pub(crate) fn budget_asked(state: &State, draft: &wire::BudgetDraft) -> Result<engine::BudgetDraft, Fault> {
    let offering = draft.offering.as_deref().map(|text| {
        let offering = id("offering", OfferingId::parse(text))?;
        state.offering_by_id(offering).ok_or_else(|| Fault::from(Rejection::UnknownOffering))
    });
    let scope = Scope {
        member: draft.member.as_deref().map(|text| any_party(state, "member", text)).transpose()?,
        offering: offering.transpose()?,
        period: match draft.period {
            wire::Period::Day => Period::Day,
            wire::Period::Month => Period::Month,
            wire::Period::Ever => Period::Ever,
        },
        utc_offset: offset(draft.utc_offset_minutes)?,
    };
    Ok(engine::BudgetDraft { scope, limit_minor: draft.limit_minor })
}

/// A member in a path.
pub(crate) fn member(state: &State, text: &str) -> Result<PartyRef, Fault> {
    let id = PartyId::parse(text).map_err(|error| Fault::malformed(error.to_string()))?;
    Ok(state.party_by_id(id).ok_or(Rejection::UnknownParty)?)
}

/// The number of a budget in a path.
pub(crate) fn number(text: &str) -> Result<u16, Fault> {
    text.parse().map_err(|_| Fault::malformed("a budget has a number from 1 to 64"))
}

/// A rule of automatic top-up as it is asked for.
pub(crate) fn auto_top_up_asked(asked: wire::AutoTopUp) -> Result<state::AutoTopUp, Fault> {
    Ok(state::AutoTopUp {
        below_minor: asked.below_minor,
        amount_minor: asked.amount_minor,
        reference: asked.reference,
        day_max_minor: asked.day_max_minor,
        utc_offset: offset(asked.utc_offset_minutes)?,
        progress: Progress::default(),
    })
}

/// The same for the wire.
pub(crate) fn auto_top_up(rule: &state::AutoTopUp) -> wire::AutoTopUp {
    wire::AutoTopUp {
        below_minor: rule.below_minor,
        amount_minor: rule.amount_minor,
        day_max_minor: rule.day_max_minor,
        reference: rule.reference.clone(),
        utc_offset_minutes: rule.utc_offset.minutes(),
    }
}

/// What became of a payment, in the engine's words.
pub(crate) const fn outcome(outcome: wire::Outcome) -> PaymentOutcome {
    match outcome {
        wire::Outcome::Approved => PaymentOutcome::Approved,
        wire::Outcome::Declined => PaymentOutcome::Declined,
    }
}

/// The rules of a wallet for its owner, as they stand at `now`.
pub(crate) fn rules(state: &State, of: Named, now: Instant) -> Result<wire::Rules, Fault> {
    let party = state.party(of.party).ok_or(Rejection::UnknownParty)?;
    let wallet = engine::wallet_of(state, of.party, of.currency).ok_or(Rejection::UnknownWallet)?;
    let rules = state.wallets.get(&wallet);
    let member = |member: &PartyRef| state.party(*member).map(|row| row.id.to_string());
    let auto = rules.and_then(|rules| rules.auto_top_up.as_ref());
    Ok(wire::Rules {
        party: party.id.to_string(),
        currency: of.currency.to_string(),
        members: rules.into_iter().flat_map(|rules| rules.members.iter().filter_map(member)).collect(),
        budgets: budgets(state, (rules, of.currency), now, |_| true),
        low_balance: rules.and_then(|rules| rules.low_below_minor).map(|below| money(below, of.currency)),
        auto_top_up: auto.map(auto_top_up),
        auto_top_up_state: auto.map(|rule| match rule.progress.pending {
            Some(_) => wire::TopUpState::Pending,
            None if rule.is_paused() => wire::TopUpState::Paused,
            None => wire::TopUpState::Ready,
        }),
        payments: payments(state, wallet, of.currency),
        refundable: money(engine::refundable(state, wallet), of.currency),
    })
}

/// The wallets of others that a party may spend from.
pub(crate) fn shared(state: &State, member: PartyRef, now: Instant) -> Vec<wire::Shared> {
    let shared = state.shared_with(member).filter_map(|(wallet, owner)| {
        let currency = currency_of(state, state.ledger.account(wallet)?.asset)?;
        let counts = |budget: &Budget| budget.scope.member.is_none_or(|of| of == member);
        Some(wire::Shared {
            party: state.party(owner)?.id.to_string(),
            currency: currency.to_string(),
            budgets: budgets(state, (state.wallets.get(&wallet), currency), now, counts),
        })
    });
    shared.collect()
}

fn budgets(
    state: &State,
    (rules, currency): (Option<&WalletRules>, Currency),
    now: Instant,
    shown: impl Fn(&Budget) -> bool,
) -> Vec<wire::Budget> {
    let rows = rules.into_iter().flat_map(|rules| &rules.budgets).filter(|(_, row)| shown(row));
    let budget = |(number, row): (&u16, &Budget)| wire::Budget {
        number: *number,
        limit: money(row.limit_minor, currency),
        spent: money(row.spent_at(now), currency),
        left: money(row.room_at(now), currency),
        period: match row.scope.period {
            Period::Day => wire::Period::Day,
            Period::Month => wire::Period::Month,
            Period::Ever => wire::Period::Ever,
        },
        utc_offset_minutes: row.scope.utc_offset.minutes(),
        member: row.scope.member.and_then(|member| Some(state.party(member)?.id.to_string())),
        offering: row.scope.offering.and_then(|offering| Some(state.offering(offering)?.id.to_string())),
    };
    rows.map(budget).collect()
}

fn payments(state: &State, wallet: AccountRef, currency: Currency) -> Vec<wire::Payment> {
    let asked = state.payments_of(wallet);
    let payment = |row: &state::Payment| wire::Payment {
        id: row.id.to_string(),
        kind: match row.kind {
            PaymentKind::TopUp => wire::PaymentKind::TopUp,
            PaymentKind::Payout(_) => wire::PaymentKind::Payout,
        },
        amount: money(row.amount_minor, currency),
        reference: row.reference.clone(),
        requested_at: time::text(row.requested_at),
    };
    asked.map(payment).collect()
}

fn offset(minutes: i16) -> Result<UtcOffset, Fault> {
    UtcOffset::from_minutes(minutes).ok_or_else(|| Fault::invalid("utc_offset_minutes: -840 to 840 is expected"))
}
