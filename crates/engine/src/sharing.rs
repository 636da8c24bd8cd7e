//! Sharing: whose wallet pays, and who else may spend from it.
//!
//! An agent is a party like any other: its owner admits it, and what it may spend is a budget with it as the member.

use crate::actor::Actor;
use crate::limits::MEMBERS_PER_WALLET_MAX;
use crate::party::wallet_of;
use crate::quote::require_buyer;
use crate::state::{PartyRef, State, WalletRule};
use crate::{Answer, Event, Rejection};
use ledger::{AccountRef, AssetRef};
use types::Currency;

/// The owner of a wallet lets a party spend from it. It buys for itself; what comes back goes to the wallet.
pub(crate) fn decide_admit(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    member: PartyRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    require_neighbour(state, party, member)?;
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    if may_spend(state, wallet, member) {
        return Ok(Answer::Repeated);
    }
    let members = state.wallets.get(&wallet).map_or(0, |rules| rules.members.len());
    if members >= MEMBERS_PER_WALLET_MAX as usize {
        return Err(Rejection::TooManyRules { rules_max: MEMBERS_PER_WALLET_MAX });
    }
    out.push(Event::WalletRuleSet { wallet, owner: party, rule: WalletRule::Admitted(member) });
    Ok(Answer::Wallet(wallet))
}

/// And takes that back. What was bought and held stays bought; nothing more is charged.
pub(crate) fn decide_dismiss(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    member: PartyRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    if !may_spend(state, wallet, member) {
        return Err(Rejection::NotAdmitted);
    }
    out.push(Event::WalletRuleSet { wallet, owner: party, rule: WalletRule::Dismissed(member) });
    Ok(Answer::Wallet(wallet))
}

/// The wallet that pays for what `buyer` buys: its own, or that of `payer` where it was admitted.
pub(crate) fn paying_wallet(
    state: &State,
    asset: AssetRef,
    buyer: PartyRef,
    payer: Option<PartyRef>,
) -> Result<AccountRef, Rejection> {
    let owner = state.party(payer.unwrap_or(buyer)).ok_or(Rejection::UnknownParty)?;
    let wallet = *owner.wallets.get(&asset).ok_or(Rejection::UnknownWallet)?;
    if payer.is_some_and(|payer| payer != buyer) && !may_spend(state, wallet, buyer) {
        return Err(Rejection::NotAdmitted);
    }
    Ok(wallet)
}

/// May a party other than its owner spend from this wallet?
pub(crate) fn may_spend(state: &State, wallet: AccountRef, member: PartyRef) -> bool {
    state.wallets.get(&wallet).is_some_and(|rules| rules.members.contains(&member))
}

/// Another party of the same brand.
pub(crate) fn require_neighbour(state: &State, party: PartyRef, other: PartyRef) -> Result<(), Rejection> {
    let brand = |party| state.party(party).map(|row| row.tenant);
    if brand(other).is_none() || brand(other) != brand(party) {
        return Err(Rejection::UnknownParty);
    }
    if party == other { Err(Rejection::SameParty) } else { Ok(()) }
}
