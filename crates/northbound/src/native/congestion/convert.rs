//! Bid prices and guard rails: wire to commands, rows to wire.

use crate::fault::Fault;
use crate::native::congestion::wire;
use crate::native::convert::{currency, id, instant, window};
use crate::native::resources::convert::resource_by;
use crate::time;
use engine::Rejection;
use engine::capacity::{BidHead, BidTable, ForecastStep, ResourceRef, SLOT_LENGTH, Slot};
use engine::state::{ArpLevel, BlobHash, ClassShare, GuardRails, OfferingRef, PriceBound, State};
use std::collections::BTreeMap;
use types::{Instant, OfferingId, ResourceId};

/// The table that a draft describes.
pub(crate) fn table(draft: wire::BidPricesDraft, state: &State) -> Result<BidTable, Fault> {
    let from = instant("from", &draft.from)?;
    let slot = Slot::containing(from).filter(|slot| slot.start() == from);
    let slot = slot.ok_or_else(|| Fault::invalid("from: the start of a slot of five minutes is expected"))?;
    let slots = u32::try_from(draft.step_s / SLOT_LENGTH.as_secs()).unwrap_or(u32::MAX);
    let step = ForecastStep::of_slots(slots).filter(|_| draft.step_s.is_multiple_of(SLOT_LENGTH.as_secs()));
    let step = step.ok_or_else(|| Fault::invalid("step_s: 300 or 3600 is expected"))?;
    let head = BidHead {
        from: slot,
        step,
        currency: currency(&draft.currency)?,
        scale: draft.scale,
        expires_at: instant("expires_at", &draft.expires_at)?,
    };
    if !types::PPM.is_multiple_of(u64::from(draft.scale)) || draft.scale == 0 {
        return Err(Fault::invalid("scale: a divisor of 1000000 is expected"));
    }
    let mut rows = BTreeMap::new();
    for wire::BidPricesRow { id: text, values } in draft.resources {
        let resource = resource_by(state, id("resources.id", ResourceId::parse(&text))?)?;
        let values = values.into_iter().map(u32::try_from).collect::<Result<Vec<u32>, _>>();
        let values = values.map_err(|_| Fault::invalid("resources.values: 0 to 4294967295 is expected"))?;
        if rows.insert(resource, values).is_some() {
            return Err(Fault::invalid(format!("resources: {text} is there twice")));
        }
    }
    BidTable::new(head, rows.into_iter().collect()).ok_or_else(|| {
        Fault::invalid("resources: at least one, each with at least one value and as many as the others, is expected")
    })
}

/// What was loaded.
pub(crate) fn loaded(table: &BidTable, name: BlobHash) -> wire::LoadedBidPrices {
    wire::LoadedBidPrices {
        prices: name.to_string(),
        window: window(table.range().window()),
        resources: table.resources().len() as u64,
        expires_at: time::text(table.head().expires_at),
    }
}

/// The bid prices that count now, resource by resource, behind `after`.
pub(crate) fn in_force(
    state: &State,
    after: Option<ResourceRef>,
    now: Instant,
) -> impl Iterator<Item = wire::BidPrices> {
    let rest = state.bids.in_force(now).skip_while(move |(resource, ..)| after.is_some_and(|after| *resource <= after));
    rest.filter_map(|(resource, table, row)| {
        let (info, head) = (state.resource(resource)?, table.head());
        Some(wire::BidPrices {
            resource: info.id.to_string(),
            name: info.name.clone(),
            window: window(table.range().window()),
            step_s: SLOT_LENGTH.as_secs() * u64::from(head.step.slots()),
            currency: head.currency.to_string(),
            scale: head.scale,
            values: table.row(row).to_vec(),
            expires_at: time::text(head.expires_at),
        })
    })
}

/// Whose rails are meant.
pub(crate) fn railed(text: Option<&str>, state: &State) -> Result<Option<OfferingRef>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let offering = state.offering_by_id(id("offering", OfferingId::parse(text))?);
    Ok(Some(offering.ok_or(Rejection::UnknownOffering)?))
}

/// Rails in the engine's words.
pub(crate) fn rails_of(rails: &wire::GuardRails) -> Result<GuardRails, Fault> {
    let bound = |bound: wire::PriceBound| match bound {
        wire::PriceBound::Minor(minor) => PriceBound::Minor(minor),
        wire::PriceBound::PlanPpm(ppm) => PriceBound::Plan(ppm),
    };
    let class = |class: &wire::ClassShare| ClassShare {
        kind: class.kind.map(Into::into),
        grade: class.grade.map(Into::into),
        share_ppm: class.share_ppm,
    };
    let level = |level| ArpLevel::new(level).ok_or_else(|| Fault::invalid("exempt_level: 1 to 15 is expected"));
    Ok(GuardRails {
        floor: rails.floor.map(bound),
        cap: rails.cap.map(bound),
        step_ppm: rails.step_ppm,
        classes: rails.classes.iter().map(class).collect(),
        exempt_level: rails.exempt_level.map(level).transpose()?,
    })
}

/// All rails that hold: those of all offerings first, the defaults where none were set.
pub(crate) fn rails(state: &State) -> Vec<wire::GuardRails> {
    let of_all = state.rails.get(&None).cloned().unwrap_or_default();
    let own = state.rails.iter().filter_map(|(offering, rails)| Some((state.offering((*offering)?)?.id, rails)));
    let own = own.map(|(id, rails)| shown(Some(id), rails));
    std::iter::once(shown(None, &of_all)).chain(own).collect()
}

fn shown(offering: Option<OfferingId>, rails: &GuardRails) -> wire::GuardRails {
    let bound = |bound: PriceBound| match bound {
        PriceBound::Minor(minor) => wire::PriceBound::Minor(minor),
        PriceBound::Plan(ppm) => wire::PriceBound::PlanPpm(ppm),
    };
    let class = |class: &ClassShare| wire::ClassShare {
        kind: class.kind.map(Into::into),
        grade: class.grade.map(Into::into),
        share_ppm: class.share_ppm,
    };
    wire::GuardRails {
        offering: offering.map(|id| id.to_string()),
        floor: rails.floor.map(bound),
        cap: rails.cap.map(bound),
        step_ppm: rails.step_ppm,
        classes: rails.classes.iter().map(class).collect(),
        exempt_level: rails.exempt_level.map(ArpLevel::number),
    }
}
