//! The cell's secret: 32 bytes from which every key of the cell is derived, each for one use.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The secret of one cell. It is never shown, logged or journaled.
#[derive(Clone)]
pub struct CellSecret(Zeroizing<[u8; 32]>);

impl CellSecret {
    /// From its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key for one use: HMAC-SHA-256 of its name (a one-block HKDF-Expand, RFC 5869 §2.3).
    pub fn key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(keyed_hash(&self.0, &[purpose.as_bytes(), &[1]]))
    }
}

impl fmt::Debug for CellSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CellSecret(…)")
    }
}

/// HMAC-SHA-256 over parts, each with its length before it.
pub(crate) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
