//! Offerings and prices as files: the members of `POST /v1/offerings` and `PUT /v1/offerings/{id}/price`, read without a cell.

use super::convert::{described, priced};
use super::wire::{OfferingDraft, PriceChange};
use crate::fault::Fault;
use crate::native::convert::id;
use crate::native::plans::terms_of;
use engine::rating::PricePlan;
use serde::Deserialize;
use types::{Currency, PartyId};

/// An offering as its product manager writes it, in TOML or as JSON.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct OfferingFile(OfferingDraft);

/// A price, in either form, as its product manager writes it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct PriceFile(PriceChange);

impl OfferingFile {
    /// What a cell would be asked to publish, its price sound, under an id of its own where none is written; or what is wrong
    /// with it, and what would be accepted. Partners are left out: which parties they are, a cell knows.
    pub fn offering(self) -> Result<engine::OfferingDraft, String> {
        for partner in &self.0.partners {
            id("partners.party", PartyId::parse(&partner.party)).map_err(words)?;
        }
        let offering = described(self.0, Vec::new()).map_err(words)?;
        offering.price.check().map_err(|fault| format!("price: {fault}"))?;
        Ok(offering)
    }
}

impl PriceFile {
    /// The plan, sound, and its currency; or what is wrong with it, and what would be accepted.
    pub fn plan(&self) -> Result<(Currency, PricePlan), String> {
        let (currency, plan) = priced(self.0.price.as_ref(), self.0.price_plan.as_ref()).map_err(words)?;
        plan.check().map_err(|fault| format!("price: {fault}"))?;
        Ok((currency, plan))
    }
}

/// What a plan says, for people: a sentence for each part of it, as the API's `price_words`.
pub fn price_words(plan: &PricePlan, currency: Currency) -> Vec<String> {
    terms_of(plan, currency)
}

fn words(fault: Fault) -> String {
    match fault {
        Fault::Rejected(rejection) => rejection.to_string(),
        Fault::Door(_, detail) => detail,
        Fault::Later(door, _) => door.meaning().to_owned(),
    }
}
