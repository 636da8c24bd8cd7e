//! What is asked of an event whatever it is: its name, the blob it names.

use super::Event;
use crate::state::{Blob, BlobHash, Row};
use capacity::{BidTable, ForecastTable};
use std::sync::Arc;

impl Event {
    /// Its name, for logs and followers.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CellFounded { .. } => "CellFounded",
            Self::AssetOpened { .. } => "AssetOpened",
            Self::AccountOpened { .. } => "AccountOpened",
            Self::CreditLimitSet { .. } => "CreditLimitSet",
            Self::PartyRegistered { .. } => "PartyRegistered",
            Self::FundsAdded { .. } => "FundsAdded",
            Self::ProfileSet { .. } => "ProfileSet",
            Self::ResourceDefined { .. } => "ResourceDefined",
            Self::AvailableSet { .. } => "AvailableSet",
            Self::ResourceOvercommitted { .. } => "ResourceOvercommitted",
            Self::OfferingPublished { .. } => "OfferingPublished",
            Self::OfferingRetired(_) => "OfferingRetired",
            Self::SourceRegistered { .. } => "SourceRegistered",
            Self::QuoteIssued { .. } => "QuoteIssued",
            Self::QuoteExpired { .. } => "QuoteExpired",
            Self::QuoteForgotten(_) => "QuoteForgotten",
            Self::TokenIssued { .. } => "TokenIssued",
            Self::TokenSuspended { .. } => "TokenSuspended",
            Self::TokenResumed { .. } => "TokenResumed",
            Self::ActivationRequested { .. } => "ActivationRequested",
            Self::SessionActivated { .. } => "SessionActivated",
            Self::ActivationUncertain(_) => "ActivationUncertain",
            Self::DeactivationRequested { .. } => "DeactivationRequested",
            Self::SessionEnded { .. } => "SessionEnded",
            Self::SessionForgotten(_) => "SessionForgotten",
            Self::UsageCharged { .. } => "UsageCharged",
            Self::WindowsUnmeasured { .. } => "WindowsUnmeasured",
            Self::PromiseBroken { .. } => "PromiseBroken",
            Self::TokenClosed { .. } => "TokenClosed",
            Self::KeyBound(_) => "KeyBound",
            Self::KeyForgotten(..) => "KeyForgotten",
            Self::Restored(_) => "Restored",
            Self::SessionExtended { .. } => "SessionExtended",
            Self::TokenRebooked { .. } => "TokenRebooked",
            Self::EntitlementRevoked { .. } => "EntitlementRevoked",
            Self::PriorityAuthorised { .. } => "PriorityAuthorised",
            Self::TokenPreempted { .. } => "TokenPreempted",
            Self::ForecastLoaded(_) => "ForecastLoaded",
            Self::BidPricesLoaded(_) => "BidPricesLoaded",
            Self::GuardRailsSet(..) => "GuardRailsSet",
            Self::PartnerPaid(..) => "PartnerPaid",
            Self::WalletRuleSet { .. } => "WalletRuleSet",
            Self::BudgetSet { .. } => "BudgetSet",
            Self::BalanceLow { .. } => "BalanceLow",
            Self::PaymentRequested(_) => "PaymentRequested",
            Self::PaymentSettled(..) => "PaymentSettled",
            Self::FundsTransferred { .. } => "FundsTransferred",
            Self::TokenTransferred { .. } => "TokenTransferred",
            Self::VolumeGifted { .. } => "VolumeGifted",
            Self::ChargingOpened { .. } => "ChargingOpened",
            Self::LeaseCharged { .. } => "LeaseCharged",
            Self::LeaseGranted { .. } => "LeaseGranted",
            Self::LeaseReturned { .. } => "LeaseReturned",
            Self::ChargingClosed { .. } => "ChargingClosed",
            Self::ChargingForgotten(_) => "ChargingForgotten",
            Self::Market(event) => event.name(),
            Self::BalanceActed(_) => "BalanceActed",
            Self::PeriodClosed(_) => "PeriodClosed",
        }
    }

    /// The name of the blob it names, if it names one.
    pub fn blob(&self) -> Option<BlobHash> {
        match self {
            Self::ForecastLoaded(blob) => Some(blob.hash()),
            Self::BidPricesLoaded(blob) => Some(blob.hash()),
            Self::Restored(row) => match &**row {
                Row::Forecast(blob) => Some(blob.hash()),
                Row::BidPrices(_, blob) => Some(blob.hash()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Says what the blob holds that it names, before it is applied: the bytes that have its hash. An error says what is
    /// wrong with them; one that names none takes any.
    pub fn resolve(&mut self, bytes: &[u8]) -> Result<(), minicbor::decode::Error> {
        match self {
            Self::ForecastLoaded(blob) => resolve_forecast(blob, bytes),
            Self::BidPricesLoaded(blob) => resolve_bids(blob, bytes),
            Self::Restored(row) => match &mut **row {
                Row::Forecast(blob) => resolve_forecast(blob, bytes),
                Row::BidPrices(_, blob) => resolve_bids(blob, bytes),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The same with the name alone of what it names: what remembers it does not keep the table.
    #[must_use]
    pub fn without_table(&self) -> Self {
        match self {
            Self::ForecastLoaded(blob) => Self::ForecastLoaded(Blob::unresolved(blob.hash())),
            Self::BidPricesLoaded(blob) => Self::BidPricesLoaded(Blob::unresolved(blob.hash())),
            other => other.clone(),
        }
    }
}

fn resolve_forecast(blob: &mut Blob, bytes: &[u8]) -> Result<(), minicbor::decode::Error> {
    blob.resolve(Arc::new(ForecastTable::from_bytes(bytes)?));
    Ok(())
}

fn resolve_bids(blob: &mut Blob<BidTable>, bytes: &[u8]) -> Result<(), minicbor::decode::Error> {
    blob.resolve(Arc::new(BidTable::from_bytes(bytes)?));
    Ok(())
}
