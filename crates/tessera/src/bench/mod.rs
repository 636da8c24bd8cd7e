//! `tessera bench`: what the cell does, measured on this machine.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are for people: three digits of them matter"
)]

mod audit;
mod charge;
mod charge_http;
mod http;
mod price;
mod purchase_http;
mod qualify;
mod rate;
mod replay;
mod shop;
mod start;
#[cfg(test)]
mod tests;
mod usage_batch;
mod verify;
mod world;

use clap::{Args, ValueEnum};
use http::Auth;
use std::path::PathBuf;

/// What can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Name {
    /// Durable hold and capture on existing tokens, through the node's gate
    Charge,
    /// The same over HTTP: one charge a request
    ChargeHttp,
    /// Bid prices of 500 resources that 5,000 products share
    Price,
    /// Whole purchases over HTTP: qualify, quote, order
    PurchaseHttp,
    /// Asking a drawn country with a million promises what it can promise
    Qualify,
    /// Pricing usage records in process, by plans of three kinds
    Rate,
    /// Bringing a cell back from its first event
    Replay,
    /// Starting an empty cell, and what it weighs when idle
    Start,
    /// Batches of usage records over HTTP, each answered when all of it is durable
    UsageBatch,
    /// Verifying entitlements, beside the Biscuit library alone
    Verify,
}

/// How to measure it.
#[derive(Args, Debug)]
pub struct Options {
    /// What to measure
    pub name: Name,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
    /// Charges, purchases or requests of one run [default: 4,000,000; 200,000 charges or 20,000 purchases over HTTP; 200,000 qualifications]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// Commands of one batch
    #[arg(long, default_value_t = 8_192, value_parser = batch_size)]
    pub batch: usize,
    /// Batches that the client has under way at one time
    #[arg(long, default_value_t = 2, value_parser = outstanding)]
    pub outstanding: usize,
    /// Accounts that the charges are spread over [default: a run with 1 and a run with 100,000]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub accounts: Option<u32>,
    /// Connections of the HTTP client at one time [default: a run with 64 and a run with 256]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub connections: Option<u32>,
    /// Radio cells of the country that `qualify` asks [default: a run each with 1,000, 10,000 and 100,000]
    #[arg(long, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    pub radio_cells: Option<u32>,
    /// How the client of `charge-http` shows who it is
    #[arg(long, value_enum, default_value_t = Auth::Bearer)]
    pub auth: Auth,
    /// Where the journal is kept [default: a temporary folder]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Runs a bench and prints its figures.
pub fn run(options: &Options) -> anyhow::Result<()> {
    match options.name {
        Name::Charge => charge::run(options),
        Name::ChargeHttp => charge_http::run(options),
        Name::Price => price::run(options),
        Name::PurchaseHttp => purchase_http::run(options),
        Name::Qualify => qualify::run(options),
        Name::Rate => rate::run(options),
        Name::Replay => replay::run(options),
        Name::Start => start::run(options),
        Name::UsageBatch => usage_batch::run(options),
        Name::Verify => verify::run(options),
    }
}

fn batch_size(text: &str) -> Result<usize, String> {
    in_range(text, node::limits::SUBMISSION_COMMANDS_MAX)
}

fn outstanding(text: &str) -> Result<usize, String> {
    in_range(text, node::limits::QUEUE_COMMANDS_MAX / node::limits::SUBMISSION_COMMANDS_MAX)
}

fn in_range(text: &str, most: usize) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("a number from 1 to {most} is expected"))
}
