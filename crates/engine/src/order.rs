//! Order: a wish or a quote becomes a token, on both books at once.

use crate::actor::Actor;
use crate::budget::check_purchase;
use crate::command::{Purchase, PurchaseBy, Wish};
use crate::limits::REPORTING_GRACE;
use crate::party::may_act_for;
use crate::preemption::{Authority, displace};
use crate::qualification::{Ask, Promise, eligible, qualify_or_displace};
use crate::quote::{first_or, price, require_buyer};
use crate::renewal::first_term;
use crate::settlement::{Gross, fee_legs};
use crate::sharing::paying_wallet;
use crate::stamp::Stamp;
use crate::state::{Grade, Offering, OfferingRef, PartyRef, Quote, QuoteState, State, Token, TokenRef, TokenState};
use crate::{Answer, Event, Rejection};
use capacity::{BookingRef, Leg, SlotRange, Terms};
use ledger::{AccountKind, AccountRef, Asset, BALANCE_MAX, HoldRef};
use rating::Fee;
use types::{Area, Instant, OrderId, QuoteId, TokenId, Window};

/// What is being bought, whichever way.
struct Deal {
    party: PartyRef,
    offering: OfferingRef,
    window: Window,
    place: Area,
    fee: Fee,
    usage_held_minor: i64,
    /// The version of the price, and the discounts in it.
    priced: (u32, u16),
    epsilon_ppb: u32,
    grade: Option<Grade>,
    legs: Vec<Leg>,
    booking: Option<BookingRef>,
    slots: Option<SlotRange>,
    quote: Option<QuoteId>,
    /// Tokens of lower priority that make room.
    displaced: Vec<TokenRef>,
}

/// A deal with who pays for it and the volume that comes with it.
struct Sale {
    deal: Deal,
    wallet: AccountRef,
    volume: (Option<AccountRef>, u64),
}

/// Buys: **qualify** (promise), **quote** (price), check both books, events.
pub(crate) fn decide_purchase(
    state: &State,
    actor: Actor,
    purchase: &Purchase,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, purchase.party)?;
    let deal = match &purchase.by {
        PurchaseBy::Quote(quote) => accept(state, actor, purchase.party, *quote, stamp)?,
        PurchaseBy::Wish(wish) => qualify_and_price(state, wish, purchase.party, stamp)?,
    };
    let offering = state.offering(deal.offering).ok_or(Rejection::UnknownOffering)?;
    make_room(state, offering, &deal, stamp, out)?;
    let volume = open_volume(state, offering, deal.party, out)?;
    let wallet = paying_wallet(state, offering.pricing(deal.priced.0).asset, deal.party, purchase.payer)?;
    check_wallet(state, wallet, &deal, stamp.now)?;
    issue(state, offering, Sale { deal, wallet, volume }, purchase, stamp, out)
}

fn accept(state: &State, actor: Actor, party: PartyRef, quote: QuoteId, stamp: Stamp) -> Result<Deal, Rejection> {
    let row = state.quotes.get(&quote).ok_or(Rejection::UnknownQuote)?;
    if !may_act_for(state, actor, row.party) || row.party != party {
        return Err(Rejection::UnknownQuote);
    }
    match row.state {
        QuoteState::Accepted => return Err(Rejection::QuoteAccepted),
        QuoteState::Open if stamp.now < row.expires_at => {}
        QuoteState::Open | QuoteState::Expired => {
            return Err(Rejection::QuoteExpired { expired_at: row.expires_at });
        }
    }
    if row.window.to() <= stamp.now {
        return Err(Rejection::WindowInPast);
    }
    if let Some(booking) = row.booking {
        state.capacity.check_confirm(booking, stamp.now)?;
    }
    Ok(deal_of_quote(row))
}

fn deal_of_quote(row: &Quote) -> Deal {
    Deal {
        party: row.party,
        offering: row.offering,
        window: row.window,
        place: row.place.clone(),
        fee: Fee { lines: row.lines.clone().unwrap_or_default(), minor: row.fee_minor },
        usage_held_minor: row.usage_held_minor,
        priced: (row.version.unwrap_or(0), row.discounts.unwrap_or(0)),
        epsilon_ppb: row.epsilon_ppb,
        grade: row.grade,
        legs: row.legs.clone(),
        booking: row.booking,
        slots: None,
        quote: Some(row.id),
        displaced: Vec::new(),
    }
}

fn qualify_and_price(state: &State, wish: &Wish, party: PartyRef, stamp: Stamp) -> Result<Deal, Rejection> {
    let offering = eligible(state, party, wish.offering)?;
    let (promise, displaced) = qualify_or_displace(state, Ask::of(wish, Terms::Firm), stamp.now)?;
    let price = price(state, wish, &promise, stamp.now)?;
    let Promise { slots, legs, epsilon_ppb, grade } = promise;
    let booking = match legs.as_slice() {
        [] => None,
        _ => Some(next_booking(state, &displaced).ok_or(Rejection::BookOverflow)?),
    };
    Ok(Deal {
        party,
        offering: wish.offering,
        window: wish.window,
        place: wish.place.clone(),
        fee: price.fee,
        usage_held_minor: price.usage_held_minor,
        priced: (offering.version(), price.discounts),
        epsilon_ppb,
        grade,
        slots: booking.is_some().then_some(slots),
        legs,
        booking,
        quote: None,
        displaced,
    })
}

