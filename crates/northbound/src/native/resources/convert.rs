//! Resources: wire to commands, rows to wire.

use crate::entropy::fresh_id;
use crate::fault::Fault;
use crate::limits::CALENDAR_SLOTS_MAX;
use crate::native::convert::{id, instant};
use crate::native::resources::wire;
use crate::place::h3_cell;
use crate::time;
use engine::capacity::{ProfileRef, Resource, ResourceRef, SLOT_LENGTH, Slot, SlotView};
use engine::state::{ResourceInfo, State};
use engine::{Command, Rejection};
use types::{Duration, Instant, PPM, ResourceId};

/// The command that defines a resource, and its id.
pub(crate) fn define(draft: wire::ResourceDraft, state: &State) -> Result<(ResourceId, Command), Fault> {
    let named = draft.id.as_deref().map(|text| id("id", ResourceId::parse(text))).transpose()?;
    let id = named.unwrap_or_else(|| ResourceId::from_u128(fresh_id()));
    let upstream = draft.upstream.as_deref().map(|text| resource_named(state, text)).transpose()?;
    let covers = draft.covers.iter().map(|text| h3_cell(text)).collect::<Result<_, _>>()?;
    let calendar = Resource {
        nominal: draft.nominal,
        available: draft.available.unwrap_or(draft.nominal),
        floor_ppm: draft.floor_ppm,
        background_min: draft.background_min,
        profile: ProfileRef::from_index(draft.profile),
        profile_scale_ppm: draft.profile_scale_ppm.unwrap_or(u32::try_from(PPM).unwrap_or(u32::MAX)),
    };
    let info = ResourceInfo { id, name: draft.name, class: draft.class.into(), upstream, covers };
    Ok((id, Command::DefineResource(Box::new((info, calendar)))))
}

/// A resource for the wire.
pub(crate) fn resource(state: &State, resource: ResourceRef) -> Option<wire::Resource> {
    let info = state.resource(resource)?;
    let calendar = state.capacity.resource(resource).ok()?;
    let upstream = info.upstream.and_then(|next| state.resource(next));
    Some(wire::Resource {
        id: info.id.to_string(),
        name: info.name.clone(),
        class: info.class.into(),
        upstream: upstream.map(|next| next.id.to_string()),
        covers: info.covers.iter().map(|cell| format!("{:x}", cell.index())).collect(),
        nominal: calendar.nominal,
        available: calendar.available,
        floor: calendar.floor(),
        background_min: calendar.background_min,
        profile: calendar.profile.index(),
        profile_scale_ppm: calendar.profile_scale_ppm,
    })
}

/// The resource with this id.
pub(crate) fn resource_by(state: &State, id: ResourceId) -> Result<ResourceRef, Fault> {
    state.resource_by_id(id).ok_or_else(|| Rejection::UnknownResource.into())
}

/// A resource's calendar over a span that is asked for at `now`.
pub(crate) fn calendar(
    state: &State,
    id: ResourceId,
    span: &wire::Span,
    now: Instant,
) -> Result<wire::Calendar, Fault> {
    let resource = resource_by(state, id)?;
    let from = span.from.as_deref().map_or(Ok(now), |text| instant("from", text))?;
    let to = span.to.as_deref().map_or(Ok(from.after(Duration::from_hours(1))), |text| instant("to", text))?;
    let slots = slots_between(from, to)?;
    let view = |slot| state.capacity.free(resource, slot).map_err(|error| Fault::internal("read a calendar", &error));
    let lines = slots.into_iter().map(|slot| view(slot).map(|view| line(&view))).collect::<Result<_, _>>()?;
    Ok(wire::Calendar { resource: id.to_string(), slot_s: SLOT_LENGTH.as_secs(), slots: lines })
}

fn slots_between(from: Instant, to: Instant) -> Result<Vec<Slot>, Fault> {
    let first = Slot::containing(from).ok_or_else(|| Fault::invalid("from: beyond the calendar"))?;
    let step = SLOT_LENGTH.as_ms();
    let count = to.since(first.start()).as_ms().div_ceil(step);
    match u32::try_from(count) {
        Ok(count @ 1..=CALENDAR_SLOTS_MAX) if to > from => Ok((0..count).map(|at| first.after(at)).collect()),
        _ => Err(Fault::invalid(format!("from, to: 1 to {CALENDAR_SLOTS_MAX} slots of five minutes are expected"))),
    }
}

fn line(view: &SlotView) -> wire::SlotLine {
    wire::SlotLine {
        from: time::text(view.slot.start()),
        nominal: view.nominal,
        capacity: view.available,
        background: view.background,
        background_from: match view.forecast_ppm {
            Some(_) => wire::BackgroundFrom::Forecast,
            None => wire::BackgroundFrom::Profile,
        },
        quantile_ppm: view.forecast_ppm,
        committed: view.committed,
        short: view.short,
        floor: view.floor,
        free: view.free,
    }
}

fn resource_named(state: &State, text: &str) -> Result<ResourceRef, Fault> {
    resource_by(state, id("upstream", ResourceId::parse(text))?)
}
