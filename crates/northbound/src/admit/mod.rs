//! Who is let in, how often, and what is refused first when there is too much of everything.
//!
//! Each caller has a rate of its own; who is not known shares that of its address. Quotes and purchases have one each
//! besides, by party and by device. When the cell is loaded, what can wait is refused before what cannot. Nothing here
//! waits: it says no at once, and when to come back.

mod config;
mod load;
mod rates;
#[cfg(test)]
mod tests;

pub use config::{Limits, Rate, RateError};
pub(crate) use load::{Place, Priority};
pub(crate) use rates::Standing;
pub use rates::Uptime;

use crate::auth::Principal;
use crate::auth::scope::Scope;
use crate::fault::{Door, Fault};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderName};
use engine::Role;
use engine::state::{PartyKind, PartyRef};
use load::Load;
use node::Gate;
use node::limits::RETRY_AFTER;
use rates::Rates;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use types::SubjectId;

/// How much there may be, and how much is left (draft-ietf-httpapi-ratelimit-headers).
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// See [`RATE_LIMIT_POLICY`].
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The address a request came from: the socket's. What a header claims of it is not believed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

/// Where a request's standing is noted, for the headers of its answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note(Arc<OnceLock<Standing>>);

/// Everything that is counted of those who call.
#[derive(Debug)]
pub(crate) struct Admission {
    operators: Rates,
    customers: Rates,
    meters: Rates,
    strangers: Rates,
    quotes: Rates,
    purchases: Rates,
    devices: Rates,
    load: Load,
    /// Requests refused because of the load, by their priority.
    shed: [AtomicU64; Priority::ALL.len()],
}

impl Note {
    /// The standing that was noted, if its caller was known.
    pub(crate) fn standing(&self) -> Option<&Standing> {
        self.0.get()
    }
}

impl Admission {
    /// Within these limits, by this clock.
    pub(crate) fn new(limits: &Limits, uptime: &Uptime) -> Self {
        let rates = |rate| Rates::new(rate, uptime.clone());
        Self {
            operators: rates(limits.operator),
            customers: rates(limits.customer),
            meters: rates(limits.meter),
            strangers: rates(limits.stranger),
            quotes: rates(limits.quotes),
            purchases: rates(limits.purchases),
            devices: rates(limits.device_purchases),
            load: Load::new(limits.requests_in_flight),
            shed: Default::default(),
        }
    }

    /// A request has come; it counts as long as its place is kept.
    pub(crate) fn enter(&self) -> Place {
        self.load.enter()
    }

    /// A known caller asks for an operation.
    pub(crate) fn known(
        &self,
        gate: &Gate,
        parts: &Parts,
        caller: &Principal,
        scope: Option<Scope>,
    ) -> Result<(), Fault> {
        let rates = match caller.actor.role {
            Role::Operator => &self.operators,
            Role::Meter => &self.meters,
            Role::Customer | Role::Network => &self.customers,
        };
        let standing = rates.check(&caller.client);
        if let Some(Note(noted)) = parts.extensions.get() {
            // Once a request: whoever authenticates twice is noted as it stood first.
            let _ = noted.set(standing.clone());
        }
        standing.within(Door::RateLimited)?;
        self.unless_loaded(gate, scope.map_or(Priority::Operate, Priority::of), Some(caller.actor.party))
    }

    /// Somebody whom nobody vouches for asks for something.
    pub(crate) fn stranger(&self, extensions: &Extensions) -> Result<(), Fault> {
        let address = extensions.get().map(|Peer(address)| network_of(*address));
        self.strangers.check(&address).within(Door::RateLimited)
    }

    /// What has this priority may wait while there is this much to do.
    pub(crate) fn unless_loaded(&self, gate: &Gate, priority: Priority, party: Option<PartyRef>) -> Result<(), Fault> {
        let queued = gate.queued();
        if self.load.takes(priority, queued) {
            return Ok(());
        }
        // Looked up only now: hardly ever.
        let kind = party.and_then(|party| Some(gate.replica().view().state.party(party)?.kind));
        if kind == Some(PartyKind::PublicService) && self.load.takes(priority.raised(), queued) {
            return Ok(());
        }
        self.shed[priority as usize].fetch_add(1, Ordering::Relaxed);
        Err(Fault::Later(Door::Busy, RETRY_AFTER.as_secs()))
    }

    /// How many were refused because there was too much to do, by priority.
    pub(crate) fn shed(&self) -> &[AtomicU64; Priority::ALL.len()] {
        &self.shed
    }

    /// A party asks for a quote.
    pub(crate) fn quote(&self, party: PartyRef) -> Result<(), Fault> {
        self.quotes.check(&party).within(Door::QuotaReached)
    }

    /// A party buys, perhaps for a device.
    pub(crate) fn purchase(&self, party: PartyRef, device: Option<SubjectId>) -> Result<(), Fault> {
        self.purchases.check(&party).within(Door::QuotaReached)?;
        device.map_or(Ok(()), |device| self.devices.check(&device).within(Door::QuotaReached))
    }

    /// Requests under way.
    #[cfg(test)]
    pub(crate) fn in_flight(&self) -> usize {
        self.load.in_flight()
    }
}

/// Whoever has an IPv6 address has as many as it likes out of its /64.
fn network_of(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() & !u128::from(u64::MAX),
    }
}
