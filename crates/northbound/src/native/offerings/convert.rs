//! Offerings: wire to commands, rows to wire.

use crate::entropy::fresh_id;
use crate::fault::Fault;
use crate::native::convert::{currency, currency_of, id, party_of};
use crate::native::offerings::wire::{self, Preemption};
use crate::native::plans::{PlanDraft, draft_of, read, terms_of};
use crate::native::wire::Capability;
use engine::rating::{Component, PricePlan};
use engine::state::{
    self, Arp, ArpLevel, Capabilities, Offering, OfferingStatus, PartnerRole, PreemptionCapability,
    PreemptionVulnerability, State,
};
use engine::{Actor, Command, OfferingDraft, undelivered};
use node::capability_name;
use types::{Currency, Duration, OfferingId};

/// The command that publishes an offering, and its id.
pub(crate) fn publish(draft: wire::OfferingDraft, state: &State, actor: Actor) -> Result<(OfferingId, Command), Fault> {
    let partners = draft.partners.iter().map(|partner| partner_share(state, actor, partner));
    let partners = partners.collect::<Result<_, _>>()?;
    let offering = described(draft, partners)?;
    Ok((offering.id, Command::PublishOffering(Box::new(offering))))
}

/// The offering that a draft describes, with these partners.
pub(crate) fn described(
    draft: wire::OfferingDraft,
    partners: Vec<state::PartnerShare>,
) -> Result<OfferingDraft, Fault> {
    let named = draft.id.as_deref().map(|text| id("id", OfferingId::parse(text))).transpose()?;
    let (currency, price) = priced(draft.price.as_ref(), draft.price_plan.as_ref())?;
    let demand = draft.demand.into_iter().map(|(class, demand)| (class.into(), demand_of(&demand)));
    Ok(OfferingDraft {
        id: named.unwrap_or_else(|| OfferingId::from_u128(fresh_id())),
        name: draft.name,
        capability: draft.capability.into(),
        also: bundled(draft.capability, &draft.also)?,
        qos_profile: draft.qos_profile,
        terms: promised(&draft.terms),
        currency,
        price,
        guarantee: state::Guarantee {
            assurance_window: Duration::from_secs(draft.guarantee.assurance_window_s),
            samples_min: draft.guarantee.samples_min,
        },
        remedy: state::Remedy {
            per_broken_window_ppm: draft.remedy.per_broken_window_ppm,
            cap_ppm: draft.remedy.cap_ppm,
        },
        eligible: draft.eligible.into_iter().map(Into::into).collect(),
        refund_unused: draft.refund_unused,
        partners,
        demand: demand.collect(),
        arp: draft.arp.map(arp_of).transpose()?,
        transferable: draft.transferable,
        cost: draft.cost.map(|cost| state::Cost {
            sale_minor: cost.sale_minor,
            step_minor: cost.step_minor,
            step: Duration::from_secs(cost.step_s),
        }),
    })
}

/// What else is in a bundle: each once.
fn bundled(first: Capability, also: &[Capability]) -> Result<Capabilities, Fault> {
    let first = Capabilities::NONE.with(first.into());
    let all = also.iter().try_fold(first, |all, capability| {
        let capability = (*capability).into();
        (!all.contains(capability)).then(|| all.with(capability))
    });
    let all =
        all.ok_or_else(|| Fault::invalid("also: each capability once, and not `capability` again, is expected"))?;
    Ok(all.iter().filter(|capability| !first.contains(*capability)).collect())
}

