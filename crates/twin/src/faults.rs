//! Faults that a test switches on: each is counted or seeded, none happens by itself.

use types::Duration;

/// Faults of the next calls of one kind. They are used up in this order: failures, time-outs, slow answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallFaults {
    /// So many calls fail without taking effect.
    pub fail_next: u32,
    /// So many calls take effect, and the answer is lost.
    pub time_out_next: u32,
    /// So many calls take effect and answer late.
    pub slow_next: u32,
    /// How late.
    pub slow_by: Duration,
}

/// Every fault of a twin; the default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Of `activate`.
    pub activate: CallFaults,
    /// Of `release`.
    pub release: CallFaults,
    /// The share of reports handed out twice.
    pub duplicate_ppm: u32,
    /// The share of reports handed out after the one that follows.
    pub reorder_ppm: u32,
}

/// What becomes of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is not carried out.
    Fails,
    /// It is carried out and the answer is lost.
    AnswerLost,
    /// It is carried out and answered after this long.
    Answers(Duration),
}

impl CallFaults {
    /// The fate of the next call, using up one fault.
    pub(crate) fn next_fate(&mut self) -> Fate {
        if take(&mut self.fail_next) {
            Fate::Fails
        } else if take(&mut self.time_out_next) {
            Fate::AnswerLost
        } else if take(&mut self.slow_next) {
            Fate::Answers(self.slow_by)
        } else {
            Fate::Answers(Duration::ZERO)
        }
    }
}

fn take(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}
