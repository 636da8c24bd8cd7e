//! Parties and their wallets.

use crate::actor::{Actor, Role};
use crate::catalog::Opening;
use crate::limits::QUANTITY_MAX;
use crate::settlement::{partner_payout_legs, top_up_legs};
use crate::state::{PartyKind, PartyRef, SourceRef, State};
use crate::{Answer, Event, Rejection};
use ledger::{AccountKind, AccountRef, Asset};
use types::{CellId, Currency, PartyId, SourceId, SubjectId, TenantId};

/// A party as it is registered.
pub(crate) struct NewParty {
    pub id: PartyId,
    pub tenant: TenantId,
    pub kind: PartyKind,
    pub subject: Option<SubjectId>,
}

/// The operator, and nobody else.
pub(crate) fn require_operator(actor: Actor) -> Result<(), Rejection> {
    if actor.role == Role::Operator { Ok(()) } else { Err(Rejection::RoleNotAllowed) }
}

/// May the caller act for this party: as itself, or as the operator of its brand?
pub(crate) fn may_act_for(state: &State, actor: Actor, party: PartyRef) -> bool {
    match actor.role {
        Role::Customer => actor.party == party && state.party(party).is_some_and(|row| row.tenant == actor.tenant),
        Role::Operator => {
            actor.tenant == TenantId(1) || state.party(party).is_some_and(|row| row.tenant == actor.tenant)
        }
        Role::Meter | Role::Network => false,
    }
}

/// Makes an empty data folder an operator's cell.
pub(crate) fn decide_found(
    state: &State,
    actor: Actor,
    cell: CellId,
    operator: PartyId,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    if state.cell.is_some() {
        return Err(Rejection::AlreadyFounded);
    }
    require_operator(actor)?;
    out.push(Event::CellFounded { cell, tenant: TenantId(1), operator });
    Ok(Answer::Party(PartyRef::OPERATOR))
}

/// Registers a party under an id that is new.
pub(crate) fn decide_register(
    state: &State,
    actor: Actor,
    new: &NewParty,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    if state.party_by_id(new.id).is_some() {
        return Err(Rejection::AlreadyExists);
    }
    let party = PartyRef::next(state.parties.len());
    let &NewParty { id, tenant, kind, subject } = new;
    out.push(Event::PartyRegistered { party, id, tenant, kind, subject });
    Ok(Answer::Party(party))
}

/// Opens a wallet, or answers with the one there is.
pub(crate) fn decide_open_wallet(
    state: &State,
    actor: Actor,
    party: PartyRef,
    currency: Currency,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if let Some(wallet) = wallet_of(state, party, currency) {
        return Ok(Answer::Wallet(wallet));
    }
    let mut opening = Opening::new(state, out);
    let asset = opening.money(Asset::Currency(currency));
    Ok(Answer::Wallet(opening.account(AccountKind::Wallet, asset, party)))
}

/// Adds money that was received outside.
pub(crate) fn decide_top_up(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    amount_minor: i64,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if !u64::try_from(amount_minor).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount)) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    let asset = state.ledger.asset_ref(Asset::Currency(currency)).ok_or(Rejection::UnknownWallet)?;
    let cash = state.chart(asset).ok_or(Rejection::UnknownWallet)?.get(AccountKind::Cash);
    state.ledger.check_posting(top_up_legs(wallet, cash, amount_minor).as_slice())?;
    out.push(Event::FundsAdded { wallet, cash, amount_minor, origin: None });
    Ok(Answer::Wallet(wallet))
}

/// Says that a partner was paid outside, of what it is owed.
pub(crate) fn decide_payout(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    amount_minor: i64,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.party(party).ok_or(Rejection::UnknownParty)?;
    if !u64::try_from(amount_minor).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount)) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let asset = state.ledger.asset_ref(Asset::Currency(currency)).ok_or(Rejection::UnknownWallet)?;
    let payable = *row.payable.get(&asset).ok_or(Rejection::UnknownWallet)?;
    let cash = state.chart(asset).ok_or(Rejection::UnknownWallet)?.get(AccountKind::Cash);
    let owed = state.ledger.account(payable).map_or(0, |account| account.posted);
    if amount_minor > owed {
        return Err(Rejection::InsufficientFunds { needed: amount_minor, available: owed });
    }
    state.ledger.check_posting(partner_payout_legs(payable, cash, amount_minor).as_slice())?;
    out.push(Event::PartnerPaid(payable, cash, amount_minor));
    Ok(Answer::Wallet(payable))
}

/// Lets a wallet go below zero, but not above what it already owes.
pub(crate) fn decide_credit_limit(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    limit_minor: i64,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if !u64::try_from(limit_minor).is_ok_and(|limit| limit <= QUANTITY_MAX) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let account = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    state.ledger.check_credit_limit(account, limit_minor).map_err(|_| Rejection::CreditLimitTooLow)?;
    out.push(Event::CreditLimitSet { account, limit_minor });
    Ok(Answer::Wallet(account))
}

/// Registers a meter, or answers with the caller's own under this id.
pub(crate) fn decide_register_source(
    state: &State,
    actor: Actor,
    id: SourceId,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    if actor.role == Role::Customer {
        return Err(Rejection::RoleNotAllowed);
    }
    if let Some(source) = state.source_by_id(id) {
        let own = state.source(source).is_some_and(|row| row.owner == actor.party);
        return if own { Ok(Answer::Source(source)) } else { Err(Rejection::AlreadyExists) };
    }
    let source = SourceRef::next(state.sources.len());
    out.push(Event::SourceRegistered { source, id, owner: actor.party });
    Ok(Answer::Source(source))
}

/// The party's wallet in this currency.
pub fn wallet_of(state: &State, party: PartyRef, currency: Currency) -> Option<AccountRef> {
    let asset = state.ledger.asset_ref(Asset::Currency(currency))?;
    state.party(party)?.wallets.get(&asset).copied()
}