/// An offering for the wire; none when its currency is not known, which cannot be. Whose the revenue is, is the operator's
/// to know.
pub(crate) fn offering(state: &State, actor: Actor, row: &Offering) -> Option<wire::Offering> {
    let currency = currency_of(state, row.price.asset)?;
    Some(wire::Offering {
        id: row.id.to_string(),
        name: row.name.clone(),
        status: row.status.into(),
        capability: row.capability.into(),
        also: row.also.unwrap_or_default().iter().map(Into::into).collect(),
        not_sellable: undelivered(state, row).map(|lacking| format!("no driver delivers {}", capability_name(lacking))),
        qos_profile: row.qos_profile.clone(),
        terms: terms(&row.terms),
        price_words: terms_of(&row.price.plan, currency),
        price_plan: plan_shown(actor, &row.price.plan, currency),
        price_version: row.version(),
        guarantee: wire::Guarantee {
            assurance_window_s: row.guarantee.assurance_window.as_secs(),
            samples_min: row.guarantee.samples_min,
        },
        remedy: wire::Remedy { per_broken_window_ppm: row.remedy.per_broken_window_ppm, cap_ppm: row.remedy.cap_ppm },
        eligible: row.eligible.iter().map(|kind| (*kind).into()).collect(),
        refund_unused: row.refund_unused,
        arp: arp(row.arp.unwrap_or_default()),
        transferable: row.transferable.is_some(),
        partners: match actor.role {
            engine::Role::Operator => row.partners().filter_map(|partner| partner_shown(state, partner)).collect(),
            _ => Vec::new(),
        },
    })
}

/// A plan for the wire. A code that takes something off is for whoever was told it: others do not see that there is one.
fn plan_shown(actor: Actor, plan: &PricePlan, currency: Currency) -> PlanDraft {
    let mut shown = draft_of(plan, currency);
    if actor.role != engine::Role::Operator {
        shown.discounts.retain(|discount| discount.code.is_none());
    }
    shown
}

/// May this caller see it? Customers see what is sold to their kind; the operator sees all.
pub(crate) fn is_shown(state: &State, actor: Actor, row: &Offering) -> bool {
    let kind = state.party(actor.party).map(|party| party.kind);
    let sold_to = row.eligible.is_empty() || kind.is_some_and(|kind| row.eligible.contains(&kind));
    actor.role == engine::Role::Operator || (row.status == OfferingStatus::Published && sold_to)
}

/// Terms for the wire.
pub(crate) fn terms(terms: &state::Terms) -> wire::Terms {
    wire::Terms {
        latency_ms_max: terms.latency_ms_max,
        percentile_ppm: terms.percentile_ppm,
        downlink_kbps_min: terms.downlink_kbps_min,
        uplink_kbps_min: terms.uplink_kbps_min,
        window_length_max_s: terms.window_length_max.as_secs(),
        volume: terms.volume.map(|volume| wire::Volume { unit: volume.unit.into(), quantity: volume.quantity }),
        concurrency: terms.concurrency.map(|planned| wire::Concurrency {
            devices_max: planned.devices_max,
            devices_per_cell: planned.devices_per_cell,
        }),
        rollover_max: terms.rollover_max,
    }
}

fn promised(terms: &wire::Terms) -> state::Terms {
    let volume = terms.volume.as_ref();
    state::Terms {
        latency_ms_max: terms.latency_ms_max,
        percentile_ppm: terms.percentile_ppm,
        downlink_kbps_min: terms.downlink_kbps_min,
        uplink_kbps_min: terms.uplink_kbps_min,
        window_length_max: Duration::from_secs(terms.window_length_max_s),
        volume: volume.map(|volume| state::Volume { unit: volume.unit.into(), quantity: volume.quantity }),
        concurrency: terms.concurrency.as_ref().map(|planned| state::Concurrency {
            devices_max: planned.devices_max,
            devices_per_cell: planned.devices_per_cell,
        }),
        rollover_max: terms.rollover_max,
    }
}

fn arp_of(arp: wire::Arp) -> Result<Arp, Fault> {
    let level = ArpLevel::new(arp.level).ok_or_else(|| Fault::invalid("arp.level: 1 to 15 is expected"))?;
    let capability = match arp.capability {
        Preemption::Disabled => PreemptionCapability::Disabled,
        Preemption::Enabled => PreemptionCapability::Enabled,
    };
    let vulnerability = match arp.vulnerability {
        Preemption::Disabled => PreemptionVulnerability::Disabled,
        Preemption::Enabled => PreemptionVulnerability::Enabled,
    };
    Ok(Arp { level, capability, vulnerability })
}

