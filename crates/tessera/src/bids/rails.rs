//! Guard rails, in words and from files.

use crate::demo::client::Call;
use crate::token::remote::Admin;
use anyhow::Context;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

/// New rails.
#[derive(Args, Debug)]
pub struct New {
    /// The members of `PUT /v1/congestion/rails` (TOML); `docs/guide/congestion-prices.md` shows them
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    cell: Admin,
}

/// Whose rails go.
#[derive(Args, Debug)]
pub struct Dropped {
    /// An `off_…` id; those of all offerings without it
    #[arg(long)]
    offering: Option<String>,
    #[command(flatten)]
    cell: Admin,
}

/// Shows them.
pub fn show(cell: &Admin) -> anyhow::Result<()> {
    let answer = cell.call(&Call::get("/v1/congestion/rails"))?;
    answer["items"].as_array().into_iter().flatten().for_each(|row| print!("{}", said(row)));
    Ok(())
}

/// Sets them.
pub fn set(new: &New) -> anyhow::Result<()> {
    let name = new.file.display();
    let text = std::fs::read_to_string(&new.file).with_context(|| format!("could not read {name}"))?;
    let body: Value = toml::from_str(&text).with_context(|| format!("{name} is no TOML"))?;
    let set = new.cell.call(&Call::put("/v1/congestion/rails", body));
    print!("{}", said(&set.with_context(|| format!("{name} was not set"))?));
    Ok(())
}

/// Takes them away.
pub fn drop(dropped: &Dropped) -> anyhow::Result<()> {
    let query = dropped.offering.as_ref().map_or(String::new(), |id| format!("?offering={id}"));
    dropped.cell.call(&Call::delete(&format!("/v1/congestion/rails{query}")))?;
    show(&dropped.cell)
}

/// Rails in words, a line each.
pub(super) fn said(rails: &Value) -> String {
    let whose = rails["offering"].as_str().map_or("all offerings without rails of their own".to_owned(), str::to_owned);
    let mut lines = vec![format!("{whose}:")];
    let bound = |bound: &Value| match (bound["minor"].as_i64(), bound["plan_ppm"].as_u64()) {
        (Some(minor), _) => Some(format!("{minor} minor units")),
        (_, Some(ppm)) => Some(format!("{} of what the plan asks", percent(ppm))),
        _ => None,
    };
    lines.extend(bound(&rails["floor"]).map(|it| format!("never below {it}")));
    lines.extend(bound(&rails["cap"]).map(|it| format!("never above {it}")));
    lines.extend(rails["step_ppm"].as_u64().map(|ppm| format!("rises by at most {} an hour", percent(ppm))));
    for class in rails["classes"].as_array().into_iter().flatten() {
        let kind = class["kind"].as_str().map_or("everybody".to_owned(), str::to_owned);
        let grade = class["grade"].as_str().map_or(String::new(), |grade| format!(" at grade {grade}"));
        let share = percent(class["share_ppm"].as_u64().unwrap_or(0));
        lines.push(format!("{kind}{grade} pays {share} of what bid prices add"));
    }
    let exempt = rails["exempt_level"].as_u64();
    lines.extend(exempt.map(|level| format!("priority 1 to {level} pays nothing of what bid prices add")));
    if lines.len() == 1 {
        lines.push("nothing holds prices back".to_owned());
    }
    lines.join("\n  ") + "\n"
}

/// `150 %`, `12.5 %`: a share in parts per million, to its last decimal.
fn percent(ppm: u64) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
