//! The network's side: follows durable sessions, calls the twin until each is as it should be, sends charges and counts.
//!
//! Level-triggered: it looks at what each session is, never at what has changed, so it may forget everything at a crash
//! and repeat. One letter of a session is under way at a time.

use crate::auditor::{Auditor, Finding};
use crate::clients::{OUTBOX_ORDERS, whereabouts};
use crate::draw::Draw;
use crate::fact::{Asked, Caller, Counts, Delivery, Fact, Heard, Letter, Raw};
use crate::plan::{OfferingPlan, Plan};
use engine::state::{Session, SessionState, State};
use std::collections::{BTreeMap, VecDeque};
use twin::{FlowError, FlowRequest, PACKET_BYTES, Place, Report, Twin};
use types::{Duration, Instant, SessionId};

/// How long the outbox waits for an answer of the cell.
const PATIENCE: Duration = Duration::from_secs(15);
/// Calls that fail before the outcome is taken as unknown.
const ATTEMPTS_MAX: u32 = 3;
/// How often a device with an active session is somewhere else when it is looked at.
const MOVES_PER_MILLE: u64 = 500;

/// What the outbox remembers, until the next crash.
#[derive(Debug, Default)]
pub struct Outbox {
    next_order: u64,
    lines: BTreeMap<u32, Line>,
}

/// One session.
#[derive(Debug, Default)]
struct Line {
    /// Sent and not answered.
    flight: Option<(Letter, Instant)>,
    /// To be sent, in order.
    tasks: VecDeque<Asked>,
    /// Reports that came before their turn.
    early: BTreeMap<u64, Report>,
    last_sequence: u64,
    attempts: u32,
    is_rewound: bool,
    is_collected: bool,
    windows: Windows,
}

/// The assurance window that is being counted.
#[derive(Debug, Default)]
struct Windows {
    origin: Option<Instant>,
    current: u64,
    samples: u32,
    late: u32,
    starved: u32,
    measured_to: Instant,
}

/// What the outbox works with.
pub struct Reach<'a> {
    /// The network.
    pub twin: &'a mut Twin,
    /// Who is told what left the network.
    pub auditor: &'a mut Auditor,
    /// The world.
    pub plan: &'a Plan,
    /// Chance.
    pub draw: &'a mut Draw,
    /// The true time.
    pub now: Instant,
}

/// A letter, and when it arrives.
pub type Sent = (Instant, Letter);

impl Outbox {
    /// A crash: everything is forgotten.
    pub fn forget(&mut self) {
        self.lines.clear();
    }

    /// Nothing is under way.
    pub fn is_quiet(&self) -> bool {
        self.lines.values().all(|line| line.flight.is_none() && line.tasks.is_empty())
    }

    /// Hears an answer.
    pub fn hear(&mut self, fact: &Fact) {
        for line in self.lines.values_mut() {
            if line.flight.as_ref().is_some_and(|(letter, _)| letter.order == fact.letter.order) {
                line.flight = None;
            }
        }
    }

    /// Looks at every session once.
    pub fn follow(&mut self, state: &State, reach: &mut Reach<'_>) -> Result<Vec<Sent>, Finding> {
        let mut sent = Vec::new();
        for (at, session) in state.live_sessions() {
            let number = at.number();
            if session.state == SessionState::Ended {
                self.lines.remove(&number);
                continue;
            }
            reach.auditor.named(number, session.id)?;
            let line = self.lines.entry(number).or_default();
            if let Some((letter, since)) = &mut line.flight {
                if reach.now.since(*since) >= PATIENCE {
                    *since = reach.now;
                    sent.push((reach.now, letter.clone()));
                }
                continue;
            }
            let due = line.act(number, session, state, reach);
            if let Some(asked) = line.tasks.pop_front() {
                self.next_order += 1;
                let order = OUTBOX_ORDERS + self.next_order;
                let letter = Letter { order, keyed: false, caller: Caller::Network, asked };
                line.flight = Some((letter.clone(), due));
                sent.push((due, letter));
            }
        }
        Ok(sent)
    }
}

impl Line {
    /// Does what the session needs; gives when the next letter may arrive.
    fn act(&mut self, number: u32, session: &Session, state: &State, reach: &mut Reach<'_>) -> Instant {
        let Some(token) = state.token(session.token) else { return reach.now };
        let offering = &reach.plan.offerings[token.offering.index()];
        let claim = Claim { number, token: session.token.number(), source: session.source.number() };
        match session.state {
            SessionState::Requested => return self.activate(number, &flow(session, token, reach.plan), reach),
            SessionState::Active => {
                self.collect(claim, session.id, offering, reach);
                if reach.draw.happens(MOVES_PER_MILLE) {
                    self.tasks.push_back(Asked::Move { session: number, places: whereabouts(reach.draw, reach.plan) });
                }
                // The network restarted and forgot the flow: it is asked again, or given up.
                if self.tasks.is_empty() && reach.twin.read_back(session.id).is_none() {
                    if reach.draw.happens(300) {
                        self.tasks.push_back(Asked::Stopped { session: number, by_itself: true });
                    } else {
                        // Whatever it answers is seen at the next look.
                        let _ = reach.twin.activate(&flow(session, token, reach.plan));
                    }
                }
            }
            SessionState::Uncertain => {
                if is_released(session.id, reach.twin) {
                    self.tasks.push_back(Asked::Stopped { session: number, by_itself: false });
                }
            }
            SessionState::Ending => self.wind_down(claim, session, offering, reach),
            SessionState::Ended => {}
        }
        reach.now
    }

