//! Resources into a cell, through its gate: in waves, each after what lies behind it.

use super::planned::Beams;
use super::sky::Constellation;
use crate::limits::WAVE_RESOURCES_MAX;
use crate::network::class_of;
use crate::planning::beam::background_kbps;
use crate::planning::sky::{Sky, name_of, parts_of};
use anyhow::{Context, bail};
use engine::capacity::{Profile, ProfileRef, Resource, ResourceRef, SLOTS_PER_DAY};
use engine::state::{PartyRef, ResourceInfo, State};
use engine::{Actor, Answer, Command, Request};
use intelligence::network::{Class, Plan, Planned};
use node::{Gate, Outcome, Pending, Work};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use types::{H3Cell, PPM, ResourceId};

/// What every resource is given until the operator says more.
#[derive(Debug)]
pub struct Filling {
    /// The weekly profile of background load.
    pub profile: ProfileRef,
    /// What that profile is in every hour, where it is not there yet.
    pub background_ppm: u32,
    /// The share that best effort always keeps.
    pub floor_ppm: u32,
    /// What satellites carry.
    pub beams: Beams,
}

/// Where the background of a resource comes from while no forecast speaks of it.
#[derive(Clone, Copy)]
struct Usual {
    profile: ProfileRef,
    scale_ppm: u32,
}

/// What became of the resources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Defined now, or to be.
    pub added: usize,
    /// There already.
    pub there: usize,
    /// Of these, with another class, capacity or coverage; they stay as they are.
    pub different: usize,
}

