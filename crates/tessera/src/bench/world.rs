//! The cell that is measured: tokens that pay as they go, on as many wallets.

use anyhow::{Context, anyhow};
use engine::rating::{Component, PricePlan};
use engine::state::{
    Capabilities, Capability, Grade, Guarantee, OfferingRef, PartyKind, PartyRef, Remedy, SourceRef, Terms, TokenRef,
};
use engine::{Actor, Answer, Command, OfferingDraft, Purchase, PurchaseBy, Wish};
use node::{Gate, wall_clock};
use std::collections::BTreeMap;
use types::{Area, CellId, Currency, Duration, H3Cell, OfferingId, PartyId, SourceId, TenantId, Unit, Window};

/// The operator's party.
pub const OPERATOR: PartyId = PartyId::from_u128(1);

/// What the charges name.
pub struct World {
    /// A token on a wallet of its own each.
    pub tokens: Vec<TokenRef>,
    /// The meter they are charged through.
    pub source: SourceRef,
}

/// Gives a cell an operator, an offering by the byte, a meter, and `accounts` tokens on a wallet each.
pub async fn build(gate: &Gate, accounts: u32) -> anyhow::Result<World> {
    let currency = Currency::parse("EUR").map_err(|error| anyhow!("{error}"))?;
    ask(gate, Command::FoundCell { cell: CellId(1), operator: OPERATOR }).await?;
    let Answer::Offering(offering) = ask(gate, Command::PublishOffering(Box::new(by_the_byte(currency)))).await? else {
        anyhow::bail!("publishing answered something else");
    };
    let Answer::Source(source) = ask(gate, Command::RegisterSource { id: SourceId::from_u128(1) }).await? else {
        anyhow::bail!("registering a meter answered something else");
    };
    let mut tokens = Vec::with_capacity(accounts as usize);
    // Many at a time: each waits for the disk, together they share it.
    for chunk in (0..accounts).collect::<Vec<_>>().chunks(1_024) {
        let opening = chunk.iter().map(|number| {
            let gate = gate.clone();
            let number = *number;
            tokio::spawn(async move { open(&gate, number, offering, currency).await })
        });
        for opened in opening.collect::<Vec<_>>() {
            tokens.push(opened.await.context("a task ended in a panic")??);
        }
    }
    Ok(World { tokens, source })
}

/// A meter for each of so many connections: what they send overtakes each other, the numbers of one meter never do.
pub async fn meters(gate: &Gate, count: u32) -> anyhow::Result<Vec<SourceId>> {
    let mut meters = Vec::with_capacity(count as usize);
    for number in 0..count {
        let id = SourceId::from_u128(2 + u128::from(number));
        ask(gate, Command::RegisterSource { id }).await?;
        meters.push(id);
    }
    Ok(meters)
}

async fn open(gate: &Gate, number: u32, offering: OfferingRef, currency: Currency) -> anyhow::Result<TokenRef> {
    let id = PartyId::from_u128(2 + u128::from(number));
    let new = Command::RegisterParty { id, tenant: TenantId(1), kind: PartyKind::Consumer, subject: None };
    let Answer::Party(party) = ask(gate, new).await? else { anyhow::bail!("registering answered something else") };
    ask(gate, Command::OpenWallet { party, currency }).await?;
    ask(gate, Command::TopUp { party, currency, amount_minor: 1_000_000_000_000 }).await?;
    let wish = Wish {
        party,
        offering,
        window: window()?,
        place: anywhere()?,
        stages: Vec::new(),
        grade_min: Grade::Empirical,
        promotion: None,
    };
    let purchase = Purchase { party, by: PurchaseBy::Wish(wish), device: None, holder: None, payer: None };
    match gate.submit(Actor::customer(party), Command::PurchaseToken(Box::new(purchase))).await? {
        Answer::Token(token) => Ok(token),
        _ => anyhow::bail!("buying answered something else"),
    }
}

/// Asks as the operator.
pub async fn ask(gate: &Gate, command: Command) -> anyhow::Result<Answer> {
    Ok(gate.submit(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, command).await?)
}

fn window() -> anyhow::Result<Window> {
    Window::starting(wall_clock(), Duration::from_hours(24)).map_err(|error| anyhow!("{error}"))
}

fn anywhere() -> anyhow::Result<Area> {
    Area::new(vec![H3Cell::from_index(0x0881_969c_945f_ffff)]).map_err(|error| anyhow!("{error}"))
}

fn by_the_byte(currency: Currency) -> OfferingDraft {
    OfferingDraft {
        id: OfferingId::from_u128(1),
        name: "Data by the byte".to_owned(),
        capability: Capability::Connectivity,
        also: Capabilities::NONE,
        qos_profile: "QOS_E".to_owned(),
        terms: Terms {
            latency_ms_max: 0,
            percentile_ppm: 0,
            downlink_kbps_min: 0,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(31),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency,
        price: PricePlan::gross(210_000, vec![Component::per_unit("Data", Unit::Byte, (1, 1_000), 0)]),
        guarantee: Guarantee { assurance_window: Duration::from_secs(60), samples_min: 1 },
        remedy: Remedy { per_broken_window_ppm: 0, cap_ppm: 0 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        demand: BTreeMap::new(),
        arp: None,
        transferable: false,
        cost: None,
    }
}
