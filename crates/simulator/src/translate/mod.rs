//! The simulator's words turned into the engine's, and back. The only place that knows both.

mod odd;
mod wallets;

use crate::fact::{Asked, Bids, By, Caller, Counts, Delivery, Heard, Lease, Letter, Market, Rails, Said, Wish};
use crate::plan::{ArpPlan, Class, Kind, OfferingPlan, Plan, ResourcePlan};
use capacity::{BidHead, BidTable, ForecastStep, ForecastTable, ProfileRef, Resource, ResourceRef, Slot};
use engine::rating::{Component, PricePlan, Rate};
use engine::state::{
    Arp, ArpLevel, BlobHash, Capabilities, Capability, ClassShare, Demand, Digest, EndReason, Grade, Guarantee,
    GuardRails, OfferingRef, PartnerRole, PartnerShare, PartyKind, PartyRef, PreemptionCapability,
    PreemptionVulnerability, PriceBound, Remedy, ResourceClass, ResourceInfo, Sealed, SessionRef, SourceRef,
    Subscriber, TableHash, Terms, TokenRef, Volume,
};
use engine::{
    ActivationOutcome, Actor, Answer, Charge, Command, Key, LeaseUse, Measurement, NewCharging, OfferingDraft,
    Purchase, PurchaseBy, Rejection, Request, Role, WalletWish, Want,
};
use node::Work;
use std::sync::Arc;
use types::{Area, CellId, ChargingId, Currency, H3Cell, Month, PartyId, SourceId, SubjectId, TenantId, Unit, Window};

/// The cell that is simulated.
pub const CELL: CellId = CellId(7);

/// A letter as the node takes it.
pub fn work(plan: &Plan, letter: &Letter, now: types::Instant) -> Work {
    match &letter.asked {
        Asked::Charges(deliveries) => Work::Charges(actor(letter.caller), deliveries.iter().map(charge).collect()),
        _ => Work::One(request(plan, letter, now)),
    }
}

fn request(plan: &Plan, letter: &Letter, now: types::Instant) -> Request {
    let own = Key { key: digest(u128::from(letter.order)), request: digest(u128::from(letter.order)) };
    let key = match letter.asked {
        Asked::Odd(crate::fact::Odd::ReuseKey { order }) => {
            Some(Key { key: digest(u128::from(order)), request: digest(u128::from(letter.order)) })
        }
        _ => letter.keyed.then_some(own),
    };
    Request { actor: actor(letter.caller), key, command: command(plan, &letter.asked, now) }
}

/// An answer in plain words.
pub fn said(outcome: &Result<Answer, Rejection>) -> Said {
    let number = |index: usize| Said::Number(u32::try_from(index).unwrap_or(u32::MAX));
    match *outcome {
        Err(rejection) => Said::No(rejection.code()),
        Ok(Answer::Done) => Said::Done,
        Ok(Answer::Repeated) => Said::Repeated,
        Ok(Answer::Party(party)) => number(party.index()),
        Ok(Answer::Wallet(account)) => Said::Number(account.index()),
        Ok(Answer::Offering(offering)) => number(offering.index()),
        Ok(Answer::Resource(resource)) => Said::Number(resource.index()),
        Ok(Answer::Profile(profile)) => Said::Number(profile.index().into()),
        Ok(Answer::Source(source)) => Said::Number(source.number()),
        Ok(Answer::Quote(quote)) => Said::Quote(quote),
        Ok(Answer::Token(token)) => Said::Number(token.number()),
        Ok(Answer::Session(session)) => Said::Number(session.number()),
        Ok(Answer::Acted(action)) => Said::Acted(action.as_u128()),
        Ok(Answer::Charging(charging)) => Said::Charging(charging.as_u128()),
        Ok(Answer::Leased { granted, .. }) => Said::Leased { granted },
        Ok(Answer::Charged { paid_minor, overrun_minor }) => Said::Charged { paid: paid_minor, overrun: overrun_minor },
    }
}

/// The currency of every world.
pub fn currency() -> Currency {
    Currency::parse("EUR").expect("a currency code")
}

