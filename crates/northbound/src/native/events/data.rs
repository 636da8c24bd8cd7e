//! The members of each type of event. They are only ever added to.

mod pricing;
mod wallet;

use crate::native::convert::{confidence, currency_of, money, window};
use crate::native::wire::{self, Money};
use crate::time;
use engine::Event;
use engine::ledger::AccountRef;
use engine::state::{ArpLevel, Offering, SessionRef, State, Token, TokenRef};
use node::View;
use serde_json::{Value, json};

/// What an event is about, and what it says of it.
type About = Option<(Option<String>, Value)>;

/// The id of what an event is about, and its members.
pub(super) fn of(event: &Event, view: &View) -> About {
    let state = &view.state;
    of_cell(event, state)
        .or_else(|| wallet::of(event, state))
        .or_else(|| of_network(event, state))
        .or_else(|| of_shop(event, state))
        .or_else(|| pricing::of(event, state))
        .or_else(|| of_token(event, state))
        .or_else(|| of_lease(event, state))
        .or_else(|| of_session(event, view))
}

fn of_cell(event: &Event, state: &State) -> About {
    Some(match event {
        Event::CellFounded { cell, operator, .. } => (None, json!({"cell": cell.0, "operator": operator.to_string()})),
        Event::PartyRegistered { id, kind, .. } => {
            let id = id.to_string();
            (Some(id.clone()), json!({"party": id, "kind": wire::PartyKind::from(*kind)}))
        }
        Event::AccountOpened { asset, .. } => (None, json!({"currency": currency_of(state, *asset)?.to_string()})),
        Event::FundsAdded { wallet, amount_minor, .. } => {
            (None, json!({"amount": of_account(state, *wallet, *amount_minor)?}))
        }
        Event::CreditLimitSet { account, limit_minor } => {
            (None, json!({"limit": of_account(state, *account, *limit_minor)?}))
        }
        Event::PriorityAuthorised { party, level_min } => {
            let id = state.party(*party)?.id.to_string();
            (Some(id.clone()), json!({"party": id, "level_min": level_min.map(ArpLevel::number)}))
        }
        Event::SourceRegistered { id, .. } => (Some(id.to_string()), json!({"meter": id.to_string()})),
        _ => return None,
    })
}

fn of_network(event: &Event, state: &State) -> About {
    let named = |resource| state.resource(resource).map(|info| info.id.to_string());
    Some(match event {
        Event::ProfileSet { profile, .. } => (None, json!({"profile": profile.index()})),
        Event::BidPricesLoaded(blob) => (None, json!({"prices": blob.hash().to_string()})),
        Event::GuardRailsSet(offering, rails) => {
            let id = offering.and_then(|offering| Some(state.offering(offering)?.id.to_string()));
            (id.clone(), json!({"offering": id, "set": rails.is_some()}))
        }
        Event::ForecastLoaded(blob) => (None, json!({"forecast": blob.hash().to_string()})),
        Event::ResourceDefined { info, .. } => {
            let id = info.id.to_string();
            let class = wire::ResourceClass::from(info.class);
            (Some(id.clone()), json!({"resource": id, "name": info.name, "class": class}))
        }
        Event::AvailableSet { resource, available } => {
            let id = named(*resource)?;
            (Some(id.clone()), json!({"resource": id, "available": available}))
        }
        Event::ResourceOvercommitted { resource, slot } => {
            let id = named(*resource)?;
            (Some(id.clone()), json!({"resource": id, "slot_at": time::text(slot.start())}))
        }
        _ => return None,
    })
}

