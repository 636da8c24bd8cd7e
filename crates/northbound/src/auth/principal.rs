//! A caller that is known.

use crate::auth::scope::Scope;
use crate::device::Identifier;
use engine::Actor;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who calls, for whom, and what it was allowed.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    /// As whom the engine sees it.
    pub actor: Actor,
    /// The client that calls: what limits are counted by and logs name. Never a secret, never a person.
    pub client: Arc<str>,
    /// The device of a token of three legs. Its requests name no device, its answers neither.
    pub device: Option<Identifier>,
    /// What it was granted.
    pub granted: Granted,
}

/// What a caller was granted.
#[derive(Clone, Debug)]
pub(crate) enum Granted {
    /// Whatever its role may do.
    Role,
    /// These scopes, within its role.
    Scopes(BTreeSet<Scope>),
}

impl Principal {
    /// May it use an operation that asks for this scope? Its role is checked besides.
    pub(crate) fn allows(&self, scope: Scope) -> bool {
        match &self.granted {
            Granted::Role => true,
            Granted::Scopes(scopes) => scopes.contains(&scope),
        }
    }
}
