//! The network as the operator describes it: resources, what works of them, what is expected on them.

use crate::actor::Actor;
use crate::catalog::check_text;
use crate::limits::{COVERS_MAX, UPSTREAM_MAX};
use crate::party::require_operator;
use crate::state::{ResourceInfo, State};
use crate::{Answer, Event, Rejection};
use capacity::{Profile, ProfileRef, Resource, ResourceRef, Slot};
use types::{Instant, PPM};

/// Largest value of a background profile: ten times nominal.
const PROFILE_PPM_MAX: u32 = 10_000_000;

/// Sets a background profile; the next free number adds one. Where it rises above what is still free, sales stop and it is
/// said so.
pub(crate) fn decide_profile(
    state: &State,
    actor: Actor,
    (profile, hourly_ppm): (ProfileRef, &[u32]),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let known = state.capacity.profiles().count();
    if usize::from(profile.index()) > known {
        return Err(Rejection::UnknownProfile);
    }
    if hourly_ppm.iter().any(|ppm| *ppm > PROFILE_PPM_MAX) {
        return Err(Rejection::ShareOutOfRange);
    }
    if hourly_ppm.len() != Profile::HOURS {
        return Err(Rejection::ListOutOfRange { entries_max: 168 });
    }
    out.push(Event::ProfileSet { profile, hourly_ppm: hourly_ppm.to_vec() });
    if usize::from(profile.index()) < known {
        overcommit(state, profile, hourly_ppm, now, out);
    }
    Ok(Answer::Profile(profile))
}

/// Adds a resource behind those that are there.
pub(crate) fn decide_define(
    state: &State,
    actor: Actor,
    (info, calendar): &(ResourceInfo, Resource),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let behind = info.upstream.map_or(Ok(0), |upstream| match path_from(state, upstream).count() {
        0 => Err(Rejection::UnknownResource),
        behind => Ok(behind),
    })?;
    state.capacity.profile(calendar.profile).map_err(|_| Rejection::UnknownProfile)?;
    if state.resource_by_id(info.id).is_some() {
        return Err(Rejection::AlreadyExists);
    }
    check_text(&info.name)?;
    check_calendar(calendar)?;
    if behind > UPSTREAM_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 8 });
    }
    check_covers(info)?;
    let resource = state.capacity.next_resource().ok_or(Rejection::BookOverflow)?;
    out.push(Event::ResourceDefined { resource, info: Box::new(info.clone()), calendar: *calendar });
    Ok(Answer::Resource(resource))
}

/// Says what of a resource works now. When that is less than what is promised, sales stop and it is said so.
pub(crate) fn decide_available(
    state: &State,
    actor: Actor,
    (resource, available): (ResourceRef, u64),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    state.resource(resource).ok_or(Rejection::UnknownResource)?;
    if available > crate::limits::QUANTITY_MAX {
        return Err(Rejection::QuantityOutOfRange);
    }
    out.push(Event::AvailableSet { resource, available });
    if let Some(slot) =
        Slot::containing(now).and_then(|from| state.capacity.overcommitted_at(resource, available, from))
    {
        out.push(Event::ResourceOvercommitted { resource, slot });
    }
    Ok(Answer::Resource(resource))
}

/// A resource and everything its traffic goes through, nearest first.
pub fn path_from(state: &State, from: ResourceRef) -> impl Iterator<Item = (ResourceRef, &ResourceInfo)> {
    let first = state.resource(from).map(|info| (from, info));
    std::iter::successors(first, |(_, info)| {
        let next = info.upstream?;
        Some((next, state.resource(next)?))
    })
    .take(UPSTREAM_MAX.saturating_add(1))
}

/// Says which resources are promised away under a new forecast, each with its first slot. Rare, so it may copy the book.
fn overcommit(state: &State, profile: ProfileRef, hourly_ppm: &[u32], now: Instant, out: &mut Vec<Event>) {
    let (Some(from), Some(hours)) = (Slot::containing(now), Profile::new(hourly_ppm.to_vec())) else { return };
    let mut book = state.capacity.clone();
    book.set_profile(profile, hours);
    for (resource, _) in book.resources().filter(|(_, row)| row.profile == profile) {
        if let Some(slot) = book.overcommitted(resource, from) {
            out.push(Event::ResourceOvercommitted { resource, slot });
        }
    }
}

fn check_covers(info: &ResourceInfo) -> Result<(), Rejection> {
    let mut covers = info.covers.clone();
    covers.sort_unstable();
    covers.dedup();
    if covers.len() != info.covers.len() || covers.len() > COVERS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_000 });
    }
    Ok(())
}

fn check_calendar(calendar: &Resource) -> Result<(), Rejection> {
    let counts = [calendar.nominal, calendar.available, calendar.background_min];
    if calendar.nominal == 0 || counts.iter().any(|count| *count > crate::limits::QUANTITY_MAX) {
        return Err(Rejection::QuantityOutOfRange);
    }
    if u64::from(calendar.floor_ppm) > PPM || u64::from(calendar.profile_scale_ppm) > PPM.saturating_mul(10) {
        return Err(Rejection::ShareOutOfRange);
    }
    Ok(())
}
