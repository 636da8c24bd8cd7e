//! The few characters a string may have, and hexadecimal.

use crate::TokenError;

/// Strings in a token have 1 to 128 characters of this alphabet: none can end a quoted string or begin Datalog.
pub(crate) fn is_plain(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-/".contains(&b))
}

pub(crate) fn require_plain(name: &str, text: &str) -> Result<(), TokenError> {
    if is_plain(text) {
        return Ok(());
    }
    Err(TokenError::Inexpressible(format!("{name} must have 1 to 128 letters, digits or _.:-/")))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    if digits.len() % 2 != 0 {
        return None;
    }
    Some(digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

/// The text between a prefix and a suffix.
pub(crate) fn between<'a>(text: &'a str, prefix: &str, suffix: &str) -> Option<&'a str> {
    text.strip_prefix(prefix)?.strip_suffix(suffix)
}

/// `{1, 2}` as Datalog prints a set of integers.
pub(crate) fn cells_text(cells: &[u64]) -> Result<String, TokenError> {
    let mut cells = cells.iter().map(|cell| integer("cell", *cell)).collect::<Result<Vec<_>, _>>()?;
    cells.sort_unstable();
    cells.dedup();
    Ok(format!("{{{}}}", cells.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")))
}

pub(crate) fn cells_from(text: &str) -> Option<Vec<u64>> {
    between(text, "{", "}")?.split(", ").map(|cell| cell.parse().ok()).collect()
}

/// Datalog integers are `i64`.
pub(crate) fn integer(name: &str, value: u64) -> Result<i64, TokenError> {
    i64::try_from(value)
        .map_err(|_| TokenError::Inexpressible(format!("{name} is larger than a signed 64-bit integer")))
}
