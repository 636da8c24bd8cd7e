//! `tessera bill`, `tessera export` and `tessera period`: what finance takes out of a running cell.

use crate::demo::client::Call;
use crate::token::remote::{Admin, Cell};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::Request;

/// Bytes that are read at once.
const PIECE: usize = 64 << 10;
/// Between two words of progress.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);
/// How long connecting may take; how long a table is, nobody knows before.
const CONNECT: Duration = Duration::from_secs(10);

/// Whose bill.
#[derive(Args, Debug)]
pub struct Bill {
    /// Who pays: a `pty_…` id
    party: String,
    /// A month, as 2026-11, or two times with `--` between them
    period: String,
    /// The currency, where the party has more than one wallet
    #[arg(long)]
    currency: Option<String>,
    /// The zone of the month, as Europe/Amsterdam; UTC without it
    #[arg(long)]
    zone: Option<String>,
    /// As data, or as a page to print
    #[arg(long, value_enum, default_value = "json")]
    format: BillForm,
    /// The file it is written to; standard output without it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    cell: Cell,
}

/// The form of a bill.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum BillForm {
    Json,
    Html,
}

/// What to export.
#[derive(Args, Debug)]
pub struct Export {
    /// Which table
    #[arg(value_enum, default_value = "postings")]
    table: Table,
    /// From this hour on, RFC 3339; from the first event without it
    #[arg(long)]
    from: Option<String>,
    /// Before this hour, RFC 3339; until now without it
    #[arg(long)]
    to: Option<String>,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableForm,
    /// What revenue is added up by: capability, offering, customer, partner, hour, day or month
    #[arg(long)]
    by: Option<String>,
    /// The file it is written to; standard output without it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    cell: Admin,
}

/// A table of the books.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Table {
    Postings,
    TrialBalance,
    Revenue,
    Bills,
}

/// The form of a table.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum TableForm {
    Csv,
    Parquet,
}

/// What to do with months.
#[derive(Subcommand, Debug)]
pub enum Period {
    /// Close the books of a month that is over
    Close(Month),
    /// Compare a closed month with what was sealed
    Verify(Month),
    /// Show the months that are closed
    List(Admin),
}

/// Which month.
#[derive(Args, Debug)]
pub struct Month {
    /// As 2026-11
    month: String,
    #[command(flatten)]
    cell: Admin,
}

/// Fetches a bill.
pub fn bill(asked: &Bill) -> anyhow::Result<()> {
    let suffix = match asked.format {
        BillForm::Json => "",
        BillForm::Html => ".html",
    };
    let query = [("currency", asked.currency.as_deref()), ("zone", asked.zone.as_deref())];
    let path = format!("/v1/parties/{}/bills/{}{suffix}{}", asked.party, asked.period, query_of(&query));
    let (url, secret_file) = asked.cell.place();
    fetch(url, secret_file, &path, asked.out.as_deref())
}

/// Fetches a table.
pub fn export(asked: &Export) -> anyhow::Result<()> {
    let (table, format) = (word(&asked.table), word(&asked.format));
    let query = [
        ("from", asked.from.as_deref()),
        ("to", asked.to.as_deref()),
        ("by", asked.by.as_deref()),
        ("format", Some(format.as_str())),
    ];
    let path = format!("/v1/exports/{table}{}", query_of(&query));
    let (url, secret_file) = asked.cell.place();
    fetch(url, secret_file, &path, asked.out.as_deref())
}

/// Closes, verifies or lists months.
pub fn period(asked: &Period) -> anyhow::Result<()> {
    let answer = match asked {
        Period::Close(of) => {
            of.cell.call(&Call::post(&format!("/v1/finance/periods/{}/close", of.month), json!({})))?
        }
        Period::Verify(of) => of.cell.call(&Call::get(&format!("/v1/finance/periods/{}", of.month)))?,
        Period::List(cell) => cell.call(&Call::get("/v1/finance/periods"))?,
    };
    println!("{answer:#}");
    if answer["verified"] == Value::Bool(false) {
        bail!("the books are not what was sealed");
    }
    Ok(())
}

/// The word of a choice.
fn word(choice: &impl ValueEnum) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A query of what is there; every value is of characters that mean nothing else in one, but for `+`.
fn query_of(parts: &[(&str, Option<&str>)]) -> String {
    let given = parts.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let written: Vec<String> = given.map(|(name, value)| format!("{name}={}", value.replace('+', "%2B"))).collect();
    if written.is_empty() { String::new() } else { format!("?{}", written.join("&")) }
}

/// Asks, and writes what comes as it comes. A file is there once it is whole.
fn fetch(url: &str, secret_file: &Path, path: &str, out: Option<&Path>) -> anyhow::Result<()> {
    let secret = std::fs::read_to_string(secret_file);
    let secret = secret.with_context(|| format!("could not read {}", secret_file.display()))?;
    let config = Agent::config_builder().http_status_as_error(false).timeout_connect(Some(CONNECT));
    let request = Request::get(format!("{}{path}", url.trim_end_matches('/')));
    let request = request.header("authorization", format!("Bearer {}", secret.trim())).body(())?;
    let answered = config.build().new_agent().run(request).with_context(|| format!("could not ask {url}"))?;
    let status = answered.status().as_u16();
    let mut body = answered.into_body();
    if status != 200 {
        let problem: Value = serde_json::from_str(&body.read_to_string()?).unwrap_or_default();
        let word = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        bail!("the cell answered {status} {}: {} Accepted instead: {}", word("code"), word("detail"), word("accepted"));
    }
    let mut from = body.into_reader();
    let Some(out) = out else { return copy(&mut from, &mut std::io::stdout().lock()) };
    let part = PathBuf::from(format!("{}.part", out.display()));
    let mut file = File::create(&part).with_context(|| format!("could not write {}", part.display()))?;
    let done = copy(&mut from, &mut file).and_then(|()| Ok(file.sync_all()?));
    if done.is_err() {
        std::fs::remove_file(&part).ok();
    }
    done?;
    std::fs::rename(&part, out).with_context(|| format!("could not write {}", out.display()))
}

/// Copies piece by piece, and says how far it is where somebody looks.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> anyhow::Result<()> {
    let watched = std::io::stderr().is_terminal();
    let (mut said, mut bytes) = (Instant::now(), 0_u64);
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece).context("it broke off: what came is not whole")?;
        if read == 0 {
            return Ok(to.flush()?);
        }
        to.write_all(piece.get(..read).unwrap_or_default())?;
        bytes += read as u64;
        if watched && said.elapsed() >= PROGRESS_EVERY {
            eprintln!("{} MB so far", bytes / 1_000_000);
            said = Instant::now();
        }
    }
}