fn actor(caller: Caller) -> Actor {
    match caller {
        Caller::Operator => Actor::OPERATOR,
        Caller::Network => Actor::NETWORK,
        Caller::Meter => Actor { role: Role::Meter, ..Actor::OPERATOR },
        Caller::Customer(party) => Actor::customer(PartyRef::from_index(party)),
        Caller::Stranger(party) => Actor { tenant: TenantId(2), ..Actor::customer(PartyRef::from_index(party)) },
    }
}

fn authorise(party: u32, level_min: Option<u8>) -> Command {
    Command::AuthorisePriority { party: PartyRef::from_index(party), level_min: level_min.and_then(ArpLevel::new) }
}

fn register(plan: &Plan, at: usize) -> Command {
    let row = &plan.parties[at];
    Command::RegisterParty { id: row.id, tenant: TenantId(1), kind: kind(row.kind), subject: None }
}

fn available_of(resource: usize, available: u64) -> Command {
    Command::SetAvailable { resource: resource_ref(resource), available }
}

fn priced(market: &Market) -> Command {
    match market {
        Market::Bids(resource, prices) => bids(*resource, prices),
        Market::Rails(offering, within) => rails(*offering, *within),
        Market::Delivers(true) => Command::DeclareDelivery(Capability::ALL.into_iter().collect()),
        Market::Delivers(false) => Command::DeclareDelivery(Capabilities::NONE.with(Capability::Security)),
    }
}

fn bids(resource: usize, bids: &Bids) -> Command {
    let head = BidHead {
        from: Slot::from_index(bids.from),
        step: ForecastStep::Hour,
        currency: if bids.foreign { Currency::parse("JPY").expect("a currency code") } else { currency() },
        scale: 1_000,
        expires_at: bids.until,
    };
    let table = BidTable::new(head, vec![(resource_ref(resource), bids.values.clone())]);
    Command::LoadBidPrices { hash: BlobHash([0; 32]), table: Arc::new(table.expect("prices of some hours")) }
}

fn rails(offering: Option<usize>, rails: Option<Rails>) -> Command {
    let of = |rails: Rails| GuardRails {
        floor: rails.floor_ppm.map(PriceBound::Plan),
        cap: rails.cap_ppm.map(PriceBound::Plan),
        step_ppm: rails.step_ppm,
        classes: vec![ClassShare { kind: Some(PartyKind::Consumer), grade: None, share_ppm: rails.consumers_ppm }],
        exempt_level: None,
    };
    Command::SetGuardRails { offering: offering.map(offering_ref), rails: rails.map(of).map(Box::new) }
}

/// Its name is that of nothing yet: whoever keeps the table names it.
fn forecast(resource: usize, from: u32, loads: &[u32]) -> Command {
    let rows = vec![(resource_ref(resource), loads.to_vec())];
    let table = ForecastTable::new(Slot::from_index(from), ForecastStep::Hour, 950_000, rows);
    Command::LoadForecast { hash: BlobHash([0; 32]), table: Arc::new(table.expect("loads of some hours")) }
}

fn counted(counts: Counts) -> Command {
    Command::RecordWindow(Measurement {
        session: SessionRef::from_index(counts.session),
        window: counts.window,
        windows: counts.windows,
        samples: counts.samples,
        samples_late: counts.late,
        samples_starved: counts.starved,
    })
}

