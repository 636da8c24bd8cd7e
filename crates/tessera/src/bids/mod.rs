//! `tessera bids`: bid prices and guard rails of a running cell, looked at in words and loaded from files.

mod load;
mod rails;
mod show;
mod table;
#[cfg(test)]
mod tests;

use crate::token::remote::Admin;
use clap::Subcommand;

/// What to do with bid prices and guard rails.
#[derive(Subcommand, Debug)]
pub enum Do {
    /// Show what a unit of the network is worth unsold, resource by resource, as it counts now
    Show(show::Options),
    /// Load bid prices from a file (CSV or TOML) in place of those before; quotes from now on are made by them
    Load(load::Options),
    /// Show within what prices move, in words
    Rails(Admin),
    /// Set within what prices move, from a file (TOML)
    SetRails(rails::New),
    /// Take rails away: an offering moves within those of all again, and all within the usual ones
    DropRails(rails::Dropped),
}

/// Does it.
pub fn run(what: &Do) -> anyhow::Result<()> {
    match what {
        Do::Show(options) => show::run(options),
        Do::Load(options) => load::run(options),
        Do::Rails(cell) => rails::show(cell),
        Do::SetRails(new) => rails::set(new),
        Do::DropRails(dropped) => rails::drop(dropped),
    }
}
