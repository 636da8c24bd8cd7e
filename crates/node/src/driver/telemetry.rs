//! What the network measured: taken session by session, judged, charged, acknowledged.
//!
//! In that order, so that a crash repeats and never skips: a report is acknowledged by the number of the last charge, a
//! window that is judged again is judged once. Each session is visited by a task of its own, so a network that hangs on
//! one holds up no other.

use super::attachments::Attachments;
use super::gate::{Gate, GateError};
use super::network::{Pace, Stopped, patiently, tell};
use crate::assurance::{Assurance, Promise, charge_of};
use crate::limits::{CALLS_MAX, RETRY_AFTER, SUBMISSION_COMMANDS_MAX, TELEMETRY_REPORTS_MAX};
use crate::port::{Report, Southbound};
use crate::step::Refused;
use engine::state::{EndReason, Offering, Session, SessionRef, SessionState, State};
use engine::{Actor, Charge, Command, Measurement, Rejection};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration as Pause;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use types::{Instant, SessionId, Unit};

/// The measuring side of a network.
pub(super) struct Telemetry {
    gate: Gate,
    port: Arc<dyn Southbound>,
    pace: Pace,
    counting: Mutex<Counting>,
    attachments: Attachments,
    /// Told whenever a visit is over.
    left: Notify,
}

#[derive(Default)]
struct Counting {
    assurance: Assurance,
    /// The last report of each session that needs no repeating.
    taken: BTreeMap<SessionRef, u64>,
    /// Sessions that are being visited.
    visited: BTreeSet<SessionRef>,
    /// Where the last round ended.
    last: Option<SessionRef>,
}

impl Telemetry {
    pub fn new(gate: Gate, port: Arc<dyn Southbound>, pace: Pace) -> Self {
        let attachments = Attachments::new(gate.clone(), Arc::clone(&port), pace);
        Self { gate, port, pace, counting: Mutex::default(), attachments, left: Notify::new() }
    }

