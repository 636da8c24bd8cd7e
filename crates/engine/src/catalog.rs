//! Catalog: what is on sale.

use crate::actor::Actor;
use crate::command::OfferingDraft;
use crate::limits::{DEMAND_MAX, DEVICES_MAX, PARTNERS_MAX, QUANTITY_MAX, TEXT_BYTES_MAX};
use crate::party::require_operator;
use crate::pricing::check_plan;
use crate::state::{
    Capabilities, Demand, Offering, OfferingRef, OfferingStatus, PartnerShare, PartyRef, Pricing, State, Transferable,
};
use crate::{Answer, Event, Rejection};
use ledger::{AccountKind, AccountRef, Asset, AssetRef};
use std::collections::BTreeSet;
use types::PPM;

/// The accounts of the operator that sales in a currency need.
const MONEY_CHART: [AccountKind; 7] = [
    AccountKind::Cash,
    AccountKind::DeferredRevenue,
    AccountKind::Revenue,
    AccountKind::RemedyExpense,
    AccountKind::UsageOverrun,
    AccountKind::Tax,
    AccountKind::Breakage,
];
/// And those that volumes need.
const UNITS_CHART: [AccountKind; 2] = [AccountKind::UnitsIssued, AccountKind::UnitsDelivered];
/// Most classes, kinds and the like that an offering lists.
const LIST_MAX: u32 = 16;
/// The largest part of a cost, in minor units: a window may have many steps.
const COST_MAX: i64 = 1 << 48;

/// Assets and accounts that a decision opens, numbered as the ledger will number them.
pub(crate) struct Opening<'a> {
    state: &'a State,
    out: &'a mut Vec<Event>,
    assets: Vec<Asset>,
    accounts: u32,
}

/// Puts an offering on sale: the draft is sound, its id is new, its accounts are opened.
pub(crate) fn decide_publish(
    state: &State,
    actor: Actor,
    draft: &OfferingDraft,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    for partner in &draft.partners {
        state.party(partner.party).ok_or(Rejection::UnknownParty)?;
    }
    if state.offering_by_id(draft.id).is_some() {
        return Err(Rejection::AlreadyExists);
    }
    check_draft(draft)?;
    let mut opening = Opening::new(state, out);
    let asset = opening.chart(Asset::Currency(draft.currency), &MONEY_CHART);
    if let Some(volume) = draft.terms.volume {
        opening.chart(Asset::Unit(volume.unit), &UNITS_CHART);
    }
    for partner in &draft.partners {
        opening.payable(partner.party, asset);
    }
    let offering = OfferingRef::next(state.offerings.len());
    out.push(Event::OfferingPublished { offering, row: Box::new(row_of(draft, asset)) });
    Ok(Answer::Offering(offering))
}

/// Takes an offering off sale; what was sold is honoured.
pub(crate) fn decide_retire(
    state: &State,
    actor: Actor,
    offering: OfferingRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    if row.status == OfferingStatus::Retired {
        return Ok(Answer::Repeated);
    }
    out.push(Event::OfferingRetired(offering));
    Ok(Answer::Done)
}

pub(crate) fn check_text(text: &str) -> Result<(), Rejection> {
    match u32::try_from(text.len()) {
        Ok(1..=TEXT_BYTES_MAX) => Ok(()),
        _ => Err(Rejection::TextOutOfRange { bytes_max: TEXT_BYTES_MAX }),
    }
}

fn check_draft(draft: &OfferingDraft) -> Result<(), Rejection> {
    check_text(&draft.name)?;
    check_text(&draft.qos_profile)?;
    check_quantities(draft)?;
    let shares = [draft.terms.percentile_ppm, draft.remedy.per_broken_window_ppm, draft.remedy.cap_ppm];
    if shares.iter().any(|share| u64::from(*share) > PPM) {
        return Err(Rejection::ShareOutOfRange);
    }
    let price = check_plan(&draft.price, draft.terms.volume.is_some(), draft.terms.rollover_max);
    if let Err(Rejection::QuantityOutOfRange | Rejection::ShareOutOfRange) = price {
        return price;
    }
    let mut kinds = draft.eligible.clone();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() != draft.eligible.len() {
        return Err(Rejection::ListOutOfRange { entries_max: LIST_MAX });
    }
    check_partners(&draft.partners)?;
    price
}

/// Not too many, each once, and together no more than there is to share.
fn check_partners(partners: &[PartnerShare]) -> Result<(), Rejection> {
    if partners.iter().map(|partner| u64::from(partner.share_ppm)).sum::<u64>() > PPM {
        return Err(Rejection::ShareOutOfRange);
    }
    let parties: BTreeSet<_> = partners.iter().map(|partner| partner.party).collect();
    if partners.len() > PARTNERS_MAX || parties.len() != partners.len() {
        let entries_max = u32::try_from(PARTNERS_MAX).unwrap_or(u32::MAX);
        return Err(Rejection::ListOutOfRange { entries_max });
    }
    Ok(())
}

