//! Reports of raw samples, numbered without gaps, kept for a reader that comes back.

use std::collections::VecDeque;
use types::{Instant, SessionId};

/// Reports of one session that wait to be handed out; when there are more, the oldest is lost, which the reader sees
/// as a gap in the sequence. Two hours at a report a second.
pub const REPORTS_WAITING_MAX: usize = 7_200;

/// Reports of one session that are kept after they were handed out, for [`Twin::rewind`](crate::Twin::rewind).
pub const REPORTS_KEPT_MAX: usize = 120;

/// What was measured on one session in one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose.
    pub session: SessionId,
    /// 1, 2, 3, … of this session; goes on when the session is activated again.
    pub sequence: u64,
    /// First instant measured.
    pub from: Instant,
    /// First instant after it.
    pub to: Instant,
    /// One-way downlink delay in µs of one packet a sample interval, in order.
    pub latency_us: Vec<u32>,
    /// Bytes delivered in the interval.
    pub delivered_bytes: u64,
    /// Bytes delivered over the length of the interval, in kbit/s, rounded down.
    pub downlink_kbps: u64,
}

/// The reports of one session.
#[derive(Debug, Default)]
pub struct Mailbox {
    /// Reports made so far.
    last_sequence: u64,
    /// The number of the last report handed out.
    handed_out: u64,
    /// Ascending and without gaps.
    reports: VecDeque<Report>,
}

impl Mailbox {
    /// Adds `reports` under the next numbers.
    pub fn extend(&mut self, reports: impl IntoIterator<Item = Report>) {
        for report in reports {
            self.last_sequence += 1;
            self.reports.push_back(Report { sequence: self.last_sequence, ..report });
        }
        let surplus = self.reports.len().saturating_sub(REPORTS_WAITING_MAX);
        self.reports.drain(..surplus);
    }

    /// The reports not handed out yet.
    pub fn take(&mut self) -> Vec<Report> {
        let fresh = self.reports.iter().filter(|report| report.sequence > self.handed_out).cloned().collect();
        self.handed_out = self.last_sequence;
        let surplus = self.reports.len().saturating_sub(REPORTS_KEPT_MAX);
        self.reports.drain(..surplus);
        fresh
    }

    /// Hands out again what follows `sequence`, as far as it is kept.
    pub fn rewind(&mut self, sequence: u64) {
        self.handed_out = self.handed_out.min(sequence);
    }
}
