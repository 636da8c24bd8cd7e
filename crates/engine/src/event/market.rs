//! The facts about what is sold: prices, the periods they are paid for, what can be delivered.

use crate::state::{Capabilities, OfferingRef, OtherShares, Pricing, Term, TokenRef, Unpaid};
use minicbor::{Decode, Encode};
use rating::Line;

/// Something that happened to a price, to a token because of its price, or to what can be sold at all. Money is in minor
/// units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum MarketEvent {
    /// An offering is sold at another price from now on; what was quoted and sold keeps its own.
    #[n(0)]
    PriceSet {
        /// Which offering.
        #[n(0)]
        offering: OfferingRef,
        /// The price, the next version of it.
        #[n(1)]
        price: Pricing,
    },
    /// The next period of a token began and is paid for; the one before is wound up.
    #[n(1)]
    TokenRenewed {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// The period.
        #[n(1)]
        term: Term,
        /// Why it costs what it costs.
        #[n(2)]
        lines: Vec<Line>,
        /// Its fee, gross.
        #[n(3)]
        paid_minor: i64,
        /// Tax in it.
        #[n(4)]
        tax_minor: i64,
        /// Fee of the period before that is revenue from now on, net.
        #[n(5)]
        earned_minor: i64,
        /// The first partner's share of it.
        #[n(6)]
        partner_minor: i64,
        /// Fee of the volume that was not taken and does not come over, net: the operator's, nobody's share.
        #[n(7)]
        breakage_minor: i64,
        /// Volume that was not taken and does not come over.
        #[n(8)]
        units_expired: u64,
        /// Volume that the period brings.
        #[n(9)]
        units: u64,
        /// The shares of the other partners.
        #[n(10)]
        others_minor: Option<Box<OtherShares>>,
    },
    /// The next period of a token began, and nothing is due for it: the network has not confirmed it yet, or the operator
    /// holds it back.
    #[n(2)]
    TermPassed {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// The period.
        #[n(1)]
        term: Term,
    },
    /// The next period of a token could not be paid: it cannot be called until it is.
    #[n(3)]
    RenewalFailed {
        /// Which.
        #[n(0)]
        token: TokenRef,
        /// Since when, and when it is tried again.
        #[n(1)]
        unpaid: Unpaid,
        /// What is needed, in minor units.
        #[n(2)]
        needed_minor: i64,
        /// What the wallet and its budgets have, in minor units.
        #[n(3)]
        available_minor: i64,
    },
    /// These capabilities are what drivers deliver from now on; nothing else is sold.
    #[n(4)]
    DeliveryDeclared(#[n(0)] Capabilities),
}

impl MarketEvent {
    /// Its name, for logs and followers.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PriceSet { .. } => "PriceSet",
            Self::TokenRenewed { .. } => "TokenRenewed",
            Self::TermPassed { .. } => "TermPassed",
            Self::RenewalFailed { .. } => "RenewalFailed",
            Self::DeliveryDeclared(_) => "DeliveryDeclared",
        }
    }
}