const fn arp(arp: Arp) -> wire::Arp {
    let capability = match arp.capability {
        PreemptionCapability::Disabled => Preemption::Disabled,
        PreemptionCapability::Enabled => Preemption::Enabled,
    };
    let vulnerability = match arp.vulnerability {
        PreemptionVulnerability::Disabled => Preemption::Disabled,
        PreemptionVulnerability::Enabled => Preemption::Enabled,
    };
    wire::Arp { level: arp.level.number(), capability, vulnerability }
}

/// A price in either form.
pub(crate) fn priced(
    simple: Option<&wire::PriceDraft>,
    plan: Option<&PlanDraft>,
) -> Result<(Currency, PricePlan), Fault> {
    match (simple, plan) {
        (Some(simple), None) => Ok((currency(&simple.currency)?, simple_plan(simple)?)),
        (None, Some(plan)) => read(plan).map_err(|problem| Fault::invalid(format!("price_plan: {problem}"))),
        _ => Err(Fault::malformed("either `price` or `price_plan` is expected")),
    }
}

fn simple_plan(price: &wire::PriceDraft) -> Result<PricePlan, Fault> {
    let mut components = Vec::new();
    if price.once_minor > 0 {
        components.push(Component::once("Fee", price.once_minor));
    }
    if price.step_minor > 0 {
        components.push(Component::per_time("Time", price.step_minor, Duration::from_secs(price.step_s)));
    }
    if let Some(usage) = &price.usage {
        if usage.per_quantity == 0 {
            return Err(Fault::invalid("price.usage.per_quantity: at least 1 is expected"));
        }
        let rate = (usage.rate_minor, usage.per_quantity);
        components.push(Component::per_unit("Usage", usage.unit.into(), rate, usage.held_quantity));
    }
    Ok(PricePlan::gross(price.tax_ppm, components))
}

fn demand_of(demand: &wire::Demand) -> state::Demand {
    let graded = demand.graded.iter().map(|(grade, graded)| {
        ((*grade).into(), state::Graded { units: graded.units, epsilon_ppb: graded.epsilon_ppb })
    });
    state::Demand {
        units: demand.units,
        epsilon_ppb: demand.epsilon_ppb,
        version: demand.version,
        grade: demand.grade.map(Into::into),
        graded: (!demand.graded.is_empty()).then(|| graded.collect()),
    }
}

fn partner_share(state: &State, actor: Actor, partner: &wire::Partner) -> Result<state::PartnerShare, Fault> {
    let party = party_of(state, actor, Some(&partner.party))?;
    let role = match partner.role {
        wire::PartnerRole::SatelliteOperator => PartnerRole::SatelliteOperator,
        wire::PartnerRole::EdgeSite => PartnerRole::EdgeSite,
        wire::PartnerRole::ModelHost => PartnerRole::ModelHost,
        wire::PartnerRole::Aggregator => PartnerRole::Aggregator,
        wire::PartnerRole::Other => PartnerRole::Other,
    };
    Ok(state::PartnerShare { party, share_ppm: partner.share_ppm, role: Some(role) })
}

fn partner_shown(state: &State, partner: &state::PartnerShare) -> Option<wire::Partner> {
    let role = match partner.role.unwrap_or(PartnerRole::Other) {
        PartnerRole::SatelliteOperator => wire::PartnerRole::SatelliteOperator,
        PartnerRole::EdgeSite => wire::PartnerRole::EdgeSite,
        PartnerRole::ModelHost => wire::PartnerRole::ModelHost,
        PartnerRole::Aggregator => wire::PartnerRole::Aggregator,
        PartnerRole::Other => wire::PartnerRole::Other,
    };
    Some(wire::Partner { party: state.party(partner.party)?.id.to_string(), role, share_ppm: partner.share_ppm })
}
