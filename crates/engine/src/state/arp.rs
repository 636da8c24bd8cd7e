//! Priority: who is admitted and who stays when there is not enough for all (allocation and retention priority, ARP).
//!
//! 3GPP TS 23.501 §5.7.2.2 and TS 29.212 §5.3.45 to 5.3.47. It decides admission and retention, never scheduling.

use minicbor::{Decode, Encode};

/// A priority level, 1 to 15: 1 is the highest priority, 15 the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(transparent)]
pub struct ArpLevel(#[n(0)] u8);

/// May it take what others hold? (Pre-emption-Capability; 3GPP's default is that it may not.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum PreemptionCapability {
    /// It takes what is free.
    #[default]
    #[n(0)]
    Disabled,
    /// It may displace what is preemptable and of strictly lower priority.
    #[n(1)]
    Enabled,
}

/// May what it holds be taken? (Pre-emption-Vulnerability; 3GPP's default is that it may.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum PreemptionVulnerability {
    /// It keeps what it holds, whoever comes.
    #[n(0)]
    Disabled,
    /// It is displaced by what may pre-empt and is of strictly higher priority.
    #[default]
    #[n(1)]
    Enabled,
}

/// The allocation and retention priority of an offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Arp {
    /// How important it is.
    #[n(0)]
    pub level: ArpLevel,
    /// May it take what others hold?
    #[n(1)]
    pub capability: PreemptionCapability,
    /// May what it holds be taken?
    #[n(2)]
    pub vulnerability: PreemptionVulnerability,
}

impl ArpLevel {
    /// The highest priority.
    pub const HIGHEST: Self = Self(1);
    /// The lowest priority.
    pub const LOWEST: Self = Self(15);
    /// The lowest of the levels that are for parties authorised for priority; those below are anybody's.
    pub const LOWEST_AUTHORISED: Self = Self(8);

    /// The level of this number; `None` outside 1 to 15.
    pub const fn new(number: u8) -> Option<Self> {
        if number >= Self::HIGHEST.0 && number <= Self::LOWEST.0 { Some(Self(number)) } else { None }
    }

    /// Its number, 1 to 15.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Is it for parties authorised for priority only?
    pub fn is_authorised_only(self) -> bool {
        self <= Self::LOWEST_AUTHORISED
    }
}

impl Arp {
    /// May a token of this priority take what one of `other` holds? Only with the capability, only from the vulnerable,
    /// only from strictly lower priority.
    pub fn may_displace(self, other: Self) -> bool {
        self.capability == PreemptionCapability::Enabled
            && other.vulnerability == PreemptionVulnerability::Enabled
            && self.level < other.level
    }
}

impl Default for Arp {
    /// What holds where nothing is said: the lowest priority, takes nothing, may be taken from.
    fn default() -> Self {
        let (capability, vulnerability) = (PreemptionCapability::default(), PreemptionVulnerability::default());
        Self { level: ArpLevel::LOWEST, capability, vulnerability }
    }
}

impl<'b, C> Decode<'b, C> for ArpLevel {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(d.u8()?).ok_or_else(|| minicbor::decode::Error::message("a priority level is 1 to 15"))
    }
}
