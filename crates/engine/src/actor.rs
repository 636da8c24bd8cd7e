//! Who is acting: the result of authentication, in the engine's own words.

use crate::state::PartyRef;
use types::TenantId;

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Runs the network and the shop.
    Operator,
    /// Buys and calls tokens of its own.
    Customer,
    /// Reports usage of anyone's tokens.
    Meter,
    /// The network itself, through a southbound driver.
    Network,
}

/// A caller with its role and the party it acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The brand it belongs to.
    pub tenant: TenantId,
    /// What it may do.
    pub role: Role,
    /// The party it is.
    pub party: PartyRef,
}

impl Actor {
    /// The operator of the cell itself.
    pub const OPERATOR: Self = Self { tenant: TenantId(1), role: Role::Operator, party: PartyRef::OPERATOR };
    /// The network reporting back.
    pub const NETWORK: Self = Self { tenant: TenantId(1), role: Role::Network, party: PartyRef::OPERATOR };

    /// A customer acting for its own party.
    pub const fn customer(party: PartyRef) -> Self {
        Self { tenant: TenantId(1), role: Role::Customer, party }
    }
}
