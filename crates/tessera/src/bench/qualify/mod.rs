//! `tessera bench qualify`: can it be promised, here, then, asked of a whole country with a million promises on it.
//!
//! The country is drawn, its resources are defined and its promises are bought by the engine's own commands; no journal is
//! behind it. Every figure is of one core.

mod country;
mod sky;

use super::Options;
use super::start::resident_kib;
use anyhow::Context;
use country::Country;
use engine::capacity::Terms;
use engine::state::Grade;
use engine::{Ask, qualify};
use serde::Serialize;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Radio cells of the runs when no number is named.
const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
/// Promises for each radio cell.
const PROMISES_PER_CELL: u32 = 10;
/// Point requests of a run when no number is named.
const REQUESTS: u64 = 200_000;
/// Area requests of a run.
const AREAS: usize = 200;

/// All runs; the figures in front are of the largest country.
#[derive(Serialize)]
struct Report {
    bench: &'static str,
    ops_per_s: u64,
    p50_us: f64,
    p99_us: f64,
    runs: Vec<Run>,
    sky: sky::Figures,
}

/// One size of country.
#[derive(Serialize)]
pub struct Run {
    radio_cells: u32,
    resources: usize,
    coverage_entries: usize,
    promises: usize,
    load_ms: u128,
    promises_ms: u128,
    /// Of the point requests.
    pub promised_percent: f64,
    ops_per_s: u64,
    p50_us: f64,
    p99_us: f64,
    max_us: f64,
    area_radio_cells: usize,
    area_p50_us: f64,
    area_p99_us: f64,
    resident_mib: u64,
}

/// Sorted times of one kind of request.
struct Times(Vec<Duration>);

/// Measures each size, and the sky over one place.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let sizes = options.radio_cells.map_or_else(|| SIZES.to_vec(), |cells| vec![cells]);
    let mut runs = Vec::new();
    for radio_cells in sizes {
        runs.push(measure(radio_cells, options.count.unwrap_or(REQUESTS))?);
    }
    let sky = sky::measure()?;
    let last = runs.last().map_or((0, 0.0, 0.0), |run| (run.ops_per_s, run.p50_us, run.p99_us));
    let report = Report { bench: "qualify", ops_per_s: last.0, p50_us: last.1, p99_us: last.2, runs, sky };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

/// One size; ends with an error when the country cannot be built.
pub fn measure(radio_cells: u32, requests: u64) -> anyhow::Result<Run> {
    let began = Instant::now();
    let mut country = Country::load(radio_cells)?;
    let load_ms = began.elapsed().as_millis();
    let began = Instant::now();
    let promises = country.promise(radio_cells * PROMISES_PER_CELL);
    let promises_ms = began.elapsed().as_millis();
    let mut can = 0_u64;
    let asks: Vec<_> = (0..requests).map(|_| country.ask()).collect();
    let points = Times::of(
        asks.iter().map(|(window, place)| {
            let ask = Ask {
                offering: country.offering,
                window: *window,
                place,
                stages: &[],
                grade_min: Grade::Empirical,
                terms: Terms::Firm,
            };
            move |country: &Country| qualify(&country.state, ask, country.now).is_ok()
        }),
        &country,
        &mut can,
    );
    let areas = country.areas(1_000.min(radio_cells as usize / 20));
    let promisable = areas.into_iter().find_map(|(area, serving)| Some((country.promisable(&area)?, area, serving)));
    let (window, area, area_radio_cells) = promisable.context("nothing can be promised over any area")?;
    let ask = Ask {
        offering: country.offering,
        window,
        place: &area,
        stages: &[],
        grade_min: Grade::Empirical,
        terms: Terms::Firm,
    };
    let areas = Times::of(
        std::iter::repeat_n(move |country: &Country| qualify(&country.state, ask, country.now).is_ok(), AREAS),
        &country,
        &mut 0,
    );
    let total: Duration = points.0.iter().sum();
    Ok(Run {
        radio_cells,
        resources: country.state.resources.len(),
        coverage_entries: country.state.resources.iter().map(|info| info.covers.len()).sum(),
        promises,
        load_ms,
        promises_ms,
        promised_percent: (can as f64 / requests as f64 * 1_000.0).round() / 10.0,
        ops_per_s: (requests as f64 / total.as_secs_f64()) as u64,
        p50_us: points.at(0.5),
        p99_us: points.at(0.99),
        max_us: points.at(1.0),
        area_radio_cells,
        area_p50_us: areas.at(0.5),
        area_p99_us: areas.at(0.99),
        resident_mib: resident_kib()? / 1_024,
    })
}

impl Times {
    /// Asks one after another; counts those that can be promised.
    fn of<A: FnOnce(&Country) -> bool>(asks: impl Iterator<Item = A>, country: &Country, promised: &mut u64) -> Self {
        let measured = |ask: A| {
            let began = Instant::now();
            let can = black_box(ask(country));
            let took = began.elapsed();
            *promised += u64::from(can);
            took
        };
        let mut times: Vec<_> = asks.map(measured).collect();
        times.sort_unstable();
        Self(times)
    }

    fn at(&self, share: f64) -> f64 {
        let at = (self.0.len().saturating_sub(1) as f64 * share) as usize;
        self.0.get(at).map_or(0.0, |time| (time.as_secs_f64() * 1e7).round() / 10.0)
    }
}

impl Report {
    fn print(&self) {
        println!(
            "{:>11} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>13} {:>10} {:>7}",
            "radio cells",
            "promises",
            "load ms",
            "asks/s",
            "promised",
            "p50 µs",
            "p99 µs",
            "area of cells",
            "p50 µs",
            "MiB"
        );
        for run in &self.runs {
            println!(
                "{:>11} {:>9} {:>9} {:>9} {:>7} % {:>7} {:>7} {:>13} {:>10} {:>7}",
                run.radio_cells,
                run.promises,
                run.load_ms,
                run.ops_per_s,
                run.promised_percent,
                run.p50_us,
                run.p99_us,
                run.area_radio_cells,
                run.area_p50_us,
                run.resident_mib
            );
        }
        self.sky.print();
    }
}
