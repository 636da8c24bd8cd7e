//! Money and parties, between TM Forum's forms and the engine's.

use crate::fault::Fault;
use crate::tmf::common::error::Error;
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::Quantity;
use engine::state::{Party, PartyRef, State};
use engine::{Actor, Rejection, Role};
use serde_json::{Number, Value, json};
use types::{Currency, Money, PartyId, TenantId};

/// Digits of an amount that a JSON number keeps exactly.
const DIGITS_MAX: usize = 15;

/// An amount of money in major units, exactly, as a number.
pub(crate) fn money(minor: i64, currency: Currency) -> Value {
    let text = Money::new(minor, currency).to_string();
    let digits = text.split(' ').next().unwrap_or_default();
    json!({ "amount": number(digits), "units": currency.to_string() })
}

/// A decimal text as a JSON number.
pub(crate) fn number(digits: &str) -> Value {
    digits.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// An amount in minor units: a number with no more digits than its currency has, at least one minor unit.
pub(crate) fn minor(name: &str, asked: &Quantity, currency: Currency) -> Result<i64, Fault> {
    let expected = || Fault::invalid(format!("{name}: an amount above 0 of {currency}, with its digits, is expected"));
    if asked.units != currency.to_string() {
        return Err(Fault::invalid(format!("{name}.units: `{currency}` is expected")));
    }
    let text = asked.amount.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let places = currency.minor_digits() as usize;
    if part.len() > places || whole.len() + places > DIGITS_MAX {
        return Err(expected());
    }
    let minor = format!("{whole}{part:0<places$}").parse().map_err(|_| expected())?;
    if minor > 0 { Ok(minor) } else { Err(expected()) }
}

/// The party with this id, if the caller may act for it.
pub(crate) fn party(state: &State, actor: Actor, id: &str) -> Option<PartyRef> {
    let party = state.party_by_id(PartyId::parse(id).ok()?)?;
    may_see(state, actor, party).then_some(party)
}

/// Is what belongs to this party the caller's to see?
pub(crate) fn may_see(state: &State, actor: Actor, party: PartyRef) -> bool {
    let of_brand = |row: &Party| actor.tenant == TenantId(1) || row.tenant == actor.tenant;
    match actor.role {
        Role::Operator => state.party(party).is_some_and(of_brand),
        Role::Customer => actor.party == party,
        Role::Meter | Role::Network => false,
    }
}

/// The parties whose resources a list is of: the caller's own; for the operator the one that a filter names, or all while
/// they are few.
pub(crate) fn parties(state: &State, actor: Actor, query: &Query, most: usize) -> Result<Vec<PartyRef>, Error> {
    if actor.role == Role::Customer {
        return Ok(vec![actor.party]);
    }
    let named = ["partyAccount.id", "relatedParty.id"].into_iter().find_map(|attribute| query.only(attribute));
    if let Some(named) = named {
        return Ok(party(state, actor, named).into_iter().collect());
    }
    if state.parties.len() > most {
        return Err(Error::invalid(format!(
            "with more than {most} parties a list is of one: `partyAccount.id` or `relatedParty.id` is expected"
        )));
    }
    let all = (0..).zip(&state.parties).map(|(index, _)| PartyRef::from_index(index));
    Ok(all.filter(|party| may_see(state, actor, *party)).collect())
}

/// A party, as others name it.
pub(crate) fn party_ref(state: &State, party: PartyRef, role: &str) -> Result<Value, Rejection> {
    let id = state.party(party).ok_or(Rejection::UnknownParty)?.id.to_string();
    Ok(json!({ "id": id, "role": role, "@referredType": "Party" }))
}
