//! `tessera simulate`.

use clap::Args;

/// Which worlds.
#[derive(Args, Debug)]
pub struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Steps of each world
    #[arg(long, default_value_t = 2_000)]
    steps: u64,
}

/// Runs them.
pub fn run(_: &Options) -> anyhow::Result<()> {
    Ok(())
}
