//! `tessera price`: what a plan costs, before anything is sold.

mod explain;
#[cfg(test)]
mod tests;

use clap::Subcommand;

/// What to do with a price plan.
#[derive(Subcommand, Debug)]
pub enum Do {
    /// Say what a plan costs, line by line, and how each amount came about
    Explain(explain::Options),
}

/// Does it.
pub fn run(what: &Do) -> anyhow::Result<()> {
    match what {
        Do::Explain(options) => explain::run(options),
    }
}
