//! Keys that make it safe to repeat a purchase.

use crate::fault::{Door, Fault};
use crate::limits::IDEMPOTENCY_KEY_BYTES_MAX;
use axum::http::{HeaderMap, HeaderName};
use engine::Key;
use node::Vault;
use serde::Serialize;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The `Idempotency-Key` of a request, with what is asked under it. The engine scopes it to its party.
pub(crate) fn key_of(vault: &Vault, headers: &HeaderMap, route: &str, asked: &impl Serialize) -> Result<Key, Fault> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
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
