//! Benches over HTTP: the cell and, in the same run, bare axum; the client is in this process, on the same cores.

mod bare;
mod client;
mod identity;
mod served;

pub use bare::{Bare, Serving};
pub use client::{Connection, JSON, Load, Post, Script, Turn};
pub use identity::{Auth, Identity};
pub use served::{Caller, Idle};

use super::Options;
use anyhow::Context;
use client::{Taken, drive};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// Connections of the runs when no number is named.
const CONNECTIONS: [u32; 2] = [64, 256];

/// All runs of a bench; the figures in front are the worst of them.
#[derive(Debug, Serialize)]
pub struct Report {
    bench: &'static str,
    ops_per_s: u64,
    p50_us: u64,
    p99_us: u64,
    of_bare_percent: f64,
    runs: Vec<Run>,
}

/// One number of connections.
#[derive(Debug, Serialize)]
pub struct Run {
    /// At one time.
    pub connections: u32,
    /// The cell.
    pub cell: Figures,
    /// Bare axum.
    pub bare: Figures,
    /// The cell's operations a second, of bare axum's.
    pub of_bare_percent: f64,
}

/// What was measured of one server.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    ops: u64,
    ops_per_s: u64,
    /// Requests, or what else one operation is made of.
    pub requests_per_s: u64,
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
}

/// What is measured: a script, and how many requests one operation of it is.
pub struct Measured<S> {
    /// What the client does.
    pub script: Arc<S>,
    /// Requests of one operation.
    pub requests: u64,
}

/// One run for each number of connections to measure with, each in a folder of its own.
pub fn runs(
    options: &Options,
    count: u64,
    run: impl Fn(Load, &Path) -> anyhow::Result<Run>,
) -> anyhow::Result<Vec<Run>> {
    let numbers = options.connections.map_or_else(|| CONNECTIONS.to_vec(), |connections| vec![connections]);
    let runs = numbers.into_iter().map(|connections| {
        let folder = tempfile::tempdir().context("could not make a temporary folder")?;
        let data = options.data.clone().unwrap_or_else(|| folder.path().to_owned()).join(format!("{connections}"));
        run(Load { connections, count: options.count.unwrap_or(count) }, &data)
    });
    runs.collect()
}

impl<S: Script> Measured<S> {
    /// The cell alone.
    pub fn alone(&self, load: Load, cell: SocketAddr) -> anyhow::Result<Figures> {
        let mut client = tokio::runtime::Builder::new_multi_thread();
        let client = client.worker_threads(1).thread_name("bench-client").enable_all().build()?;
        Ok(self.figures(&client.block_on(drive(cell, load, &self.script))?))
    }

    /// Bare axum and then the cell, by the same client.
    pub fn beside(&self, load: Load, cell: SocketAddr, bare: &Serving) -> anyhow::Result<Run> {
        // One thread for the client: there are as many for the server as it takes in earnest.
        let mut client = tokio::runtime::Builder::new_multi_thread();
        let client = client.worker_threads(1).thread_name("bench-client").enable_all().build()?;
        let bare = self.figures(&client.block_on(drive(bare.address, load, &self.script))?);
        let cell = self.figures(&client.block_on(drive(cell, load, &self.script))?);
        let of_bare_percent = (cell.ops_per_s as f64 / bare.ops_per_s as f64 * 1_000.0).round() / 10.0;
        Ok(Run { connections: load.connections, cell, bare, of_bare_percent })
    }

    fn figures(&self, taken: &Taken) -> Figures {
        let latencies = &taken.latencies;
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_micros() as u64;
        let ops = latencies.len() as u64;
        let per_s = |number: u64| (number as f64 / taken.took.as_secs_f64()) as u64;
        Figures {
            ops,
            ops_per_s: per_s(ops),
            requests_per_s: per_s(ops * self.requests),
            p50_us: at(0.5),
            p99_us: at(0.99),
            max_us: at(1.0),
        }
    }
}

impl Report {
    /// Of all runs of a bench.
    pub fn of(bench: &'static str, runs: Vec<Run>) -> Self {
        let cells = || runs.iter().map(|run| run.cell);
        Self {
            bench,
            ops_per_s: cells().map(|cell| cell.ops_per_s).min().unwrap_or(0),
            p50_us: cells().map(|cell| cell.p50_us).max().unwrap_or(0),
            p99_us: cells().map(|cell| cell.p99_us).max().unwrap_or(0),
            of_bare_percent: runs.iter().map(|run| run.of_bare_percent).fold(f64::INFINITY, f64::min),
            runs,
        }
    }

    /// Prints it, as one JSON object or as text.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        for run in &self.runs {
            run.cell.print(self.bench, run.connections);
            run.bare.print("bare axum", run.connections);
            println!("{:>14}  {:.1} % of bare axum", "", run.of_bare_percent);
        }
        Ok(())
    }
}

impl Figures {
    /// Prints them as a line of text.
    pub fn print(&self, what: &str, connections: u32) {
        println!(
            "{what:>14}  {connections:>4} connections  {:>7} /s  {:>7} requests/s  p50 {:>6} µs  p99 {:>6} µs  max {:>6} µs",
            self.ops_per_s, self.requests_per_s, self.p50_us, self.p99_us, self.max_us,
        );
    }
}
