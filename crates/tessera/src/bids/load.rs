//! Loading bid prices from a file, resources by id or by name.

use super::table;
use crate::demo::client::Call;
use crate::time;
use crate::token::remote::Admin;
use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use types::{Instant, ResourceId};

/// Where they are.
#[derive(Args, Debug)]
pub struct Options {
    /// A table with `resource,from,value` (.csv), or the members of `POST /v1/congestion/prices` (TOML)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Of a table: which money its values are of
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// Of a table: so many of its values are one minor unit
    #[arg(long, default_value_t = 1_000)]
    scale: u32,
    /// Of a table: from when on it counts as nothing; from its end on without it
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    expires: Option<Instant>,
    #[command(flatten)]
    cell: Admin,
}

/// Loads them.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let name = options.file.display();
    let text = std::fs::read_to_string(&options.file).with_context(|| format!("could not read {name}"))?;
    let mut body: Value = if options.file.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv")) {
        let head = table::Head { currency: &options.currency, scale: options.scale, expires_at: options.expires };
        table::body(&text, &head).with_context(|| format!("{name} is no table of bid prices"))?
    } else {
        toml::from_str(&text).with_context(|| format!("{name} is no TOML"))?
    };
    let named = |row: &Value| row["id"].as_str().is_some_and(|id| ResourceId::parse(id).is_err());
    if body["resources"].as_array().is_some_and(|rows| rows.iter().any(named)) {
        let known = options.cell.all("/v1/resources")?;
        name_ids(&mut body, &known).with_context(|| format!("{name} names what is not there"))?;
    }
    let loaded = options.cell.call(&Call::post("/v1/congestion/prices", body))?;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!(
        "loaded for {} resources, from {} to {}; they count until {}",
        loaded["resources"],
        word(&loaded["window"]["from"]),
        word(&loaded["window"]["to"]),
        word(&loaded["expires_at"])
    );
    Ok(())
}

/// Puts ids in the place of names.
pub(super) fn name_ids(body: &mut Value, known: &[Value]) -> anyhow::Result<()> {
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in known {
        if let (Some(name), Some(id)) = (row["name"].as_str(), row["id"].as_str()) {
            ids.entry(name).or_default().push(id);
        }
    }
    for row in body["resources"].as_array_mut().into_iter().flatten() {
        let Some(name) = row["id"].as_str().filter(|id| ResourceId::parse(id).is_err()) else { continue };
        let found = ids.get(name).map_or(&[][..], Vec::as_slice);
        ensure!(
            !found.is_empty(),
            "no resource is called `{name}`; `tessera bids show` and GET /v1/resources list names"
        );
        ensure!(
            found.len() == 1,
            "{} resources are called `{name}`: one of {} is expected",
            found.len(),
            found.join(", ")
        );
        row["id"] = Value::from(found.first().copied());
    }
    Ok(())
}
