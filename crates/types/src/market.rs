//! Words of the market that prices and promises share.

use minicbor::{Decode, Encode};

/// Who a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum PartyKind {
    /// The operator of the cell.
    #[n(0)]
    Operator,
    /// A person.
    #[n(1)]
    Consumer,
    /// A company.
    #[n(2)]
    Enterprise,
    /// A public service.
    #[n(3)]
    PublicService,
    /// Someone who sells wholesale tokens to this operator.
    #[n(4)]
    Partner,
}

/// What a promise rests on, the weakest first. A promise is sold as the weakest along its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Grade {
    /// Measured: enough clean samples certify it.
    #[n(0)]
    Empirical,
    /// Computed: it fails with at most the probability that is named, under the assumptions of a model.
    #[n(1)]
    Statistical,
    /// Bounded: it holds for every traffic that keeps to its contract.
    #[n(2)]
    Hard,
}

/// What the network can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Capability {
    /// Plain connectivity.
    #[n(0)]
    Connectivity,
    /// A guaranteed experience: latency, bandwidth, jitter, loss.
    #[n(1)]
    Experience,
    /// A network slice.
    #[n(2)]
    Slice,
    /// Coverage from space.
    #[n(3)]
    Satellite,
    /// Edge compute.
    #[n(4)]
    Compute,
    /// AI inference.
    #[n(5)]
    Inference,
    /// Security.
    #[n(6)]
    Security,
}

impl Capability {
    /// Every capability, in order.
    pub const ALL: [Self; 7] = [
        Self::Connectivity,
        Self::Experience,
        Self::Slice,
        Self::Satellite,
        Self::Compute,
        Self::Inference,
        Self::Security,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Connectivity => 1,
            Self::Experience => 2,
            Self::Slice => 4,
            Self::Satellite => 8,
            Self::Compute => 16,
            Self::Inference => 32,
            Self::Security => 64,
        }
    }
}

/// Some of the capabilities, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Capabilities(#[n(0)] u16);

impl Capabilities {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// These and one more.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | capability.bit())
    }

    /// All that are in one or the other.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Is it one of them?
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// Each of them, in order.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.contains(*capability))
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(all: I) -> Self {
        all.into_iter().fold(Self::NONE, Self::with)
    }
}
