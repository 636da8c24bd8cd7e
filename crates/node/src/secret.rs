//! The cell's secret: 32 bytes from which the keys of the cell are derived, each for one use; and the form in which it
//! is kept, sealed under a key that the operator supplies.

use crate::seal::{hex, open, random, seal, unhex};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Before a secret that is kept as it is.
const PLAIN: &str = "tessera-cell-key/1 plain ";
/// Before a secret that is sealed under the operator's key.
const SEALED: &str = "tessera-cell-key/1 xchacha20poly1305 ";
/// What a sealed secret is bound to: nothing else that is sealed under the operator's key can pose as one.
const BOUND: &[u8] = b"tessera-cell-key/1";

/// The secret of one cell. It is never shown, logged or journaled.
#[derive(Clone)]
pub struct CellSecret(Zeroizing<[u8; 32]>);

/// A key that the operator keeps elsewhere, under which the cell's secret is sealed.
#[derive(Clone)]
pub struct OperatorKey(Zeroizing<[u8; 32]>);

/// In which of its forms a secret was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptAs {
    /// 64 hexadecimal digits and nothing else: written before the form had a version, and before keys were drawn.
    Bare,
    /// As it is, with the version of the form.
    Plain,
    /// Sealed under the operator's key.
    Sealed,
}

/// Why a kept secret cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is of no form that is known.
    #[error("it must hold 64 hexadecimal digits, alone or after `tessera-cell-key/1 plain`, or a sealed secret")]
    Unreadable,
    /// It is sealed, and there is no key.
    #[error("it is sealed under the operator's key, and none was given")]
    KeyMissing,
    /// It is sealed under another key, or was changed.
    #[error("the operator's key that was given does not open it")]
    KeyWrong,
    /// The operator's key is not one.
    #[error("an operator's key is 64 hexadecimal digits: 32 bytes")]
    NotAKey,
}

impl CellSecret {
    /// From its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new one.
    pub fn draw() -> Self {
        Self::new(random())
    }

    /// The key for one use: HMAC-SHA-256 of its name (a one-block HKDF-Expand, RFC 5869 §2.3).
    pub fn key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(keyed_hash(&self.0, &[purpose.as_bytes(), &[1]]))
    }

    /// The text to keep it as: sealed under the operator's key where there is one.
    ///
    /// # Panics
    /// Never: 32 bytes can be sealed.
    pub fn kept(&self, key: Option<&OperatorKey>) -> Zeroizing<String> {
        Zeroizing::new(match key {
            None => format!("{PLAIN}{}", hex(&*self.0)),
            Some(key) => format!("{SEALED}{}", hex(&seal(&key.0, BOUND, &*self.0).expect("32 bytes can be sealed"))),
        })
    }

    /// Reads it back. A key that is not needed is not looked at.
    pub fn read(text: &str, key: Option<&OperatorKey>) -> Result<(Self, KeptAs), SecretError> {
        let text = text.trim();
        let plain = |text: &str| Some(Self(bytes_of(text)?));
        if let Some(sealed) = text.strip_prefix(SEALED) {
            let sealed = unhex(sealed).ok_or(SecretError::Unreadable)?;
            let key = key.ok_or(SecretError::KeyMissing)?;
            let opened = Zeroizing::new(open(&key.0, BOUND, &sealed).ok_or(SecretError::KeyWrong)?);
            let bytes = opened.as_slice().try_into().map_err(|_| SecretError::Unreadable)?;
            return Ok((Self::new(bytes), KeptAs::Sealed));
        }
        let (text, kept) = text.strip_prefix(PLAIN).map_or((text, KeptAs::Bare), |text| (text, KeptAs::Plain));
        plain(text).map(|secret| (secret, kept)).ok_or(SecretError::Unreadable)
    }
}

impl OperatorKey {
    /// From 64 hexadecimal digits; white space around them is ignored.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        bytes_of(text.trim()).map(Self).ok_or(SecretError::NotAKey)
    }
}

impl fmt::Debug for CellSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CellSecret(…)")
    }
}

impl fmt::Debug for OperatorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorKey(…)")
    }
}

fn bytes_of(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(unhex(text)?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
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

#[cfg(test)]
mod tests;
