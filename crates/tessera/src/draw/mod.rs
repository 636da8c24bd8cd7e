//! `tessera draw`: a plausible country, as the very files that `import` reads.

mod files;

use anyhow::{Context, ensure};
use clap::Args;
use intelligence::network::Network;
use intelligence::network::country::{Size, country};
use std::path::{Path, PathBuf};

/// What to draw.
#[derive(Args, Debug)]
pub struct Options {
    /// Folder for the files; made when it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The same seed draws the same country
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Radio cells
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=500_000))]
    radio_cells: u32,
    /// Edge sites, each with a pool of accelerators
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    edge_sites: u32,
    /// Relays in the stratosphere
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    relays: u32,
    /// Degrees north of its middle
    #[arg(long, default_value_t = 47.0, allow_negative_numbers = true)]
    lat: f64,
    /// Degrees east of its middle
    #[arg(long, default_value_t = 9.0, allow_negative_numbers = true)]
    lon: f64,
}

/// Runs it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let Options { folder, seed, radio_cells, edge_sites, relays, lat, lon } = options;
    ensure!((-60.0..=60.0).contains(lat), "--lat {lat}: -60 to 60 degrees are expected");
    ensure!((-170.0..=170.0).contains(lon), "--lon {lon}: -170 to 170 degrees are expected");
    std::fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let size = Size { radio_cells: *radio_cells, edge_sites: *edge_sites, relays: *relays, lat: *lat, lon: *lon };
    let network = country(*seed, size);
    write(folder, "radio_cells.csv", &files::radio_cells(&network)?, network.radio_cells.len())?;
    write(folder, "nodes.json", &files::nodes(&network)?, network.nodes.len())?;
    write(folder, "relays.json", &files::relays(&network)?, network.relays.len())?;
    write(folder, "pools.json", &files::pools(&network)?, network.pools.len())?;
    write(folder, "shells.json", &files::shells()?, 1)?;
    write(folder, "people.csv", &files::people(&network)?, network.radio_cells.len())?;
    println!("a country around {lat}, {lon}; import it with\n  {}", import_of(folder, &network));
    Ok(())
}

/// A file that is there already stays: it may be somebody's own.
fn write(folder: &Path, name: &str, text: &str, records: usize) -> anyhow::Result<()> {
    let path = folder.join(name);
    ensure!(!path.exists(), "{} is there already: name an empty folder", path.display());
    std::fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    println!("{}: {records}", path.display());
    Ok(())
}

fn import_of(folder: &Path, network: &Network) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    let relays = if network.relays.is_empty() { String::new() } else { format!(" --relays {}", file("relays.json")) };
    let pools = if network.pools.is_empty() { String::new() } else { format!(" --pools {}", file("pools.json")) };
    format!(
        "tessera import --data DIR --radio-cells {} --nodes {}{relays}{pools} --shells {}",
        file("radio_cells.csv"),
        file("nodes.json"),
        file("shells.json")
    )
}
