//! The calls of a cell to its network. What is measured comes back through `telemetry`.
//!
//! The loop only starts calls and hears of their end; whatever waits for the network or for durability is a task of its
//! own, so that one slow call holds up nothing but its own session.

use super::forgetting::Forgetting;
use super::gate::{Gate, GateError};
use super::intent::{intent_of, with_private_part};
use super::telemetry::Telemetry;
use crate::limits::{CALL_BACKOFF, CALL_TIMEOUT, RETRY_AFTER, TELEMETRY_EVERY};
use crate::outbox::{Call, Outbox};
use crate::port::{CallError, Calling, Fault, Intent, Southbound};
use crate::step::Refused;
use crate::vault::Vault;
use engine::state::{Digest, SessionRef};
use engine::{Actor, Command};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration as Pause;
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{Duration, SessionId};

/// A cell's side of the southbound port.
#[derive(Clone)]
pub struct Network {
    gate: Gate,
    vault: Vault,
    port: Arc<dyn Southbound>,
    pace: Pace,
}

/// How often, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub telemetry_every: Duration,
    pub call_timeout: Duration,
}

/// The cell has stopped: nothing more can be told.
#[derive(Debug)]
pub(super) struct Stopped;

/// What became of a session's task.
enum Step {
    /// A call came back.
    Called(SessionRef, Call, Result<(), CallError>),
    /// Its result is durable, or cannot be any more.
    Told(SessionRef, Result<(), Stopped>),
}

impl Default for Pace {
    fn default() -> Self {
        Self { telemetry_every: TELEMETRY_EVERY, call_timeout: CALL_TIMEOUT }
    }
}

impl Network {
    /// Calls `port` for the cell behind `gate`.
    pub fn new(gate: Gate, vault: Vault, port: Arc<dyn Southbound>) -> Self {
        Self { gate, vault, port, pace: Pace::default() }
    }

    /// The same, at another pace.
    #[cfg(test)]
    pub(super) fn at_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Runs until `stop` is true or the cell stops. A call under way is then abandoned: it is made again after the next
    /// start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let telemetry = Arc::new(Telemetry::new(self.gate.clone(), Arc::clone(&self.port), self.pace));
        let mut collecting = JoinSet::new();
        collecting.spawn(Arc::clone(&telemetry).run());
        collecting.spawn(Forgetting::new(self.gate.clone(), self.vault.clone()).run());
        let mut outbox = Outbox::default();
        let mut steps = JoinSet::new();
        let mut durable = self.gate.replica().subscribe();
        loop {
            // Marked as seen before the state is looked at: what changes after that wakes the loop.
            durable.mark_unchanged();
            self.start_calls(&mut outbox, &mut steps);
            tokio::select! {
                // What it waited for is a guard that must not be held across the other branches.
                () = async { drop(stop.wait_for(|stop| *stop).await) } => return,
                _ = collecting.join_next() => return,
                changed = durable.changed() => if changed.is_err() { return },
                Some(ended) = steps.join_next() => match ended {
                    Ok(Step::Called(session, call, result)) => {
                        self.finish(&mut outbox, &mut steps, &telemetry, (session, call, result));
                    }
                    Ok(Step::Told(session, Ok(()))) => outbox.told(session),
                    Ok(Step::Told(_, Err(Stopped))) => return,
                    Err(error) => tracing::error!(%error, "a task of the network ended in a panic"),
                },
                () = self.until_retry(&outbox) => {}
            }
        }
    }

    fn start_calls(&self, outbox: &mut Outbox, steps: &mut JoinSet<Step>) {
        let view = self.gate.replica().view();
        while let Some((session, call)) = outbox.next(&view.state, self.gate.clock().now()) {
            let Some((intent, flow)) = intent_of(&view.state, session, self.gate.clock().now()) else { continue };
            let network = self.clone();
            steps.spawn(async move { Step::Called(session, call, network.call(call, intent, flow).await) });
        }
    }

    async fn call(&self, call: Call, intent: Intent, flow: Digest) -> Result<(), CallError> {
        let (port, session) = (&self.port, intent.session);
        let made: Calling<'_, ()> = Box::pin(async {
            match call {
                Call::Activate => port.activate(&with_private_part(intent, flow, &self.vault)?).await,
                Call::Release => port.release(session).await,
                Call::Resolve if port.read_back(session).await? => port.release(session).await,
                Call::Resolve => Ok(()),
            }
        });
        let result = patiently(session, self.pace.call_timeout, made).await;
        if let Err(error) = &result {
            tracing::warn!(%error, fault = ?error.fault, retryable = error.retryable, network = port.name(), "a call failed");
        }
        result
    }

    /// A call came back: what it means is told by a task, after what was measured last.
    fn finish(
        &self,
        outbox: &mut Outbox,
        steps: &mut JoinSet<Step>,
        telemetry: &Arc<Telemetry>,
        (session, call, result): (SessionRef, Call, Result<(), CallError>),
    ) {
        let done = outbox.done(session, result.as_ref().copied(), self.gate.clock().now());
        let Some(command) = done else { return };
        outbox.telling(session);
        let (gate, telemetry) = (self.gate.clone(), Arc::clone(telemetry));
        steps.spawn(async move {
            if call != Call::Activate
                && let Err(stopped) = telemetry.end(session).await
            {
                return Step::Told(session, Err(stopped));
            }
            Step::Told(session, tell(&gate, command).await)
        });
    }

    /// Waits until a call that failed may be repeated.
    async fn until_retry(&self, outbox: &Outbox) {
        let Some(at) = outbox.next_retry() else { return std::future::pending().await };
        // A clock that is set, and a call that has to wait for others, are looked at again after the shortest pause.
        let pause = at.since(self.gate.clock().now()).min(CALL_BACKOFF).max(Duration::from_ms(10));
        tokio::time::sleep(Pause::from_millis(pause.as_ms())).await;
    }
}

/// Results return as commands, once they are durable and the replica shows it. While the cell is busy it is tried again;
/// a rejection means that something else happened first, and the state says what is to be done now.
pub(super) async fn tell(gate: &Gate, command: Command) -> Result<(), Stopped> {
    tell_as(gate, Actor::NETWORK, command).await
}

/// The same in another role.
pub(super) async fn tell_as(gate: &Gate, actor: Actor, command: Command) -> Result<(), Stopped> {
    loop {
        match gate.submit(actor, command.clone()).await {
            Ok(_) => break,
            Err(GateError::Rejected(rejection)) => {
                tracing::debug!(code = rejection.code(), "a result came too late");
                break;
            }
            Err(GateError::Refused(Refused::Busy)) => tokio::time::sleep(Pause::from_millis(RETRY_AFTER.as_ms())).await,
            Err(GateError::Refused(Refused::Stopped | Refused::TooLarge)) => return Err(Stopped),
        }
    }
    gate.read(|_| ()).await;
    Ok(())
}

/// Waits for the network, but not for ever; a driver that panics has not answered either.
pub(super) async fn patiently<T>(
    session: SessionId,
    patience: Duration,
    mut call: Calling<'_, T>,
) -> Result<T, CallError> {
    let caught = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(_) => Poll::Ready(Err(no_answer(session, "its driver panicked".to_owned()))),
    });
    let waited = tokio::time::timeout(Pause::from_millis(patience.as_ms()), caught).await;
    waited.unwrap_or_else(|_| Err(no_answer(session, format!("no answer within {} ms", patience.as_ms()))))
}

fn no_answer(session: SessionId, reason: String) -> CallError {
    CallError { attempted: "reach the network for", session, reason, fault: Fault::Unknown, retryable: true }
}
