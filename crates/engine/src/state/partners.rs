//! Who else is paid at delivery: the partners of an offering's agreement, and what each gets.

use crate::limits::PARTNERS_MAX;
use crate::state::{Offering, PartyRef};
use minicbor::{Decode, Encode};

/// What a partner is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum PartnerRole {
    /// Carries traffic by satellite.
    #[n(0)]
    SatelliteOperator,
    /// Runs an edge site.
    #[n(1)]
    EdgeSite,
    /// Hosts a model.
    #[n(2)]
    ModelHost,
    /// Brings customers.
    #[n(3)]
    Aggregator,
    /// Something else.
    #[n(4)]
    Other,
}

/// A partner of an offering's agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PartnerShare {
    /// The partner.
    #[n(0)]
    pub party: PartyRef,
    /// Its share of net revenue.
    #[n(1)]
    pub share_ppm: u32,
    /// What it is paid for; something else where nothing is said.
    #[n(2)]
    pub role: Option<PartnerRole>,
}

/// What each partner gets of an amount, in the order of the agreement. In place: it is made for every charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares([i64; PARTNERS_MAX]);

/// What the partners after the first get, as events carry it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct OtherShares(#[n(0)] pub Vec<i64>);

impl Offering {
    /// The partners of its agreement, in its order.
    pub fn partners(&self) -> impl Iterator<Item = &PartnerShare> {
        self.partner.iter().chain(self.partners_more.iter().flatten())
    }
}

impl Shares {
    /// As an event carries them.
    pub fn of(first: i64, others: Option<&OtherShares>) -> Self {
        let all = std::iter::once(first).chain(others.iter().flat_map(|others| others.0.iter().copied()));
        let mut shares = Self::default();
        shares.0.iter_mut().zip(all).for_each(|(share, minor)| *share = minor);
        shares
    }

    /// What each of `partners` gets, as `share` says.
    pub fn each<'a>(partners: impl Iterator<Item = &'a PartnerShare>, share: impl Fn(&PartnerShare) -> i64) -> Self {
        let mut shares = Self::default();
        shares.0.iter_mut().zip(partners).for_each(|(minor, partner)| *minor = share(partner));
        shares
    }

    /// What the first partner gets.
    pub const fn first(&self) -> i64 {
        let [first, ..] = self.0;
        first
    }

    /// What the others get; `None` when that is nothing.
    pub fn others(&self) -> Option<Box<OtherShares>> {
        let [_, others @ ..] = &self.0;
        let count = others.iter().rposition(|minor| *minor != 0)?.saturating_add(1);
        Some(Box::new(OtherShares(others.iter().copied().take(count).collect())))
    }

    /// What all of them get.
    pub fn total(&self) -> i64 {
        self.0.iter().fold(0, |sum, minor| sum.saturating_add(*minor))
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }
}
