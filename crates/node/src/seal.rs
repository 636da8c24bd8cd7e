//! Sealing bytes under a key: XChaCha20-Poly1305, the nonce before the ciphertext.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

/// Length of a nonce: long enough to be drawn for each sealing.
pub(crate) const NONCE_LEN: usize = 24;

/// The nonce, then the ciphertext, bound to `bound`. `None` when there is too much to seal.
pub(crate) fn seal(key: &[u8; 32], bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    seal_with(key, random(), bound, plain)
}

/// The same under a nonce that is used for nothing else.
pub(crate) fn seal_with(key: &[u8; 32], nonce: [u8; NONCE_LEN], bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    let sealed = cipher.encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: bound }).ok()?;
    let mut out = nonce.to_vec();
    out.extend(sealed);
    Some(out)
}

/// What was sealed under this key and bound to `bound`; `None` for anything else.
pub(crate) fn open(key: &[u8; 32], bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: bound }).ok()
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bits");
    bytes
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

/// Bytes out of hexadecimal; `None` unless all of it is.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.bytes().map(|b| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}
