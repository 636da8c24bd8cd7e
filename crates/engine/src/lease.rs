//! Leases: a slice of a token is granted to whoever enforces it, as a hold with an expiry; what it reports is captured.
//!
//! Many enforce at once and each alone, so nothing may be spent twice while they do not ask: what is granted is set aside
//! on the volume and the money of the token before it is said. A lost consumer's grant comes back by itself.

use crate::actor::{Actor, Role};
use crate::command::{LeaseUse, NewCharging, Want};
use crate::grant::{Settled, grantable, is_metered, reportable, settle, sized};
use crate::limits::{
    CHARGINGS_PER_SUBSCRIBER_MAX, LEASE_TIME_MAX, NOTIFY_BYTES_MAX, QUANTITY_MAX, RATING_GROUPS_MAX, REPORTING_GRACE,
    SERVING_TOKENS_MAX,
};
use crate::metering::Metering;
use crate::stamp::Stamp;
use crate::state::{Charged, Charging, Lease, OfferingRef, State, Subscriber, TokenRef};
use crate::{Answer, Event, Rejection};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;
use types::{ChargingId, Instant, Unit};

/// Why what was granted went back unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ReturnReason {
    /// Nobody reported in time.
    #[n(0)]
    Expired,
    /// Its session was closed.
    #[n(1)]
    Closed,
    /// Its token is over, or held back.
    #[n(2)]
    TokenOver,
    /// What serves the rating group now needs no grant.
    #[n(3)]
    Needless,
}

/// Opens a charging session for a subscriber.
pub(crate) fn decide_open(
    state: &State,
    actor: Actor,
    new: &NewCharging,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_consumer(actor)?;
    if new.notify.as_ref().is_some_and(|uri| uri.is_empty() || uri.len() > NOTIFY_BYTES_MAX as usize) {
        return Err(Rejection::TextOutOfRange { bytes_max: NOTIFY_BYTES_MAX });
    }
    if state.serving(new.subscriber).next().is_none() {
        return Err(Rejection::UnknownSubscriber);
    }
    if state.open_chargings(new.subscriber) >= CHARGINGS_PER_SUBSCRIBER_MAX {
        return Err(Rejection::TooManyChargings { chargings_max: CHARGINGS_PER_SUBSCRIBER_MAX });
    }
    let id = ChargingId::from_u128(stamp.id(0));
    let row = Charging {
        id,
        owner: actor.party,
        subscriber: new.subscriber,
        notify: new.notify.clone(),
        opened_at: stamp.now,
        touched_at: stamp.now,
        sequence: new.sequence,
        closed_at: None,
        leases: BTreeMap::new(),
    };
    out.push(Event::ChargingOpened { row: Box::new(row) });
    Ok(Answer::Charging(id))
}

/// Charges what was used of a rating group, gives back the rest of its grant, and grants the next.
pub(crate) fn decide_use(
    state: &State,
    actor: Actor,
    ask: &LeaseUse,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let charging = owned(state, actor, ask.charging)?;
    let lease = charging.leases.get(&ask.rating_group);
    if let Some(lease) = lease.filter(|lease| lease.sequence == ask.sequence) {
        return Ok(leased(state, lease, ask.unit));
    }
    require_in_order(charging, ask.sequence)?;
    if !charging.is_open() {
        return Err(Rejection::ChargingClosed);
    }
    require_sane(charging, ask)?;
    let settled = match ask.used {
        0 => Settled::nothing(state, (ask.charging, ask.rating_group), lease),
        _ => report(state, (charging, lease), ask, now, out)?,
    };
    match ask.want {
        Want::Quota { quantity_max, .. } => grant(state, (charging, quantity_max), ask, (&settled, now), out),
        Want::Nothing | Want::Debit => Ok(Answer::Leased { granted: Some(0), valid_until: now, last: true }),
    }
}

/// Closes a charging session: what is still granted goes back.
pub(crate) fn decide_close(
    state: &State,
    actor: Actor,
    (id, sequence): (ChargingId, u32),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let charging = owned(state, actor, id)?;
    if !charging.is_open() {
        return Ok(Answer::Repeated);
    }
    require_in_order(charging, sequence)?;
    let granted = charging.leases.iter().filter(|(_, lease)| lease.granted > 0);
    out.extend(granted.map(|(rating_group, _)| returned(id, *rating_group, ReturnReason::Closed)));
    out.push(Event::ChargingClosed { charging: id, sequence });
    Ok(Answer::Done)
}

/// What is granted out of a token goes back because the token is over or held back.
pub(crate) fn call_in(state: &State, token: TokenRef, out: &mut Vec<Event>) {
    let all = state.leases_of(token);
    out.extend(all.map(|(charging, rating_group, _)| returned(charging.id, rating_group, ReturnReason::TokenOver)));
}

/// A grant that nobody reported on goes back.
pub(crate) fn expire(charging: ChargingId, rating_group: u32, out: &mut Vec<Event>) {
    out.push(returned(charging, rating_group, ReturnReason::Expired));
}

/// Which token serves a rating group: of the subscriber's that are of its offering and can be granted from, the one that
/// ends first and still has something; the one that ends first when none has.
///
/// The one place that knows what a rating group is charged to.
pub(crate) fn token_serving(
    state: &State,
    subscriber: Subscriber,
    (offering, unit): (OfferingRef, Option<Unit>),
    (settled, now): (&Settled, Instant),
) -> Option<TokenRef> {
    let live = state.serving(subscriber).rev().take(SERVING_TOKENS_MAX);
    let mut fit: Vec<_> = live
        .filter_map(|at| Some((at, state.token(at)?)))
        .filter(|(_, row)| row.offering == offering && grantable(state, row, now))
        .map(|(at, row)| (row.window.to(), at))
        .collect();
    fit.sort_unstable();
    let has_some =
        |at: TokenRef| state.token(at).is_some_and(|row| sized(state, (at, row), (1, unit), (settled, now)).has_some());
    fit.iter().find(|(_, at)| has_some(*at)).or(fit.first()).map(|(_, at)| *at)
}

