//! The floor: calendars to a report.

use crate::native::floor::wire::{ClassFloor, FloorReport, FloorSlots, TightestSlot};
use crate::native::wire::ResourceClass;
use crate::time;
use engine::capacity::{DAILY_HORIZON, FloorCheck, ResourceRef, Slot, SlotRange, SlotView};
use engine::state::State;
use node::View;
use std::collections::BTreeMap;
use types::Instant;

/// What the book cannot know of the past.
const UNKNOWN: &str = "A token leaves the book when it is over, so only elapsed slots of tokens that are not over are \
    looked at; of all others the journal has the admissions, each of which kept the floor. Elapsed slots are judged by \
    what works now: what worked then is in the journal (`resource.available_set`).";

/// A part of the calendar, with the tightest slot so far.
#[derive(Default)]
struct Found {
    slots: FloorSlots,
    first_broken: Option<Slot>,
    tightest: Option<(ResourceRef, SlotView)>,
}

/// One class, being looked at.
#[derive(Default)]
struct Class {
    resources: u64,
    floor_ppm: Option<(u32, u32)>,
    coming: Found,
    delivered: Found,
}

/// Every slot of every resource: what is still to come, and what was delivered as far as the book knows it.
pub(crate) fn report(view: &View, now: Instant) -> FloorReport {
    let state = &view.state;
    let end = now.after(DAILY_HORIZON);
    let coming = Slot::containing(now).zip(Slot::containing(end)).and_then(|(from, to)| SlotRange::new(from, to));
    let mut classes: BTreeMap<ResourceClass, Class> = BTreeMap::new();
    let mut delivered_from: Option<Slot> = None;
    for (resource, row) in state.capacity.resources() {
        let (Some(info), Some(coming)) = (state.resource(resource), coming) else { continue };
        let class = classes.entry(info.class.into()).or_default();
        class.resources += 1;
        let (min, max) = class.floor_ppm.unwrap_or((row.floor_ppm, row.floor_ppm));
        class.floor_ppm = Some((min.min(row.floor_ppm), max.max(row.floor_ppm)));
        look(state, resource, coming, &mut class.coming);
        let sold = state.capacity.sold_extent(resource).ok().flatten();
        if let Some(past) = sold.and_then(|sold| SlotRange::new(sold.from(), sold.to().min(coming.from()))) {
            delivered_from = Some(delivered_from.map_or(past.from(), |from| from.min(past.from())));
            look(state, resource, past, &mut class.delivered);
        }
    }
    let classes: Vec<_> = classes.into_iter().map(|(class, found)| class_floor(state, class, &found)).collect();
    FloorReport {
        at: time::text(view.at),
        next_seq: view.next_seq,
        held: classes.iter().all(|class| class.held),
        coming_to: time::text(end),
        delivered_from: delivered_from.map(|slot| time::text(slot.start())),
        unknown: UNKNOWN,
        classes,
    }
}

fn look(state: &State, resource: ResourceRef, range: SlotRange, found: &mut Found) {
    let Ok(check) = state.capacity.check_floor(resource, range) else { return };
    let FloorCheck { slots, tightest, slots_broken, first_broken } = check;
    found.slots.slots += u64::from(slots.slots());
    found.slots.slots_broken += u64::from(slots_broken);
    found.first_broken = found.first_broken.into_iter().chain(first_broken).min();
    if found.tightest.is_none_or(|(_, view)| tightest.floor_margin() < view.floor_margin()) {
        found.tightest = Some((resource, tightest));
    }
}

fn class_floor(state: &State, class: ResourceClass, found: &Class) -> ClassFloor {
    let (floor_ppm_min, floor_ppm_max) = found.floor_ppm.unwrap_or_default();
    let (coming, delivered) = (shown(state, &found.coming), shown(state, &found.delivered));
    ClassFloor {
        class,
        resources: found.resources,
        floor_ppm_min,
        floor_ppm_max,
        held: coming.slots_broken == 0 && delivered.slots_broken == 0,
        coming,
        delivered,
    }
}

fn shown(state: &State, found: &Found) -> FloorSlots {
    let tightest = found.tightest.and_then(|(resource, view)| {
        let info = state.resource(resource)?;
        Some(TightestSlot {
            resource: info.id.to_string(),
            name: info.name.clone(),
            from: time::text(view.slot.start()),
            nominal: view.nominal,
            available: view.available,
            committed: view.committed,
            short: view.short,
            floor: view.floor,
            left: view.floor_margin(),
        })
    });
    let broken_from = found.first_broken.map(|slot| time::text(slot.start()));
    FloorSlots { broken_from, tightest, ..found.slots.clone() }
}
