//! Between the shared wire forms and the engine's words.

use crate::fault::{Door, Fault};
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::native::wire;
use crate::place::{Shape, place_of, route};
use crate::time;
use crate::way::Timetable;
use engine::ledger::{Asset, AssetRef};
use engine::state::{ResourceInfo, State};
use engine::{Actor, Rejection, Role, Stage};
use serde_json::{Map, Value, json};
use types::{Area, Currency, Duration, IdError, Instant, Money, PartyId, Window};

/// Enums that have the same variants on both sides.
macro_rules! both_ways {
    ($($name:ident = $core:ty { $($variant:ident),+ $(,)? })+) => {$(
        impl From<$core> for wire::$name {
            fn from(value: $core) -> Self {
                match value { $(<$core>::$variant => Self::$variant,)+ }
            }
        }

        impl From<wire::$name> for $core {
            fn from(value: wire::$name) -> Self {
                match value { $(wire::$name::$variant => Self::$variant,)+ }
            }
        }
    )+};
}

both_ways! {
    Capability = engine::state::Capability {
        Connectivity, Experience, Slice, Satellite, Compute, Inference, Security,
    }
    ResourceClass = engine::state::ResourceClass {
        RadioMacro, RadioMicro, RadioU6, Transport, Core, Edge, SatelliteBeam, InferencePool, Haps,
    }
    Tier = engine::state::Tier { Ground, Air, Space }
    Grade = engine::state::Grade { Empirical, Statistical, Hard }
    PartyKind = engine::state::PartyKind { Operator, Consumer, Enterprise, PublicService, Partner }
    Unit = types::Unit { Second, Byte, LlmToken, ComputeUnit, Call, Message }
    TokenState = engine::state::TokenState { Issued, Active, Suspended, Exhausted, Expired, Revoked }
    SessionState = engine::state::SessionState { Requested, Active, Uncertain, Ending, Ended }
    EndReason = engine::state::EndReason { DurationExpired, DeleteRequested, NetworkTerminated }
    QuoteState = engine::state::QuoteState { Open, Accepted, Expired }
    OfferingStatus = engine::state::OfferingStatus { Published, Retired }
}

/// Money for the wire.
pub(crate) fn money(minor: i64, currency: Currency) -> wire::Money {
    let money = Money::new(minor, currency);
    wire::Money { minor, currency: currency.to_string(), text: money.to_string() }
}

/// The currency of an asset; money is never asked of a unit.
pub(crate) fn currency_of(state: &State, asset: AssetRef) -> Option<Currency> {
    match state.ledger.asset(asset)? {
        Asset::Currency(currency) => Some(currency),
        Asset::Unit(_) => None,
    }
}

/// A currency code from the wire.
pub(crate) fn currency(code: &str) -> Result<Currency, Fault> {
    Currency::parse(code).map_err(|error| Fault::invalid(error.to_string()))
}

/// A window for the wire.
pub(crate) fn window(window: Window) -> wire::Window {
    wire::Window { from: time::text(window.from()), to: time::text(window.to()) }
}

/// An instant from the wire.
pub(crate) fn instant(name: &str, text: &str) -> Result<Instant, Fault> {
    time::parse(text).ok_or_else(|| Fault::invalid(format!("{name}: an RFC 3339 time with an offset is expected")))
}

/// A window that is asked for at `now`.
pub(crate) fn window_asked(asked: &wire::WindowAsked, now: Instant) -> Result<Window, Fault> {
    let from = asked.from.as_deref().map_or(Ok(now), |text| instant("window.from", text))?;
    let to = match (&asked.to, asked.duration_s) {
        (Some(text), None) => instant("window.to", text)?,
        (None, Some(seconds)) => from.after(Duration::from_secs(seconds)),
        _ => return Err(Fault::malformed("window: either `to` or `duration_s` is expected")),
    };
    Window::new(from, to).map_err(|error| Fault::Door(Door::WindowInverted, format!("window: {error}")))
}

