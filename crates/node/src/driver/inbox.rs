//! The writer's inbox. Waking a thread costs more than deciding a command, so a submission wakes the writer only when it
//! could do something with it: while as many batches are under way as may be, submissions gather without waking anybody.

use super::gate::Message;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where messages to the writer are put; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inbox(Arc<Shared>);

/// The writer's own end. When it is dropped, what is inside is dropped too, and nothing more can be put.
#[derive(Debug)]
pub(super) struct Letters(Arc<Shared>);

/// The writer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone;

/// What the writer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaiting {
    /// Any message.
    Anything,
    /// What is not a submission: it can take none now.
    Results,
}

#[derive(Debug, Default)]
struct Shared {
    inside: Mutex<Inside>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Inside {
    messages: Vec<Message>,
    /// Messages among them that are no submissions.
    results: usize,
    /// What the writer sleeps for, when it does.
    awaited: Option<Awaiting>,
    closed: bool,
}

impl Inbox {
    /// An inbox and its end.
    pub(super) fn new() -> (Self, Letters) {
        let inbox = Self::default();
        let letters = Letters(Arc::clone(&inbox.0));
        (inbox, letters)
    }

    /// Puts a message; drops it when the writer is gone.
    pub(crate) fn send(&self, message: Message) -> Result<(), Gone> {
        let mut inside = self.0.inside();
        if inside.closed {
            return Err(Gone);
        }
        let is_result = !matches!(message, Message::Submit(..));
        inside.results += usize::from(is_result);
        inside.messages.push(message);
        let wakes = match inside.awaited {
            Some(Awaiting::Anything) => true,
            Some(Awaiting::Results) => is_result,
            None => false,
        };
        if wakes {
            // Who comes next need not wake it again.
            inside.awaited = None;
        }
        drop(inside);
        if wakes {
            self.0.arrived.notify_one();
        }
        Ok(())
    }
}

impl Letters {
    /// Every message there is, in order.
    pub(super) fn take(&self) -> Vec<Message> {
        self.0.inside().take()
    }

    /// The same, after something that is awaited has arrived or `patience` is over.
    pub(super) fn wait(&self, awaiting: Awaiting, patience: Duration) -> Vec<Message> {
        let until = Instant::now() + patience;
        let mut inside = self.0.inside();
        while !inside.has(awaiting) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            inside.awaited = Some(awaiting);
            let woken = self.0.arrived.wait_timeout(inside, left);
            inside = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        inside.awaited = None;
        inside.take()
    }
}

impl Drop for Letters {
    fn drop(&mut self) {
        let mut inside = self.0.inside();
        inside.closed = true;
        let dropped = inside.take();
        // A message may tell somebody as it is dropped: not under the lock.
        drop(inside);
        drop(dropped);
    }
}

impl Shared {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn has(&self, awaiting: Awaiting) -> bool {
        match awaiting {
            Awaiting::Anything => !self.messages.is_empty(),
            Awaiting::Results => self.results > 0,
        }
    }

    fn take(&mut self) -> Vec<Message> {
        self.results = 0;
        std::mem::take(&mut self.messages)
    }
}

#[cfg(test)]
mod tests;
