//! `tessera audit`: does a data folder hold what it must?

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use engine::state::State;
use journal::{SqliteStore, Store};
use node::View;
use std::path::PathBuf;
use types::CellId;

/// What to audit.
#[derive(Debug, Subcommand)]
pub enum Do {
    /// Recompute the hash chain from the first event, bring the state back, and sum both books
    Verify(Verify),
}

/// Where.
#[derive(Args, Debug)]
pub struct Verify {
    /// Data folder of a cell that is not running
    #[arg(long, env = "TESSERA_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Number of the cell
    #[arg(long, env = "TESSERA_CELL", default_value_t = 1)]
    cell: u32,
}

/// Runs it.
pub fn run(what: &Do) -> anyhow::Result<()> {
    let Do::Verify(Verify { data, cell }) = what;
    if !data.join("FORMAT").exists() {
        bail!("{} is not a data folder of tessera", data.display());
    }
    let store = SqliteStore::open(data, CellId(*cell))?;
    println!("{}", verify(&store)?);
    Ok(())
}

/// Verifies the chain, replays every event that the journal holds, and sums both books. What it found, in words.
pub fn verify(store: &dyn Store) -> anyhow::Result<String> {
    let report = store.verify().context("the chain is broken")?;
    let view = View::recover(store).context("the journal does not replay")?;
    let books = books(&view.state)?;
    Ok(format!(
        "chain verified: {} events in {} batches, head {}\n{books}",
        report.events, report.batches, report.head.hash
    ))
}

/// The sums of both books; an error when one does not hold.
pub fn books(state: &State) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for (asset, kind) in state.ledger.assets() {
        let sum = state.ledger.sum_of(asset);
        if sum != 0 {
            bail!("the sum of {kind:?} over all accounts is {sum}, it must be zero");
        }
        let accounts = state.ledger.accounts().filter(|(_, account)| account.asset == asset).count();
        lines.push(format!("ledger: {kind:?} sums to zero over {accounts} accounts"));
    }
    let bookings = state.capacity.bookings().count();
    let resources = state.capacity.resources().count();
    lines.push(format!("capacity: {bookings} bookings on {resources} resources"));
    if !state.forecasts.is_empty() {
        lines.push(format!("forecasts: {}, each with the bytes it is named by", state.forecasts.len()));
    }
    Ok(lines.join("\n"))
}