/// The id of a resource follows from its name (UUID version 8, RFC 9562 §5.8): imported again, it is the same.
pub fn id_of(name: &str) -> ResourceId {
    let hash = Sha256::digest(format!("tessera resource\n{name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    ResourceId::from_u128(u128::from_be_bytes(bytes))
}

/// Which of the resources are there, by their places in the plan; and how many of what.
pub fn compare(state: &State, plan: &Plan) -> (Vec<Option<ResourceRef>>, Counts) {
    let mut counts = Counts::default();
    let nominals: BTreeMap<ResourceRef, u64> =
        state.capacity.resources().map(|(found, row)| (found, row.nominal)).collect();
    let there = plan.iter().map(|planned| {
        let found = state.resource_by_id(id_of(&planned.name));
        counts.added += usize::from(found.is_none());
        counts.there += usize::from(found.is_some());
        // What the best slot of a beam carries depends on the day.
        let of_the_day = planned.class == Class::SatelliteBeam;
        let is_different =
            |found| !(of_the_day || nominals.get(&found) == Some(&planned.nominal)) || !is_same(state, found, planned);
        counts.different += usize::from(found.is_some_and(is_different));
        found
    });
    (there.collect(), counts)
}

/// Of one class, over the same cells?
fn is_same(state: &State, found: ResourceRef, planned: &Planned) -> bool {
    let sorted = |covers: &[H3Cell]| covers.iter().copied().collect::<BTreeSet<_>>();
    let same =
        |info: &ResourceInfo| info.class == class_of(planned.class) && sorted(&info.covers) == sorted(&planned.covers);
    state.resource(found).is_some_and(same)
}

/// Defines what is missing. Interrupted, it leaves what it has defined, and takes up from there when it is repeated.
pub async fn load(gate: &Gate, plan: Plan, filling: &Filling) -> anyhow::Result<Counts> {
    profile(gate, filling).await?;
    let all = if filling.beams.is_empty() { filling.profile } else { whole_profile(gate, filling.profile).await? };
    let (mut there, counts) = gate.read(|view| compare(&view.state, &plan)).await;
    let mut wave: Vec<(usize, String, Pending)> = Vec::with_capacity(WAVE_RESOURCES_MAX);
    let mut added = 0;
    for (place, planned) in plan.into_iter().enumerate() {
        if there[place].is_some() {
            continue;
        }
        let waits = planned.behind.is_some_and(|behind| there[behind].is_none());
        if waits || wave.len() == WAVE_RESOURCES_MAX {
            added += settle(&mut wave, &mut there).await?;
            println!("defined {added} of {}", counts.added);
        }
        let upstream =
            planned.behind.map(|behind| there[behind].context("what lies behind comes first")).transpose()?;
        let name = planned.name.clone();
        let usual = usual(&planned, filling, all);
        wave.push((place, name, gate.send(Work::One(define(planned, upstream, usual, filling.floor_ppm)))?));
    }
    settle(&mut wave, &mut there).await?;
    Ok(counts)
}

/// Says slot by slot what satellites carry, until the cell looks ahead itself.
pub async fn foresee(gate: &Gate, constellations: &[Constellation], filling: Filling) -> anyhow::Result<()> {
    let Filling { background_ppm, mut beams, .. } = filling;
    let Some(mut sky) = beams.values().next().map(|beam| Sky::new(beam.slots)) else { return Ok(()) };
    for constellation in constellations {
        let names = constellation.names();
        for part in gate.read(|view| parts_of(&view.state, &constellation.name)).await {
            if let Some(beam) = beams.remove(&name_of(&constellation.name, part.cell)) {
                sky.insert(part, &names, background_ppm, beam);
            }
        }
    }
    let Some(table) = sky.table() else { return Ok(()) };
    gate.load_forecast(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, table).await?;
    Ok(())
}

/// Waits until a wave is durable.
async fn settle(wave: &mut Vec<(usize, String, Pending)>, there: &mut [Option<ResourceRef>]) -> anyhow::Result<usize> {
    let count = wave.len();
    for (place, name, pending) in wave.drain(..) {
        match pending.await.context("the cell stopped")?.0 {
            Outcome::One(Ok(Answer::Resource(resource))) => there[place] = Some(resource),
            Outcome::One(Err(rejection)) => bail!("`{name}`: {rejection} {}", rejection.accepted()),
            other => bail!("`{name}`: defining answered {other:?}"),
        }
    }
    Ok(count)
}

/// Of what satellites carry, only the worst of the coming day is for sale while no forecast speaks: the rest of what the best slot carries is
/// a share of `all`, a profile in which everything is used.
fn usual(planned: &Planned, filling: &Filling, all: ProfileRef) -> Usual {
    let Some(beam) = filling.beams.get(&planned.name) else {
        return Usual { profile: filling.profile, scale_ppm: 1_000_000 };
    };
    let kept_back = background_kbps(planned.nominal, beam.worst_kbps(SLOTS_PER_DAY), filling.background_ppm);
    let scale_ppm = (u128::from(kept_back) * u128::from(PPM)).div_ceil(u128::from(planned.nominal.max(1)));
    Usual { profile: all, scale_ppm: u32::try_from(scale_ppm).unwrap_or(u32::MAX) }
}

fn define(planned: Planned, upstream: Option<ResourceRef>, usual: Usual, floor_ppm: u32) -> Request {
    let Planned { name, class, covers, nominal, .. } = planned;
    let info = ResourceInfo { id: id_of(&name), name, class: class_of(class), upstream, covers };
    let calendar = Resource {
        nominal,
        available: nominal,
        floor_ppm,
        background_min: 0,
        profile: usual.profile,
        profile_scale_ppm: usual.scale_ppm,
    };
    let command = Command::DefineResource(Box::new((info, calendar)));
    Request { actor: Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, key: None, command }
}

/// Sets the profile where it is the next free one.
async fn profile(gate: &Gate, filling: &Filling) -> anyhow::Result<()> {
    let known = gate.read(|view| view.state.capacity.profiles().count()).await;
    let wanted = usize::from(filling.profile.index());
    if wanted > known {
        bail!("--profile {wanted}: 0 to {known} is expected; {known} would be a new one");
    }
    if wanted == known {
        let hourly_ppm = vec![filling.background_ppm; Profile::HOURS];
        let set = Command::SetProfile { profile: filling.profile, hourly_ppm };
        gate.submit(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, set).await?;
    }
    Ok(())
}

/// The profile in which everything is used in every hour, other than `but`; set where it is not there yet.
async fn whole_profile(gate: &Gate, but: ProfileRef) -> anyhow::Result<ProfileRef> {
    let whole = |profile: &Profile| profile.hourly_ppm().iter().all(|ppm| u64::from(*ppm) == PPM);
    let (found, known) = gate
        .read(|view| {
            let mut profiles = view.state.capacity.profiles();
            let found = profiles.find(|(at, profile)| *at != but && whole(profile)).map(|(at, _)| at);
            (found, view.state.capacity.profiles().count())
        })
        .await;
    if let Some(found) = found {
        return Ok(found);
    }
    let profile = ProfileRef::from_index(u16::try_from(known).context("there are too many profiles")?);
    let set = Command::SetProfile { profile, hourly_ppm: vec![1_000_000; Profile::HOURS] };
    gate.submit(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, set).await?;
    Ok(profile)
}
