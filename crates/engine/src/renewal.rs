//! Renewal: when a period of a token is over, the next one is paid for; the one before is wound up.
//!
//! What was not taken of a volume comes over as far as the offering says, with the fee that it still has to earn; the rest
//! of the fee is revenue, or breakage. A period that cannot be paid holds the token back until it can, for a while.

use crate::budget::check_purchase;
use crate::entitlement::{CloseReason, close, earned_by, net_paid, paid_window, taken, volume_of};
use crate::lease::call_in;
use crate::limits::{RENEWAL_GRACE, RENEWAL_RETRY};
use crate::settlement::{
    Closing, Gross, Legs, Sold, check_together, closing_legs, fee_legs, issue_legs, partner_shares, sold,
};
use crate::state::{EndReason, Offering, PartyRef, SessionState, State, Term, Token, TokenRef, TokenState, Unpaid};
use crate::{Event, MarketEvent, Rejection};
use ledger::AccountKind;
use rating::{Fee, PricePlan, Sale, fee_given, part_of};
use types::{Instant, Window};

/// How a period is wound up: its fee, and its volume.
#[derive(Clone, Copy, Debug, Default)]
struct WoundUp {
    closing: Closing,
    units_expired: u64,
    /// Volume that comes over, and the net fee that it still has to earn.
    carried: (u64, i64),
}

/// The first period of a window, where the plan recurs.
pub(crate) fn first_term(offering: &Offering, plan: &PricePlan, window: Window, discounts: u16) -> Option<Term> {
    let window = plan.period()?.of(&plan.zone, window, 0)?;
    let volume = offering.terms.volume.map(|volume| volume.quantity);
    Some(Term { number: 0, window, volume, carried_minor: 0, discounts, unpaid: None })
}

/// The next period of a token is due, or is tried again.
pub(crate) fn renew(state: &State, (token, row): (TokenRef, &Token), now: Instant, out: &mut Vec<Event>) {
    let what @ Sold { offering, plan, .. } = sold(state, row);
    let next = row.term.and_then(|term| next_term(plan, row, term).map(|window| (term, window)));
    let Some((term, window)) = next else { return close(state, (token, row), CloseReason::Expired, now, out) };
    let term = Term { number: term.number.saturating_add(1), window, unpaid: None, ..term };
    let unconfirmed = !offering.demand.is_empty() && !row.confirmed;
    let held_back = row.state == TokenState::Suspended && row.term.is_some_and(|term| term.unpaid.is_none());
    if unconfirmed || held_back {
        out.push(Event::Market(Box::new(MarketEvent::TermPassed { token, term })));
        return;
    }
    let wound_up = wind_up(state, what, row, now);
    let sale = Sale { window: row.window, place: &row.place, grade: row.grade, period: term.number, at: now };
    let fee = fee_given(plan, &sale, term.discounts).unwrap_or_default();
    match check(state, (row, &fee), &wound_up, now) {
        Ok(()) => out.push(renewed((token, what), term, fee, &wound_up)),
        Err(refused) => fail(state, (token, row), (refused, fee.minor), now, out),
    }
}

/// The period after this one, inside the token's window.
fn next_term(plan: &PricePlan, row: &Token, term: Term) -> Option<Window> {
    plan.period()?.of(&plan.zone, row.window, term.number.saturating_add(1))
}

