//! An offering, or a price, as a file (TOML) describes it: what is on sale in the sample and what an operator publishes are
//! read by the same lines.

use anyhow::{Context, ensure};
use engine::OfferingDraft;
use northbound::{OfferingFile, PlanDraft, PriceFile, plan_of};
use rating::PricePlan;
use serde_json::{Value, json};
use types::Currency;

/// An offering that was written down: as far as that can be said without a cell, it is sound.
pub struct Written {
    /// What is sold, without its partners, under an id of its own where none is written.
    pub offering: OfferingDraft,
    /// The same as a cell is asked for it.
    pub body: Value,
}

/// A price that was written down, and is sound.
pub struct Price {
    /// Its currency.
    pub currency: Currency,
    /// What is paid, and for what.
    pub plan: PricePlan,
    /// The same as a cell is asked for it.
    pub body: Value,
    /// The `off_…` whose file this is, where it is one's.
    pub of: Option<String>,
}

/// Reads an offering; `name` is what its file is called.
pub fn offering(name: &str, text: &str) -> anyhow::Result<Written> {
    let file: OfferingFile = toml::from_str(text).with_context(|| format!("{name} is no offering"))?;
    let body = toml::from_str(text).with_context(|| format!("{name} is no TOML"))?;
    let offering = file.offering().map_err(anyhow::Error::msg);
    Ok(Written { offering: offering.with_context(|| format!("{name} is no sound offering"))?, body })
}

/// Reads a price: a plan by itself, or the one that an offering's file has.
pub fn price(name: &str, text: &str) -> anyhow::Result<Price> {
    let table: Value = toml::from_str(text).with_context(|| format!("{name} is no TOML"))?;
    let of_offering = table.get("price").is_some() || table.get("price_plan").is_some();
    if !of_offering {
        let draft: PlanDraft = toml::from_str(text).with_context(|| format!("{name} is no price plan"))?;
        let sound = plan_of(&draft).map_err(anyhow::Error::msg);
        let (currency, plan) = sound.with_context(|| format!("{name} is no sound price plan"))?;
        return Ok(Price { currency, plan, body: json!({ "price_plan": table }), of: None });
    }
    let is_whole = table.as_object().is_some_and(|table| table.keys().any(|key| key != "price" && key != "price_plan"));
    let of = table["id"].as_str().map(str::to_owned);
    let mut body = table;
    if let Some(table) = body.as_object_mut() {
        table.retain(|key, _| key == "price" || key == "price_plan");
    }
    if is_whole {
        let OfferingDraft { currency, price, .. } = offering(name, text)?.offering;
        return Ok(Price { currency, plan: price, body, of });
    }
    let file: PriceFile = toml::from_str(text).with_context(|| format!("{name} is no price"))?;
    let sound = file.plan().map_err(anyhow::Error::msg);
    let (currency, plan) = sound.with_context(|| format!("{name} is no sound price"))?;
    Ok(Price { currency, plan, body, of })
}

/// Is this the price of that offering, or of none by name?
pub fn ensure_of(price: &Price, id: &str) -> anyhow::Result<()> {
    let of = price.of.as_deref().unwrap_or(id);
    ensure!(of == id, "the file is that of {of}, not of {id}");
    Ok(())
}
