//! `tessera bench`: what the cell does, measured on this machine.

mod charge;
mod replay;
mod world;

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Name {
    /// Durable hold and capture on existing tokens, through the node's gate.
    Charge,
    /// Bringing a cell back: events decoded and applied a second.
    Replay,
}

/// How to measure it.
#[derive(Args, Debug)]
pub struct Options {
    /// What to measure
    pub name: Name,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Charges, or events, to measure
    #[arg(long, default_value_t = 4_000_000)]
    pub count: u64,
    /// Commands of one batch, at most 8,192
    #[arg(long, default_value_t = 8_192)]
    pub batch: usize,
    /// Batches that the client has under way at one time
    #[arg(long, default_value_t = 3)]
    pub outstanding: usize,
    /// Accounts that the charges are spread over; 1 is one hot account
    #[arg(long)]
    pub accounts: Option<u32>,
    /// Where the journal is kept; a temporary folder unless named
    #[arg(long)]
    pub data: Option<PathBuf>,
}

/// Runs a bench and prints its figures.
pub fn run(options: &Options) -> anyhow::Result<()> {
    match options.name {
        Name::Charge => charge::run(options),
        Name::Replay => replay::run(options),
    }
}
