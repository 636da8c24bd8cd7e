//! The calls of a cell to its network, and the samples that come back.

use super::gate::{Gate, GateError};
use super::writer::wall_clock;
use crate::assurance::{Assurance, Promise, charge_of};
use crate::limits::{CALL_TIMEOUT, TELEMETRY_EVERY, TELEMETRY_REPORTS_MAX};
use crate::outbox::{Call, Outbox};
use crate::port::{CallError, Fault, Intent, Report, Southbound};
use crate::vault::{SessionRecord, Vault};
use crate::view::View;
use engine::state::{Digest, SessionRef, State};
use engine::{Actor, Command, Measurement};
use std::sync::Arc;
use std::time::Duration as Pause;
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{Instant, SessionId, Unit};

/// A cell's side of the southbound port.
#[derive(Clone)]
pub struct Network {
    gate: Gate,
    vault: Vault,
    port: Arc<dyn Southbound>,
    /// When this cell last knew what happened, before it started: windows since then were not measured.
    seen_until: Instant,
}

/// A call that came back.
struct Returned {
    session: SessionRef,
    result: Result<(), CallError>,
    /// What was measured last, and when it ended, for a call that ended a session.
    last: Vec<Report>,
}

impl Network {
    /// Calls `port` for the cell behind `gate`.
    pub fn new(gate: Gate, vault: Vault, port: Arc<dyn Southbound>) -> Self {
        let seen_until = gate.replica().view().at;
        Self { gate, vault, port, seen_until }
    }

