//! `tessera bench start`: from an empty folder to serving, and the memory of an idle cell.

use super::Options;
use crate::running::{self, Doors};
use crate::{folder, planning, telling};
use anyhow::Context;
use southbound::unconnected::Unconnected;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use types::CellId;

/// Starts a cell in this process, lets it idle, and stops it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(options))
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let temporary = tempfile::tempdir().context("could not make a temporary folder")?;
    let data = options.data.clone().unwrap_or_else(|| temporary.path().join("data"));
    let began = Instant::now();
    let folder = folder::open(&data, CellId(1), None)?;
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let web = telling::web(&southbound::web::Config::default())?;
    let doors = Doors::open(any, any)?;
    let plan = planning::beside(&data, planning::Settings::default());
    let running = running::start(&folder, doors, Vec::new(), Arc::new(Unconnected), web, plan).await?;
    let start_ms = began.elapsed().as_millis();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle_kib = resident_kib()?;
    running.stop().await?;
    if options.json {
        println!("{{\"bench\":\"start\",\"start_ms\":{start_ms},\"idle_kib\":{idle_kib}}}");
    } else {
        println!("serving after {start_ms} ms; {idle_kib} KiB resident when idle");
    }
    Ok(())
}

/// Memory of this process that is resident.
pub fn resident_kib() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("could not read the process's own memory")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel names no resident memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
