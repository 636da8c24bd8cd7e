//! For the fuzzer alone: what stands between bytes of strangers and the engine, one function for each target.
//!
//! The first byte says which reader gets the rest. What is checked beside "it is answered": what was read is printed as
//! it was, and no command out of it stops the engine or unbalances the books.

mod camara;
mod headers;
mod native;
mod oauth;
mod shop;
mod tmf;

pub use camara::camara;
pub use headers::headers;
pub use native::native;
pub use oauth::oauth;
pub use tmf::tmf;

use serde::de::DeserializeOwned;

/// Whom a byte names, and what is for it to read.
fn split(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (*first, rest))
}

/// Reads JSON as the door does.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
