//! `tessera token`: what a text entitles to, offline.

use anyhow::Context;
use clap::{Args, Subcommand};
use node::wall_clock;
use std::io::Read;
use std::path::PathBuf;
use tessera_token::{KeySet, Request, RevocationList, inspect, verify};

/// What to do with a text.
#[derive(Debug, Subcommand)]
pub enum Do {
    /// Show what is inside, without verifying it
    Inspect {
        /// The text, or `-` for standard input
        token: String,
    },
    /// Verify it with public keys alone, for one request
    Verify(Verify),
}

/// What it is verified for.
#[derive(Args, Debug)]
pub struct Verify {
    /// The text, or `-` for standard input
    token: String,
    /// Published key set (the JSON of `GET /v1/keys`)
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// What is to be done with it
    #[arg(long, default_value = "activate")]
    op: String,
    /// Capability that is called
    #[arg(long, default_value = "experience")]
    capability: String,
    /// QoS profile that is called
    #[arg(long)]
    qos: Option<String>,
    /// Pseudonym of the device that calls
    #[arg(long)]
    device: Option<String>,
    /// H3 cell it is called in, in hexadecimal
    #[arg(long, value_parser = h3_index)]
    cell: Option<u64>,
    /// Time to verify for, in ms since the Unix epoch [default: now]
    #[arg(long)]
    at_ms: Option<u64>,
}

/// Runs it.
pub fn run(what: Do) -> anyhow::Result<()> {
    match what {
        Do::Inspect { token } => {
            let inspection = inspect(&text_of(&token)?).context("this is not an entitlement")?;
            println!("{}", serde_json::to_string_pretty(&inspection)?);
        }
        Do::Verify(asked) => verify_text(asked)?,
    }
    Ok(())
}

fn verify_text(asked: Verify) -> anyhow::Result<()> {
    let text = text_of(&asked.token)?;
    let keys = std::fs::read_to_string(&asked.keys);
    let keys = keys.with_context(|| format!("could not read {}", asked.keys.display()))?;
    let keys = KeySet::parse(&keys).with_context(|| format!("{} is not a key set", asked.keys.display()))?;
    let Verify { op, capability, qos, device, cell, .. } = asked;
    let request = Request { op, capability, qos, device, cell, ..Request::default() };
    let at_ms = asked.at_ms.unwrap_or_else(|| wall_clock().as_ms());
    let verified = verify(&text, &keys, &request, at_ms, &RevocationList::default())?;
    println!("verified: {} may be used for this", verified.ent);
    Ok(())
}

fn text_of(token: &str) -> anyhow::Result<String> {
    if token != "-" {
        return Ok(token.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("could not read standard input")?;
    Ok(text.trim().to_owned())
}

fn h3_index(text: &str) -> Result<u64, String> {
    u64::from_str_radix(text, 16)
        .map_err(|_| "an H3 index in hexadecimal is expected, for example 881969c945fffff".to_owned())
}