    /// Runs until `stop` is true. A call under way is then abandoned: it is made again after the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut outbox = Outbox::default();
        let mut assurance = Assurance::default();
        let mut calls = JoinSet::new();
        let mut durable = self.gate.replica().subscribe();
        let mut tick = tokio::time::interval(Pause::from_millis(TELEMETRY_EVERY.as_ms()));
        loop {
            self.start_calls(&mut outbox, &mut calls);
            tokio::select! {
                // What it waited for is a guard that must not be held across the other branches.
                () = async { drop(stop.wait_for(|stop| *stop).await) } => return,
                changed = durable.changed() => if changed.is_err() { return },
                Some(returned) = calls.join_next() => match returned {
                    Ok(returned) => self.finish(&mut outbox, &mut assurance, returned).await,
                    Err(error) => tracing::error!(%error, "a call to the network ended in a panic"),
                },
                _ = tick.tick() => self.collect(&outbox, &mut assurance).await,
            }
        }
    }

    fn start_calls(&self, outbox: &mut Outbox, calls: &mut JoinSet<Returned>) {
        let view = self.gate.replica().view();
        while let Some((session, call)) = outbox.next(&view.state, wall_clock()) {
            let intent = self.intent(&view.state, session);
            calls.spawn(self.clone().call(session, call, intent));
        }
    }

    async fn call(self, session: SessionRef, call: Call, intent: Option<(Intent, u64)>) -> Returned {
        let Some((intent, after)) = intent else {
            return Returned { session, result: Ok(()), last: Vec::new() };
        };
        let port = &self.port;
        let made = async {
            match call {
                Call::Activate => port.activate(&intent).await,
                Call::Release => port.release(intent.session).await,
                Call::Resolve => match port.read_back(intent.session).await {
                    Ok(true) => port.release(intent.session).await,
                    Ok(false) => Ok(()),
                    Err(error) => Err(error),
                },
            }
        };
        let patience = Pause::from_millis(CALL_TIMEOUT.as_ms());
        let result = tokio::time::timeout(patience, made).await.unwrap_or_else(|_| Err(no_answer(intent.session)));
        if let Err(error) = &result {
            tracing::warn!(%error, fault = ?error.fault, retryable = error.retryable, network = port.name(), "a call failed");
        }
        let last = match call {
            Call::Release if result.is_ok() => port.reports(intent.session, after).await.unwrap_or_default(),
            _ => Vec::new(),
        };
        Returned { session, result, last }
    }

    async fn finish(&self, outbox: &mut Outbox, assurance: &mut Assurance, returned: Returned) {
        let Returned { session, result, last } = returned;
        self.take_reports(assurance, session, last).await;
        if result.is_ok() {
            let ended_at = self.gate.read(|view| view.state.session(session).and_then(|row| row.ends_at)).await;
            let over = assurance.end(session, ended_at.unwrap_or(Instant::MAX).min(wall_clock()));
            self.judge(over).await;
        }
        if let Some(command) = outbox.done(session, result.as_ref().copied(), wall_clock()) {
            self.tell(command).await;
        }
    }

    /// Takes what was measured since the last time, of every session that the network enforces.
    async fn collect(&self, outbox: &Outbox, assurance: &mut Assurance) {
        let active: Vec<(SessionRef, SessionId, u64)> = {
            let view = self.gate.replica().view();
            self.begin(&view, assurance);
            let rows = view.state.sessions_active();
            rows.map(|(session, row)| (session, row.id, reported(&view.state, session))).collect()
        };
        let mut taken = 0;
        for (session, id, after) in active {
            match self.port.reports(id, after).await {
                Ok(reports) => {
                    taken += reports.len();
                    self.take_reports(assurance, session, reports).await;
                }
                Err(error) => tracing::warn!(%error, "telemetry could not be collected"),
            }
            if let Ok(false) = self.port.read_back(id).await
                && let Some(command) = outbox.lost(session)
            {
                self.tell(command).await;
            }
            if taken >= TELEMETRY_REPORTS_MAX {
                return;
            }
        }
    }

    fn begin(&self, view: &View, assurance: &mut Assurance) {
        for (session, row) in view.state.sessions_active() {
            if assurance.counts(session) {
                continue;
            }
            let offering = view.state.token(row.token).and_then(|token| view.state.offering(token.offering));
            if let Some(promise) = offering.and_then(|offering| Promise::of(row, offering)) {
                let seen_until = (promise.started_at < self.seen_until).then_some(self.seen_until);
                assurance.begin(session, promise, seen_until, reported(&view.state, session));
            }
        }
    }

    /// Charges what was delivered, and judges the windows that are over.
    async fn take_reports(&self, assurance: &mut Assurance, session: SessionRef, mut reports: Vec<Report>) {
        reports.sort_by_key(|report| report.sequence);
        let mut over = Vec::new();
        let mut charges = Vec::new();
        {
            let view = self.gate.replica().view();
            let Some(row) = view.state.session(session) else { return };
            let offering = view.state.token(row.token).and_then(|token| view.state.offering(token.offering));
            let unit = offering.and_then(|offering| offering.price.usage).map_or(Unit::Byte, |usage| usage.unit);
            for report in &reports {
                charges.extend(charge_of(row, report, unit));
                over.extend(assurance.count(session, report));
            }
        }
        if !charges.is_empty() {
            match self.gate.charge_all(Actor::NETWORK, charges).await {
                Ok(answers) => {
                    for rejection in answers.into_iter().filter_map(Result::err) {
                        tracing::warn!(code = rejection.code(), "a delivery was not charged");
                    }
                }
                Err(error) => tracing::warn!(%error, "deliveries were not charged; they are reported again"),
            }
        }
        self.judge(over).await;
    }

    async fn judge(&self, over: Vec<Measurement>) {
        for measured in over {
            self.tell(Command::RecordWindow(measured)).await;
        }
    }

    /// Results return as commands. One that is refused because the cell is busy comes again: the state still asks.
    async fn tell(&self, command: Command) {
        match self.gate.submit(Actor::NETWORK, command).await {
            Ok(_) => {}
            Err(GateError::Rejected(rejection)) => tracing::debug!(code = rejection.code(), "a result came too late"),
            Err(error @ GateError::Refused(_)) => tracing::warn!(%error, "a result was not taken"),
        }
    }

    /// What the network is to enforce, and the last report that was charged.
    fn intent(&self, state: &State, session: SessionRef) -> Option<(Intent, u64)> {
        let row = state.session(session)?;
        let token = state.token(row.token)?;
        let offering = state.offering(token.offering)?;
        let radio = token.legs.iter().find_map(|leg| {
            let info = state.resource(leg.resource).filter(|info| !info.covers.is_empty())?;
            Some((info.id, leg.units))
        });
        let record = self.record(row.flow);
        let intent = Intent {
            session: row.id,
            token: token.id,
            device: record.device,
            flow: record.request,
            qos_profile: offering.qos_profile.clone(),
            radio,
            place: token.place.clone(),
            downlink_kbps_min: offering.terms.downlink_kbps_min,
            uplink_kbps_min: offering.terms.uplink_kbps_min,
            latency_ms_max: offering.terms.latency_ms_max,
            duration: row.duration,
        };
        Some((intent, reported(state, session)))
    }

    /// The private part of a session; empty once its person was erased.
    fn record(&self, flow: Digest) -> SessionRecord {
        self.vault
            .session(flow)
            .unwrap_or_else(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "a session's private part cannot be read");
                None
            })
            .unwrap_or_default()
    }
}

fn reported(state: &State, session: SessionRef) -> u64 {
    state.session(session).and_then(|row| state.source(row.source)).map_or(0, |source| source.high)
}

fn no_answer(session: SessionId) -> CallError {
    let reason = format!("no answer within {} ms", CALL_TIMEOUT.as_ms());
    CallError { attempted: "reach the network for", session, reason, fault: Fault::Unknown, retryable: true }
}
