//! Passes of a large constellation over one place, searched for and looked up.

use anyhow::anyhow;
use h3o::{LatLng, Resolution};
use intelligence::element::orbit::{Height, Index, Phasing, Place, Shell, passes};
use node::wall_clock;
use serde::Serialize;
use std::hint::black_box;
use std::time::Instant;
use types::{Duration, H3Cell, Window};

/// Where.
const PLACE: (f64, f64) = (47.0, 9.0);
/// How low over the horizon a satellite is of use, in degrees.
const MASK_DEG: f64 = 25.0;

/// What the sky took.
#[derive(Serialize)]
pub struct Figures {
    satellites: usize,
    passes: usize,
    search_ms: u128,
    indexed_us: f64,
}

/// Searches for the passes of ten thousand satellites over one place in a day, and looks them up.
pub fn measure() -> anyhow::Result<Figures> {
    let now = wall_clock();
    let shell = Shell {
        name: "shell".to_owned(),
        height: Height::AltitudeKm(550.0),
        inclination_deg: 53.0,
        planes: 100,
        satellites_per_plane: 100,
        phasing: Phasing::Walker(1),
        node_spread_deg: 360.0,
        epoch: now,
    };
    let satellites = shell.satellites()?;
    let place = Place::new(PLACE.0, PLACE.1, 0.0)?;
    let day = Window::starting(now, Duration::from_hours(24)).map_err(|error| anyhow!("{error}"))?;
    let began = Instant::now();
    let found = passes(&place.site(), MASK_DEG, &satellites, day)?.len();
    let search_ms = began.elapsed().as_millis();
    let cell = H3Cell::from_index(LatLng::new(PLACE.0, PLACE.1)?.to_cell(Resolution::Four).into());
    let mut index = Index::new(day);
    index.insert(cell, place, MASK_DEG, &satellites)?;
    let began = Instant::now();
    let indexed = black_box(index.passes(cell, day).count());
    let indexed_us = (began.elapsed().as_secs_f64() * 1e7).round() / 10.0;
    anyhow::ensure!(indexed == found, "the index holds {indexed} passes of {found}");
    Ok(Figures { satellites: satellites.len(), passes: found, search_ms, indexed_us })
}

impl Figures {
    /// As text.
    pub fn print(&self) {
        let Self { satellites, passes, search_ms, indexed_us } = self;
        println!(
            "{passes} passes of {satellites} satellites in 24 h: {search_ms} ms searched, {indexed_us} µs from the index"
        );
    }
}
