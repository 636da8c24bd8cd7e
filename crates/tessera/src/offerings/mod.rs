//! `tessera offerings`: what is on sale at a running cell, from files.

mod publish;
mod shown;
#[cfg(test)]
mod tests;

use crate::demo::client::Call;
use crate::offering_file::{ensure_of, price};
use crate::token::remote::Admin;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// What to do with offerings.
#[derive(Subcommand, Debug)]
pub enum Do {
    /// Put offerings on sale that files (TOML) describe; `--dry-run` only checks them and says what they cost
    Publish(publish::Options),
    /// Show what is and was on sale, a line each
    List(Admin),
    /// Show one offering, in words
    Show(shown::Options),
    /// Sell an offering at another price from now on; what was quoted and sold keeps its own
    Price(NewPrice),
    /// Take an offering off sale; what was sold is honoured
    Retire(Retire),
}

/// Another price.
#[derive(Args, Debug)]
pub struct NewPrice {
    /// Whose: an `off_…` id
    id: String,
    /// The price (TOML): a plan, as `tessera price explain` reads it, or the offering's file with its new price
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    cell: Admin,
}

/// What to retire.
#[derive(Args, Debug)]
pub struct Retire {
    /// An `off_…` id
    id: String,
    #[command(flatten)]
    cell: Admin,
}

/// Does it.
pub fn run(what: &Do) -> anyhow::Result<()> {
    match what {
        Do::Publish(options) => publish::run(options),
        Do::List(cell) => shown::list(cell),
        Do::Show(options) => shown::run(options),
        Do::Price(asked) => set_price(asked),
        Do::Retire(asked) => {
            asked.cell.call(&Call::delete(&format!("/v1/offerings/{}", asked.id)))?;
            println!("{} is off sale; what was sold is honoured", asked.id);
            Ok(())
        }
    }
}

fn set_price(asked: &NewPrice) -> anyhow::Result<()> {
    let name = asked.file.display().to_string();
    let new = price(&name, &text_of(&asked.file)?)?;
    ensure_of(&new, &asked.id).with_context(|| format!("{name} is another offering's"))?;
    let sold = asked.cell.call(&Call::put(&format!("/v1/offerings/{}/price", asked.id), new.body))?;
    println!(
        "{} {} is sold at version {} of its price from now on:",
        asked.id,
        shown::text(&sold["name"]),
        sold["price_version"]
    );
    shown::price(&sold);
    Ok(())
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}
