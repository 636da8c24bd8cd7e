//! Bearer secrets, kept and compared as hashes.

use engine::Role;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use types::PartyId;

/// One credential as it is configured: never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// SHA-256 of the secret, 64 hexadecimal digits.
    pub secret_sha256: String,
    /// What its bearer may do.
    pub role: Role,
    /// The party it acts for.
    pub party: PartyId,
}

/// The credentials that this cell knows.
#[derive(Clone, Default)]
pub struct Credentials(HashMap<[u8; 32], (Role, PartyId)>);

/// Why credentials cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The hash is not one.
    #[error("credential {number}: `secret_sha256` must be 64 hexadecimal digits")]
    NotAHash {
        /// Which, counted from 1.
        number: usize,
    },
    /// Two credentials have one secret.
    #[error("credential {number} has the secret of another one")]
    Repeated {
        /// Which, counted from 1.
        number: usize,
    },
    /// The network does not call; it is called.
    #[error("credential {number}: a bearer is an operator, a customer or a meter")]
    RoleNotAllowed {
        /// Which, counted from 1.
        number: usize,
    },
}

impl Credentials {
    /// From a list of them.
    pub fn new(list: impl IntoIterator<Item = Credential>) -> Result<Self, CredentialError> {
        let mut known = HashMap::new();
        for (number, credential) in (1..).zip(list) {
            if credential.role == Role::Network {
                return Err(CredentialError::RoleNotAllowed { number });
            }
            let hash = unhex(&credential.secret_sha256).ok_or(CredentialError::NotAHash { number })?;
            if known.insert(hash, (credential.role, credential.party)).is_some() {
                return Err(CredentialError::Repeated { number });
            }
        }
        Ok(Self(known))
    }

    /// The hash under which a secret is configured.
    pub fn hash(secret: &str) -> String {
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let (high, low) = hash.split_at(16);
        let half = |bytes: &[u8]| bytes.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        format!("{:032x}{:032x}", half(high), half(low))
    }

    /// Found by hash: how long it takes says nothing of the secret.
    pub(super) fn find(&self, secret: &str) -> Option<(Role, PartyId)> {
        self.0.get(&<[u8; 32]>::from(Sha256::digest(secret))).copied()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.0.len())
    }
}

pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
