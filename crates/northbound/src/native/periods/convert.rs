//! Months to seals, and seals to the wire.

use super::wire::{ClosedMark, ClosedPeriod};
use crate::native::exports::CsvTable;
use crate::native::exports::table::TableError;
use crate::native::exports::tables::{self, BALANCE, FORM, POSTINGS};
use crate::native::finance::period::Period;
use crate::time;
use engine::state::{self, Sealed, State, TableHash};
use node::Gate;
use node::journal::{Posting, Postings};
use sha2::{Digest, Sha256};
use std::io;
use types::Month;

/// The hash of a table is that of its CSV: whoever has the export can check it by `sha256sum`.
#[derive(Default)]
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a month is sealed as.
pub(crate) fn seal(gate: &Gate, postings: &mut dyn Postings, month: Month) -> Result<Sealed, TableError> {
    let (rows, of_postings) = postings_hash(gate, postings, month)?;
    let balance = balance_hash(gate, postings, month)?;
    Ok(Sealed { month, form: FORM, rows, postings: of_postings, balance })
}

/// Is it what it was sealed as?
pub(crate) fn verify(gate: &Gate, postings: &mut dyn Postings, sealed: &Sealed) -> Result<bool, TableError> {
    Ok(seal(gate, postings, sealed.month)? == *sealed)
}

/// The rows of a month, and their hash.
pub(crate) fn postings_hash(
    gate: &Gate,
    postings: &mut dyn Postings,
    month: Month,
) -> Result<(u64, TableHash), TableError> {
    let mut hashing = Hashing::default();
    let mut table = CsvTable::new(POSTINGS, &mut hashing)?;
    let rows = tables::write_postings((gate, postings), hours(month), &mut table)?;
    drop(table);
    Ok((rows, TableHash(hashing.0.finalize().into())))
}

/// The hash of the trial balance at the end of a month.
pub(crate) fn balance_hash(gate: &Gate, postings: &mut dyn Postings, month: Month) -> Result<TableHash, TableError> {
    let mut hashing = Hashing::default();
    let mut table = CsvTable::new(BALANCE, &mut hashing)?;
    tables::write_balance((gate, postings), hours(month).to, &mut table)?;
    drop(table);
    Ok(TableHash(hashing.0.finalize().into()))
}

/// The hours of a month.
pub(crate) const fn hours(month: Month) -> Period {
    Period { from: Some(Posting::hour_of(month.start())), to: Some(Posting::hour_of(month.end())) }
}

/// The closed month that a report until `to` ends in, if that is closed as a whole.
pub(crate) fn closed_until(state: &State, to: Option<u64>) -> Option<&state::ClosedPeriod> {
    let to = to?;
    let last = state.periods.last()?;
    if to > Posting::hour_of(last.sealed.month.end()) {
        return None;
    }
    let ends_in = |closed: &&state::ClosedPeriod| to <= Posting::hour_of(closed.sealed.month.end());
    state.periods.iter().find(ends_in)
}

/// A mark for the wire.
pub(crate) fn mark(closed: &state::ClosedPeriod, verified: Option<bool>) -> ClosedMark {
    ClosedMark { period: closed.sealed.month.to_string(), verified }
}

/// A closed month for the wire.
pub(crate) fn shown(closed: &state::ClosedPeriod) -> ClosedPeriod {
    let sealed = &closed.sealed;
    ClosedPeriod {
        period: sealed.month.to_string(),
        from: time::text(sealed.month.start()),
        to: time::text(sealed.month.end()),
        closed_at: time::text(closed.closed_at),
        rows: sealed.rows,
        postings_sha256: sealed.postings.to_string(),
        balance_sha256: sealed.balance.to_string(),
    }
}
