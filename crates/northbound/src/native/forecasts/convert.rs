//! Forecasts: wire to tables, and what they mean for what is promised.

use crate::fault::Fault;
use crate::limits::PAGE_MAX;
use crate::native::convert::{id, instant, window};
use crate::native::forecasts::wire;
use crate::native::resources::convert::resource_by;
use crate::time;
use engine::capacity::{ForecastStep, ForecastTable, Leg, ResourceRef, SLOT_LENGTH, Slot, SlotRange};
use engine::state::{BlobHash, State, Token, TokenRef};
use std::collections::BTreeMap;
use types::{Instant, ResourceId};

/// The table that a draft describes.
pub(crate) fn table(draft: wire::ForecastDraft, state: &State) -> Result<ForecastTable, Fault> {
    let from = instant("from", &draft.from)?;
    let slot = Slot::containing(from).filter(|slot| slot.start() == from);
    let slot = slot.ok_or_else(|| Fault::invalid("from: the start of a slot of five minutes is expected"))?;
    let slots = u32::try_from(draft.step_s / SLOT_LENGTH.as_secs()).unwrap_or(u32::MAX);
    let step = ForecastStep::of_slots(slots).filter(|_| draft.step_s.is_multiple_of(SLOT_LENGTH.as_secs()));
    let step = step.ok_or_else(|| Fault::invalid("step_s: 300 or 3600 is expected"))?;
    let mut rows = BTreeMap::new();
    for wire::ForecastRow { id: text, background } in draft.resources {
        let resource = resource_by(state, id("resources.id", ResourceId::parse(&text))?)?;
        if rows.insert(resource, background).is_some() {
            return Err(Fault::invalid(format!("resources: {text} is there twice")));
        }
    }
    let table = ForecastTable::new(slot, step, draft.quantile_ppm, rows.into_iter().collect());
    table.ok_or_else(|| {
        Fault::invalid("resources: at least one, each with at least one value and as many as the others, is expected")
    })
}

/// What a loaded table says and means.
pub(crate) fn loaded(state: &State, table: &ForecastTable, name: BlobHash, now: Instant) -> wire::LoadedForecast {
    let from = Slot::containing(now);
    let over = |resource: &ResourceRef| Some((*resource, state.capacity.overcommitted(*resource, from?)?));
    let over: Vec<_> = table.resources().iter().filter_map(over).collect();
    let shortage = |(resource, slot): &(ResourceRef, Slot)| {
        let resource = state.resource(*resource)?.id.to_string();
        Some(wire::Shortage { resource, slot_at: time::text(slot.start()) })
    };
    wire::LoadedForecast {
        forecast: name.to_string(),
        window: window(table.range().window()),
        step_s: SLOT_LENGTH.as_secs() * u64::from(table.step().slots()),
        quantile_ppm: table.quantile_ppm(),
        resources: table.resources().len() as u64,
        overcommitted: over.len() as u64,
        shortages: over.iter().filter_map(shortage).take(PAGE_MAX).collect(),
    }
}

/// The tokens behind `after` that hold something of a resource where more is promised than works, in the order they were
/// sold.
pub(crate) fn affected(
    state: &State,
    resource: ResourceRef,
    after: Option<TokenRef>,
    now: Instant,
) -> impl Iterator<Item = wire::Affected> {
    // Without a shortage nobody is looked at.
    let first = Slot::containing(now).and_then(|from| state.capacity.overcommitted(resource, from));
    let first = first.into_iter();
    first.flat_map(move |first| {
        let tokens = (0..=u32::MAX).map(TokenRef::from_index).zip(&state.tokens);
        let rest = tokens.skip_while(move |(token, _)| after.is_some_and(|after| *token <= after));
        rest.filter_map(move |(_, row)| one_affected(state, row, resource, first))
    })
}

fn one_affected(state: &State, row: &Token, resource: ResourceRef, first: Slot) -> Option<wire::Affected> {
    let booking = state.capacity.booking(row.booking?).ok()?;
    let left = SlotRange::new(booking.captured_to.max(first), booking.slots.to())?;
    let is_short = |leg: &&Leg| leg.among(left).is_some_and(|own| state.capacity.is_overcommitted_in(resource, own));
    let units =
        booking.legs.iter().filter(|leg| leg.resource == resource).filter(is_short).map(|leg| leg.units).max()?;
    Some(wire::Affected {
        token: row.id.to_string(),
        party: state.party(row.party)?.id.to_string(),
        offering: state.offering(row.offering)?.id.to_string(),
        state: row.state.into(),
        window: window(row.window),
        units,
    })
}
