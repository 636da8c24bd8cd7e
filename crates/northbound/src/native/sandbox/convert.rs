//! Applications and their requests: wire to commands, what was kept to wire.

use crate::fault::Fault;
use crate::native::convert::currency_of;
use crate::native::sandbox::wire::{LoggedRequest, TestNumber};
use crate::native::wire::PartyKind;
use crate::sandbox::{Entry, NUMBERS, curl};
use crate::time;
use engine::state::{OfferingStatus, State};
use std::collections::BTreeSet;
use types::Currency;

/// As whom an application buys.
pub(super) fn kind_of(asked: Option<PartyKind>) -> Result<PartyKind, Fault> {
    match asked.unwrap_or(PartyKind::Consumer) {
        kind @ (PartyKind::Consumer | PartyKind::Enterprise) => Ok(kind),
        _ => Err(Fault::invalid("kind: `consumer` or `enterprise` is expected")),
    }
}

/// Every currency that something is sold in.
pub(super) fn currencies(state: &State) -> BTreeSet<Currency> {
    let sold = state.offerings.iter().filter(|row| row.status == OfferingStatus::Published);
    sold.filter_map(|row| currency_of(state, row.price.asset)).collect()
}

/// What becomes of which numbers.
pub(super) fn numbers() -> Vec<TestNumber> {
    let shown = NUMBERS
        .iter()
        .map(|number| TestNumber { ends_with: number.ends_with.to_owned(), outcome: number.outcome.to_owned() });
    shown.collect()
}

/// The first call that a developer makes.
pub(super) fn first_call() -> String {
    "curl \"$TESSERA_URL\"/v1/offerings -H \"Authorization: Bearer $TESSERA_KEY\"".to_owned()
}

/// A request as it was kept.
pub(super) fn logged(entry: Entry) -> LoggedRequest {
    LoggedRequest {
        curl: curl::line(&entry),
        at: time::text(entry.at),
        method: entry.method,
        target: entry.target,
        headers: entry.headers.into_iter().collect(),
        body: entry.body,
        status: entry.status,
        answer_headers: entry.answer_headers.into_iter().collect(),
        answer: entry.answer,
        took_us: u64::try_from(entry.took.as_micros()).unwrap_or(u64::MAX),
    }
}
