//! What is asked of an event whatever it is: its name, the blob it names.

use super::Event;
use crate::state::{Blob, Row};

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
            Self::OfferingRetired { .. } => "OfferingRetired",
            Self::SourceRegistered { .. } => "SourceRegistered",
            Self::QuoteIssued { .. } => "QuoteIssued",
            Self::QuoteExpired { .. } => "QuoteExpired",
            Self::QuoteForgotten(_) => "QuoteForgotten",
            Self::TokenIssued { .. } => "TokenIssued",
            Self::TokenSuspended { .. } => "TokenSuspended",
            Self::TokenResumed { .. } => "TokenResumed",
            Self::ActivationRequested { .. } => "ActivationRequested",
            Self::SessionActivated { .. } => "SessionActivated",
            Self::ActivationUncertain { .. } => "ActivationUncertain",
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
            Self::ForecastLoaded { .. } => "ForecastLoaded",
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
            Self::Pricing(event) => event.name(),
            Self::BalanceActed(_) => "BalanceActed",
            Self::PeriodClosed(_) => "PeriodClosed",
        }
    }

    /// The blob it names, if it names one.
    pub fn blob(&self) -> Option<&Blob> {
        match self {
            Self::ForecastLoaded { blob } => Some(blob),
            Self::Restored(row) => match &**row {
                Row::Forecast(blob) => Some(blob),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same, to say what the blob holds before the event is applied.
    pub fn blob_mut(&mut self) -> Option<&mut Blob> {
        match self {
            Self::ForecastLoaded { blob } => Some(blob),
            Self::Restored(row) => match &mut **row {
                Row::Forecast(blob) => Some(blob),
                _ => None,
            },
            _ => None,
        }
    }
}
