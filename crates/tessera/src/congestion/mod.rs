//! Bid prices that a cell makes by itself, beside its writer: what capacity is worth to others comes from what is free, from
//! what was sold at the same hours of the weeks before, and from the plans.
//!
//! [`Pricer`] solves everything now and then and, in between, looks at what is free: where that changed, only the part of
//! the network that depends on it is solved again. It loads what it finds through the gate, as an operator would, and
//! decides nothing. Where too little was sold to say what is wanted, it says nothing, and plans hold; when it fails, that is
//! logged and counted, and what it said last counts until it expires.

mod history;
mod shared;

pub use crate::config::Congestion as Settings;

use crate::limits::PLANNING_RETRY;
use crate::running::{Plan, Planned};
use anyhow::{Context, anyhow};
use engine::Actor;
use engine::capacity::{BidHead, BidTable, ForecastStep, ResourceRef, Slot};
use engine::limits::BIDS_AHEAD_MAX;
use engine::state::PartyRef;
use history::{first_slot, free_in, outlook};
use intelligence::service::bid_price::Market;
use node::Gate;
use shared::Shared;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant as Began;
use tokio::sync::watch;
use types::{Currency, Duration, Instant};

/// What looks ahead beside a cell, and makes its bid prices too where `settings` say so.
pub fn beside(plan: Option<Plan>, settings: Settings) -> Option<Plan> {
    let Some(every) = settings.every else { return plan };
    Some(Box::new(move |gate, port, stop| {
        let pricer = Pricer::new(gate.clone(), settings);
        let others = plan.map(|plan| plan(gate, port, stop.clone()));
        let congestion = Some(pricer.shared() as Arc<dyn northbound::Congestion>);
        let mut planned = others.unwrap_or_default();
        planned.work.push(Box::pin(pricer.run(every, stop)));
        Planned { congestion, ..planned }
    }))
}

/// A network as it was solved last.
struct Solved {
    market: Market,
    /// Its first hour.
    from: Slot,
    at: Instant,
    currency: Currency,
}

/// Makes the bid prices of one cell.
pub struct Pricer {
    gate: Gate,
    settings: Settings,
    shared: Arc<Shared>,
    solved: Option<Solved>,
    /// Resources of which something was said.
    said: BTreeSet<ResourceRef>,
}

impl Pricer {
    /// For the cell behind `gate`.
    pub fn new(gate: Gate, settings: Settings) -> Self {
        Self { gate, settings, shared: Arc::default(), solved: None, said: BTreeSet::new() }
    }

    /// What it did, as others see it.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Solves `every` so often, and looks at what is free in between, until `stop` is true.
    pub async fn run(mut self, every: Duration, mut stop: watch::Receiver<bool>) {
        let refresh = self.settings.refresh;
        let work = async {
            loop {
                let worked = self.round(every, self.gate.clock().now()).await;
                let pause = if worked { refresh } else { PLANNING_RETRY };
                tokio::time::sleep(std::time::Duration::from_millis(pause.as_ms())).await;
            }
        };
        tokio::select! {
            () = async { drop(stop.wait_for(|stop| *stop).await) } => {}
            () = work => {}
        }
    }

    /// Solves everything, or what changed since; was that possible?
    pub async fn round(&mut self, every: Duration, now: Instant) -> bool {
        let began = Began::now();
        let due = self.solved.as_ref().is_none_or(|solved| solved.at.after(every) <= now);
        let done = if due { self.solve(every, now).await } else { self.refresh(every, now).await };
        self.shared.count_time(began.elapsed());
        if let Err(error) = &done {
            tracing::error!(
                error = &**error as &dyn std::error::Error,
                "no bid prices; the last ones expire, then plans hold"
            );
            self.shared.count_failure();
            self.solved = None;
        }
        done.is_ok()
    }

    async fn solve(&mut self, every: Duration, now: Instant) -> anyhow::Result<()> {
        let settings = self.settings;
        let outlook =
            self.gate.read(|view| outlook(&view.state, settings, now)).await.context("beyond the calendar")?;
        let Some(outlook) = outlook else { return Ok(()) };
        let (from, currency) = (outlook.from, outlook.currency);
        let market = aside(move || {
            let free = |resource, hour| outlook.free.get(&(resource, hour)).copied().unwrap_or(0);
            Market::new(outlook.hours, &outlook.wanted, free)
        });
        let Some(market) = market.await?? else { return Ok(()) };
        let priced: BTreeSet<_> = market.places().map(|(resource, _)| resource).collect();
        // What was worth something and is not wanted any more is said to be worth nothing.
        let of: BTreeSet<_> = priced.union(&self.said).copied().collect();
        let solved = Solved { market, from, at: now, currency };
        self.publish(&solved, &of, every, now).await?;
        tracing::info!(resources = priced.len(), "bid prices were made anew");
        self.shared.count_solved(priced.len());
        (self.said, self.solved) = (priced, Some(solved));
        Ok(())
    }

    async fn refresh(&mut self, every: Duration, now: Instant) -> anyhow::Result<()> {
        let Some(Solved { market, from, at, currency }) = self.solved.take() else { return Ok(()) };
        let places: Vec<_> = market.places().collect();
        let free: BTreeMap<_, _> = self.gate.read(|view| free_in(&view.state, from, &places, now)).await;
        let (market, changed) = aside(move || {
            let mut market = market;
            let changed = market.refresh(|resource, hour| free.get(&(resource, hour)).copied().unwrap_or(0));
            (market, changed)
        })
        .await?;
        let changed = changed?;
        let solved = Solved { market, from, at, currency };
        if !changed.is_empty() {
            self.publish(&solved, &changed, every, now).await?;
            tracing::debug!(resources = changed.len(), "bid prices follow a change of capacity");
            self.shared.count_refreshed();
        }
        self.solved = Some(solved);
        Ok(())
    }

    /// Loads the prices of these resources, to count until two more solutions are overdue.
    async fn publish(
        &self,
        solved: &Solved,
        of: &BTreeSet<ResourceRef>,
        every: Duration,
        now: Instant,
    ) -> anyhow::Result<()> {
        let Some(table) = table_of(solved, of, every, now) else { return Ok(()) };
        let operator = Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR };
        self.gate.load_bid_prices(operator, table).await.context("could not load bid prices")?;
        Ok(())
    }
}

fn table_of(solved: &Solved, of: &BTreeSet<ResourceRef>, every: Duration, now: Instant) -> Option<BidTable> {
    let running = first_slot(now)?;
    let passed = running.index().checked_sub(solved.from.index())? / engine::capacity::SLOTS_PER_HOUR;
    let counts = every.as_ms().saturating_mul(2).min(BIDS_AHEAD_MAX.as_ms());
    let head = BidHead {
        from: running,
        step: ForecastStep::Hour,
        currency: solved.currency,
        scale: 1,
        expires_at: now.after(Duration::from_ms(counts)),
    };
    solved.market.table(head, usize::try_from(passed).ok()?, of)
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| anyhow!("pricing ended in a panic: {error}"))
}

#[cfg(test)]
mod tests;
