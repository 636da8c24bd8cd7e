//! `tessera token`: what a text entitles to, offline; passing it on; and what only its cell can do: revoke it, and change
//! the keys that sign.

mod clauses;
mod keys;
mod offline;
pub mod remote;

use anyhow::Context;
use clap::Subcommand;
use std::io::Read;

/// What to do with a text.
#[derive(Debug, Subcommand)]
pub enum Do {
    /// Show what is inside, without verifying it
    Inspect {
        /// The text, or `-` for standard input
        token: String,
    },
    /// Verify it with public keys alone, for one request
    Verify(Box<offline::Verify>),
    /// Make a text out of it that allows less, offline, and print it
    Attenuate(offline::Attenuate),
    /// Draw a holder's key, and print its public half: what `--to` and an order's `holder` name
    NewHolder(offline::NewHolder),
    /// Pass it on to the next holder, offline, and print the text that only that one can use
    Delegate(offline::Delegate),
    /// Prove one use of a text that has a holder, and print the `Tessera-Entitlement-Proof` header's value
    Prove(offline::Prove),
    /// Revoke it, and all that was made of it, at its cell
    Revoke(remote::Revoke),
    /// The keys that a cell signs with
    #[command(subcommand)]
    Keys(keys::Do),
}

/// Runs it.
pub fn run(what: Do) -> anyhow::Result<()> {
    match what {
        Do::Inspect { token } => offline::inspect_text(&token),
        Do::Verify(asked) => offline::verify_text(*asked),
        Do::Attenuate(asked) => offline::attenuate_text(&asked),
        Do::NewHolder(asked) => offline::new_holder(&asked),
        Do::Delegate(asked) => offline::delegate_text(&asked),
        Do::Prove(asked) => offline::prove_use(&asked),
        Do::Revoke(asked) => remote::revoke(&asked),
        Do::Keys(what) => keys::run(&what),
    }
}

/// The text itself, or what standard input holds for `-`: a command line can be seen by others on the machine.
fn text_of(token: &str) -> anyhow::Result<String> {
    if token != "-" {
        return Ok(token.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("could not read standard input")?;
    Ok(text.trim().to_owned())
}
