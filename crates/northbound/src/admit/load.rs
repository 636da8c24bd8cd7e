//! What is refused first when there is too much to do, and what last.

use crate::auth::scope::Scope;
use node::limits::QUEUE_COMMANDS_MAX;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How long something can wait; what can wait longest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// Reads and qualifications: nothing is lost by asking again.
    Look,
    /// Quotes and purchases: sales wait for those who bought already.
    Buy,
    /// Calls of tokens: promised, and paid for.
    Call,
    /// Usage: it was delivered, and is owed.
    Meter,
    /// The operator, who may be the one to end it.
    Operate,
}

/// How much there is to do.
#[derive(Debug)]
pub(super) struct Load {
    in_flight: Arc<AtomicUsize>,
    in_flight_max: usize,
}

/// A request that is under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Priority {
    /// Every one, in order.
    pub(crate) const ALL: [Self; 5] = [Self::Look, Self::Buy, Self::Call, Self::Meter, Self::Operate];

    /// Its name in numbers about ourselves.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Buy => "buy",
            Self::Call => "call",
            Self::Meter => "meter",
            Self::Operate => "operate",
        }
    }

    /// Of an operation.
    pub(crate) const fn of(scope: Scope) -> Self {
        match scope {
            Scope::QodRead | Scope::QodByDevice | Scope::ProfilesRead | Scope::DataVolumeRead | Scope::Read => {
                Self::Look
            }
            Scope::Purchase | Scope::Wallet => Self::Buy,
            Scope::QodCreate | Scope::QodUpdate | Scope::QodDelete | Scope::Call => Self::Call,
            Scope::Meter | Scope::Nchf => Self::Meter,
            Scope::Operate => Self::Operate,
        }
    }

    /// One step up: a public service waits as little as what others may put off less.
    pub(crate) const fn raised(self) -> Self {
        match self {
            Self::Look => Self::Buy,
            Self::Buy => Self::Call,
            Self::Call => Self::Meter,
            Self::Meter | Self::Operate => Self::Operate,
        }
    }

    /// How full the cell may be, in percent, for it to be let in.
    const fn percent_max(self) -> usize {
        match self {
            Self::Look => 50,
            Self::Buy => 65,
            Self::Call => 80,
            Self::Meter => 90,
            Self::Operate => 100,
        }
    }
}

impl Load {
    /// Nothing to do yet, and room for so many requests at one time.
    pub(super) fn new(in_flight_max: usize) -> Self {
        Self { in_flight: Arc::default(), in_flight_max }
    }

    /// One request more.
    pub(super) fn enter(&self) -> Place {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Place(Arc::clone(&self.in_flight))
    }

    /// Is there room for something of this priority, with so many commands queued?
    pub(super) fn takes(&self, priority: Priority, queued: usize) -> bool {
        let share = |of: usize| of * priority.percent_max() / 100;
        self.in_flight.load(Ordering::Relaxed) <= share(self.in_flight_max) && queued <= share(QUEUE_COMMANDS_MAX)
    }

    /// Requests under way.
    #[cfg(test)]
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
