//! `sky.json` of a data folder: the constellations that a cell sells, so that it can go on looking ahead.

use crate::folder;
use crate::import::sky::{Constellation, Source};
use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// What the file is called.
const FILE: &str = "sky.json";

/// A constellation as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What of its capacity others use, in ppm.
    pub others_ppm: u32,
    /// What it was read from.
    pub source: Source,
}

/// Constellations by their names; none where the file is not there.
pub fn read(data: &Path) -> anyhow::Result<BTreeMap<String, Kept>> {
    let file = data.join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("could not read {}", file.display())),
    };
    serde_json::from_str(&text).with_context(|| format!("{} is not what `tessera import` wrote", file.display()))
}

/// Keeps constellations beside those that are kept already; one of the same name takes the place of the other.
pub fn add(data: &Path, others_ppm: u32, constellations: &[Constellation]) -> anyhow::Result<()> {
    if constellations.is_empty() {
        return Ok(());
    }
    let mut kept = read(data)?;
    for constellation in constellations {
        let source = constellation.source.clone();
        kept.insert(constellation.name.clone(), Kept { others_ppm, source });
    }
    let file = data.join(FILE);
    folder::write_whole(&file, &serde_json::to_string(&kept)?)
        .with_context(|| format!("could not write {}", file.display()))
}

impl Kept {
    /// The constellation, read anew.
    pub fn constellation(self) -> anyhow::Result<Constellation> {
        self.source.constellation().map_err(|what| anyhow!("{FILE}: {what}; import it again"))
    }
}
