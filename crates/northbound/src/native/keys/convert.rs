//! Signing keys: from the keyring to the wire.

use crate::native::keys::wire;
use crate::time;
use node::{Keyring, Purpose, SigningKey};
use types::Instant;

impl From<wire::Purpose> for Purpose {
    fn from(purpose: wire::Purpose) -> Self {
        match purpose {
            wire::Purpose::Entitlement => Self::Entitlement,
            wire::Purpose::AccessToken => Self::AccessToken,
        }
    }
}

/// Every key that verifies, by purpose, in the order in which they sign.
pub(crate) fn keys(ring: &Keyring, now: Instant) -> Vec<wire::SigningKey> {
    let purposes =
        [(Purpose::Entitlement, wire::Purpose::Entitlement), (Purpose::AccessToken, wire::Purpose::AccessToken)];
    let of_purpose = |(purpose, shown)| {
        let signing = ring.signing(purpose, now).kid();
        let keys = ring.verifying(purpose).into_iter();
        keys.map(move |key| shown_key(&key, shown, signing, now)).collect::<Vec<_>>()
    };
    purposes.into_iter().flat_map(of_purpose).collect()
}

fn shown_key(key: &SigningKey, purpose: wire::Purpose, signing: u32, now: Instant) -> wire::SigningKey {
    let state = match key.kid() == signing {
        true => wire::KeyState::Signing,
        false if key.signs_from() > now => wire::KeyState::Upcoming,
        false => wire::KeyState::Verifying,
    };
    let x = (purpose == wire::Purpose::Entitlement).then(|| key.issuer().published().x);
    wire::SigningKey { kid: key.kid(), purpose, state, signs_from: time::text(key.signs_from()), x }
}
