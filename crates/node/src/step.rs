//! The writer of a cell, without any I/O: inputs in, outputs out.
//!
//! Submissions queue; [`Node::commit`] decides and applies them one after another and hands out a batch to append; its
//! answers are kept until that batch, and every one before it, is durable. The driver, or a simulator, does the rest.

use crate::limits::{
    BATCH_COMMANDS_MAX, BATCHES_IN_FLIGHT_MAX, CLOCK_JUMP_MAX, QUEUE_COMMANDS_MAX, SUBMISSION_COMMANDS_MAX,
};
use engine::limits::EXPIRIES_PER_TICK_MAX;
use engine::state::State;
use engine::{Actor, Answer, Charge, Command, Event, Rejection, Request, Stamp, apply, decide, decide_due};
use journal::Batch;
use std::collections::VecDeque;
use types::{CellId, Duration, Instant, TenantId};

/// Commands of a batch are this many bits apart in what they are given of the batch's entropy: ids of one never meet
/// those of the next.
const ENTROPY_SHIFT: u32 = 16;

/// What is asked in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// One command.
    One(Request),
    /// Many charges of one caller, in order; each has its own answer.
    Charges(Actor, Vec<Charge>),
}

/// The answer to a [`Work`], in its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Of one command.
    One(Result<Answer, Rejection>),
    /// Of each charge, in order.
    Charges(Vec<Result<Answer, Rejection>>),
}

/// Work with where its answer goes; `R` is the driver's.
#[derive(Debug)]
pub struct Submission<R> {
    /// What is asked.
    pub work: Work,
    /// Where the answer goes.
    pub reply: R,
}

/// Why a submission was not even queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The queue is full.
    #[error("the cell has {QUEUE_COMMANDS_MAX} commands waiting; come back in a second")]
    Busy,
    /// The submission is too large.
    #[error("a submission has at most {SUBMISSION_COMMANDS_MAX} commands, and at least one")]
    TooLarge,
    /// The cell has stopped.
    #[error("the cell has stopped")]
    Stopped,
}

/// Why a cell stops by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// The clock ran ahead of the uptime.
    #[error(
        "the clock jumped {} ms ahead; the cell stops rather than expire holds: set the clock and start it again", by.as_ms()
    )]
    ClockJumped {
        /// How far.
        by: Duration,
    },
    /// A batch could not be made durable.
    #[error("a batch could not be made durable; start the cell again to replay what is")]
    AppendFailed,
}

/// What the driver knows of the world when it asks for a batch.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The wall clock.
    pub wall: Instant,
    /// Time since the driver started, from a clock that never jumps.
    pub uptime: Duration,
    /// Fresh random bits.
    pub entropy: u128,
}

/// An answer that may go out.
#[derive(Debug)]
pub struct Answered<R> {
    /// To whom.
    pub reply: R,
    /// What.
    pub outcome: Outcome,
    /// Everything before this sequence number was durable when it was given.
    pub seq: u64,
}

/// One cell's writer.
#[derive(Debug)]
pub struct Node<R> {
    state: State,
    cell: CellId,
    next_seq: u64,
    /// Everything before this is durable.
    durable_seq: u64,
    now: Instant,
    /// The furthest the wall clock was ahead of the uptime, to see jumps. It never shrinks, as stamps never go back: a
    /// clock that was set back and is put right again has not jumped.
    offset: Option<i128>,
    queue: VecDeque<Submission<R>>,
    queued_commands: usize,
    /// Answers waiting, each with the sequence number that must be durable first.
    waiting: VecDeque<(u64, Vec<(R, Outcome)>)>,
    in_flight: usize,
    stopped: Option<StopReason>,
    scratch: Vec<Event>,
}

impl<R> Node<R> {
    /// A writer that goes on from `state`, whose next event is `next_seq` and whose last batch was stamped `last_at`.
    pub fn new(cell: CellId, state: State, next_seq: u64, last_at: Instant) -> Self {
        Self {
            state,
            cell,
            next_seq,
            durable_seq: next_seq,
            now: last_at,
            offset: None,
            queue: VecDeque::new(),
            queued_commands: 0,
            waiting: VecDeque::new(),
            in_flight: 0,
            stopped: None,
            scratch: Vec::new(),
        }
    }

