//! Quote: a firm, expiring offer: **qualify** (promise), **price**, hold the capacity short.

use crate::actor::{Actor, Role};
use crate::command::Wish;
use crate::congestion::{Sold, moved};
use crate::limits::{QUOTE_SHARE_PPM, QUOTE_TTL, QUOTES_PER_PARTY_MAX};
use crate::party::may_act_for;
use crate::qualification::{Ask, Promise, eligible, qualify};
use crate::stamp::Stamp;
use crate::state::{Quote, QuoteState, State};
use crate::{Answer, Event, Rejection};
use capacity::Terms;
use rating::Line;
use rating::limits::LINE_MINOR_MAX;
use types::{Instant, QuoteId};

/// What a purchase would cost, gross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The fee of the window.
    pub fee_minor: i64,
    /// What is held on top for usage.
    pub usage_held_minor: i64,
}

/// Issues a firm quote.
pub(crate) fn decide_quote(
    state: &State,
    actor: Actor,
    wish: &Wish,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, wish.party)?;
    eligible(state, wish.party, wish.offering)?;
    if state.index.open_quotes.get(&wish.party).is_some_and(|open| *open >= QUOTES_PER_PARTY_MAX) {
        return Err(Rejection::TooManyQuotes { quotes_max: QUOTES_PER_PARTY_MAX });
    }
    let terms = Terms::Short { share_ppm: QUOTE_SHARE_PPM };
    let ask = Ask::of(wish, terms);
    let promise = qualify(state, ask, stamp.now)?;
    let price = price(state, wish, &promise, stamp.now)?;
    let booking = match promise.legs.as_slice() {
        [] => None,
        _ => Some(state.capacity.next_booking().ok_or(Rejection::BookOverflow)?),
    };
    let id = QuoteId::from_u128(stamp.id(0));
    let quote = Quote {
        id,
        party: wish.party,
        offering: wish.offering,
        window: wish.window,
        place: wish.place.clone(),
        fee_minor: price.fee_minor,
        usage_held_minor: price.usage_held_minor,
        epsilon_ppb: promise.epsilon_ppb,
        booking,
        legs: promise.legs,
        expires_at: stamp.now.after(QUOTE_TTL),
        state: QuoteState::Open,
        grade: promise.grade,
    };
    out.push(Event::QuoteIssued { quote: Box::new(quote), slots: promise.slots });
    Ok(Answer::Quote(id))
}

/// The price of a wish that can be promised so: the plan's, moved by congestion within the operator's guard rails.
pub fn price(state: &State, wish: &Wish, promise: &Promise, now: Instant) -> Result<Price, Rejection> {
    let offering = state.offering(wish.offering).ok_or(Rejection::UnknownOffering)?;
    let kind = state.party(wish.party).ok_or(Rejection::UnknownParty)?.kind;
    let plan_minor = offering.price.fee_minor(wish.window).ok_or(Rejection::BookOverflow)?;
    let sold = Sold {
        offering: (wish.offering, offering),
        kind,
        window: wish.window,
        grade: promise.grade,
        held: (&promise.legs, promise.slots),
    };
    let lines = moved(state, &sold, plan_minor, now).ok_or(Rejection::BookOverflow)?;
    let moved_minor = Line::sum(&lines).and_then(|moved| plan_minor.checked_add(moved));
    let fee_minor = moved_minor.filter(|fee| *fee <= LINE_MINOR_MAX).ok_or(Rejection::BookOverflow)?;
    let usage_held_minor = offering.price.usage_held_minor().ok_or(Rejection::BookOverflow)?;
    Ok(Price { fee_minor, usage_held_minor })
}

/// A customer buys for itself, the operator for any party of its brand.
pub(crate) fn require_buyer(state: &State, actor: Actor, party: crate::state::PartyRef) -> Result<(), Rejection> {
    if !matches!(actor.role, Role::Customer | Role::Operator) {
        return Err(Rejection::RoleNotAllowed);
    }
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if may_act_for(state, actor, party) { Ok(()) } else { Err(Rejection::UnknownParty) }
}