fn check_quantities(draft: &OfferingDraft) -> Result<(), Rejection> {
    let [sale, step] = draft.cost.map_or([0, 0], |cost| [cost.sale_minor, cost.step_minor]);
    let volume = draft.terms.volume.map_or(1, |volume| volume.quantity);
    let sound = [sale, step].iter().all(|cost| (0..=COST_MAX).contains(cost))
        && draft.cost.is_none_or(|cost| cost.step_minor == 0 || cost.step.as_ms() > 0)
        && (1..=QUANTITY_MAX).contains(&volume)
        && (1..=QUANTITY_MAX).contains(&draft.terms.rollover_max.unwrap_or(1))
        && draft.terms.window_length_max.as_ms() > 0
        && draft.guarantee.assurance_window.as_ms() > 0
        && draft.demand.values().all(|demand| units_of(demand).all(|units| (1..=DEMAND_MAX).contains(&units)))
        && draft.terms.concurrency.is_none_or(|planned| {
            (1..=planned.devices_max).contains(&planned.devices_per_cell) && planned.devices_max <= DEVICES_MAX
        });
    if sound { Ok(()) } else { Err(Rejection::QuantityOutOfRange) }
}

/// What one device takes, at whatever grade.
fn units_of(demand: &Demand) -> impl Iterator<Item = u64> {
    let graded = demand.graded.iter().flat_map(|graded| graded.values());
    std::iter::once(demand.units).chain(graded.map(|graded| graded.units))
}

fn row_of(draft: &OfferingDraft, asset: AssetRef) -> Offering {
    Offering {
        id: draft.id,
        name: draft.name.clone(),
        capability: draft.capability,
        qos_profile: draft.qos_profile.clone(),
        terms: draft.terms.clone(),
        price: Pricing { asset, plan: draft.price.clone() },
        guarantee: draft.guarantee,
        remedy: draft.remedy,
        eligible: draft.eligible.clone(),
        refund_unused: draft.refund_unused,
        partner: draft.partners.first().copied(),
        status: OfferingStatus::Published,
        demand: draft.demand.clone(),
        arp: draft.arp,
        transferable: draft.transferable.then_some(Transferable::Unused),
        cost: draft.cost,
        earlier: None,
        also: (draft.also != Capabilities::NONE).then_some(draft.also),
        partners_more: draft.partners.get(1..).filter(|more| !more.is_empty()).map(<[_]>::to_vec),
    }
}

impl<'a> Opening<'a> {
    pub(crate) fn new(state: &'a State, out: &'a mut Vec<Event>) -> Self {
        Self { state, out, assets: Vec::new(), accounts: 0 }
    }

    /// Opens the asset and those of the operator's accounts in it that are not open yet.
    pub(crate) fn chart(&mut self, kind: Asset, accounts: &[AccountKind]) -> AssetRef {
        let asset = self.asset(kind);
        // A chart that was opened by an earlier release may lack a kind that was added since.
        let chart = self.state.chart(asset);
        for kind in accounts.iter().filter(|kind| chart.is_none_or(|chart| chart.find(**kind).is_none())) {
            self.account(*kind, asset, PartyRef::OPERATOR);
        }
        asset
    }

    /// Opens the asset and all accounts that money in it needs.
    pub(crate) fn money(&mut self, kind: Asset) -> AssetRef {
        self.chart(kind, &MONEY_CHART)
    }

    /// Opens one account and gives the handle it will have.
    pub(crate) fn account(&mut self, kind: AccountKind, asset: AssetRef, party: PartyRef) -> AccountRef {
        let first = self.state.ledger.next_account().map_or(u32::MAX, AccountRef::index);
        let account = AccountRef::from_index(first.saturating_add(self.accounts));
        self.accounts = self.accounts.saturating_add(1);
        self.out.push(Event::AccountOpened { account, kind, asset, party });
        account
    }

    fn payable(&mut self, party: PartyRef, asset: AssetRef) {
        let open = self.state.party(party).is_some_and(|row| row.payable.contains_key(&asset));
        if !open {
            self.account(AccountKind::PartnerPayable, asset, party);
        }
    }

    fn asset(&mut self, kind: Asset) -> AssetRef {
        if let Some(asset) = self.state.ledger.asset_ref(kind) {
            return asset;
        }
        let first = self.state.ledger.next_asset(kind).index();
        let asset = AssetRef::from_index(first.saturating_add(u16::try_from(self.assets.len()).unwrap_or(u16::MAX)));
        self.assets.push(kind);
        self.out.push(Event::AssetOpened { asset, kind });
        asset
    }
}
