//! Pre-emption: who has to make room in an emergency, and what they are paid for it.
//!
//! Only firm bookings make room: the floor stays, the forecast is reckoned with, and quotes of others are honoured.
//! Victims are taken from the lowest priority upwards, of one priority the one sold last first, each only if it gives back
//! something that is still lacking. Of these the ones that turn out not to be needed are spared, the most important first:
//! the set that goes is sufficient, and nothing less of it would be.

use crate::assurance::remedy;
use crate::entitlement::{CloseReason, close, closing};
use crate::limits::{PREEMPTION_CANDIDATES_MAX, PREEMPTIONS_PER_DECISION_MAX};
use crate::settlement::{Sold, check_together, closing_legs, remedy_legs, sold};
use crate::state::{Arp, ArpLevel, EndReason, PartyRef, Rank, SessionState, State, Token, TokenRef};
use crate::{Event, Rejection};
use capacity::{Booking, Deficits, Leg, ResourceRef, SlotRange, Terms};
use types::Instant;

/// On whose behalf tokens are displaced.
pub(crate) struct Authority {
    /// The token that takes their place.
    pub by: TokenRef,
    /// The party it is for.
    pub party: PartyRef,
    /// Its priority.
    pub level: ArpLevel,
}

/// The tokens to be displaced so that `legs` fit into `slots`, most important first; `None` when that cannot be, or would
/// be too many.
pub(crate) fn victims(state: &State, arp: Arp, legs: &[Leg], slots: SlotRange) -> Option<Vec<TokenRef>> {
    let mut lacking = state.capacity.deficits(legs, slots, Terms::Firm).ok()?;
    let mut going: Vec<(TokenRef, &Booking)> = Vec::new();
    let mut candidates = Candidates::new(state, arp, &lacking).take(PREEMPTION_CANDIDATES_MAX);
    while !lacking.is_covered() {
        let token = candidates.next()?;
        if let Some(booking) = may_go(state, arp, token).filter(|booking| lacking.is_helped_by(booking)) {
            lacking.take(booking);
            going.push((token, booking));
        }
    }
    going.reverse();
    going.retain(|(_, booking)| {
        let spared = lacking.is_covered_without(booking);
        if spared {
            lacking.put_back(booking);
        }
        !spared
    });
    (going.len() <= PREEMPTIONS_PER_DECISION_MAX).then(|| going.into_iter().map(|(token, _)| token).collect())
}

/// Says of each victim that it is displaced, for whom, and what it gets; its session is to stop, it is over.
pub(crate) fn displace(
    state: &State,
    victims: &[TokenRef],
    authority: &Authority,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<(), Rejection> {
    let mut postings = Vec::with_capacity(victims.len().saturating_mul(2));
    for &token in victims {
        let row = state.token(token).ok_or(Rejection::UnknownToken)?;
        let Sold { offering, plan, .. } = sold(state, row);
        let refund = remedy((offering, plan), row);
        let &Authority { by, party: authority, level } = authority;
        out.push(Event::TokenPreempted {
            token,
            by,
            authority,
            level,
            refund_minor: refund.minor,
            tax_minor: refund.tax,
        });
        stop(state, row, out);
        let refunded_minor = row.refunded_minor.saturating_add(refund.minor);
        let paid = Token { refunded_minor, ..row.clone() };
        postings.push(remedy_legs(state, row, refund));
        postings.push(closing_legs(state, &paid, &closing(state, &paid, CloseReason::Preempted, now)));
        close(state, (token, &paid), CloseReason::Preempted, now, out);
    }
    // A volume that goes back only makes what is issued less: it needs no check.
    check_together(state, &postings)
}

/// Its session, where it has one that is not ending already, is ended by the network.
fn stop(state: &State, row: &Token, out: &mut Vec<Event>) {
    let Some(session) = row.session else { return };
    let live =
        state.session(session).is_some_and(|row| !matches!(row.state, SessionState::Ending | SessionState::Ended));
    if live {
        out.push(Event::DeactivationRequested { session, reason: EndReason::NetworkTerminated });
    }
}

/// What the token holds, if a token of priority `arp` may take it.
fn may_go(state: &State, arp: Arp, token: TokenRef) -> Option<&Booking> {
    let row = state.token(token).filter(|row| row.is_live())?;
    let other = state.offering(row.offering)?.arp.unwrap_or_default();
    if !arp.may_displace(other) {
        return None;
    }
    state.capacity.booking(row.booking?).ok()
}

/// The tokens that hold something of what is lacking, each once: lowest priority first, then latest sold.
struct Candidates<'a> {
    state: &'a State,
    resources: Vec<ResourceRef>,
    behind: Option<Rank>,
    end: Rank,
}

impl<'a> Candidates<'a> {
    fn new(state: &'a State, arp: Arp, lacking: &Deficits) -> Self {
        Self { state, resources: lacking.resources().collect(), behind: None, end: Rank::first_of(arp.level) }
    }
}

impl Iterator for Candidates<'_> {
    type Item = TokenRef;

    fn next(&mut self) -> Option<TokenRef> {
        let next_on = |resource: &ResourceRef| self.state.index.next_holder(*resource, self.behind, self.end);
        let next = self.resources.iter().filter_map(next_on).min()?;
        self.behind = Some(next);
        Some(next.token())
    }
}
