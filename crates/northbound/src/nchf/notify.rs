//! What consumers are told without being asked: that they must stop, or ask again.

use crate::nchf::wire::{ChargingNotifyRequest, ReauthorizationDetails};
use engine::ledger::AccountRef;
use engine::state::{ActionKind, Charging, State};
use engine::{Event, ReturnReason};
use node::{Delivery, DeliveryKey, Happened, Reach, Sink, WebRequest};
use types::{ChargingId, Instant};

/// What the kinds of these deliveries begin with.
const KIND: &str = "nchf.";

/// Can a consumer have to be told of this event?
pub(crate) const fn concerns(event: &Event) -> bool {
    matches!(
        event,
        Event::LeaseReturned { reason: ReturnReason::TokenOver, .. }
            | Event::FundsAdded { .. }
            | Event::FundsTransferred { .. }
            | Event::BalanceActed(_)
    )
}

/// What consumers are told of an event: each charging session is a lane of its own.
pub(crate) fn deliveries(happened: Happened<'_>) -> Vec<Delivery> {
    let Happened { seq, at, event, view } = happened;
    match event {
        Event::LeaseReturned { charging, rating_group, reason: ReturnReason::TokenOver } => {
            called_in(&view.state, (*charging, *rating_group), (seq, at)).into_iter().collect()
        }
        Event::BalanceActed(action) => match action.kind {
            ActionKind::Reservation { ended: Some(_), .. } => asked_again(happened, action.wallet),
            _ => Vec::new(),
        },
        // Whoever was told that this was the last can be granted more now.
        Event::FundsAdded { wallet, .. } | Event::FundsTransferred { to: wallet, .. } => asked_again(happened, *wallet),
        _ => Vec::new(),
    }
}

/// Money came to a wallet: whoever was told that there is no more asks again.
fn asked_again(happened: Happened<'_>, wallet: AccountRef) -> Vec<Delivery> {
    let short = happened.view.state.last_leases_on(wallet);
    let place = (happened.seq, happened.at);
    short.filter_map(|(charging, group)| reauthorisation(charging, &[group], place)).collect()
}

/// A consumer's word to ask again for these rating groups; `None` where it named no address.
pub(crate) fn reauthorisation(charging: &Charging, groups: &[u32], (seq, at): (u64, Instant)) -> Option<Delivery> {
    let reauthorization_details =
        groups.iter().map(|rating_group| ReauthorizationDetails { rating_group: *rating_group }).collect();
    let told = ChargingNotifyRequest { notification_type: "REAUTHORIZATION", reauthorization_details };
    let part = groups.first().copied().unwrap_or(0);
    delivery(charging, &told, (seq, part, at))
}

/// Is this delivery one of these?
pub(crate) fn is_one(delivery: &Delivery) -> bool {
    delivery.kind.starts_with(KIND)
}

/// A delivery as a request.
pub(crate) fn request(delivery: &Delivery, url: &str) -> WebRequest {
    let headers = vec![("content-type", "application/json".to_owned()), ("user-agent", "CHF".to_owned())];
    WebRequest {
        method: "POST",
        url: url.to_owned(),
        headers,
        body: delivery.body.clone().into_bytes(),
        reach: Reach::Core,
    }
}

/// The token behind a rating group is over: charging ends where that was all, and else it asks again for the group.
fn called_in(state: &State, (id, rating_group): (ChargingId, u32), (seq, at): (u64, Instant)) -> Option<Delivery> {
    let charging = state.charging(id).filter(|charging| charging.is_open())?;
    if charging.leases.values().any(|lease| lease.granted > 0) {
        return reauthorisation(charging, &[rating_group], (seq, at));
    }
    let told = ChargingNotifyRequest { notification_type: "ABORT_CHARGING", reauthorization_details: Vec::new() };
    delivery(charging, &told, (seq, 0, at))
}

fn delivery(
    charging: &Charging,
    told: &ChargingNotifyRequest,
    (seq, part, at): (u64, u32, Instant),
) -> Option<Delivery> {
    Some(Delivery {
        key: DeliveryKey { lane: charging.id.as_u128(), seq, part },
        to: Sink::Address { url: charging.notify.clone()?, bearer: None, bearer_until: None },
        kind: format!("{KIND}{}", told.notification_type.to_ascii_lowercase()),
        body: serde_json::to_string(told).ok()?,
        queued_at: at,
        party: None,
    })
}
