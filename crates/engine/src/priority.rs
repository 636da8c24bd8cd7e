//! Priority: which parties the operator trusts to displace others.

use crate::actor::Actor;
use crate::party::require_operator;
use crate::state::{ArpLevel, Offering, Party, PartyRef, State};
use crate::{Answer, Event, Rejection};

/// Authorises a party for priority from `level_min` down, or for none that needs it. What it bought stays its own.
pub(crate) fn decide_authorise(
    state: &State,
    actor: Actor,
    (party, level_min): (PartyRef, Option<ArpLevel>),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.party(party).ok_or(Rejection::UnknownParty)?;
    if row.priority_level_min == level_min {
        return Ok(Answer::Repeated);
    }
    out.push(Event::PriorityAuthorised { party, level_min });
    Ok(Answer::Done)
}

/// Levels 1 to 8 are for parties that are authorised for them; 9 to 15 are anybody's (TS 23.501 §5.7.2.2).
pub(crate) fn check_priority(party: &Party, offering: &Offering) -> Result<(), Rejection> {
    let level = offering.arp.unwrap_or_default().level;
    if !level.is_authorised_only() || party.priority_level_min.is_some_and(|level_min| level_min <= level) {
        return Ok(());
    }
    let unauthorised = ArpLevel::LOWEST_AUTHORISED.number().saturating_add(1);
    Err(Rejection::PriorityNotAuthorised { level_min: party.priority_level_min.map_or(unauthorised, ArpLevel::number) })
}
