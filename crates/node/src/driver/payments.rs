//! The questions of a cell to the operator's payment service. Each is a task of its own: a slow one holds up no other.

use super::gate::Gate;
use super::network::{Stopped, tell_as};
use crate::limits::{PAYMENT_BACKOFF, PAYMENT_TIMEOUT};
use crate::payment::{PaymentAsked, PaymentDesk, PaymentError, Payments};
use engine::Actor;
use engine::state::PaymentOutcome;
use std::sync::Arc;
use std::time::Duration as Pause;
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{Duration, PaymentId};

/// A cell's side of the port to its payment service.
#[derive(Clone)]
pub struct Cashier {
    gate: Gate,
    port: Arc<dyn Payments>,
}

/// What became of a payment's task.
enum Step {
    /// The service answered, or did not.
    Answered(PaymentId, Result<PaymentOutcome, PaymentError>),
    /// What it said is durable, or cannot be any more.
    Told(PaymentId, Result<(), Stopped>),
}

impl Cashier {
    /// Asks `port` for the cell behind `gate`.
    pub fn new(gate: Gate, port: Arc<dyn Payments>) -> Self {
        Self { gate, port }
    }

    /// Runs until `stop` is true or the cell stops. A question under way is then abandoned: it is asked again after the
    /// next start, under the same id.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut desk = PaymentDesk::default();
        let mut steps = JoinSet::new();
        let mut durable = self.gate.replica().subscribe();
        loop {
            // Marked as seen before the state is looked at: what changes after that wakes the loop.
            durable.mark_unchanged();
            self.ask(&mut desk, &mut steps);
            tokio::select! {
                () = async { drop(stop.wait_for(|stop| *stop).await) } => return,
                changed = durable.changed() => if changed.is_err() { return },
                Some(ended) = steps.join_next() => match ended {
                    Ok(Step::Answered(payment, answer)) => self.answered(&mut desk, &mut steps, payment, &answer),
                    Ok(Step::Told(payment, Ok(()))) => desk.told(payment),
                    Ok(Step::Told(_, Err(Stopped))) => return,
                    Err(error) => tracing::error!(%error, "a payment's task ended in a panic"),
                },
                () = self.until_retry(&desk) => {}
            }
        }
    }

    fn ask(&self, desk: &mut PaymentDesk, steps: &mut JoinSet<Step>) {
        let view = self.gate.replica().view();
        while let Some(asked) = desk.next(&view.state, self.gate.clock().now()) {
            let cashier = self.clone();
            steps.spawn(async move { Step::Answered(asked.id, cashier.pay(&asked).await) });
        }
    }

    async fn pay(&self, asked: &PaymentAsked) -> Result<PaymentOutcome, PaymentError> {
        let patience = Pause::from_millis(PAYMENT_TIMEOUT.as_ms());
        let waited = tokio::time::timeout(patience, self.port.pay(asked)).await;
        let answer = waited.unwrap_or_else(|_| {
            let reason = format!("no answer within {} ms", PAYMENT_TIMEOUT.as_ms());
            Err(PaymentError { payment: asked.id, reason })
        });
        if let Err(error) = &answer {
            tracing::warn!(%error, "a payment is asked for again");
        }
        answer
    }

    fn answered(
        &self,
        desk: &mut PaymentDesk,
        steps: &mut JoinSet<Step>,
        payment: PaymentId,
        answer: &Result<PaymentOutcome, PaymentError>,
    ) {
        let done = desk.done(payment, answer.as_ref().copied(), self.gate.clock().now());
        let Some(command) = done else { return };
        let gate = self.gate.clone();
        steps.spawn(async move { Step::Told(payment, tell_as(&gate, Actor::OPERATOR, command).await) });
    }

    /// Waits until a payment may be asked for again.
    async fn until_retry(&self, desk: &PaymentDesk) {
        let Some(at) = desk.next_retry() else { return std::future::pending().await };
        let pause = at.since(self.gate.clock().now()).min(PAYMENT_BACKOFF).max(Duration::from_ms(10));
        tokio::time::sleep(Pause::from_millis(pause.as_ms())).await;
    }
}
