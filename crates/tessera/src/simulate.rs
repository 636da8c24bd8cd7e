//! `tessera simulate`: seeded worlds with faults, each audited by code that knows nothing of the engine.

use anyhow::bail;
use clap::Args;
use simulator::{Options as Simulation, STEPS, Summary, simulate};
use std::io::{IsTerminal, Write};
use std::time::Instant;

/// Which worlds.
#[derive(Args, Debug)]
pub struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Steps of each world
    #[arg(long, default_value_t = STEPS)]
    steps: u64,
}

/// Runs them; an error says which seed failed, where, and how to see it again.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut summary = Summary::default();
    let last = options.from.saturating_add(options.seeds);
    for seed in options.from..last {
        progress(seed, last);
        match simulate(seed, options.steps, &Simulation::default()) {
            Ok(report) => summary.add(&report),
            Err(failure) => bail!(failure),
        }
    }
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    println!("{summary}");
    println!("{:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn progress(seed: u64, last: u64) {
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() {
        // A terminal that cannot be written to shows nothing; the simulation goes on.
        let _ = write!(terminal, "\rseed {seed}, {} to go  ", last - seed);
    }
}