fn command(plan: &Plan, asked: &Asked, now: types::Instant) -> Command {
    let (token, party, session) = (TokenRef::from_index, PartyRef::from_index, SessionRef::from_index);
    match asked {
        Asked::Found => Command::FoundCell { cell: CELL, operator: PartyId::from_u128(1) },
        &Asked::Profile(at) => Command::SetProfile { profile: profile(at), hourly_ppm: plan.profiles[at].clone() },
        &Asked::Resource(at) => Command::DefineResource(Box::new(resource(&plan.resources[at]))),
        &Asked::Party(at) => register(plan, at),
        &Asked::Publish(at) => Command::PublishOffering(Box::new(draft(&plan.offerings[at]))),
        &Asked::OpenWallet { party: whose } => Command::OpenWallet { party: party(whose), currency: currency() },
        &Asked::TopUp { party: whose, minor } => wallets::top_up(party(whose), minor),
        &Asked::CreditLimit { party: whose, minor } => wallets::lend(party(whose), minor),
        &Asked::Authorise { party: whose, level_min } => authorise(whose, level_min),
        &Asked::SetAvailable { resource, available } => available_of(resource, available),
        Asked::Forecast { resource, from, loads } => forecast(*resource, *from, loads),
        Asked::Market(market) => priced(market),
        &Asked::Retire { offering } => Command::RetireOffering { offering: offering_ref(offering) },
        &Asked::Meter { id } => Command::RegisterSource { id: SourceId::from_u128(id) },
        Asked::Quote(wanted) => Command::IssueQuote(Box::new(wish(wanted))),
        Asked::Buy { party: whose, by, device, payer } => buy(party(*whose), by, *device, payer.map(party)),
        &Asked::Admit { owner, member } => wallets::ordered(owner, WalletWish::Admit(party(member))),
        &Asked::Dismiss { owner, member } => wallets::ordered(owner, WalletWish::Dismiss(party(member))),
        &Asked::Cap { owner, number, cap } => wallets::capped(owner, number, cap),
        &Asked::WatchBalance { owner, minor } => wallets::ordered(owner, WalletWish::LowBalance(Some(minor))),
        &Asked::TopUpBelow { owner, below, minor } => wallets::top_up_below(owner, below, minor),
        &Asked::Fund { party: whose, minor, card } => wallets::fund(party(whose), minor, card),
        &Asked::PayOut { owner, minor } => wallets::ordered(owner, WalletWish::PayOut(Some(minor))),
        &Asked::Settle { payment, approved, .. } => wallets::settle(payment, approved),
        &Asked::Transfer { from, to, minor } => wallets::transfer(from, party(to), minor),
        &Asked::SetAside { owner, aside } => wallets::set_aside(party(owner), aside),
        &Asked::Give { token: which, to } => Command::TransferToken { token: token(which), to: party(to) },
        &Asked::Gift { token: which, quantity, to } => wallets::gift(token(which), quantity, party(to)),
        &Asked::Release { token: which } => Command::ReleaseToken { token: token(which) },
        &Asked::Revoke { token: which, block } => revoke(which, block),
        &Asked::Suspend { token: which } => Command::SuspendToken { token: token(which) },
        &Asked::Resume { token: which } => Command::ResumeToken { token: token(which) },
        &Asked::Activate { token: which, device, flow, duration } => Command::RequestActivation {
            token: token(which),
            device: SubjectId::from_u128(device),
            flow: digest(flow),
            duration,
        },
        &Asked::Heard { session: which, heard } => {
            Command::RecordActivation { session: session(which), outcome: outcome(heard) }
        }
        &Asked::Deactivate { session: which } => Command::RequestDeactivation { session: session(which) },
        &Asked::Extend { session: which, more } => Command::ExtendSession { session: session(which), more },
        &Asked::Stopped { session: which, by_itself } => Command::RecordDeactivation {
            session: session(which),
            reason: by_itself.then_some(EndReason::NetworkTerminated),
        },
        &Asked::Forget { session: which } => Command::ForgetSession { session: session(which) },
        Asked::Move { session: which, places } => moved(session(*which), places),
        Asked::Charge(delivery) => Command::ChargeUsage(charge(delivery)),
        // Sent as work of its own kind.
        Asked::Charges(_) => Command::Pass,
        &Asked::Counted(counts) => counted(counts),
        &Asked::Open { party: whose, sequence } => open_charging(party(whose), sequence),
        Asked::Lease(lease) => Command::UseLease(Box::new(lease_use(lease))),
        &Asked::Close { charging, sequence } => {
            Command::CloseCharging { charging: ChargingId::from_u128(charging), sequence }
        }
        &Asked::ClosePeriod { month } => close(month),
        &Asked::Odd(odd) => odd::command(plan, odd, now),
    }
}

