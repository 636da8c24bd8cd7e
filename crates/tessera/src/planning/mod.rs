//! What a cell plans beside its writer: what is sold comes from what is to be expected, not from a profile alone.
//!
//! Once at the start and then every hour, [`Planner`] makes forecasts and loads them through the gate, as an operator would:
//! of background load from what the network measured ([`background`]), and of what satellites carry from their elements
//! ([`sky`], [`beam`], [`kept`]). It decides nothing. Where it knows too little it says nothing, and the profile holds; when
//! it fails, that is logged and counted, and sales go on.

mod background;
pub mod beam;
pub mod kept;
mod shared;
pub mod sky;

pub use crate::config::Planning as Settings;
pub use shared::Ahead;

use crate::limits::{MEASURED_HISTORY, PLANNING_RETRY, SKY_AHEAD, SKY_LEAD};
use crate::running::{Plan, Planned};
use anyhow::{Context, anyhow};
use background::known;
use beam::Beam;
use engine::Actor;
use engine::capacity::{ForecastTable, SLOTS_PER_HOUR, Slot, SlotRange};
use engine::state::PartyRef;
use node::{Gate, Southbound};
use northbound::Planning;
use sky::{Sky, parts_of};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant as Began;
use tokio::sync::watch;
use types::{Duration, Instant};

/// What looks ahead beside a cell whose data folder is `data`; nothing where `settings` say so.
pub fn beside(data: &Path, settings: Settings) -> Option<Plan> {
    let (every, data) = (settings.every?, data.to_path_buf());
    Some(Box::new(move |gate, port, stop| {
        let planner = Planner::new(gate.clone(), Arc::clone(port), data, settings);
        let shown: Arc<dyn Planning> = planner.ahead();
        Planned { shown: Some(shown), congestion: None, work: vec![Box::pin(planner.run(every, stop))] }
    }))
}

/// Plans one cell.
pub struct Planner {
    gate: Gate,
    port: Arc<dyn Southbound>,
    data: PathBuf,
    ahead: Arc<Ahead>,
    /// Everything that was measured before this is taken in.
    learned_to: Slot,
    /// How many resources were known when it was.
    resources: usize,
}

impl Planner {
    /// For the cell behind `gate`, whose network is behind `port` and whose data folder is `data`.
    pub fn new(gate: Gate, port: Arc<dyn Southbound>, data: PathBuf, settings: Settings) -> Self {
        let ahead = Arc::new(Ahead::new(settings.quantile_ppm));
        Self { gate, port, data, ahead, learned_to: Slot::from_index(0), resources: 0 }
    }

    /// What it worked out, as others see it.
    pub fn ahead(&self) -> Arc<Ahead> {
        Arc::clone(&self.ahead)
    }

    /// Plans `every` so often until `stop` is true.
    pub async fn run(mut self, every: Duration, mut stop: watch::Receiver<bool>) {
        let work = async {
            loop {
                let now = self.gate.clock().now();
                let failures = self.round(now).await;
                let pause = if failures == 0 { every } else { every.min(PLANNING_RETRY) };
                tokio::time::sleep(std::time::Duration::from_millis(pause.as_ms())).await;
            }
        };
        tokio::select! {
            () = async { drop(stop.wait_for(|stop| *stop).await) } => {}
            () = work => {}
        }
    }

    /// Looks at the sky, then at the ground, as they are at `now`; how much of it failed.
    async fn round(&mut self, now: Instant) -> u64 {
        let began = Began::now();
        let results = [self.look_up(now).await, self.look_down(now).await];
        let failures = results.into_iter().filter_map(Result::err).map(|error| {
            tracing::error!(error = &*error as &dyn std::error::Error, "planning failed; the profile holds");
        });
        let failures = u64::try_from(failures.count()).unwrap_or(u64::MAX);
        self.ahead.count_round(failures, began.elapsed());
        failures
    }

    /// Forecasts what satellites carry, where what was worked out does not reach far enough.
    async fn look_up(&mut self, now: Instant) -> anyhow::Result<()> {
        if self.ahead.sky().is_some_and(|sky| sky.ends() > now.after(SKY_LEAD)) {
            return Ok(());
        }
        let data = self.data.clone();
        let kept = aside(move || kept::read(&data)).await??;
        if kept.is_empty() {
            return Ok(());
        }
        let mut sky = Sky::new(slots_ahead(now).context("beyond the calendar")?);
        for kept in kept.into_values() {
            let others_ppm = kept.others_ppm;
            let constellation = Arc::new(aside(move || kept.constellation()).await??);
            let names = constellation.names();
            let parts = self.gate.read(|view| parts_of(&view.state, &constellation.name)).await;
            for part in parts {
                let (constellation, slots) = (Arc::clone(&constellation), sky.slots());
                let beam = aside(move || Beam::of(&constellation, part.cell, slots)).await??;
                sky.insert(part, &names, others_ppm, beam);
            }
        }
        self.load(sky.table()).await.context("could not load what satellites carry")?;
        self.ahead.show(sky);
        Ok(())
    }

    /// Takes in what was measured, and forecasts it.
    async fn look_down(&mut self, now: Instant) -> anyhow::Result<()> {
        let learned = self.learn(now).await;
        let known = self.gate.read(|view| known(&view.state)).await;
        // What is known of the load is good whether or not more of it was heard just now.
        let ahead = self.ahead();
        let table = aside(move || ahead.background().table(&known, now)).await?;
        self.ahead.count_measured(table.as_ref().map_or(0, |table| table.resources().len()));
        self.load(table).await.context("could not load the background that is expected")?;
        learned
    }

    async fn learn(&mut self, now: Instant) -> anyhow::Result<()> {
        let port = Arc::clone(&self.port);
        let Some(measured) = port.measured() else { return Ok(()) };
        let known = Arc::new(self.gate.read(|view| known(&view.state)).await);
        let running = Slot::containing(now).context("beyond the calendar")?;
        let remembered = Slot::containing(now.before(MEASURED_HISTORY)).context("beyond the calendar")?;
        // A resource that is new may have been measured for long: everything is heard once more, what is known passed over.
        let is_new = known.len() != self.resources;
        let mut from = if is_new { remembered } else { self.learned_to.max(remembered) };
        let mut left_out = 0;
        while let Some(slots) = SlotRange::new(from, from.after(SLOTS_PER_HOUR).min(running)) {
            let loads = measured.loads(slots.window()).await?;
            let (ahead, known) = (self.ahead(), Arc::clone(&known));
            left_out += aside(move || ahead.observe(background::measured(&known, loads))).await?.left_out;
            from = slots.to();
        }
        (self.learned_to, self.resources) = (from, known.len());
        if left_out > 0 {
            tracing::warn!(left_out, "measurements were not taken in: too large, or of too many resources");
        }
        Ok(())
    }

    async fn load(&self, table: Option<ForecastTable>) -> anyhow::Result<()> {
        let Some(table) = table else { return Ok(()) };
        self.gate.load_forecast(Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR }, table).await?;
        self.ahead.count_forecast();
        Ok(())
    }
}

/// The slots that satellites are looked for in.
pub fn slots_ahead(now: Instant) -> Option<SlotRange> {
    SlotRange::new(Slot::containing(now)?, Slot::containing(now.after(SKY_AHEAD))?.after(1))
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| anyhow!("a part of planning ended in a panic: {error}"))
}

#[cfg(test)]
mod tests;
