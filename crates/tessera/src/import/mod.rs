//! `tessera import`: an operator's own network into the data folder of a cell that is not running.
//!
//! Every file is read and checked as a whole first: either all of it is imported or nothing. Ids follow from names, so
//! an import that was interrupted, or is repeated, adds what is missing and nothing twice.

mod capacity;
mod described;
mod file;
mod load;
pub mod nodes;
pub mod others;
mod parts;
mod planned;
mod position;
pub mod problems;
mod radio;
pub mod radio_csv;
mod radio_geojson;
mod read;
mod shape;
pub mod sky;
mod ways;

pub use file::File;
pub use load::id_of;
pub use position::position;
pub use read::region;
pub use shape::cells;

use crate::config::operator_key;
use crate::network::name_of;
use crate::planning::kept;
use crate::{folder, running};
use anyhow::{Context, ensure};
use clap::Args;
use engine::capacity::ProfileRef;
use h3o::Resolution;
use intelligence::network::{Class, Plan};
use journal::{SqliteStore, Store};
use load::{Counts, Filling, compare};
use node::{Cell, View, wall_clock};
use sky::Constellation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use types::CellId;

/// What to import, and where to.
#[derive(Args, Debug)]
pub struct Options {
    /// Data folder of a cell that is not running; made when it is not there
    #[arg(long, env = "TESSERA_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Number of the cell
    #[arg(long, env = "TESSERA_CELL", default_value_t = 1)]
    cell: u32,
    /// File with the operator's key, where the cell's secret is sealed
    #[arg(long, env = "TESSERA_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    files: Files,
    /// Size of the parts of the earth that satellites are offered for, as an H3 resolution
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=3))]
    satellite_resolution: u8,
    /// Weekly profile of background load that the resources follow
    #[arg(long, default_value_t = 0)]
    profile: u16,
    /// Background load of every hour, where that profile is not there yet, in parts per million of what was built
    #[arg(long, default_value_t = 200_000, value_name = "PPM", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    background_ppm: u32,
    /// Share of every resource that best effort always keeps, in parts per million
    #[arg(long, default_value_t = 100_000, value_name = "PPM", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    floor_ppm: u32,
    /// Read and check everything, say what would be added, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The files.
#[derive(Args, Debug)]
pub struct Files {
    /// Radio cells: CSV in the columns of `OpenCelliD`, or `GeoJSON` points or polygons; may be given several times
    #[arg(long, value_name = "FILE")]
    radio_cells: Vec<PathBuf>,
    /// Transport, core and edge: JSON with nodes and links, or a CSV table of nodes
    #[arg(long, value_name = "FILE")]
    nodes: Option<PathBuf>,
    /// CSV table of links, beside one of nodes
    #[arg(long, value_name = "FILE", requires = "nodes")]
    links: Option<PathBuf>,
    /// Relays in the air: JSON
    #[arg(long, value_name = "FILE")]
    relays: Option<PathBuf>,
    /// Pools of accelerators: JSON
    #[arg(long, value_name = "FILE")]
    pools: Option<PathBuf>,
    /// Constellations by their shells: JSON
    #[arg(long, value_name = "FILE")]
    shells: Option<PathBuf>,
    /// A constellation by two-line element sets; needs --payload
    #[arg(long, value_name = "FILE", conflicts_with = "omm")]
    tle: Option<PathBuf>,
    /// A constellation by an orbit mean-elements message in JSON, CSV or KVN; needs --payload
    #[arg(long, value_name = "FILE")]
    omm: Option<PathBuf>,
    /// What the satellites of --tle or --omm carry: JSON
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Where satellites are offered: `GeoJSON` polygons [default: where the network is]
    #[arg(long, value_name = "FILE")]
    region: Option<PathBuf>,
}

impl Files {
    fn is_empty(&self) -> bool {
        let one = [&self.nodes, &self.relays, &self.pools, &self.shells, &self.tle, &self.omm];
        self.radio_cells.is_empty() && one.iter().all(|file| file.is_none())
    }
}

/// Runs it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let there = options.data.join("FORMAT").exists();
    // Opened first where it is there: a cell that runs is in the way whatever the files say.
    let store = there.then(|| open(options)).transpose()?;
    let brought = read::read(&options.files)?;
    let resolution = Resolution::try_from(options.satellite_resolution)?;
    let (plan, beams) = planned::resources(&brought, resolution, wall_clock())?;
    tell(&plan);
    if options.dry_run {
        let state = store.map(|store| View::recover(&*store)).transpose()?.unwrap_or_default().state;
        let Counts { added, there, different } = compare(&state, &plan).1;
        println!(
            "nothing was changed: {added} would be added, {there} are there already ({different} of them different)"
        );
        return Ok(());
    }
    let store = store.map_or_else(|| open(options), Ok)?;
    let filling = Filling {
        profile: ProfileRef::from_index(options.profile),
        background_ppm: options.background_ppm,
        floor_ppm: options.floor_ppm,
        beams,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    kept::add(&options.data, options.background_ppm, &brought.sky)?;
    let Counts { added, there, different } = runtime.block_on(into(&store, plan, filling, &brought.sky))?;
    println!("imported: {added} added, {there} were there already");
    if different > 0 {
        println!("{different} of them differ from what was brought, and stay as they are");
    }
    Ok(())
}

fn open(options: &Options) -> anyhow::Result<Arc<dyn Store>> {
    let (data, cell) = (&options.data, CellId(options.cell));
    if options.dry_run {
        return Ok(Arc::new(SqliteStore::open(data, cell)?));
    }
    let key = operator_key(options.key_file.as_deref())?;
    Ok(folder::open(data, cell, key.as_ref())?.store)
}

/// Defines what is missing, and says slot by slot what satellites carry.
async fn into(store: &Arc<dyn Store>, plan: Plan, filling: Filling, sky: &[Constellation]) -> anyhow::Result<Counts> {
    let cell = Cell::start(store)?;
    running::found(cell.gate(), store.cell()).await?;
    let mut loaded = load::load(cell.gate(), plan, &filling).await;
    if loaded.is_ok() {
        loaded = load::foresee(cell.gate(), sky, filling).await.and(loaded);
    }
    tokio::task::spawn_blocking(move || cell.stop()).await.context("a thread ended in a panic")?;
    loaded
}

/// Says what was read, by class.
fn tell(plan: &Plan) {
    let mut counts: BTreeMap<Class, (usize, usize, u64)> = BTreeMap::new();
    for planned in plan {
        let (resources, cells, nominal) = counts.entry(planned.class).or_default();
        *resources += 1;
        *cells += planned.covers.len();
        *nominal = nominal.saturating_add(planned.nominal);
    }
    println!("{:16} {:>9} {:>12} {:>20}", "class", "resources", "H3 cells", "capacity");
    for (class, (resources, cells, nominal)) in counts {
        println!("{:16} {resources:>9} {cells:>12} {nominal:>20}", name_of(class));
    }
}

/// A data folder that is there.
pub fn existing(data: &Path) -> anyhow::Result<()> {
    ensure!(data.join("FORMAT").exists(), "{} is not a data folder of tessera", data.display());
    Ok(())
}

#[cfg(test)]
mod tests;