/// A place that is asked for in a window, in cells of the network's resolution; with its stages where it has times.
pub(crate) fn way_asked(asked: &wire::PlaceAsked, window: Window, state: &State) -> Result<(Area, Vec<Stage>), Fault> {
    let Some(times) = &asked.at else { return Ok((place_asked(asked, state)?, Vec::new())) };
    let wire::PlaceAsked { route: Some(points), lat: None, lon: None, radius_m: None, h3: None, polygon: None, .. } =
        asked
    else {
        return Err(Fault::malformed("place.at: times belong to a `route`"));
    };
    let times = times.iter().map(|text| instant("place.at", text)).collect::<Result<Vec<_>, _>>()?;
    Timetable::new(&route(points)?, &times)?.stages(window, state)
}

/// A place that is asked for at any time, in cells of the network's resolution.
pub(crate) fn place_asked(asked: &wire::PlaceAsked, state: &State) -> Result<Area, Fault> {
    if asked.at.is_some() {
        return Err(Fault::malformed("place.at: times are for a qualification, a quote or an order of a `route`"));
    }
    if asked.lat.is_some() != asked.lon.is_some() {
        return Err(Fault::malformed("place: both `lat` and `lon` are expected"));
    }
    let point = asked.lat.zip(asked.lon).map(|(lat, lon)| [lon, lat]);
    let shape = match (point, asked.radius_m, &asked.h3, &asked.polygon, &asked.route) {
        (Some(point), None, None, None, None) => Shape::Point(point),
        (Some(point), Some(radius_m), None, None, None) => Shape::Circle(point, radius_m),
        (None, None, Some(indexes), None, None) => Shape::H3(indexes),
        (None, None, None, Some(corners), None) => Shape::Polygon(corners),
        (None, None, None, None, Some(points)) => Shape::Route(points),
        _ => {
            let ways =
                "place: one of `lat` and `lon` (with `radius_m` or without), `h3`, `polygon`, `route` is expected";
            return Err(Fault::malformed(ways));
        }
    };
    place_of(&shape, state)
}

/// The H3 indexes of a place.
pub(crate) fn cells(area: &Area) -> Vec<String> {
    area.cells().iter().map(|cell| format!("{:x}", cell.index())).collect()
}

/// The legs of a promise.
pub(crate) fn legs(state: &State, legs: &[engine::capacity::Leg]) -> Vec<wire::Leg> {
    let named = legs.iter().filter_map(|leg| Some((leg, state.resource(leg.resource)?)));
    let leg = |(leg, info): (&engine::capacity::Leg, &ResourceInfo)| wire::Leg {
        resource: info.id.to_string(),
        name: info.name.clone(),
        class: info.class.into(),
        units: leg.units,
        from: leg.slots.map(|slots| time::text(slots.from().start())),
        to: leg.slots.map(|slots| time::text(slots.to().start())),
        satellites: Vec::new(),
        satellites_until: None,
    };
    named.map(leg).collect()
}

/// The probability that a promise is kept, from the one that it is not.
pub(crate) fn confidence(epsilon_ppb: u32) -> f64 {
    1.0 - f64::from(epsilon_ppb) / 1e9
}

/// An id from the wire.
pub(crate) fn id<T>(name: &str, parsed: Result<T, IdError>) -> Result<T, Fault> {
    parsed.map_err(|error| Fault::invalid(format!("{name}: {error}")))
}

/// The party a caller acts for: its own, or, for the operator, the one it names.
pub(crate) fn party_of(state: &State, actor: Actor, named: Option<&str>) -> Result<engine::state::PartyRef, Fault> {
    let Some(text) = named else { return Ok(actor.party) };
    let party = state.party_by_id(id("party", PartyId::parse(text))?).ok_or(Rejection::UnknownParty)?;
    let own_brand = state.party(party).is_some_and(|row| row.tenant == actor.tenant);
    match actor.role {
        Role::Operator if own_brand || actor.tenant == types::TenantId(1) => Ok(party),
        _ if party == actor.party => Ok(party),
        _ => Err(Rejection::UnknownParty.into()),
    }
}

