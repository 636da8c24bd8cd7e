//! Headers, and the small texts that are the same wherever they stand.

use super::shop::state;
use super::{split, text};
use crate::auth;
use crate::correlation::Correlation;
use crate::device::Identifier;
use crate::idempotency::key_of;
use crate::native::events::routes::last_seen;
use crate::place::{Shape, h3_cell, place_of};
use crate::time;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use node::journal::Memory;
use node::{CellSecret, Vault};
use std::sync::LazyLock;
use types::{CellId, Currency, OfferingId, PartyId, QuoteId, TokenId, Unit};

static VAULT: LazyLock<Vault> = LazyLock::new(|| {
    Vault::open(&Memory::new(CellId(1)), &CellSecret::new([7; 32])).expect("a memory store has a vault")
});

/// Every header of ours, identifiers, times, places and ids.
pub fn headers(data: &[u8]) {
    let (how, rest) = split(data);
    match how {
        b'a' => correlation(rest),
        b'b' => idempotency(rest),
        b'c' => authorization(rest),
        b'd' => {
            let _ = last_seen(&with("last-event-id", rest));
        }
        b'e' => instant(text(rest)),
        b'f' => identifier(text(rest)),
        b'g' => cells(text(rest)),
        b'h' => point(rest),
        b'i' => ids(text(rest)),
        b'j' => {
            let _ = auth::in_query(text(rest));
        }
        _ => {}
    }
}

/// A request with this header once for each line.
fn with(name: &'static str, lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    headers
}

fn correlation(lines: &[u8]) {
    let correlation = Correlation::of(&with("x-correlator", lines));
    assert!(!correlation.name().is_empty(), "every request has a name");
    for (_, value) in &correlation.echoed {
        let text = value.to_str().expect("what is echoed is text");
        assert!(text.len() <= 256 && text.bytes().all(|byte| byte.is_ascii_graphic()), "{text} could break a log");
    }
}

fn idempotency(lines: &[u8]) {
    let headers = with("idempotency-key", lines);
    let first = key_of(&VAULT, &headers, "/v1/orders", &"asked").ok();
    assert_eq!(key_of(&VAULT, &headers, "/v1/orders", &"asked").ok(), first, "a key is the same every time");
    if let Some(first) = first {
        let other = key_of(&VAULT, &headers, "/v1/orders", &"other").expect("the same key");
        assert!(other.key == first.key && other.request != first.request);
    }
}

fn authorization(lines: &[u8]) {
    let mut headers = with("authorization", lines);
    if let Some((_, secret)) = auth::shown(&headers) {
        assert!(!secret.is_empty() && headers.get_all(AUTHORIZATION).iter().count() == 1);
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer other"));
        assert!(auth::shown(&headers).is_none(), "two credentials are none");
    }
}

fn instant(written: &str) {
    if let Some(at) = time::parse(written) {
        assert_eq!(time::parse(&time::text(at)), Some(at), "{written}");
    }
}

fn identifier(written: &str) {
    if let Some(identifier) = Identifier::parse(written) {
        assert_eq!(Identifier::parse(identifier.as_str()), Some(identifier), "{written}");
    }
}

fn cells(written: &str) {
    let indexes: Vec<String> = written.split_whitespace().map(str::to_owned).collect();
    for index in &indexes {
        if let Ok(cell) = h3_cell(index) {
            assert_eq!(h3_cell(&format!("{:x}", cell.index())).ok(), Some(cell), "{index}");
        }
    }
    if let Ok(area) = place_of(&Shape::H3(&indexes), state()) {
        assert!((1..=indexes.len()).contains(&area.cells().len()));
    }
}

fn point(bytes: &[u8]) {
    let Some((lat, rest)) = bytes.split_first_chunk() else { return };
    let Some((lon, _)) = rest.split_first_chunk() else { return };
    if let Ok(area) = place_of(&Shape::Point([f64::from_le_bytes(*lon), f64::from_le_bytes(*lat)]), state()) {
        assert!(area.cells().iter().all(|cell| h3_cell(&format!("{:x}", cell.index())).is_ok()));
    }
}

fn ids(written: &str) {
    for printed in [
        PartyId::parse(written).map(|id| id.to_string()),
        OfferingId::parse(written).map(|id| id.to_string()),
        QuoteId::parse(written).map(|id| id.to_string()),
        TokenId::parse(written).map(|id| id.to_string()),
    ] {
        assert!(printed.is_err() || printed.as_deref() == Ok(written), "an id has one text");
    }
    if let Ok(currency) = Currency::parse(written) {
        assert_eq!(currency.to_string(), written);
    }
    let _ = Unit::parse(written);
}
