//! Parties, accounts, the network, offerings and meters.

use crate::apply::MISNUMBERED;
use crate::event::Event;
use crate::settlement::partner_payout_legs;
use crate::state::{
    ArpLevel, Blob, GuardRails, Offering, OfferingRef, Party, PartyKind, PartyRef, ResourceInfo, Source, SourceRef,
    State,
};
use capacity::{Profile, ProfileRef, Resource, ResourceRef};
use ledger::{AccountKind, AccountRef, AssetRef};
use std::collections::BTreeMap;
use types::{CellId, Instant, PartyId, SourceId, SubjectId, TenantId};

/// What holds for all sales from now on, or for all books until now.
pub(in crate::apply) fn rule(state: &mut State, event: &Event, at: Instant) {
    match event {
        Event::BidPricesLoaded(blob) => state.bids.load(at, blob),
        Event::GuardRailsSet(offering, rails) => set_rails(state, *offering, rails.as_deref()),
        Event::PeriodClosed(closed) => state.periods.push(**closed),
        _ => {}
    }
}

pub(in crate::apply) fn found(state: &mut State, cell: CellId, tenant: TenantId, operator: PartyId) {
    state.cell = Some(cell);
    register(state, PartyRef::OPERATOR, (operator, tenant, PartyKind::Operator, None));
}

pub(in crate::apply) fn open_account(
    state: &mut State,
    account: AccountRef,
    kind: AccountKind,
    asset: AssetRef,
    party: PartyRef,
) {
    assert_eq!(state.ledger.open_account(kind, asset, 0), account, "{MISNUMBERED}");
    match kind {
        AccountKind::Wallet => drop(state.parties_mut(party).wallets.insert(asset, account)),
        AccountKind::PartnerPayable => drop(state.parties_mut(party).payable.insert(asset, account)),
        AccountKind::UnitsHeld => {}
        _ => state.charts.entry(asset).or_default().set(kind, account),
    }
}

pub(in crate::apply) fn register(
    state: &mut State,
    party: PartyRef,
    (id, tenant, kind, subject): (PartyId, TenantId, PartyKind, Option<SubjectId>),
) {
    assert_eq!(PartyRef::next(state.parties.len()), party, "{MISNUMBERED}");
    let (wallets, payable) = (BTreeMap::new(), BTreeMap::new());
    state.parties.push(Party { id, tenant, kind, subject, wallets, payable, priority_level_min: None });
    state.index.parties.insert(id, party);
}

pub(in crate::apply) fn authorise(state: &mut State, party: PartyRef, level_min: Option<ArpLevel>) {
    state.parties_mut(party).priority_level_min = level_min;
}

pub(in crate::apply) fn pay_out(state: &mut State, payable: AccountRef, cash: AccountRef, amount: i64) {
    state.ledger.post(partner_payout_legs(payable, cash, amount).as_slice());
}

pub(in crate::apply) fn set_profile(state: &mut State, at: ProfileRef, hourly_ppm: &[u32]) {
    let profile = Profile::new(hourly_ppm.to_vec()).expect("a profile has 168 hours");
    if usize::from(at.index()) < state.capacity.profiles().count() {
        state.capacity.set_profile(at, profile);
    } else {
        assert_eq!(state.capacity.add_profile(profile), at, "{MISNUMBERED}");
    }
}

/// Forecasts that no resource follows any more are let go, so that what is kept rebuilds the same calendars in its order.
pub(in crate::apply) fn load_forecast(state: &mut State, blob: &Blob) {
    let table = blob.table().expect("a blob is resolved before its event is applied");
    state.capacity.load_forecast(table);
    let followed = |kept: &Blob| kept.table().is_some_and(|table| state.capacity.follows_forecast(table));
    state.forecasts.retain(|kept| kept != blob && followed(kept));
    state.forecasts.push(blob.clone());
}

pub(in crate::apply) fn set_rails(state: &mut State, offering: Option<OfferingRef>, rails: Option<&GuardRails>) {
    match rails {
        Some(rails) => drop(state.rails.insert(offering, rails.clone())),
        None => drop(state.rails.remove(&offering)),
    }
}

pub(in crate::apply) fn define(state: &mut State, at: ResourceRef, info: &ResourceInfo, calendar: Resource) {
    assert_eq!(state.capacity.add_resource(calendar), at, "{MISNUMBERED}");
    index_resource(state, at, info);
    state.resources.push(info.clone());
}

pub(in crate::apply) fn index_resource(state: &mut State, at: ResourceRef, info: &ResourceInfo) {
    state.index.resources.insert(info.id, at);
    for place in &info.covers {
        state.index.covers.insert((*place, at));
        state.index.cover_resolutions.insert(place.resolution());
    }
}

pub(in crate::apply) fn publish(state: &mut State, offering: OfferingRef, row: &Offering) {
    assert_eq!(OfferingRef::next(state.offerings.len()), offering, "{MISNUMBERED}");
    state.index.offerings.insert(row.id, offering);
    state.offerings.push(row.clone());
}

pub(in crate::apply) fn offering(state: &mut State, offering: OfferingRef) -> &mut Offering {
    state.offerings.get_mut(offering.index()).expect("an event names an offering that exists")
}

pub(in crate::apply) fn register_source(state: &mut State, source: SourceRef, id: SourceId, owner: PartyRef) {
    assert_eq!(SourceRef::next(state.sources.len()), source, "{MISNUMBERED}");
    state.sources.push(Some(Box::new(Source { id, owner, high: 0, seen: Vec::new() })));
    state.index.sources.insert(id, source);
}

impl State {
    fn parties_mut(&mut self, party: PartyRef) -> &mut Party {
        self.parties.get_mut(party.index()).expect("an event names a party that exists")
    }
}