fn of_shop(event: &Event, state: &State) -> About {
    Some(match event {
        Event::OfferingPublished { row, .. } => {
            let id = row.id.to_string();
            (Some(id.clone()), json!({"offering": id, "name": row.name}))
        }
        Event::OfferingRetired(offering) => {
            let id = state.offering(*offering)?.id.to_string();
            (Some(id.clone()), json!({"offering": id}))
        }
        Event::QuoteIssued { quote, .. } => {
            let (id, offering) = (quote.id.to_string(), state.offering(quote.offering)?);
            let members = json!({
                "quote": id, "offering": offering.id.to_string(), "window": window(quote.window),
                "price": of_offering(state, offering, quote.fee_minor)?, "expires_at": time::text(quote.expires_at),
            });
            (Some(id), members)
        }
        Event::PeriodClosed(closed) => {
            let (period, sealed) = (closed.sealed.month.to_string(), &closed.sealed);
            let hashes = (sealed.postings.to_string(), sealed.balance.to_string());
            let members = json!({
                "period": period, "rows": sealed.rows, "postings_sha256": hashes.0, "balance_sha256": hashes.1,
            });
            (Some(period), members)
        }
        Event::QuoteExpired { quote } => (Some(quote.to_string()), json!({"quote": quote.to_string()})),
        _ => return None,
    })
}

fn of_token(event: &Event, state: &State) -> About {
    let row = match event {
        Event::TokenIssued { row, .. } => &**row,
        Event::TokenSuspended { token }
        | Event::TokenResumed { token }
        | Event::TokenPreempted { token, .. }
        | Event::TokenTransferred { token, .. }
        | Event::VolumeGifted { token, .. }
        | Event::TokenRebooked { token, .. }
        | Event::TokenClosed { token, .. }
        | Event::EntitlementRevoked { token, .. }
        | Event::UsageCharged { token, .. } => state.token(*token)?,
        _ => return None,
    };
    let money = |minor| of_holder(state, row, minor);
    let mut members = json!({"token": row.id.to_string()});
    match event {
        Event::TokenIssued { held_minor, .. } => {
            members["order"] = json!(row.order.to_string());
            members["offering"] = json!(state.offering(row.offering)?.id.to_string());
            members["window"] = json!(window(row.window));
            members["price"] = json!(money(row.fee_minor)?);
            members["held"] = json!(money(*held_minor)?);
        }
        // Which narrower text it was is its holder's; that it was not all of them is enough.
        Event::EntitlementRevoked { block, .. } => members["all"] = json!(block.is_none()),
        // For whom is not its holder's to know; the operator has it in its report.
        Event::TokenPreempted { level, refund_minor, .. } => {
            members["level"] = json!(level.number());
            members["refund"] = json!(money(*refund_minor)?);
        }
        Event::TokenTransferred { row, .. } => {
            members["to"] = json!(state.party(row.party)?.id.to_string());
            members["as"] = json!(row.id.to_string());
        }
        Event::VolumeGifted { row, quantity, .. } => {
            members["to"] = json!(state.party(row.party)?.id.to_string());
            members["as"] = json!(row.id.to_string());
            members["quantity"] = json!(quantity);
        }
        Event::TokenRebooked { epsilon_ppb, .. } => members["confidence"] = json!(confidence(*epsilon_ppb)),
        Event::TokenClosed { state, refund_minor, .. } => {
            members["state"] = json!(wire::TokenState::from(*state));
            members["refund"] = json!(money(*refund_minor)?);
        }
        Event::UsageCharged { quantity, paid_minor, overrun_minor, sequence, .. } => {
            members["sequence"] = json!(sequence);
            members["quantity"] = json!(quantity);
            members["paid"] = json!(money(*paid_minor)?);
            members["overrun"] = json!(money(*overrun_minor)?);
        }
        _ => {}
    }
    Some((Some(row.id.to_string()), members))
}

