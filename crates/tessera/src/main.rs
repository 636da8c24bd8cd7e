//! The one binary.

mod bench;

use clap::{Parser, Subcommand};

/// Sells a network's capabilities as tokens: promised, priced, called on demand.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Do,
}

#[derive(Subcommand)]
enum Do {
    /// Measure this machine
    Bench(bench::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Do::Bench(options) => bench::run(&options),
    }
}