    /// The state as the writer sees it: ahead of what is durable. Not for answers.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The sequence number of the next event.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Why it stopped, if it did.
    pub fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }

    /// Queues work, or gives it back.
    pub fn submit(&mut self, submission: Submission<R>) -> Result<(), (Refused, Submission<R>)> {
        let commands = submission.work.commands();
        let refused = match commands {
            _ if self.stopped.is_some() => Some(Refused::Stopped),
            0 => Some(Refused::TooLarge),
            _ if commands > SUBMISSION_COMMANDS_MAX => Some(Refused::TooLarge),
            _ if self.queued_commands + commands > QUEUE_COMMANDS_MAX => Some(Refused::Busy),
            _ => None,
        };
        if let Some(refused) = refused {
            return Err((refused, submission));
        }
        self.queued_commands += commands;
        self.queue.push_back(submission);
        Ok(())
    }

    /// Commands that wait to be decided.
    pub fn queued_commands(&self) -> usize {
        self.queued_commands
    }

    /// Is everything decided, durable and answered?
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.in_flight == 0 && self.waiting.is_empty()
    }

    /// Is a batch on its way to storage?
    pub fn is_waiting(&self) -> bool {
        self.in_flight > 0
    }

    /// May a batch be decided now?
    pub fn may_commit(&self) -> bool {
        self.stopped.is_none() && self.in_flight < BATCHES_IN_FLIGHT_MAX
    }

    /// Is anything waiting to be decided, or due?
    pub fn has_work(&self, now: Instant) -> bool {
        !self.queue.is_empty() || self.state.next_deadline().is_some_and(|at| at <= now)
    }

    /// Decides one batch: the tick first, then submissions in order, each on the state as the one before left it.
    /// `None` when nothing happened; answers of commands that changed nothing wait like all others.
    pub fn commit(&mut self, reading: Reading) -> Option<Batch<Event>> {
        if !self.may_commit() || !self.take_time(reading) {
            return None;
        }
        let mut batch = Batch::new(self.cell, self.next_seq, self.now);
        self.tick(reading.entropy, &mut batch);
        let mut answers = Vec::new();
        let mut commands = 0;
        while let Some(next) = self.queue.front() {
            let more = next.work.commands();
            if commands > 0 && commands + more > BATCH_COMMANDS_MAX {
                break;
            }
            let Some(Submission { work, reply }) = self.queue.pop_front() else { break };
            let entropy = reading.entropy.wrapping_add((commands as u128) << ENTROPY_SHIFT);
            commands += more;
            answers.push((reply, self.decide_work(work, entropy, &mut batch)));
        }
        self.queued_commands -= commands;
        self.next_seq = batch.first_seq() + batch.events().len() as u64;
        if !answers.is_empty() {
            self.waiting.push_back((self.next_seq, answers));
        }
        if batch.is_empty() {
            return None;
        }
        self.in_flight += 1;
        Some(batch)
    }

    /// Everything before `seq` is durable now.
    pub fn appended(&mut self, seq: u64) {
        self.in_flight -= 1;
        self.durable_seq = self.durable_seq.max(seq);
    }

    /// A batch could not be made durable: nothing more is decided, nothing that waits is answered.
    pub fn append_failed(&mut self) {
        self.stopped = Some(StopReason::AppendFailed);
    }

    /// The answers whose events, and all before them, are durable.
    pub fn answers(&mut self) -> Vec<Answered<R>> {
        let mut out = Vec::new();
        while self.waiting.front().is_some_and(|(seq, _)| *seq <= self.durable_seq) {
            let Some((seq, answers)) = self.waiting.pop_front() else { break };
            out.extend(answers.into_iter().map(|(reply, outcome)| Answered { reply, outcome, seq }));
        }
        out
    }

    /// What will never be answered because the cell stopped.
    pub fn abandon(&mut self) -> Vec<R> {
        let waiting = self.waiting.drain(..).flat_map(|(_, answers)| answers).map(|(reply, _)| reply);
        let queued = self.queue.drain(..).map(|submission| submission.reply);
        self.queued_commands = 0;
        waiting.chain(queued).collect()
    }

    /// Stamps are monotonic; a forward jump beyond the limit stops the cell.
    fn take_time(&mut self, reading: Reading) -> bool {
        let offset = i128::from(reading.wall.as_ms()) - i128::from(reading.uptime.as_ms());
        let jump = offset - *self.offset.get_or_insert(offset);
        if jump > i128::from(CLOCK_JUMP_MAX.as_ms()) {
            let by = Duration::from_ms(u64::try_from(jump).unwrap_or(u64::MAX));
            self.stopped = Some(StopReason::ClockJumped { by });
            return false;
        }
        self.offset = self.offset.max(Some(offset));
        self.now = self.now.max(reading.wall);
        true
    }

    /// What is due is stamped on the other side of the batch's entropy than what is asked.
    fn tick(&mut self, entropy: u128, batch: &mut Batch<Event>) {
        for place in 1..=EXPIRIES_PER_TICK_MAX as u128 {
            let mut events = std::mem::take(&mut self.scratch);
            let entropy = entropy.wrapping_sub(place << ENTROPY_SHIFT);
            let due = decide_due(&self.state, Stamp { now: self.now, entropy }, &mut events);
            self.apply_all(events, Actor::OPERATOR.tenant, batch);
            if !due {
                break;
            }
        }
    }

    fn decide_work(&mut self, work: Work, entropy: u128, batch: &mut Batch<Event>) -> Outcome {
        match work {
            Work::One(request) => Outcome::One(self.decide_one(&request, entropy, batch)),
            Work::Charges(actor, charges) => {
                let answers = (0_u128..).zip(charges).map(|(place, charge)| {
                    let entropy = entropy.wrapping_add(place << ENTROPY_SHIFT);
                    let request = Request { actor, key: None, command: Command::ChargeUsage(charge) };
                    self.decide_one(&request, entropy, batch)
                });
                Outcome::Charges(answers.collect())
            }
        }
    }

    fn decide_one(&mut self, request: &Request, entropy: u128, batch: &mut Batch<Event>) -> Result<Answer, Rejection> {
        let mut events = std::mem::take(&mut self.scratch);
        let answer = decide(&self.state, request, Stamp { now: self.now, entropy }, &mut events);
        self.apply_all(events, request.actor.tenant, batch);
        answer
    }

    fn apply_all(&mut self, mut events: Vec<Event>, tenant: TenantId, batch: &mut Batch<Event>) {
        for event in events.drain(..) {
            apply(&mut self.state, &event, self.now);
            batch.push(tenant, event);
        }
        self.scratch = events;
    }
}

impl Work {
    /// How many commands it is.
    pub fn commands(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Charges(_, charges) => charges.len(),
        }
    }
}

#[cfg(test)]
mod tests;