    fn activate(&mut self, number: u32, flow: &FlowRequest, reach: &mut Reach<'_>) -> Instant {
        let (heard, after) = match reach.twin.activate(flow) {
            Ok(accepted) => (Some(Heard::Confirmed), accepted.answered_after),
            Err(FlowError::Refused(_)) => (Some(Heard::Refused), Duration::ZERO),
            Err(FlowError::TimedOut) => (Some(Heard::Unknown), Duration::ZERO),
            Err(FlowError::Unavailable) => {
                self.attempts += 1;
                ((self.attempts >= ATTEMPTS_MAX).then_some(Heard::Unknown), Duration::ZERO)
            }
        };
        if let Some(heard) = heard {
            self.tasks.push_back(Asked::Heard { session: number, heard });
        }
        reach.now.after(after)
    }

    /// Releases what the network still carries, takes the last reports, and says so when all of it is sent.
    fn wind_down(&mut self, claim: Claim, session: &Session, offering: &OfferingPlan, reach: &mut Reach<'_>) {
        if !is_released(session.id, reach.twin) {
            return;
        }
        if !self.is_collected {
            self.collect(claim, session.id, offering, reach);
            self.windows.finish(claim.number, offering, &mut self.tasks);
            self.is_collected = true;
        }
        if self.tasks.is_empty() {
            self.tasks.push_back(Asked::Stopped { session: claim.number, by_itself: false });
        }
    }

    /// Takes reports in the order of their numbers, whatever order they come in and however often.
    fn collect(&mut self, claim: Claim, session: SessionId, offering: &OfferingPlan, reach: &mut Reach<'_>) {
        if !self.is_rewound {
            reach.twin.rewind(session, 0);
            self.is_rewound = true;
        }
        for report in reach.twin.poll(session) {
            let raw = Raw {
                from: report.from,
                latency_us: report.latency_us.clone(),
                bytes: report.delivered_bytes,
                kbps: report.downlink_kbps,
            };
            reach.auditor.report(session, report.sequence, raw);
            self.early.insert(report.sequence, report);
        }
        let mut charges = Vec::new();
        while let Some(report) = self.early.remove(&(self.last_sequence + 1)) {
            self.last_sequence = report.sequence;
            if report.delivered_bytes > 0 {
                charges.push(Delivery {
                    token: claim.token,
                    source: claim.source,
                    sequence: report.sequence,
                    quantity: report.delivered_bytes,
                    session: Some(claim.number),
                });
            }
            self.windows.add(claim.number, &report, offering, &mut self.tasks);
        }
        match charges.as_slice() {
            [] => {}
            [one] => self.tasks.push_front(Asked::Charge(*one)),
            _ => self.tasks.push_front(Asked::Charges(charges)),
        }
        self.early.retain(|sequence, _| *sequence > self.last_sequence);
    }
}

/// Whose delivery is charged to what.
#[derive(Clone, Copy)]
struct Claim {
    number: u32,
    token: u32,
    source: u32,
}

impl Windows {
    fn add(&mut self, session: u32, report: &Report, offering: &OfferingPlan, tasks: &mut VecDeque<Asked>) {
        let origin = *self.origin.get_or_insert(report.from);
        let index = report.from.since(origin).as_ms() / offering.assurance.as_ms();
        if index > self.current && self.samples > 0 {
            self.close(session, 1, tasks);
        }
        if index > self.current {
            self.close(session, index - self.current, tasks);
        }
        let limit_us = u64::from(offering.latency_ms_max) * 1_000;
        for latency_us in &report.latency_us {
            self.samples += 1;
            self.late += u32::from(u64::from(*latency_us) > limit_us);
            let wanted = u64::from(offering.downlink_kbps_min).min(offering.offered_kbps);
            self.starved += u32::from(report.downlink_kbps * 100 < wanted * 99);
        }
        self.measured_to = report.to;
    }

    /// The last window counts when it was measured to its end.
    fn finish(&mut self, session: u32, offering: &OfferingPlan, tasks: &mut VecDeque<Asked>) {
        let length = offering.assurance.as_ms();
        let Some(origin) = self.origin else { return };
        if self.samples > 0 && self.measured_to.since(origin).as_ms() >= length * (self.current + 1) {
            self.close(session, 1, tasks);
        }
    }

    fn close(&mut self, session: u32, windows: u64, tasks: &mut VecDeque<Asked>) {
        let Self { current: window, samples, late, starved, .. } = *self;
        tasks.push_back(Asked::Counted(Counts { session, window, windows, samples, late, starved }));
        self.current += windows;
        (self.samples, self.late, self.starved) = (0, 0, 0);
    }
}

/// Asks the network to stop, unless it has.
fn is_released(session: SessionId, twin: &mut Twin) -> bool {
    twin.read_back(session).is_none() || twin.release(session).is_ok()
}

fn flow(session: &Session, token: &engine::state::Token, plan: &Plan) -> FlowRequest {
    let offering = &plan.offerings[token.offering.index()];
    let radio = token.legs.first().and_then(|leg| plan.resources.get(leg.resource.index() as usize)?.radio_cell);
    let fallback = plan.resources.iter().find_map(|resource| resource.radio_cell);
    FlowRequest {
        session: session.id,
        device: session.device.as_u128().to_be_bytes(),
        place: Place::RadioCell(radio.or(fallback).expect("a world has radio cells")),
        guaranteed_kbps: if radio.is_some() { u64::from(offering.downlink_kbps_min) } else { 0 },
        offered_kbps: offering.offered_kbps,
        packet_bytes: PACKET_BYTES,
        edge: None,
    }
}
