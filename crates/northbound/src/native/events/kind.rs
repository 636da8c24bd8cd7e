//! The types of event there are outside, and who is told of each.

use engine::ledger::AccountKind;
use engine::state::{ActionKind, PaymentOutcome};
use engine::{Event, MarketEvent};

/// Who is told of an event, beside the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The party that it is about.
    Party,
    /// Nobody.
    Operator,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $audience:ident;)+) => {
        /// A type of event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Kind {
            /// Every type there is.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it is written.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What has happened, in one sentence.
            #[cfg(test)]
            pub(crate) const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }

            /// Who is told.
            pub(crate) const fn audience(self) -> Audience {
                match self { $(Self::$name => Audience::$audience,)+ }
            }
        }
    };
}

kinds! {
    /// An empty data folder became a cell.
    CellFounded = "cell.founded", Operator;
    /// A party was registered.
    PartyRegistered = "party.registered", Party;
    /// A party has a wallet in a currency.
    WalletOpened = "wallet.opened", Party;
    /// Money came into a wallet.
    WalletToppedUp = "wallet.topped_up", Party;
    /// A rule of a wallet was set: a member, a budget, when to tell, how it is topped up.
    WalletRuleSet = "wallet.rule_set", Party;
    /// Less can be spent from a wallet than its owner wanted to be told of.
    BalanceLow = "wallet.balance_low", Party;
    /// Money went from one wallet to another.
    FundsTransferred = "wallet.transferred", Party;
    /// Money of a wallet was set aside on request; it comes back by itself.
    FundsReserved = "wallet.reserved", Party;
    /// What was set aside on request is free again.
    ReservationEnded = "wallet.reservation_ended", Party;
    /// The payment service is asked to pay into a wallet, or back to where its money came from.
    PaymentRequested = "payment.requested", Party;
    /// The money of a payment has moved.
    PaymentApproved = "payment.approved", Party;
    /// The payment service declined a payment.
    PaymentDeclined = "payment.declined", Party;
    /// A wallet may go below zero this far.
    CreditLimitSet = "wallet.credit_limit_set", Party;
    /// A party may buy priority from this level down, or only what is anybody's.
    PriorityAuthorised = "party.priority_authorised", Party;
    /// A background profile was set.
    ProfileSet = "profile.set", Operator;
    /// The network has a new resource.
    ResourceDefined = "resource.defined", Operator;
    /// What of a resource works changed.
    AvailableSet = "resource.available_set", Operator;
    /// More is promised on a resource than works: sales there have stopped.
    ResourceOvercommitted = "resource.overcommitted", Operator;
    /// A forecast is followed by the resources that it speaks of.
    ForecastLoaded = "forecast.loaded", Operator;
    /// Quotes are made by other bid prices from now on.
    BidPricesLoaded = "bid_prices.loaded", Operator;
    /// The price of an offering, or of all, moves within other guard rails from now on.
    GuardRailsSet = "guard_rails.set", Operator;
    /// An offering is on sale.
    OfferingPublished = "offering.published", Operator;
    /// An offering is no longer on sale.
    OfferingRetired = "offering.retired", Operator;
    /// An offering is sold at another price.
    OfferingRepriced = "offering.repriced", Operator;
    /// Drivers deliver other capabilities from now on; nothing else is sold.
    DeliveryDeclared = "delivery.declared", Operator;
    /// A meter was registered.
    MeterRegistered = "meter.registered", Operator;
    /// A firm offer was made.
    QuoteIssued = "quote.issued", Party;
    /// A firm offer ended unaccepted.
    QuoteExpired = "quote.expired", Party;
    /// A token was sold.
    TokenIssued = "token.issued", Party;
    /// The operator holds a token back.
    TokenSuspended = "token.suspended", Party;
    /// A suspended token may be called again.
    TokenResumed = "token.resumed", Party;
    /// A token has to make room for one of higher priority, and is compensated; that it is over follows.
    TokenPreempted = "token.preempted", Party;
    /// A token was given to another party, and goes on as another token.
    TokenTransferred = "token.transferred", Party;
    /// A part of a token's volume was given to another party.
    VolumeGifted = "token.volume_gifted", Party;
    /// Another period of a token began and is paid for.
    TokenRenewed = "token.renewed", Party;
    /// Another period of a token began, and nothing is due for it.
    TermPassed = "token.term_passed", Party;
    /// Another period of a token could not be paid: it is held back until it is.
    RenewalFailed = "token.renewal_failed", Party;
    /// A promise followed its device.
    TokenRebooked = "token.rebooked", Party;
    /// A token is over.
    TokenClosed = "token.closed", Party;
    /// Signed texts of a token are no longer honoured.
    EntitlementRevoked = "entitlement.revoked", Party;
    /// A token is called: the network is asked.
    SessionRequested = "session.requested", Party;
    /// The network confirmed a session.
    SessionActivated = "session.activated", Party;
    /// A session runs longer.
    SessionExtended = "session.extended", Party;
    /// What the network did of a session is not known yet.
    SessionUncertain = "session.uncertain", Party;
    /// The network is asked to stop a session.
    SessionEnding = "session.ending", Party;
    /// The network has stopped a session, or refused to begin it.
    SessionEnded = "session.ended", Party;
    /// Delivered quantity was charged.
    UsageCharged = "usage.charged", Party;
    /// A function of the network charges for a subscriber from now on.
    ChargingOpened = "charging.opened", Operator;
    /// A function of the network charges no longer for a subscriber.
    ChargingClosed = "charging.closed", Operator;
    /// A slice of a token was granted to a function of the network.
    LeaseGranted = "lease.granted", Party;
    /// What a function of the network delivered was charged; the rest of its grant went back.
    LeaseCharged = "lease.charged", Party;
    /// What was granted went back unreported.
    LeaseReturned = "lease.returned", Party;
    /// The promise was not kept in a window: the remedy is paid.
    PromiseBroken = "promise.broken", Party;
    /// Windows had too few samples for a verdict.
    PromiseUnmeasured = "promise.unmeasured", Party;
    /// The books of a month were closed.
    PeriodClosed = "period.closed", Operator;
}

