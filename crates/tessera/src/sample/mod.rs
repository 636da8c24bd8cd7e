//! A sample operator: a city's network, what it sells, and a few customers. Loaded through the gate, like anybody's.

mod customers;
mod demand;
mod network;
pub mod offerings;

pub use customers::{Customer, customers};
pub use offerings::{GAMING_BOOST, offerings};

use anyhow::{Context, bail};
use engine::state::{PartyRef, Remedy};
use engine::{Actor, Answer, Command};
use node::Gate;
use twin::City;
use types::{CellId, Currency, PartyId, TenantId};

/// The operator's party.
pub const OPERATOR: PartyId = PartyId::from_u128(0x0191_5000_0000_7000_8000_0000_0000_0001);

/// What a broken promise pays in the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedies {
    /// What each offering says.
    AsWritten,
    /// Nothing, to see that the story notices.
    None,
}

/// What was loaded, for people to read.
#[derive(Debug)]
pub struct Loaded {
    /// Resources in the capacity book.
    pub resources: usize,
    /// Offerings on sale.
    pub offerings: usize,
    /// Customers with wallets.
    pub customers: usize,
}

/// Founds the cell and loads everything into it.
///
/// `remedies` as the sample writes them, or none at all.
pub async fn load(gate: &Gate, cell: CellId, city: &City, remedies: Remedies) -> anyhow::Result<Loaded> {
    ask(gate, Command::FoundCell { cell, operator: OPERATOR }).await?;
    let resources = network::load(gate, city).await.context("could not load the network")?;
    let drafts = offerings(city)?;
    for draft in &drafts {
        let mut draft = draft.clone();
        if remedies == Remedies::None {
            draft.remedy = Remedy { per_broken_window_ppm: 0, cap_ppm: 0 };
        }
        ask(gate, Command::PublishOffering(Box::new(draft))).await?;
    }
    let customers = customers();
    for customer in &customers {
        register(gate, customer).await.with_context(|| format!("could not register {}", customer.name))?;
    }
    Ok(Loaded { resources, offerings: drafts.len(), customers: customers.len() })
}

async fn register(gate: &Gate, customer: &Customer) -> anyhow::Result<()> {
    let new = Command::RegisterParty { id: customer.id, tenant: TenantId(1), kind: customer.kind, subject: None };
    let Answer::Party(party) = ask(gate, new).await? else { bail!("registering a party answered something else") };
    let currency = euro()?;
    ask(gate, Command::OpenWallet { party, currency }).await?;
    if customer.balance_minor > 0 {
        let amount_minor = customer.balance_minor;
        ask(gate, Command::TopUp { party, currency, amount_minor }).await?;
    }
    if customer.credit_minor > 0 {
        let limit_minor = customer.credit_minor;
        ask(gate, Command::SetCreditLimit { party, currency, limit_minor }).await?;
    }
    Ok(())
}

pub(crate) fn euro() -> anyhow::Result<Currency> {
    Ok(Currency::parse("EUR")?)
}

async fn ask(gate: &Gate, command: Command) -> anyhow::Result<Answer> {
    Ok(gate.submit(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, command).await?)
}

#[cfg(test)]
mod tests;