/// What is sealed is the node's to say: here it is anything.
fn close(month: u8) -> Command {
    let text = ["2025-10", "2025-11", "2025-12", "2026-01"].get(usize::from(month)).copied().unwrap_or("2026-02");
    let month = Month::parse(text).expect("a month");
    let (postings, balance) = (TableHash([1; 32]), TableHash([2; 32]));
    Command::ClosePeriod(Box::new(Sealed { month, form: 1, rows: 0, postings, balance }))
}

const fn outcome(heard: Heard) -> ActivationOutcome {
    match heard {
        Heard::Confirmed => ActivationOutcome::Confirmed,
        Heard::Refused => ActivationOutcome::Refused,
        Heard::Unknown => ActivationOutcome::Unknown,
    }
}

fn open_charging(party: PartyRef, sequence: u32) -> Command {
    Command::OpenCharging(Box::new(NewCharging { subscriber: Subscriber::Party(party), notify: None, sequence }))
}

fn buy(party: PartyRef, by: &By, device: Option<u128>, payer: Option<PartyRef>) -> Command {
    let by = match by {
        By::Quote(quote) => PurchaseBy::Quote(*quote),
        By::Wish(wanted) => PurchaseBy::Wish(wish(wanted)),
    };
    let device = device.map(SubjectId::from_u128);
    Command::PurchaseToken(Box::new(Purchase { party, by, device, holder: None, payer }))
}

fn lease_use(lease: &Lease) -> LeaseUse {
    LeaseUse {
        charging: ChargingId::from_u128(lease.charging),
        rating_group: lease.group,
        sequence: lease.sequence,
        offering: offering_ref(lease.offering),
        // Once in a while it asks for what nobody sells.
        unit: (lease.used == 0 && lease.sequence % 6 == 5).then_some(Unit::Message),
        used: lease.used,
        want: match (lease.want, lease.debit) {
            (Some((quantity_max, validity)), _) => Want::Quota { quantity_max, validity },
            (None, true) => Want::Debit,
            (None, false) => Want::Nothing,
        },
    }
}

fn charge(delivery: &Delivery) -> Charge {
    Charge {
        token: TokenRef::from_index(delivery.token),
        source: SourceRef::from_index(delivery.source),
        sequence: delivery.sequence,
        quantity: delivery.quantity,
        unit: None,
    }
}

fn stage((window, place): (Window, H3Cell)) -> engine::Stage {
    engine::Stage { window, place: Area::new(vec![place]).expect("a place") }
}

fn wish(wish: &Wish) -> engine::Wish {
    engine::Wish {
        party: PartyRef::from_index(wish.party),
        offering: offering_ref(wish.offering),
        window: wish.window,
        place: Area::new(wish.places.clone()).expect("clients name at least one place"),
        stages: wish.stages().into_iter().map(stage).collect(),
        grade_min: Grade::Empirical,
        promotion: None,
    }
}

fn resource(plan: &ResourcePlan) -> (ResourceInfo, Resource) {
    let info = ResourceInfo {
        id: plan.id,
        name: plan.name.clone(),
        class: class(plan.class),
        upstream: plan.upstream.map(resource_ref),
        covers: plan.covers.clone(),
    };
    let calendar = Resource {
        nominal: plan.nominal,
        available: plan.available,
        floor_ppm: plan.floor_ppm,
        background_min: plan.background_min,
        profile: profile(plan.profile),
        profile_scale_ppm: plan.scale_ppm,
    };
    (info, calendar)
}