/// Tokens of lower priority are displaced first, so that what they held is free when it is taken.
fn make_room(
    state: &State,
    offering: &Offering,
    deal: &Deal,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<(), Rejection> {
    let level = offering.arp.unwrap_or_default().level;
    let authority = Authority { by: TokenRef::next(state.tokens.len()), party: deal.party, level };
    displace(state, &deal.displaced, &authority, stamp.now, out)
}

/// The handle the booking gets once those of displaced tokens are released: the lowest that is free then.
fn next_booking(state: &State, displaced: &[TokenRef]) -> Option<BookingRef> {
    let freed = displaced.iter().filter_map(|token| state.token(*token)?.booking);
    state.capacity.next_booking().into_iter().chain(freed).min()
}

/// And the hold.
fn next_hold(state: &State, displaced: &[TokenRef]) -> Option<HoldRef> {
    let own = displaced.iter().filter_map(|token| state.token(*token)?.hold);
    let leased = displaced.iter().flat_map(|token| state.leases_of(*token));
    let leased = leased.flat_map(|(.., lease)| [lease.money, lease.units]).flatten();
    let freed = own.chain(leased);
    state.ledger.next_hold().into_iter().chain(freed).min()
}

/// The wallet can set aside the fee and what usage may cost, and its budgets have room for both.
fn check_wallet(state: &State, wallet: AccountRef, deal: &Deal, now: Instant) -> Result<(), Rejection> {
    let amount = deal.fee.minor.saturating_add(deal.usage_held_minor);
    check_purchase(state, wallet, (deal.party, deal.offering), amount, now)?;
    if amount > 0 {
        state.ledger.check_hold(wallet, amount)?;
    }
    Ok(())
}

/// The events of a sale. What needs no activation is paid at once; the rest is held until the network confirms.
fn issue(
    state: &State,
    offering: &Offering,
    Sale { deal, wallet, volume: (units, quantity) }: Sale,
    purchase: &Purchase,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let token = TokenRef::next(state.tokens.len());
    let (version, discounts) = deal.priced;
    let plan = &offering.pricing(version).plan;
    let paid = if offering.demand.is_empty() { deal.fee.minor } else { 0 };
    let fee = Gross { minor: paid, tax: plan.tax_in(paid) };
    let held_minor = deal.fee.minor.saturating_sub(paid).saturating_add(deal.usage_held_minor);
    let hold = match held_minor {
        0 => None,
        _ => Some(next_hold(state, &deal.displaced).ok_or(Rejection::BookOverflow)?),
    };
    let row = Token {
        id: TokenId::from_u128(stamp.id(0)),
        order: OrderId::from_u128(stamp.id(1)),
        party: deal.party,
        offering: deal.offering,
        window: deal.window,
        place: deal.place,
        device: purchase.device,
        wallet,
        hold,
        booking: deal.booking,
        fee_minor: deal.fee.minor,
        epsilon_ppb: deal.epsilon_ppb,
        units,
        state: TokenState::Issued,
        session: None,
        fee_paid_minor: paid,
        earned_minor: 0,
        refunded_minor: 0,
        used: 0,
        usage_minor: 0,
        overrun_minor: 0,
        legs: deal.legs,
        confirmed: false,
        issued_at: Some(stamp.now),
        holder: purchase.holder,
        grade: deal.grade,
        bought: None,
        given: None,
        payer: purchase.payer.filter(|payer| *payer != deal.party),
        lines: Some(deal.fee.lines),
        version: first_or(version),
        meters: None,
        term: first_term(offering, plan, deal.window, discounts),
        fees: None,
    };
    if paid > 0 {
        state.ledger.check_posting(fee_legs(state, &row, fee).as_slice())?;
    }
    out.push(Event::TokenIssued {
        token,
        held_until: row.window.to().after(REPORTING_GRACE),
        row: Box::new(row),
        quote: deal.quote.map(Box::new),
        slots: deal.slots,
        held_minor,
        paid_minor: fee.minor,
        tax_minor: fee.tax,
        units: quantity,
    });
    Ok(Answer::Token(token))
}

/// A token of volume gets an account of its own for it, unless more is issued than the books can count.
fn open_volume(
    state: &State,
    offering: &Offering,
    party: PartyRef,
    out: &mut Vec<Event>,
) -> Result<(Option<AccountRef>, u64), Rejection> {
    let Some(volume) = offering.terms.volume else { return Ok((None, 0)) };
    let account = state.ledger.next_account().ok_or(Rejection::BookOverflow)?;
    let asset = state.ledger.asset_ref(Asset::Unit(volume.unit)).expect("publishing the offering opened its unit");
    let issued = state.chart(asset).expect("publishing the offering opened its chart").get(AccountKind::UnitsIssued);
    let issued = state.ledger.account(issued).expect("a chart names accounts that are open").posted;
    // Negative by what was issued; the account it goes to is not open yet, so the posting cannot be checked as one.
    if issued.unsigned_abs().saturating_add(volume.quantity) > BALANCE_MAX.unsigned_abs() {
        return Err(Rejection::BookOverflow);
    }
    out.push(Event::AccountOpened { account, kind: AccountKind::UnitsHeld, asset, party });
    Ok((Some(account), volume.quantity))
}