fn of_lease(event: &Event, state: &State) -> About {
    let (charging, group, token) = match event {
        Event::ChargingOpened { row } => (row.id, None, None),
        Event::ChargingClosed { charging, .. } => (*charging, None, None),
        Event::LeaseGranted { charging, rating_group, token, .. }
        | Event::LeaseCharged { charging, rating_group, token, .. } => (*charging, Some(*rating_group), Some(*token)),
        Event::LeaseReturned { charging, rating_group, .. } => {
            let token = state.charging(*charging).and_then(|row| row.leases.get(rating_group)).map(|lease| lease.token);
            (*charging, Some(*rating_group), token)
        }
        _ => return None,
    };
    let mut members = json!({"charging": charging.to_string()});
    if let Some(group) = group {
        members["rating_group"] = json!(group);
    }
    let Some(row) = token.and_then(|token| state.token(token)) else {
        return Some((Some(charging.to_string()), members));
    };
    let money = |minor| of_holder(state, row, minor);
    members["token"] = json!(row.id.to_string());
    match event {
        Event::LeaseGranted { quantity, held_minor, valid_until, .. } => {
            members["quantity"] = json!(quantity);
            members["held"] = json!(money(*held_minor)?);
            members["valid_until"] = json!(time::text(*valid_until));
        }
        Event::LeaseCharged { quantity, amounts, .. } => {
            members["quantity"] = json!(quantity);
            members["paid"] = json!(money(amounts.paid_minor)?);
            members["overrun"] = json!(money(amounts.overrun_minor)?);
        }
        _ => {}
    }
    Some((Some(charging.to_string()), members))
}

fn of_session(event: &Event, view: &View) -> About {
    let (id, token) = session_of(event, view)?;
    let row = view.state.token(token)?;
    let money = |minor| of_holder(&view.state, row, minor);
    let mut members = json!({"session": id, "token": row.id.to_string()});
    match event {
        Event::ActivationRequested { row, .. } => members["duration_s"] = json!(row.duration.as_secs()),
        Event::SessionActivated { ends_at, paid_minor, .. } => {
            members["ends_at"] = json!(time::text(*ends_at));
            members["paid"] = json!(money(*paid_minor)?);
        }
        Event::SessionExtended { ends_at, .. } => members["ends_at"] = json!(time::text(*ends_at)),
        Event::DeactivationRequested { reason, .. } | Event::SessionEnded { reason, .. } => {
            members["reason"] = json!(wire::EndReason::from(*reason));
        }
        Event::WindowsUnmeasured { window, windows, .. } => {
            members["window"] = json!(window);
            members["windows"] = json!(windows);
        }
        Event::PromiseBroken { window, samples, samples_late, samples_starved, refund_minor, .. } => {
            members["window"] = json!(window);
            members["samples"] = json!(samples);
            members["samples_late"] = json!(samples_late);
            members["samples_starved"] = json!(samples_starved);
            members["refund"] = json!(money(*refund_minor)?);
        }
        _ => {}
    }
    Some((Some(id), members))
}

/// The session of an event, also when it is forgotten by now, and its token.
fn session_of(event: &Event, view: &View) -> Option<(String, TokenRef)> {
    let named = |session: SessionRef| view.session_named(session).map(|(id, token)| (id.to_string(), token));
    match event {
        Event::ActivationRequested { row, .. } => Some((row.id.to_string(), row.token)),
        Event::SessionActivated { session, .. }
        | Event::SessionExtended { session, .. }
        | Event::ActivationUncertain(session)
        | Event::DeactivationRequested { session, .. }
        | Event::SessionEnded { session, .. }
        | Event::WindowsUnmeasured { session, .. }
        | Event::PromiseBroken { session, .. } => named(*session),
        _ => None,
    }
}

pub(super) fn of_account(state: &State, account: AccountRef, minor: i64) -> Option<Money> {
    let asset = state.ledger.account(account)?.asset;
    Some(money(minor, currency_of(state, asset)?))
}

fn of_offering(state: &State, offering: &Offering, minor: i64) -> Option<Money> {
    Some(money(minor, currency_of(state, offering.price.asset)?))
}

pub(super) fn of_holder(state: &State, row: &Token, minor: i64) -> Option<Money> {
    Some(money(minor, currency_of(state, state.price_of(row)?.asset)?))
}
