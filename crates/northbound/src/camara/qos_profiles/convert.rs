//! Profiles: out of the offerings that share a name.

use crate::camara::common::check::is_profile_name;
use crate::camara::common::convert::Devices;
use crate::camara::qos_profiles::wire::{
    ProfileDuration, ProfileRate, QosProfile, QosProfileStatus, RateUnit, TimeUnit,
};
use engine::state::{Capability, Offering, OfferingRef, OfferingStatus, State};
use engine::{Actor, Role};
use std::collections::{BTreeMap, BTreeSet};
use types::Duration;

/// For whom profiles are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    /// The caller.
    pub actor: Actor,
    /// For which devices.
    pub devices: Devices,
}

/// A profile as a caller sees it.
#[derive(Debug)]
pub(crate) struct Profile<'a> {
    name: &'a str,
    /// Where it stands.
    pub status: QosProfileStatus,
    /// The offerings that it stands for: those on sale, else those that are still honoured, else all there were.
    offerings: Vec<&'a Offering>,
}

/// The profiles that a caller can see, by name.
pub(crate) fn profiles(state: &State, viewer: Viewer) -> Vec<Profile<'_>> {
    let held = held(state, viewer);
    let mut named: BTreeMap<&str, Vec<(OfferingRef, &Offering)>> = BTreeMap::new();
    for (at, row) in (0_u32..).zip(&state.offerings) {
        let at = OfferingRef::from_index(at);
        if is_profile(row) && (held.contains(&at) || is_sold_to(state, viewer.actor, row)) {
            named.entry(&row.qos_profile).or_default().push((at, row));
        }
    }
    named.into_iter().map(|(name, rows)| profile(state, viewer.actor, &held, (name, &rows))).collect()
}

/// The profile with this name, if the caller can see it.
pub(crate) fn profile_named<'a>(state: &'a State, viewer: Viewer, name: &str) -> Option<Profile<'a>> {
    profiles(state, viewer).into_iter().find(|profile| profile.name == name)
}

fn profile<'a>(
    state: &State,
    actor: Actor,
    held: &BTreeSet<OfferingRef>,
    (name, rows): (&'a str, &[(OfferingRef, &'a Offering)]),
) -> Profile<'a> {
    let some = |wanted: &dyn Fn(OfferingRef, &Offering) -> bool| -> Vec<&'a Offering> {
        rows.iter().filter(|(at, row)| wanted(*at, row)).map(|(_, row)| *row).collect()
    };
    let on_sale = some(&|_, row| row.status == OfferingStatus::Published && is_sold_to(state, actor, row));
    let honoured = some(&|at, _| held.contains(&at));
    let (status, offerings) = match (on_sale.is_empty(), honoured.is_empty()) {
        (false, _) => (QosProfileStatus::Active, on_sale),
        (true, false) => (QosProfileStatus::Deprecated, honoured),
        (true, true) => (QosProfileStatus::Inactive, some(&|_, _| true)),
    };
    Profile { name, status, offerings }
}

impl Profile<'_> {
    /// Is it the one that is asked for?
    pub(crate) fn is(&self, name: Option<&str>, status: Option<QosProfileStatus>) -> bool {
        name.is_none_or(|name| name == self.name) && status.is_none_or(|status| status == self.status)
    }

    /// The longest that one of its tokens is sold for, and so the longest session.
    pub(crate) fn duration_max(&self) -> Duration {
        let longest = self.offerings.iter().map(|row| row.terms.window_length_max).max();
        longest.unwrap_or(Duration::from_secs(0))
    }

    /// For the wire.
    pub(crate) fn shown(&self) -> QosProfile {
        let names: BTreeSet<_> = self.offerings.iter().map(|row| row.name.as_str()).collect();
        let terms = || self.offerings.iter().map(|row| &row.terms);
        let latency = terms().map(|terms| terms.latency_ms_max);
        // One that promises no delay at all leaves the others' promise no common one.
        let latency = if latency.clone().any(|ms| ms == 0) { None } else { latency.max() };
        let longest = self.duration_max().as_secs().clamp(1, u64::from(i32::MAX.unsigned_abs()));
        let longest = u32::try_from(longest).unwrap_or(u32::MAX);
        QosProfile {
            name: self.name.to_owned(),
            description: names.into_iter().collect::<Vec<_>>().join(", "),
            status: self.status,
            target_min_upstream_rate: rate(terms().map(|terms| terms.uplink_kbps_min).min()),
            target_min_downstream_rate: rate(terms().map(|terms| terms.downlink_kbps_min).min()),
            min_duration: ProfileDuration { value: 1, unit: TimeUnit::Seconds },
            max_duration: ProfileDuration { value: longest, unit: TimeUnit::Seconds },
            packet_delay_budget: latency.map(|value| ProfileDuration { value, unit: TimeUnit::Milliseconds }),
        }
    }
}

/// The offerings of which the caller holds a live token that this device can call.
fn held(state: &State, viewer: Viewer) -> BTreeSet<OfferingRef> {
    let tokens = state.tokens_of(viewer.actor.party).map(|(_, token)| token).filter(|token| token.is_live());
    let callable = tokens.filter(|token| token.device.is_none_or(|bound| viewer.devices.have(bound)));
    callable.map(|token| token.offering).collect()
}

/// What a device's flow can be called with: qualities of its connection, under a name that CAMARA can write.
fn is_profile(row: &Offering) -> bool {
    let of_connection = match row.capability {
        Capability::Connectivity | Capability::Experience | Capability::Slice | Capability::Satellite => true,
        Capability::Compute | Capability::Inference | Capability::Security => false,
    };
    of_connection && is_profile_name(&row.qos_profile)
}

fn is_sold_to(state: &State, actor: Actor, row: &Offering) -> bool {
    let kind = state.party(actor.party).map(|party| party.kind);
    let eligible = row.eligible.is_empty() || kind.is_some_and(|kind| row.eligible.contains(&kind));
    eligible || actor.role == Role::Operator
}

/// In the smallest unit that has room, rounded down: no more is promised than is kept.
fn rate(kbps: Option<u32>) -> Option<ProfileRate> {
    let kbps = kbps.filter(|kbps| *kbps > 0)?;
    let units = [RateUnit::Kilobits, RateUnit::Megabits, RateUnit::Gigabits, RateUnit::Terabits];
    let scaled = [kbps, kbps / 1_000, kbps / 1_000_000, kbps / 1_000_000_000];
    let fitting = scaled.into_iter().zip(units).find(|(value, _)| *value <= 1_024);
    fitting.map(|(value, unit)| ProfileRate { value, unit })
}
