//! Keys that make it safe to repeat a purchase.

use crate::correlation::{X_CORRELATOR, X_REQUEST_ID};
use crate::fault::{Door, Fault};
use crate::limits::IDEMPOTENCY_KEY_BYTES_MAX;
use axum::http::{HeaderMap, HeaderName};
use engine::Key;
use node::Vault;
use serde::Serialize;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The `Idempotency-Key` of a request, with what is asked under it. The engine scopes it to its party.
pub(crate) fn key_of(vault: &Vault, headers: &HeaderMap, route: &str, asked: &impl Serialize) -> Result<Key, Fault> {
    key_in(vault, (headers, &IDEMPOTENCY_KEY), route, asked)
}

/// The same where a client may send none: then what names its request to it does as well.
pub(crate) fn key_if_any(
    vault: &Vault,
    headers: &HeaderMap,
    route: &str,
    asked: &impl Serialize,
) -> Result<Option<Key>, Fault> {
    let mut named = [IDEMPOTENCY_KEY, X_CORRELATOR, X_REQUEST_ID].into_iter();
    let name = named.find(|name| headers.get(name).is_some_and(|value| !value.is_empty()));
    name.map(|name| key_in(vault, (headers, &name), route, asked)).transpose()
}

fn key_in(
    vault: &Vault,
    (headers, name): (&HeaderMap, &HeaderName),
    route: &str,
    asked: &impl Serialize,
) -> Result<Key, Fault> {
    let mut values = headers.get_all(name).iter();
    let key = match (values.next(), values.next()) {
        (Some(key), None) => key.as_bytes(),
        _ => return Err(Door::KeyMissing.into()),
    };
    let sound = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
    if !sound {
        return Err(Door::KeyMissing.into());
    }
    let asked = serde_json::to_vec(asked).map_err(|error| Fault::internal("read a request", &error))?;
    Ok(Key {
        key: vault.digest("idempotency key", &[route.as_bytes(), key]),
        request: vault.digest("idempotent request", &[route.as_bytes(), &asked]),
    })
}