impl Kind {
    /// The type that a text names.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.text() == text)
    }

    /// The type of an event; bookkeeping that means nothing outside has none.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::CellFounded { .. } => Self::CellFounded,
            Event::PartyRegistered { .. } => Self::PartyRegistered,
            Event::AccountOpened { kind: AccountKind::Wallet, .. } => Self::WalletOpened,
            Event::FundsAdded { .. } => Self::WalletToppedUp,
            Event::CreditLimitSet { .. } => Self::CreditLimitSet,
            Event::WalletRuleSet { .. } | Event::BudgetSet { .. } => Self::WalletRuleSet,
            Event::BalanceLow { .. } => Self::BalanceLow,
            Event::FundsTransferred { .. } => Self::FundsTransferred,
            Event::BalanceActed(action) => match action.kind {
                ActionKind::Reservation { ended: None, .. } => Self::FundsReserved,
                ActionKind::Reservation { ended: Some(_), .. } => Self::ReservationEnded,
                // Told by the event that moves the money.
                ActionKind::TopUp | ActionKind::Adjustment | ActionKind::Transfer(_) => return None,
            },
            Event::PaymentRequested(_) => Self::PaymentRequested,
            Event::PaymentSettled(_, PaymentOutcome::Approved) => Self::PaymentApproved,
            Event::PaymentSettled(_, PaymentOutcome::Declined) => Self::PaymentDeclined,
            Event::TokenTransferred { .. } => Self::TokenTransferred,
            Event::VolumeGifted { .. } => Self::VolumeGifted,
            Event::ProfileSet { .. } => Self::ProfileSet,
            Event::ResourceDefined { .. } => Self::ResourceDefined,
            Event::AvailableSet { .. } => Self::AvailableSet,
            Event::ResourceOvercommitted { .. } => Self::ResourceOvercommitted,
            Event::ForecastLoaded(_) => Self::ForecastLoaded,
            Event::BidPricesLoaded(_) => Self::BidPricesLoaded,
            Event::GuardRailsSet(..) => Self::GuardRailsSet,
            Event::OfferingPublished { .. } => Self::OfferingPublished,
            Event::OfferingRetired(_) => Self::OfferingRetired,
            Event::SourceRegistered { .. } => Self::MeterRegistered,
            Event::QuoteIssued { .. } => Self::QuoteIssued,
            Event::QuoteExpired { .. } => Self::QuoteExpired,
            Event::TokenIssued { .. } => Self::TokenIssued,
            Event::TokenSuspended { .. } => Self::TokenSuspended,
            Event::TokenResumed { .. } => Self::TokenResumed,
            Event::TokenClosed { .. } => Self::TokenClosed,
            Event::TokenPreempted { .. } => Self::TokenPreempted,
            Event::TokenRebooked { .. } => Self::TokenRebooked,
            Event::PriorityAuthorised { .. } => Self::PriorityAuthorised,
            Event::EntitlementRevoked { .. } => Self::EntitlementRevoked,
            Event::ActivationRequested { .. } => Self::SessionRequested,
            Event::SessionActivated { .. } => Self::SessionActivated,
            Event::SessionExtended { .. } => Self::SessionExtended,
            Event::ActivationUncertain(_) => Self::SessionUncertain,
            Event::DeactivationRequested { .. } => Self::SessionEnding,
            Event::SessionEnded { .. } => Self::SessionEnded,
            Event::UsageCharged { .. } => Self::UsageCharged,
            Event::ChargingOpened { .. } => Self::ChargingOpened,
            Event::ChargingClosed { .. } => Self::ChargingClosed,
            Event::LeaseGranted { .. } => Self::LeaseGranted,
            Event::LeaseCharged { .. } => Self::LeaseCharged,
            Event::LeaseReturned { .. } => Self::LeaseReturned,
            Event::PeriodClosed(_) => Self::PeriodClosed,
            Event::PromiseBroken { .. } => Self::PromiseBroken,
            Event::WindowsUnmeasured { .. } => Self::PromiseUnmeasured,
            Event::Market(event) => Self::of_market(event),
            Event::AssetOpened { .. }
            | Event::PartnerPaid(..)
            | Event::AccountOpened { .. }
            | Event::QuoteForgotten(_)
            | Event::SessionForgotten(_)
            | Event::ChargingForgotten(_)
            | Event::KeyBound(_)
            | Event::KeyForgotten(..)
            | Event::Restored(_) => return None,
        })
    }

    const fn of_market(event: &MarketEvent) -> Self {
        match event {
            MarketEvent::PriceSet { .. } => Self::OfferingRepriced,
            MarketEvent::TokenRenewed { .. } => Self::TokenRenewed,
            MarketEvent::TermPassed { .. } => Self::TermPassed,
            MarketEvent::RenewalFailed { .. } => Self::RenewalFailed,
            MarketEvent::DeliveryDeclared(_) => Self::DeliveryDeclared,
        }
    }
}