fn draft(plan: &OfferingPlan) -> OfferingDraft {
    let volume = plan.volume.map(|quantity| Volume { unit: Unit::LlmToken, quantity });
    let demand = plan.demand.iter().map(|(of, units)| {
        (class(*of), Demand { units: *units, epsilon_ppb: 0, version: 1, grade: None, graded: None })
    });
    let unit = if plan.demand.is_empty() { Unit::LlmToken } else { Unit::Byte };
    OfferingDraft {
        id: plan.id,
        name: plan.name.clone(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: "QOS_S".to_owned(),
        terms: Terms {
            latency_ms_max: plan.latency_ms_max,
            percentile_ppm: plan.percentile_ppm,
            downlink_kbps_min: plan.downlink_kbps_min,
            uplink_kbps_min: 0,
            window_length_max: plan.window_max,
            volume,
            concurrency: None,
            rollover_max: None,
        },
        currency: currency(),
        price: price(plan, unit),
        guarantee: Guarantee { assurance_window: plan.assurance, samples_min: plan.samples_min },
        remedy: Remedy { per_broken_window_ppm: plan.per_window_ppm, cap_ppm: plan.cap_ppm },
        eligible: if plan.enterprise_only { vec![PartyKind::Enterprise] } else { Vec::new() },
        refund_unused: plan.refund_unused,
        partners: plan.partners.iter().map(|&(party, share_ppm)| partner(party, share_ppm)).collect(),
        demand: demand.collect(),
        arp: arp(plan.arp),
        transferable: plan.transferable,
        cost: None,
    }
}

fn price(plan: &OfferingPlan, unit: Unit) -> PricePlan {
    let mut components = Vec::new();
    if let Some(minor) = u64::try_from(plan.once_minor).ok().filter(|minor| *minor > 0) {
        components.push(Component::once("Fee", minor));
    }
    if let Some(minor) = u64::try_from(plan.step_minor).ok().filter(|minor| *minor > 0) {
        components.push(Component::per_time("Time", minor, plan.step));
    }
    components.extend(plan.usage.map(|usage| {
        let metered = Component::per_unit("Usage", unit, (0, 1), usage.held);
        Component { rates: vec![Rate::flat(usage.num, usage.den)], ..metered }
    }));
    PricePlan::gross(plan.tax_ppm, components)
}

fn partner(party: u32, share_ppm: u32) -> PartnerShare {
    PartnerShare { party: PartyRef::from_index(party), share_ppm, role: Some(PartnerRole::Other) }
}

/// What holds where nothing is said is not said.
fn arp(plan: ArpPlan) -> Option<Arp> {
    let level = ArpLevel::new(plan.level).filter(|_| plan != ArpPlan::UNSAID)?;
    let capability = if plan.may_preempt { PreemptionCapability::Enabled } else { PreemptionCapability::Disabled };
    let vulnerability =
        if plan.preemptable { PreemptionVulnerability::Enabled } else { PreemptionVulnerability::Disabled };
    Some(Arp { level, capability, vulnerability })
}

const fn class(class: Class) -> ResourceClass {
    match class {
        Class::Macro => ResourceClass::RadioMacro,
        Class::Micro => ResourceClass::RadioMicro,
        Class::Transport => ResourceClass::Transport,
        Class::Core => ResourceClass::Core,
    }
}

const fn kind(kind: Kind) -> PartyKind {
    match kind {
        Kind::Consumer => PartyKind::Consumer,
        Kind::Enterprise => PartyKind::Enterprise,
        Kind::Partner => PartyKind::Partner,
    }
}

fn profile(at: usize) -> ProfileRef {
    ProfileRef::from_index(u16::try_from(at).unwrap_or(u16::MAX))
}

fn resource_ref(at: usize) -> ResourceRef {
    ResourceRef::from_index(u32::try_from(at).unwrap_or(u32::MAX))
}

fn offering_ref(at: usize) -> OfferingRef {
    OfferingRef::from_index(u32::try_from(at).unwrap_or(u32::MAX))
}

fn moved(session: SessionRef, places: &[H3Cell]) -> Command {
    Command::MoveSession { session, places: places.to_vec() }
}

fn revoke(which: u32, block: u8) -> Command {
    Command::RevokeEntitlement { token: TokenRef::from_index(which), block: Some(digest(block.into())) }
}

fn digest(bits: u128) -> Digest {
    Digest(bits.to_be_bytes())
}
