//! Quote: a firm, expiring offer: **qualify** (promise), **price**, hold the capacity short.

use crate::actor::{Actor, Role};
use crate::command::Wish;
use crate::congestion::{Sold, moved};
use crate::limits::{QUOTE_SHARE_PPM, QUOTE_TTL, QUOTES_PER_PARTY_MAX};
use crate::party::may_act_for;
use crate::qualification::{Ask, Promise, eligible, qualify};
use crate::stamp::Stamp;
use crate::state::{Offering, Quote, QuoteState, State};
use crate::{Answer, Event, Rejection};
use capacity::Terms;
use rating::limits::LINE_MINOR_MAX;
use rating::{Buyer, Fee, Line, Sale, fee_given, given};
use types::{Instant, QuoteId};

/// What a purchase would cost, gross.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// What is paid for the window, or for its first period, and why.
    pub fee: Fee,
    /// What is held on top for usage, in minor units.
    pub usage_held_minor: i64,
    /// The discounts in it, each as the bit of its place in the plan.
    pub discounts: u16,
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
    let offering = eligible(state, wish.party, wish.offering)?;
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
        fee_minor: price.fee.minor,
        usage_held_minor: price.usage_held_minor,
        epsilon_ppb: promise.epsilon_ppb,
        booking,
        legs: promise.legs,
        expires_at: stamp.now.after(QUOTE_TTL),
        state: QuoteState::Open,
        grade: promise.grade,
        lines: Some(price.fee.lines),
        version: first_or(offering.version()),
        discounts: first_or(price.discounts),
    };
    out.push(Event::QuoteIssued { quote: Box::new(quote), slots: promise.slots });
    Ok(Answer::Quote(id))
}

/// The price of a wish that can be promised so: the plan's, moved by congestion within the operator's guard rails.
pub fn price(state: &State, wish: &Wish, promise: &Promise, now: Instant) -> Result<Price, Rejection> {
    let offering = state.offering(wish.offering).ok_or(Rejection::UnknownOffering)?;
    let party = state.party(wish.party).ok_or(Rejection::UnknownParty)?;
    let plan = &offering.price.plan;
    let sale = Sale { window: wish.window, place: &wish.place, grade: promise.grade, period: 0, at: now };
    let newcomer = !state.had(wish.party, wish.offering);
    let buyer = Buyer { kind: party.kind, code: wish.promotion.as_deref(), newcomer };
    let discounts = given(plan, &sale, &buyer);
    require_known(offering, wish, discounts)?;
    let planned = fee_given(plan, &sale, discounts).ok_or(Rejection::BookOverflow)?;
    let sold = Sold {
        offering: (wish.offering, offering),
        kind: party.kind,
        window: wish.window,
        grade: promise.grade,
        held: (&promise.legs, promise.slots),
    };
    let fee = moved_fee(state, &sold, planned, now).ok_or(Rejection::BookOverflow)?;
    let usage_held_minor = plan.held_minor().ok_or(Rejection::BookOverflow)?;
    Ok(Price { fee, usage_held_minor, discounts })
}

/// The fee of a plan, with the lines that congestion adds to it; `None` when it cannot be counted.
fn moved_fee(state: &State, sold: &Sold<'_>, planned: Fee, now: Instant) -> Option<Fee> {
    let Fee { mut lines, minor } = planned;
    lines.extend(moved(state, sold, minor, now)?);
    let minor = Line::sum(&lines).filter(|minor| *minor <= LINE_MINOR_MAX)?;
    Some(Fee { lines, minor })
}

/// A promotion code that is given is worth something: one that is mistyped or over is not passed over in silence.
fn require_known(offering: &Offering, wish: &Wish, discounts: u16) -> Result<(), Rejection> {
    if wish.promotion.is_none() {
        return Ok(());
    }
    let numbered = (0_u32..).zip(&offering.price.plan.discounts);
    let mut worth = numbered.filter(|(at, _)| discounts.checked_shr(*at).unwrap_or(0) & 1 == 1);
    if worth.any(|(_, discount)| discount.code == wish.promotion) { Ok(()) } else { Err(Rejection::UnknownPromotion) }
}

/// What is said only where it is not what it always was.
pub(crate) fn first_or<T: Default + PartialEq>(value: T) -> Option<T> {
    Some(value).filter(|value| *value != T::default())
}

/// A customer buys for itself, the operator for any party of its brand.
pub(crate) fn require_buyer(state: &State, actor: Actor, party: crate::state::PartyRef) -> Result<(), Rejection> {
    if !matches!(actor.role, Role::Customer | Role::Operator) {
        return Err(Rejection::RoleNotAllowed);
    }
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if may_act_for(state, actor, party) { Ok(()) } else { Err(Rejection::UnknownParty) }
}
