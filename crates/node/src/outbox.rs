//! What the network is to be asked, without any I/O: for each session one call at a time, chosen by the durable state.
//!
//! There is no list of unsent calls to lose: a session that is `Requested` is to be activated, `Uncertain` read back and
//! then released, `Ending` released. After a crash the same state asks for the same calls, and each is idempotent.

use crate::limits::{ACTIVATION_ATTEMPTS_MAX, CALL_BACKOFF, CALL_BACKOFF_MAX, CALLS_MAX};
use crate::port::{CallError, Fault};
use engine::state::{EndReason, Session, SessionRef, SessionState, State};
use engine::{ActivationOutcome, Command};
use std::collections::{BTreeMap, BTreeSet};
use types::{Duration, Instant};

/// A call to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// Enforce the session.
    Activate,
    /// Find out whether the network enforces it, and stop that.
    Resolve,
    /// Stop enforcing it.
    Release,
}

/// Calls under way and backing off.
#[derive(Debug, Default)]
pub struct Outbox {
    /// Sessions with a call under way.
    running: BTreeMap<SessionRef, Call>,
    /// Sessions whose result is on its way into the journal.
    telling: BTreeSet<SessionRef>,
    /// Failed calls: how often, and when the next attempt may be made.
    failed: BTreeMap<(SessionRef, Call), (u32, Instant)>,
}

impl Outbox {
    /// The next call to make; `None` when there is nothing to do now or enough is under way.
    pub fn next(&mut self, state: &State, now: Instant) -> Option<(SessionRef, Call)> {
        if self.running.len() + self.telling.len() >= CALLS_MAX {
            return None;
        }
        self.failed.retain(|(session, call), _| state.session(*session).and_then(call_for) == Some(*call));
        let wanted = state.sessions_to_call().filter_map(|(session, row)| Some((session, call_for(row)?)));
        let mut ready = wanted.filter(|(session, call)| {
            let patient = self.failed.get(&(*session, *call)).is_some_and(|(_, at)| *at > now);
            !patient && !self.running.contains_key(session) && !self.telling.contains(session)
        });
        let (session, call) = ready.next()?;
        drop(ready);
        self.running.insert(session, call);
        Some((session, call))
    }

    /// A call came back. The command that tells the cell, or `None` when it is tried again later.
    pub fn done(&mut self, session: SessionRef, result: Result<(), &CallError>, now: Instant) -> Option<Command> {
        let call = self.running.remove(&session)?;
        if result.is_ok() {
            self.failed.remove(&(session, call));
        }
        match (call, result) {
            (Call::Activate, Ok(())) => Some(activation(session, ActivationOutcome::Confirmed)),
            (Call::Activate, Err(error)) => self.activation_failed(session, error, now),
            (Call::Resolve | Call::Release, Ok(())) => Some(Command::RecordDeactivation { session, reason: None }),
            (Call::Resolve | Call::Release, Err(_)) => self.again((session, call), now),
        }
    }

    /// The result of a session's call is being told: until it is durable the state asks for the same call, in vain.
    pub fn telling(&mut self, session: SessionRef) {
        self.telling.insert(session);
    }

    /// It is durable, and the state that comes next shows it.
    pub fn told(&mut self, session: SessionRef) {
        self.telling.remove(&session);
    }

    /// The network ended a session by itself.
    pub fn lost(&self, session: SessionRef) -> Option<Command> {
        let reason = Some(EndReason::NetworkTerminated);
        (!self.running.contains_key(&session)).then_some(Command::RecordDeactivation { session, reason })
    }

    /// When the next call that failed is tried again.
    pub fn next_retry(&self) -> Option<Instant> {
        self.failed.values().map(|(_, at)| *at).min()
    }

    /// Calls under way, results being told not counted.
    pub fn running(&self) -> usize {
        self.running.len()
    }

    fn activation_failed(&mut self, session: SessionRef, error: &CallError, now: Instant) -> Option<Command> {
        let tried = self.failed.get(&(session, Call::Activate)).map_or(0, |(tried, _)| *tried) + 1;
        let outcome = match error.fault {
            Fault::Unknown => ActivationOutcome::Unknown,
            Fault::Ours | Fault::Network if error.retryable && tried < ACTIVATION_ATTEMPTS_MAX => {
                return self.again((session, Call::Activate), now);
            }
            Fault::Ours | Fault::Network => ActivationOutcome::Refused,
        };
        self.failed.remove(&(session, Call::Activate));
        Some(activation(session, outcome))
    }

    /// Pauses twice as long each time.
    fn again(&mut self, call: (SessionRef, Call), now: Instant) -> Option<Command> {
        let (tried, at) = self.failed.entry(call).or_insert((0, now));
        let doubled = CALL_BACKOFF.as_ms().saturating_mul(1 << (*tried).min(16));
        *tried += 1;
        *at = now.after(Duration::from_ms(doubled.min(CALL_BACKOFF_MAX.as_ms())));
        None
    }
}

/// The call that a session in this state needs.
fn call_for(session: &Session) -> Option<Call> {
    match session.state {
        SessionState::Requested => Some(Call::Activate),
        SessionState::Uncertain => Some(Call::Resolve),
        SessionState::Ending => Some(Call::Release),
        SessionState::Active | SessionState::Ended => None,
    }
}

fn activation(session: SessionRef, outcome: ActivationOutcome) -> Command {
    Command::RecordActivation { session, outcome }
}

#[cfg(test)]
mod tests;
