//! `tessera coverage`: who can be served at an offering's terms, by the ground alone, with relays, with satellites.
//!
//! The state is brought back from the journal and asked as any caller would ask; nothing is written.

mod ask;
mod extent;
mod features;
mod people;
mod table;

use crate::import::existing;
use anyhow::{Context, anyhow, ensure};
use ask::{Asking, Tiers};
use clap::Args;
use h3o::Resolution;
use journal::SqliteStore;
use node::{View, wall_clock};
use people::People;
use std::path::PathBuf;
use table::Table;
use types::{CellId, Duration, Instant, OfferingId, Window};

/// What to ask.
#[derive(Args, Debug)]
pub struct Options {
    /// Data folder of a cell that is not running
    #[arg(long, env = "TESSERA_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Number of the cell
    #[arg(long, env = "TESSERA_CELL", default_value_t = 1)]
    cell: u32,
    /// At whose terms
    #[arg(long, value_name = "off_…")]
    offering: String,
    /// Where people live: CSV with lat, lon and people
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Where to ask: `GeoJSON` polygons [default: the H3 cells of resolution 4 in which the ground network is]
    #[arg(long, value_name = "FILE")]
    region: Option<PathBuf>,
    /// H3 resolution that is asked in: 6 is some 36 km², 7 is 5 km²
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u8).range(5..=9))]
    resolution: u8,
    /// From when on, in RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = crate::time::parse)]
    at: Option<Instant>,
    /// For how long
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=720))]
    hours: u64,
    /// Write what is not served by the ground as `GeoJSON`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    existing(&options.data)?;
    let id = OfferingId::parse(&options.offering).map_err(|error| anyhow!("--offering: {error}"))?;
    let store = SqliteStore::open(&options.data, CellId(options.cell))?;
    let mut state = View::recover(&store).context("the journal does not replay")?.state;
    let offering = state.offering_by_id(id).with_context(|| {
        let known: Vec<_> = state.offerings.iter().map(|row| format!("{} ({})", row.id, row.name)).collect();
        format!("--offering {id}: none of this cell's offerings, which are: {}", known.join(", "))
    })?;
    let now = wall_clock();
    let window = Window::starting(options.at.unwrap_or(now), Duration::from_hours(options.hours));
    let window = window.map_err(|error| anyhow!("{error}"))?;
    let resolution = Resolution::try_from(options.resolution)?;
    let cells = match &options.region {
        Some(region) => extent::of_region(region, resolution)?,
        None => extent::of_network(&state, resolution)?,
    };
    ensure!(
        !cells.is_empty(),
        "there is nothing to ask about: no resource of this cell covers anything; give --region"
    );
    let people = options.people.as_deref().map(People::read).transpose()?.unwrap_or_default();
    let tiers = Tiers::of(&mut state, offering)?;
    let asking = Asking { state: &state, tiers, window, now };
    asking.check(cells.first().copied())?;
    let answers = asking.all(&cells);
    let counted = people.ask(&asking, &answers, resolution);
    let table = Table::of(&answers, &counted);
    println!(
        "{} H3 cells of resolution {resolution}, each asked at its middle, from {}",
        cells.len(),
        crate::time::text(window.from())
    );
    print!("{table}");
    if let Some(out) = &options.out {
        let (text, count) = features::text(&answers, &counted)?;
        std::fs::write(out, text).with_context(|| format!("could not write {}", out.display()))?;
        println!("{}: {count} H3 cells that the ground does not serve", out.display());
    }
    Ok(())
}
