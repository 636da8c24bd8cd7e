//! Raw samples become counts per assurance window. The verdict is the engine's; the samples are never journaled.

use crate::port::Report;
use engine::state::{Offering, Session, SessionRef};
use engine::{Charge, Measurement};
use std::collections::BTreeMap;
use types::{Duration, Instant};

/// What is being counted of each session.
#[derive(Debug, Default)]
pub struct Assurance {
    counting: BTreeMap<SessionRef, Counting>,
}

/// What the counting of one session needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// When the session began: windows are counted from here.
    pub started_at: Instant,
    /// Length of a window.
    pub window: Duration,
    /// The delay a sample may have.
    pub latency_us_max: u64,
    /// The rate promised towards the device.
    pub downlink_kbps_min: u64,
}

#[derive(Clone, Copy, Debug)]
struct Counting {
    promise: Promise,
    last_sequence: u64,
    /// Nothing was counted yet since this cell was away: the first report may begin before `window`.
    returned: bool,
    window: u64,
    samples: u32,
    late: u32,
    starved: u32,
}

impl Promise {
    /// What is promised in a session of this offering; `None` before it began.
    pub fn of(session: &Session, offering: &Offering) -> Option<Self> {
        Some(Self {
            started_at: session.started_at?,
            window: offering.guarantee.assurance_window,
            latency_us_max: u64::from(offering.terms.latency_ms_max) * 1_000,
            downlink_kbps_min: u64::from(offering.terms.downlink_kbps_min),
        })
    }

    fn window_at(&self, at: Instant) -> u64 {
        at.since(self.started_at).as_ms() / self.window.as_ms().max(1)
    }
}

impl Assurance {
    /// Counts a session from its first window, or, when this cell was away, from the window at `seen_until` (earlier when
    /// the first report is): what lies between there and the first sample was not measured.
    pub fn begin(&mut self, session: SessionRef, promise: Promise, seen_until: Option<Instant>, after: u64) {
        let window = seen_until.map_or(0, |at| promise.window_at(at));
        let returned = seen_until.is_some();
        let counting = Counting { promise, last_sequence: after, returned, window, samples: 0, late: 0, starved: 0 };
        self.counting.entry(session).or_insert(counting);
    }

    /// Is this session being counted?
    pub fn counts(&self, session: SessionRef) -> bool {
        self.counting.contains_key(&session)
    }

    /// Counts a report, once; the windows that it shows to be over.
    pub fn count(&mut self, session: SessionRef, report: &Report) -> Vec<Measurement> {
        let Some(counting) = self.counting.get_mut(&session) else { return Vec::new() };
        if report.sequence <= counting.last_sequence {
            return Vec::new();
        }
        counting.last_sequence = report.sequence;
        if std::mem::take(&mut counting.returned) {
            counting.window = counting.window.min(counting.promise.window_at(report.from));
        }
        let mut over = Vec::new();
        let length = report.to.since(report.from).as_ms();
        let starved = counting.promise.is_starved(report);
        let samples = report.latency_us.len().max(1) as u64;
        for (place, latency_us) in (0_u64..).zip(&report.latency_us) {
            let at = report.from.after(Duration::from_ms(length * place / samples));
            let window = counting.promise.window_at(at);
            if window < counting.window {
                // Its window is judged already: a late sample must not count for another one.
                continue;
            }
            over.extend(counting.close_before(session, window));
            counting.samples += 1;
            counting.late += u32::from(u64::from(*latency_us) > counting.promise.latency_us_max);
            counting.starved += u32::from(starved);
        }
        over
    }

    /// The session ended at `at`: the windows that were whole by then. It is no longer counted.
    pub fn end(&mut self, session: SessionRef, at: Instant) -> Vec<Measurement> {
        let Some(mut counting) = self.counting.remove(&session) else { return Vec::new() };
        counting.close_before(session, counting.promise.window_at(at)).into_iter().collect()
    }
}

impl Promise {
    /// Was less delivered than promised, and than was offered?
    fn is_starved(&self, report: &Report) -> bool {
        let length_ms = report.to.since(report.from).as_ms();
        // kbit/s × ms are bits; a starved interval is judged with a hundredth of slack for packets cut by its edges.
        let promised_bytes = self.downlink_kbps_min * length_ms / 8;
        let wanted = promised_bytes.min(report.offered_bytes);
        report.delivered_bytes < wanted - wanted / 100
    }
}

impl Counting {
    /// Closes what was counted before `window`, and the windows without a sample between.
    fn close_before(&mut self, session: SessionRef, window: u64) -> Vec<Measurement> {
        if window <= self.window {
            return Vec::new();
        }
        let mut over = vec![Measurement {
            session,
            window: self.window,
            windows: 1,
            samples: self.samples,
            samples_late: self.late,
            samples_starved: self.starved,
        }];
        let gap = window - self.window - 1;
        if gap > 0 {
            let first = self.window + 1;
            over.push(Measurement {
                session,
                window: first,
                windows: gap,
                samples: 0,
                samples_late: 0,
                samples_starved: 0,
            });
        }
        (self.window, self.samples, self.late, self.starved) = (window, 0, 0, 0);
        over
    }
}

/// The charge of a report: what was delivered, under the session's own meter.
pub fn charge_of(session: &Session, report: &Report, unit: types::Unit) -> Option<Charge> {
    let quantity = match unit {
        types::Unit::Byte => report.delivered_bytes,
        types::Unit::Second => report.to.since(report.from).as_secs(),
        types::Unit::LlmToken | types::Unit::ComputeUnit | types::Unit::Call | types::Unit::Message => 0,
    };
    (quantity > 0).then_some(Charge {
        token: session.token,
        source: session.source,
        sequence: report.sequence,
        quantity,
        unit: None,
    })
}

#[cfg(test)]
mod tests;