fn renewed((token, what): (TokenRef, Sold<'_>), term: Term, fee: Fee, wound_up: &WoundUp) -> Event {
    let units = what.offering.terms.volume.map_or(0, |volume| volume.quantity);
    let (units_carried, carried_minor) = wound_up.carried;
    let volume = what.offering.terms.volume.map(|_| units.saturating_add(units_carried));
    Event::Market(Box::new(MarketEvent::TokenRenewed {
        token,
        term: Term { volume, carried_minor, ..term },
        tax_minor: what.plan.tax_in(fee.minor),
        paid_minor: fee.minor,
        lines: fee.lines,
        earned_minor: wound_up.closing.earned,
        partner_minor: wound_up.closing.partners.first(),
        others_minor: wound_up.closing.partners.others(),
        breakage_minor: wound_up.closing.breakage,
        units_expired: wound_up.units_expired,
        units,
    }))
}

/// Everything of the period before that was not earned by now is: by delivery, by coming over, or by nobody coming for it.
fn wind_up(state: &State, what: Sold<'_>, row: &Token, now: Instant) -> WoundUp {
    let Sold { offering, plan, chart, .. } = what;
    let net = net_paid(plan, row);
    let deferred = net.saturating_sub(row.earned_minor);
    let closing = |earned: i64, breakage: i64| {
        let partners = partner_shares(what, row, earned);
        Closing { earned, partners, breakage, refund: Gross::default() }
    };
    let (Some(volume), Some(account)) = (volume_of(offering, row), row.units) else {
        return WoundUp { closing: closing(deferred, 0), ..WoundUp::default() };
    };
    let left = state.ledger.available(account).and_then(|left| u64::try_from(left).ok()).unwrap_or(0);
    let units_carried = left.min(offering.terms.rollover_max.unwrap_or(0));
    let delivered = earned_by(state, row, taken(row), now.max(paid_window(row).to())).saturating_sub(row.earned_minor);
    let delivered = delivered.clamp(0, deferred);
    let carried_minor = part_of(net, units_carried.min(volume), volume).min(deferred.saturating_sub(delivered));
    let unclaimed = deferred.saturating_sub(delivered).saturating_sub(carried_minor);
    let closing = match chart.find(AccountKind::Breakage) {
        Some(_) => closing(delivered, unclaimed),
        None => closing(delivered.saturating_add(unclaimed), 0),
    };
    WoundUp { closing, units_expired: left.saturating_sub(units_carried), carried: (units_carried, carried_minor) }
}

/// The wallet and its budgets can pay, and the books can count it.
fn check(state: &State, (row, fee): (&Token, &Fee), wound_up: &WoundUp, now: Instant) -> Result<(), Rejection> {
    let Sold { offering, plan, .. } = sold(state, row);
    check_purchase(state, row.wallet, (spender(row), row.offering), fee.minor, now)?;
    let gross = Gross { minor: fee.minor, tax: plan.tax_in(fee.minor) };
    let paid = fee_legs(state, row, gross);
    let mut postings = vec![closing_legs(state, row, &wound_up.closing), paid];
    if let (Some(account), Some(volume)) = (row.units, offering.terms.volume) {
        let units = i64::try_from(volume.quantity).map_err(|_| Rejection::BookOverflow)?;
        postings.push(issue_legs(state, account, units));
    }
    check_together(state, &postings.iter().copied().filter(has_legs).collect::<Vec<_>>())?;
    match fee.minor {
        1.. => Ok(state.ledger.check_charge(row.wallet, fee.minor, paid.as_slice())?),
        _ => Ok(()),
    }
}

fn has_legs(legs: &Legs) -> bool {
    !legs.as_slice().is_empty()
}

fn spender(row: &Token) -> PartyRef {
    row.bought.map_or(row.party, |bought| bought.party)
}

/// The token is held back, and tried again; when that has gone on for too long it is over.
fn fail(
    state: &State,
    (token, row): (TokenRef, &Token),
    (refused, needed_minor): (Rejection, i64),
    now: Instant,
    out: &mut Vec<Event>,
) {
    let unpaid = row.term.and_then(|term| term.unpaid);
    let since = unpaid.map_or(now, |unpaid| unpaid.since);
    if now >= since.after(RENEWAL_GRACE) {
        return close(state, (token, row), CloseReason::Expired, now, out);
    }
    if unpaid.is_none() {
        let session = row.session.and_then(|at| Some((at, state.session(at)?)));
        let running = session.filter(|(_, row)| !matches!(row.state, SessionState::Ending | SessionState::Ended));
        out.extend(
            running.map(|(session, _)| Event::DeactivationRequested { session, reason: EndReason::DurationExpired }),
        );
        call_in(state, token, out);
    }
    let available_minor = match refused {
        Rejection::InsufficientFunds { available, .. } | Rejection::BudgetExceeded { available, .. } => available,
        _ => 0,
    };
    let unpaid = Unpaid { since, retry_at: now.after(RENEWAL_RETRY) };
    let failed = MarketEvent::RenewalFailed { token, unpaid, needed_minor, available_minor };
    out.push(Event::Market(Box::new(failed)));
}
