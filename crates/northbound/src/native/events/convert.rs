//! Events of the engine, as whoever may see them sees them: ids and amounts, no handles, no person.

use crate::native::events::data;
use crate::native::events::kind::{Audience, Kind};
use crate::native::events::wire::CloudEvent;
use crate::time;
use engine::ledger::AccountRef;
use engine::state::{PartyRef, State, TokenRef};
use engine::{Actor, Event, MarketEvent, Role};
use node::{Happened, View};
use types::{CellId, TenantId};

/// May this caller be told of this event?
pub(crate) fn sees(actor: Actor, event: &Event, view: &View) -> bool {
    let Some(kind) = Kind::of(event) else { return false };
    match actor.role {
        Role::Operator if actor.tenant == TenantId(1) => true,
        Role::Operator => party_of(event, view)
            .and_then(|party| view.state.party(party))
            .is_some_and(|party| party.tenant == actor.tenant),
        Role::Customer => {
            let concerned = party_of(event, view) == Some(actor.party) || receiver_of(event, view) == Some(actor.party);
            kind.audience() == Audience::Party && concerned
        }
        Role::Meter | Role::Network => false,
    }
}

/// An event for the outside; `None` for bookkeeping, and for what nothing is known of any more.
pub(crate) fn cloud_event(happened: Happened<'_>) -> Option<CloudEvent> {
    let Happened { seq, at, event, view } = happened;
    let kind = Kind::of(event)?;
    let (subject, data) = data::of(event, view)?;
    let party = party_of(event, view).and_then(|party| view.state.party(party));
    let CellId(cell) = view.state.cell?;
    Some(CloudEvent {
        specversion: "1.0",
        id: format!("{cell}-{seq}"),
        source: format!("/cells/{cell}"),
        r#type: kind.text(),
        time: time::text(at),
        datacontenttype: "application/json",
        subject,
        party: party.map(|party| party.id.to_string()),
        data,
    })
}

/// Whom an event is about.
pub(crate) fn party_of(event: &Event, view: &View) -> Option<PartyRef> {
    let state = &view.state;
    let holder = |token: &TokenRef| state.token(*token).map(|row| row.party);
    match event {
        Event::PartyRegistered { party, .. }
        | Event::AccountOpened { party, .. }
        | Event::PriorityAuthorised { party, .. } => Some(*party),
        Event::FundsAdded { wallet: account, .. } | Event::CreditLimitSet { account, .. } => owner(state, *account),
        Event::WalletRuleSet { owner, .. } | Event::BudgetSet { owner, .. } | Event::BalanceLow { owner, .. } => {
            Some(*owner)
        }
        Event::PaymentRequested(payment) | Event::PaymentSettled(payment, _) => Some(payment.owner),
        Event::FundsTransferred { from, .. } => owner(state, *from),
        Event::BalanceActed(action) => Some(action.owner),
        Event::QuoteIssued { quote, .. } => Some(quote.party),
        Event::QuoteExpired { quote } => state.quotes.get(quote).map(|row| row.party),
        Event::TokenIssued { row, .. } => Some(row.party),
        Event::TokenSuspended { token }
        | Event::TokenResumed { token }
        | Event::TokenPreempted { token, .. }
        | Event::TokenTransferred { token, .. }
        | Event::VolumeGifted { token, .. }
        | Event::TokenRebooked { token, .. }
        | Event::TokenClosed { token, .. }
        | Event::EntitlementRevoked { token, .. }
        | Event::LeaseGranted { token, .. }
        | Event::LeaseCharged { token, .. }
        | Event::UsageCharged { token, .. } => holder(token),
        Event::Market(event) => match &**event {
            MarketEvent::PriceSet { .. } | MarketEvent::DeliveryDeclared(_) => None,
            MarketEvent::TokenRenewed { token, .. }
            | MarketEvent::TermPassed { token, .. }
            | MarketEvent::RenewalFailed { token, .. } => holder(token),
        },
        Event::LeaseReturned { charging, rating_group, .. } => {
            holder(&state.charging(*charging)?.leases.get(rating_group)?.token)
        }
        Event::ActivationRequested { row, .. } => holder(&row.token),
        Event::SessionActivated { session, .. }
        | Event::SessionExtended { session, .. }
        | Event::ActivationUncertain(session)
        | Event::DeactivationRequested { session, .. }
        | Event::SessionEnded { session, .. }
        | Event::WindowsUnmeasured { session, .. }
        | Event::PromiseBroken { session, .. } => holder(&view.session_named(*session)?.1),
        _ => None,
    }
}

/// Who gets what somebody gives: it is told too.
fn receiver_of(event: &Event, view: &View) -> Option<PartyRef> {
    match event {
        Event::FundsTransferred { to, .. } => owner(&view.state, *to),
        Event::TokenTransferred { row, .. } | Event::VolumeGifted { row, .. } => Some(row.party),
        _ => None,
    }
}

fn owner(state: &State, wallet: AccountRef) -> Option<PartyRef> {
    let owns = |party: &engine::state::Party| party.wallets.values().any(|account| *account == wallet);
    let index = state.parties.iter().position(owns)?;
    Some(PartyRef::from_index(u32::try_from(index).ok()?))
}