/// A party that a caller names without acting for it: a member, a receiver, whoever pays.
pub(crate) fn any_party(state: &State, name: &str, text: &str) -> Result<engine::state::PartyRef, Fault> {
    Ok(state.party_by_id(id(name, PartyId::parse(text))?).ok_or(Rejection::UnknownParty)?)
}

/// How many entries a page has.
pub(crate) fn page_limit(page: &wire::Page) -> Result<usize, Fault> {
    match page.limit.unwrap_or(PAGE_DEFAULT) {
        limit @ 1..=PAGE_MAX => Ok(limit),
        _ => Err(Fault::invalid(format!("limit: 1 to {PAGE_MAX} is expected"))),
    }
}

/// The first `limit` of what comes after the cursor; `entries` are (text id, entry) in a fixed order.
pub(crate) fn listing<T>(entries: impl Iterator<Item = (String, T)>, limit: usize) -> wire::Listing<T> {
    let mut items = Vec::new();
    let (mut last, mut next) = (None, None);
    for (id, entry) in entries {
        if items.len() == limit {
            next = last;
            break;
        }
        items.push(entry);
        last = Some(id);
    }
    wire::Listing { items, next }
}

/// The numbers of a rejection: how far off the request was.
pub(crate) fn numbers_of(rejection: Rejection) -> Map<String, Value> {
    let numbers = match rejection {
        Rejection::SequenceTooOld { oldest } => json!({ "oldest": oldest }),
        Rejection::TextOutOfRange { bytes_max } => json!({ "bytes_max": bytes_max }),
        Rejection::ListOutOfRange { entries_max } => json!({ "entries_max": entries_max }),
        Rejection::WindowTooLong { length_max } => json!({ "length_max_s": length_max.as_secs() }),
        Rejection::DurationOutOfRange { duration_max } => json!({ "duration_max_s": duration_max.as_secs() }),
        Rejection::QuoteExpired { expired_at } => json!({ "expired_at": time::text(expired_at) }),
        Rejection::NoDriver { capability } => json!({ "capability": wire::Capability::from(capability) }),
        Rejection::PriorityNotAuthorised { level_min } => json!({ "level_min": level_min }),
        Rejection::TooManyRevocations { revocations_max } => json!({ "revocations_max": revocations_max }),
        Rejection::TooManyQuotes { quotes_max } => json!({ "quotes_max": quotes_max }),
        Rejection::TokenNotUsable { state } => json!({ "state": wire::TokenState::from(state) }),
        Rejection::SessionNotUsable { state } => json!({ "state": wire::SessionState::from(state) }),
        Rejection::CapacityExhausted { slot_at, wanted, free } => {
            json!({ "slot_at": time::text(slot_at), "wanted": wanted, "free": free })
        }
        Rejection::PriceRulesOverlap { component, rate, other } => {
            json!({ "component": component, "rate": rate, "other": other })
        }
        Rejection::PriceRateMissing { component } => json!({ "component": component }),
        Rejection::PriceTiersUnordered { component, rate } | Rejection::PriceHoursUnsound { component, rate } => {
            json!({ "component": component, "rate": rate })
        }
        Rejection::PriceDiscountUnfounded { discount } => json!({ "discount": discount }),
        Rejection::TooManyPrices { versions_max } => json!({ "versions_max": versions_max }),
        Rejection::PeriodOutOfOrder { next } => json!({ "next": next.to_string() }),
        Rejection::PeriodNotOver { ends_at } => json!({ "ends_at": time::text(ends_at) }),
        Rejection::TooManyRules { rules_max } => json!({ "rules_max": rules_max }),
        Rejection::BudgetExceeded { needed, available } | Rejection::PayoutExceeded { needed, available } => {
            json!({ "needed": needed, "available": available })
        }
        Rejection::VolumeExhausted { wanted, left } => json!({ "wanted": wanted, "left": left }),
        Rejection::InsufficientFunds { needed, available } => json!({ "needed": needed, "available": available }),
        _ => Value::Null,
    };
    match numbers {
        Value::Object(numbers) => numbers,
        _ => Map::new(),
    }
}