    /// Visits every active session, again and again, until the cell stops.
    pub async fn run(self: Arc<Self>) {
        let mut tick = tokio::time::interval(Pause::from_millis(self.pace.telemetry_every.as_ms()));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                _ = tick.tick() => for session in self.due() {
                    let telemetry = Arc::clone(&self);
                    visits.spawn(async move { telemetry.visit(session).await });
                },
                Some(visited) = visits.join_next() => match visited {
                    Ok(Ok(())) => {}
                    Ok(Err(Stopped)) => return,
                    Err(error) => tracing::error!(%error, "a visit to a session ended in a panic"),
                },
            }
        }
    }

    /// A session is over on the network: takes what was measured last and judges the windows that were whole.
    pub async fn end(&self, session: SessionRef) -> Result<(), Stopped> {
        self.until_left(session).await;
        let row = self.gate.read(|view| view.state.session(session).map(|row| (row.id, row.started_at))).await;
        // What never began was never measured.
        let Some((id, Some(_))) = row else { return Ok(()) };
        self.begin(session);
        self.take(session, id).await?;
        self.close(session).await
    }

    /// The sessions to visit now, each marked as visited; where there are more than may be, others than last time.
    fn due(&self) -> Vec<SessionRef> {
        let view = self.gate.replica().view();
        let mut counting = self.counting();
        let room = CALLS_MAX.saturating_sub(counting.visited.len());
        let active: BTreeSet<SessionRef> = view.state.sessions_active().map(|(session, _)| session).collect();
        let after = counting.last.map_or(Unbounded, Excluded);
        let in_turn = active.range((after, Unbounded)).chain(&active);
        let mut due: Vec<SessionRef> = Vec::new();
        for session in in_turn.take(active.len()) {
            if due.len() < room && counting.visited.insert(*session) {
                due.push(*session);
            }
        }
        counting.last = due.last().copied().or(counting.last);
        due
    }

    async fn visit(&self, session: SessionRef) -> Result<(), Stopped> {
        let _visit = Visit(self, session);
        let Some(id) = self.gate.replica().view().state.session(session).map(|row| row.id) else { return Ok(()) };
        self.begin(session);
        self.take(session, id).await?;
        self.attachments.follow(session, id).await?;
        let enforced = patiently(id, self.pace.call_timeout, self.port.read_back(id)).await;
        let still = self.gate.read(|view| view.state.session(session).map(|row| row.state)).await;
        if matches!(enforced, Ok(false)) && still == Some(SessionState::Active) {
            tracing::warn!(session = %id, network = self.port.name(), "the network ended a session by itself");
            self.close(session).await?;
            let reason = Some(EndReason::NetworkTerminated);
            tell(&self.gate, Command::RecordDeactivation { session, reason }).await?;
        }
        Ok(())
    }

    /// Begins to count, from where this cell last knew what happened.
    fn begin(&self, session: SessionRef) {
        let view = self.gate.replica().view();
        let mut counting = self.counting();
        let Some(row) = view.state.session(session).filter(|_| !counting.assurance.counts(session)) else { return };
        let Some(promise) = offering_of(&view.state, row).and_then(|offering| Promise::of(row, offering)) else {
            return;
        };
        let known_until = self.gate.shared.recovered_at;
        let seen_until = (promise.started_at < known_until).then_some(known_until);
        counting.assurance.begin(session, promise, seen_until, reported(&view.state, row));
    }

    /// Takes what was measured since the last time. What cannot be had now comes again.
    async fn take(&self, session: SessionRef, id: SessionId) -> Result<(), Stopped> {
        let Some(after) = self.after(session) else { return Ok(()) };
        let mut reports = match patiently(id, self.pace.call_timeout, self.port.reports(id, after)).await {
            Ok(reports) => reports,
            Err(error) => {
                tracing::warn!(%error, fault = ?error.fault, network = self.port.name(), "telemetry could not be had");
                return Ok(());
            }
        };
        reports.sort_by_key(|report| report.sequence);
        reports.truncate(TELEMETRY_REPORTS_MAX);
        let (over, charges) = self.count(session, &reports);
        self.judge(over).await?;
        for some in charges.chunks(SUBMISSION_COMMANDS_MAX) {
            self.charge(some).await?;
        }
        if let Some(last) = reports.last() {
            let mut counting = self.counting();
            let taken = counting.taken.entry(session).or_default();
            *taken = last.sequence.max(*taken);
        }
        Ok(())
    }

    fn after(&self, session: SessionRef) -> Option<u64> {
        let taken = self.counting().taken.get(&session).copied().unwrap_or(0);
        let view = self.gate.replica().view();
        view.state.session(session).map(|row| reported(&view.state, row).max(taken))
    }

    fn count(&self, session: SessionRef, reports: &[Report]) -> (Vec<Measurement>, Vec<Charge>) {
        let view = self.gate.replica().view();
        let Some(row) = view.state.session(session) else { return (Vec::new(), Vec::new()) };
        let priced = view.state.token(row.token).and_then(|token| view.state.price_of(token));
        let unit = priced.and_then(|price| engine::rating::units(&price.plan).next()).unwrap_or(Unit::Byte);
        let charges = reports.iter().filter_map(|report| charge_of(row, report, unit)).collect();
        let mut counting = self.counting();
        (reports.iter().flat_map(|report| counting.assurance.count(session, report)).collect(), charges)
    }

    async fn charge(&self, charges: &[Charge]) -> Result<(), Stopped> {
        loop {
            match self.gate.charge_all(Actor::NETWORK, charges.to_vec()).await {
                Ok(answers) => {
                    let refused: Vec<Rejection> = answers.into_iter().filter_map(Result::err).collect();
                    if let Some(first) = refused.first() {
                        tracing::warn!(code = first.code(), refused = refused.len(), "deliveries were not charged");
                    }
                    return Ok(());
                }
                Err(GateError::Refused(Refused::Busy)) => {
                    tokio::time::sleep(Pause::from_millis(RETRY_AFTER.as_ms())).await;
                }
                Err(GateError::Refused(_) | GateError::Rejected(_)) => return Err(Stopped),
            }
        }
    }

    /// Judges the windows that were whole when a session ended; it is no longer counted.
    async fn close(&self, session: SessionRef) -> Result<(), Stopped> {
        let ends_at = self.gate.replica().view().state.session(session).and_then(|row| row.ends_at);
        self.attachments.forget(session);
        let ended_at = ends_at.unwrap_or(Instant::MAX).min(self.gate.clock().now());
        let over = {
            let mut counting = self.counting();
            counting.taken.remove(&session);
            counting.assurance.end(session, ended_at)
        };
        self.judge(over).await
    }

    async fn judge(&self, over: Vec<Measurement>) -> Result<(), Stopped> {
        for measured in over {
            tell(&self.gate, Command::RecordWindow(measured)).await?;
        }
        Ok(())
    }

    async fn until_left(&self, session: SessionRef) {
        loop {
            let left = self.left.notified();
            if !self.counting().visited.contains(&session) {
                return;
            }
            left.await;
        }
    }

    fn counting(&self) -> MutexGuard<'_, Counting> {
        self.counting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A visit under way; over when dropped, however that comes.
struct Visit<'a>(&'a Telemetry, SessionRef);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.counting().visited.remove(&self.1);
        self.0.left.notify_waiters();
    }
}

fn offering_of<'a>(state: &'a State, session: &Session) -> Option<&'a Offering> {
    state.token(session.token).and_then(|token| state.offering(token.offering))
}

/// The last report that was charged.
fn reported(state: &State, session: &Session) -> u64 {
    state.source(session.source).map_or(0, |source| source.high)
}
