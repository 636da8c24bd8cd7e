//! Measured loads: wire to what planning takes.

use crate::fault::Fault;
use crate::native::convert::{id, instant};
use crate::native::loads::wire::{LoadRow, LoadsDraft, LoadsTaken};
use crate::native::resources::convert::resource_by;
use crate::planning::{Measured, Taken};
use engine::capacity::{SLOT_LENGTH, Slot};
use engine::limits::QUANTITY_MAX;
use engine::state::{ResourceClass, State};
use node::Load;
use types::{Instant, ResourceId};

/// What a draft measured, of slots that are over by `now`.
pub(crate) fn measured(draft: &LoadsDraft, state: &State, now: Instant) -> Result<Vec<Measured>, Fault> {
    let from = instant("from", &draft.from)?;
    let first = Slot::containing(from).filter(|slot| slot.start() == from);
    let first = first.ok_or_else(|| Fault::invalid("from: the start of a slot of five minutes is expected"))?;
    let rows = draft.resources.iter().map(|row| of_one(row, state, first, now));
    Ok(rows.collect::<Result<Vec<_>, _>>()?.concat())
}

fn of_one(row: &LoadRow, state: &State, first: Slot, now: Instant) -> Result<Vec<Measured>, Fault> {
    let LoadRow { id: text, units } = row;
    let resource = resource_by(state, id("resources.id", ResourceId::parse(text))?)?;
    let (Some(info), Ok(built)) = (state.resource(resource), state.capacity.resource(resource)) else {
        return Err(engine::Rejection::UnknownResource.into());
    };
    if info.class == ResourceClass::SatelliteBeam {
        return Err(Fault::invalid(format!("resources: {text} is carried by satellites: the ephemeris speaks of it")));
    }
    let slots = u32::try_from(units.len()).unwrap_or(u32::MAX);
    if first.after(slots).start() > now {
        return Err(Fault::invalid("resources.units: slots that are over are expected"));
    }
    if units.iter().flatten().any(|units| *units > QUANTITY_MAX) {
        return Err(Fault::invalid(format!("resources.units: 0 to {QUANTITY_MAX} is expected")));
    }
    let at = std::iter::successors(Some(first.start()), |slot| Some(slot.after(SLOT_LENGTH)));
    let load = |(slot_at, units): (Instant, &Option<u64>)| {
        let load = Load { resource: info.id, slot_at, units: (*units)? };
        Some(Measured { load, nominal: built.nominal })
    };
    Ok(at.zip(units).filter_map(load).collect())
}

/// What became of them, for the wire.
pub(crate) fn taken(Taken { taken, passed_over, left_out }: Taken) -> LoadsTaken {
    LoadsTaken { taken, passed_over, left_out }
}
