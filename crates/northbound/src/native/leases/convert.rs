//! Leases to wire.

use crate::limits::LEASES_SHOWN_MAX;
use crate::native::convert::{currency_of, money};
use crate::native::leases::wire::Lease;
use crate::native::wire::Listing;
use crate::time;
use engine::state::{Charging, State};
use types::ChargingId;

/// What is granted in charging sessions behind this one, until the page is full at the end of one of them.
pub(crate) fn page(state: &State, after: Option<ChargingId>) -> Listing<Lease> {
    let mut items = Vec::new();
    let behind = |id: &ChargingId| after.is_none_or(|after| *id > after);
    for (id, charging) in state.chargings.iter().filter(|(id, _)| behind(id)) {
        items.extend(leases(state, charging));
        if items.len() >= LEASES_SHOWN_MAX {
            return Listing { items, next: Some(id.to_string()) };
        }
    }
    Listing { items, next: None }
}

fn leases(state: &State, charging: &Charging) -> impl Iterator<Item = Lease> {
    let granted = charging.leases.iter().filter(|(_, lease)| lease.granted > 0);
    granted.filter_map(|(rating_group, lease)| {
        let token = state.token(lease.token)?;
        let currency = currency_of(state, state.price_of(token)?.asset)?;
        Some(Lease {
            charging: charging.id.to_string(),
            rating_group: *rating_group,
            consumer: state.party(charging.owner)?.id.to_string(),
            token: token.id.to_string(),
            quantity: lease.granted,
            held: money(lease.held_minor, currency),
            valid_until: time::text(lease.valid_until),
            held_until: time::text(lease.held_until),
            last: lease.last,
            used: lease.used,
        })
    })
}