fn report(
    state: &State,
    (charging, lease): (&Charging, Option<&Lease>),
    ask: &LeaseUse,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Settled, Rejection> {
    let own = lease.map(|lease| lease.token).filter(|token| reportable(state, *token, now));
    let what = (ask.offering, ask.unit);
    let serving = || {
        token_serving(
            state,
            charging.subscriber,
            what,
            (&Settled::nothing(state, (ask.charging, ask.rating_group), lease), now),
        )
    };
    let token = own.or_else(serving).ok_or(Rejection::NothingServes)?;
    let settled = settle(state, (token, lease), ask, now)?;
    let amounts = settled.amounts;
    out.push(Event::LeaseCharged {
        charging: charging.id,
        rating_group: ask.rating_group,
        sequence: ask.sequence,
        token,
        quantity: ask.used,
        amounts: Box::new(Charged {
            paid_minor: amounts.paid,
            overrun_minor: amounts.overrun,
            tax_minor: amounts.tax,
            earned_minor: amounts.earned,
            partner_minor: amounts.partners.first(),
            units: u64::try_from(amounts.units).unwrap_or(0),
            meter: settled.meter,
            others_minor: amounts.partners.others(),
        }),
    });
    Ok(settled)
}

/// Grants as much of what is wanted as is there. Nothing to grant is a rejection when nothing was reported either; after
/// a report, that stands and nothing more is granted.
fn grant(
    state: &State,
    (charging, wanted): (&Charging, u64),
    ask: &LeaseUse,
    (settled, now): (&Settled, Instant),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let Some(token) = token_serving(state, charging.subscriber, (ask.offering, ask.unit), (settled, now)) else {
        return denied(ask, now, Rejection::NothingServes);
    };
    let row = state.token(token).ok_or(Rejection::UnknownToken)?;
    if let Err(refused) = Metering::of(state, row, ask.unit) {
        return denied(ask, now, refused);
    }
    let size = sized(state, (token, row), (wanted, ask.unit), (settled, now));
    if !size.metered {
        let lease = charging.leases.get(&ask.rating_group).filter(|lease| lease.granted > 0 && ask.used == 0);
        out.extend(lease.map(|_| returned(charging.id, ask.rating_group, ReturnReason::Needless)));
        return Ok(Answer::Leased { granted: None, valid_until: row.window.to(), last: false });
    }
    if !size.has_some() {
        return denied(ask, now, size.refusal(wanted));
    }
    state.ledger.next_hold().ok_or(Rejection::BookOverflow)?;
    let valid_until = now.after(ask.validity().min(LEASE_TIME_MAX)).min(row.window.to());
    out.push(Event::LeaseGranted {
        charging: charging.id,
        rating_group: ask.rating_group,
        sequence: ask.sequence,
        token,
        quantity: size.quantity,
        held_minor: size.held_minor,
        units: size.units,
        valid_until,
        held_until: valid_until.after(REPORTING_GRACE),
        last: size.last,
    });
    Ok(Answer::Leased { granted: Some(size.quantity), valid_until, last: size.last })
}

fn denied(ask: &LeaseUse, now: Instant, why: Rejection) -> Result<Answer, Rejection> {
    match ask.used {
        0 => Err(why),
        _ => Ok(Answer::Leased { granted: Some(0), valid_until: now, last: true }),
    }
}

/// What this invocation was answered, once more.
fn leased(state: &State, lease: &Lease, unit: Option<Unit>) -> Answer {
    let metered = state.token(lease.token).is_none_or(|token| is_metered(state, token, unit));
    let granted = metered.then_some(lease.granted);
    Answer::Leased { granted, valid_until: lease.valid_until, last: lease.last && metered }
}

const fn returned(charging: ChargingId, rating_group: u32, reason: ReturnReason) -> Event {
    Event::LeaseReturned { charging, rating_group, reason }
}

fn owned(state: &State, actor: Actor, id: ChargingId) -> Result<&Charging, Rejection> {
    require_consumer(actor)?;
    let charging = state.charging(id).ok_or(Rejection::UnknownCharging)?;
    if charging.owner == actor.party { Ok(charging) } else { Err(Rejection::UnknownCharging) }
}

/// Whoever enforces: a meter, or the operator.
fn require_consumer(actor: Actor) -> Result<(), Rejection> {
    match actor.role {
        Role::Meter | Role::Network | Role::Operator => Ok(()),
        Role::Customer => Err(Rejection::RoleNotAllowed),
    }
}

fn require_in_order(charging: &Charging, sequence: u32) -> Result<(), Rejection> {
    if sequence < charging.sequence {
        return Err(Rejection::InvocationOutOfOrder { last: charging.sequence });
    }
    Ok(())
}

fn require_sane(charging: &Charging, ask: &LeaseUse) -> Result<(), Rejection> {
    if let Want::Quota { quantity_max, validity } = ask.want
        && (!(1..=QUANTITY_MAX).contains(&quantity_max) || validity.as_ms() == 0)
    {
        return Err(Rejection::QuantityOutOfRange);
    }
    if ask.used > QUANTITY_MAX || (ask.used == 0 && ask.want == Want::Debit) {
        return Err(Rejection::QuantityOutOfRange);
    }
    if !charging.leases.contains_key(&ask.rating_group) && charging.leases.len() >= RATING_GROUPS_MAX as usize {
        return Err(Rejection::TooManyRatingGroups { groups_max: RATING_GROUPS_MAX });
    }
    Ok(())
}
