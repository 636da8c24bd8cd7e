//! The keys that a cell signs with: listed, rotated, withdrawn; and the secret that they are sealed under, sealed anew.

use super::remote::Admin;
use crate::config::operator_key;
use crate::demo::client::Call;
use crate::folder;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::path::PathBuf;
use types::CellId;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum Do {
    /// Show them: number, purpose, where they stand, from when they sign
    List {
        #[command(flatten)]
        cell: Admin,
    },
    /// Draw the next one: published at once, it signs in ten minutes, and the ones before it verify on
    Rotate {
        /// What it signs
        #[arg(long, value_enum, default_value_t = Purpose::Entitlement)]
        purpose: Purpose,
        /// Seconds until it signs [default: 600, so that verifiers know it before; 0 for one that leaked]
        #[arg(long)]
        in_s: Option<u64>,
        #[command(flatten)]
        cell: Admin,
    },
    /// Withdraw one: nothing it signed verifies any more, and live tokens are signed by its successor when they are read
    Withdraw {
        /// Its number
        kid: u32,
        #[command(flatten)]
        cell: Admin,
    },
    /// Seal the secret of a stopped cell under another operator's key
    Rewrap(Rewrap),
}

/// What a key signs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Purpose {
    /// Entitlements, and the list of revocations
    Entitlement,
    /// Access tokens of the cell's own issuer: from its next start on
    AccessToken,
}

/// Under which key.
#[derive(Args, Debug)]
pub struct Rewrap {
    /// Data folder of the stopped cell
    #[arg(long, env = "TESSERA_DATA", value_name = "DIR", default_value = "tessera-data")]
    data: PathBuf,
    /// Number of the cell
    #[arg(long, env = "TESSERA_CELL", value_name = "NUMBER", default_value_t = 1)]
    cell: u32,
    /// File with the key it is sealed under now [default: the one in the environment, else none]
    #[arg(long, env = "TESSERA_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// File with the new key, 64 hexadecimal digits; left out, the secret is kept unsealed
    #[arg(long, value_name = "FILE")]
    new_key_file: Option<PathBuf>,
}

/// Runs it.
pub fn run(what: &Do) -> anyhow::Result<()> {
    match what {
        Do::List { cell } => {
            for key in cell.call(&Call::get("/v1/signing-keys"))?.as_array().into_iter().flatten() {
                let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
                println!("{}  {}  {}  from {}", key["kid"], text("purpose"), text("state"), text("signs_from"));
            }
        }
        Do::Rotate { purpose, in_s, cell } => {
            let purpose = match purpose {
                Purpose::Entitlement => "entitlement",
                Purpose::AccessToken => "access_token",
            };
            let body = json!({ "purpose": purpose, "in_s": in_s });
            let key = cell.call(&Call::post("/v1/signing-keys", body))?;
            println!("key {} signs from {}", key["kid"], key["signs_from"].as_str().unwrap_or_default());
        }
        Do::Withdraw { kid, cell } => {
            cell.call(&Call::delete(&format!("/v1/signing-keys/{kid}")))?;
            println!("key {kid} is withdrawn");
        }
        Do::Rewrap(asked) => rewrap(asked)?,
    }
    Ok(())
}

fn rewrap(asked: &Rewrap) -> anyhow::Result<()> {
    let old = operator_key(asked.key_file.as_deref())?;
    let new = match &asked.new_key_file {
        None => None,
        Some(file) => operator_key(Some(file))?,
    };
    folder::rewrap(&asked.data, CellId(asked.cell), old.as_ref(), new.as_ref())?;
    println!("the cell's secret is {}", if new.is_some() { "sealed under the new key" } else { "no longer sealed" });
    Ok(())
}
