//! The running network: calls come in, time is told, reports come out.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use types::{Duration, Instant, PPM, RadioCellId, SessionId};

use crate::city::City;
use crate::faults::{Fate, Faults};
use crate::flow::{FlowAccepted, FlowError, FlowRefused, FlowRequest, FlowState, Place, Released};
use crate::log::{Ended, Service};
use crate::network::{Network, Scope};
use crate::number::real;
use crate::outcome::Outcome;
use crate::random::{Purpose, stream, uniform};
use crate::running::Running;
use crate::telemetry::{Mailbox, Report};
use crate::walk::{Attachment, Walk};

/// How often the network measures and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// A delay sample is taken so often; not zero.
    pub sample_interval: Duration,
    /// A report is made so often; not zero.
    pub report_interval: Duration,
}

/// A simulated network. Time passes only in [`Twin::advance_to`]; calls take effect at the last instant told.
#[derive(Debug)]
pub struct Twin {
    city: City,
    config: Config,
    now: Instant,
    network: Network,
    flows: BTreeMap<SessionId, Running>,
    mailboxes: BTreeMap<SessionId, Mailbox>,
    log: Vec<Service>,
    faults: Faults,
    fault_rng: ChaCha8Rng,
}

impl Default for Config {
    /// A sample every 50 ms, a report every second.
    fn default() -> Self {
        Self { sample_interval: Duration::from_ms(50), report_interval: Duration::from_secs(1) }
    }
}

impl Twin {
    /// The network of `city`, idle at `start`. An interval of zero in `config` counts as 1 ms.
    pub fn new(city: City, start: Instant, config: Config) -> Self {
        let at_least_1_ms = |interval: Duration| interval.max(Duration::from_ms(1));
        Self {
            network: Network::new(city.elements().len()),
            config: Config {
                sample_interval: at_least_1_ms(config.sample_interval),
                report_interval: at_least_1_ms(config.report_interval),
            },
            now: start,
            flows: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            log: Vec::new(),
            faults: Faults::default(),
            fault_rng: stream(city.seed(), Purpose::Faults, 0),
            city,
        }
    }

    /// What there is.
    pub fn city(&self) -> &City {
        &self.city
    }

    /// The last instant told.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The faults switched on; write to it to switch more.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// Lets time pass; an instant that is not later does nothing. Samples fall in `[previous, now)`.
    pub fn advance_to(&mut self, now: Instant) {
        let moves = |twin: &Self| twin.flows.values().filter_map(|flow| Some(flow.walk.as_ref()?.next_at)).min();
        while let Some(at) = moves(self).filter(|at| *at <= now) {
            self.run_to(at);
            self.move_devices(at);
        }
        self.run_to(now);
        self.now = self.now.max(now);
    }

    fn run_to(&mut self, at: Instant) {
        for (session, flow) in &mut self.flows {
            let reports = flow.run(at, &self.city, &self.network, self.config);
            let mailbox = self.mailboxes.entry(*session).or_default();
            mailbox.extend(reports);
        }
    }

    /// Devices that move on now are handed over: to the first radio cell there with room for what is guaranteed, else to
    /// the first, as best effort.
    fn move_devices(&mut self, at: Instant) {
        for flow in self.flows.values_mut() {
            let Some(walk) = flow.walk.as_mut().filter(|walk| walk.next_at == at) else { continue };
            walk.step(&self.city);
            self.network.remove(flow.path, &flow.carried);
            let FlowRequest { edge, guaranteed_kbps, .. } = flow.state.request;
            let radio_cells = self.city.serving(walk.place).filter_map(|element| element.radio_cell);
            let paths: Vec<_> = radio_cells.filter_map(|cell| self.city.path_indices(cell, edge)).collect();
            let fits = |path: &&[usize; 3]| self.network.check_capacity(&self.city, **path, guaranteed_kbps).is_ok();
            let (path, kept_kbps) = match (paths.iter().find(fits), paths.first()) {
                (Some(path), _) => (*path, guaranteed_kbps),
                (None, first) => (first.copied().unwrap_or(flow.path), 0),
            };
            flow.hand_over(path, kept_kbps, &self.city);
            self.network.add(path, &flow.carried);
            self.log[flow.log_index].radio_cell = flow.state.radio_cell;
        }
    }

    /// Enforces a flow from now on. A repeat of an active session with the same content changes nothing and answers
    /// the same.
    pub fn activate(&mut self, request: &FlowRequest) -> Result<FlowAccepted, FlowError> {
        let fate = self.faults.activate.next_fate();
        if fate == Fate::Fails {
            return Err(FlowError::Unavailable);
        }
        let fixed = Outcome::of(request.device);
        if fixed == Some(Outcome::Refused) {
            return Err(FlowRefused::NoCapacity.into());
        }
        let (radio_cell, activated_at) = self.enforce(request)?;
        let later = fixed.map_or(Duration::ZERO, Outcome::answers_after);
        match fate {
            Fate::Answers(after) => {
                let answered_after = after.max(later);
                Ok(FlowAccepted { radio_cell, activated_at, answered_after })
            }
            Fate::Fails | Fate::AnswerLost => Err(FlowError::TimedOut),
        }
    }

    /// Stops enforcing a flow; what is unreported is reported. Releasing what is not enforced does nothing.
    pub fn release(&mut self, session: SessionId) -> Result<Released, FlowError> {
        let fate = self.faults.release.next_fate();
        if fate == Fate::Fails {
            return Err(FlowError::Unavailable);
        }
        let was_active = self.end(session, Ended::Released);
        match fate {
            Fate::Answers(answered_after) => Ok(Released { was_active, answered_after }),
            Fate::Fails | Fate::AnswerLost => Err(FlowError::TimedOut),
        }
    }

    /// The flow as it is enforced now; `None` when it is not.
    pub fn read_back(&self, session: SessionId) -> Option<FlowState> {
        self.flows.get(&session).map(state)
    }

    /// Where the device of a flow that is enforced is served, and where it will be next; `None` when it does not move.
    pub fn attachment(&self, session: SessionId) -> Option<Attachment> {
        let flow = self.flows.get(&session)?;
        let Walk { place, ahead, .. } = *flow.walk.as_ref()?;
        let radio_cell = flow.state.radio_cell;
        Some(Attachment { radio_cell, place, ahead })
    }

    /// Every flow enforced now, by session.
    pub fn flows(&self) -> impl Iterator<Item = FlowState> {
        self.flows.values().map(state)
    }

    /// Takes `severity_ppm` of the working capacity of one or all radio cells away, in place of what was taken
    /// before; 1,000,000 is an outage. Guarantees that no longer fit are all scaled alike. `false` when there is no
    /// such radio cell.
    pub fn congest(&mut self, scope: Scope, severity_ppm: u32) -> bool {
        match scope {
            Scope::All => {
                let radio_cells =
                    self.city.radio_cells().filter_map(|element| self.city.radio_index(element.radio_cell?));
                self.network.congest(radio_cells, severity_ppm);
            }
            Scope::RadioCell(radio_cell) => match self.city.radio_index(radio_cell) {
                Some(index) => self.network.congest(std::iter::once(index), severity_ppm),
                None => return false,
            },
        }
        true
    }

    /// Gives the capacity back; `false` when there is no such radio cell.
    pub fn clear(&mut self, scope: Scope) -> bool {
        self.congest(scope, 0)
    }

    /// The core restarts and forgets every flow. Reports already made are kept; an interval under way is lost.
    pub fn restart(&mut self) {
        let sessions: Vec<SessionId> = self.flows.keys().copied().collect();
        for session in sessions {
            self.end(session, Ended::Forgotten);
        }
    }

    /// The reports of `session` not handed out yet, in order unless a fault says otherwise.
    pub fn poll(&mut self, session: SessionId) -> Vec<Report> {
        let reports = self.mailboxes.get_mut(&session).map(Mailbox::take).unwrap_or_default();
        self.disturb(reports)
    }

    /// The reports of every session not handed out yet, by session.
    pub fn poll_all(&mut self) -> Vec<Report> {
        let reports = self.mailboxes.values_mut().flat_map(Mailbox::take).collect();
        self.disturb(reports)
    }

    /// Hands out again what follows `sequence` on `session`: for a reader that lost what it had read. Up to
    /// [`REPORTS_KEPT_MAX`](crate::REPORTS_KEPT_MAX) reports are kept.
    pub fn rewind(&mut self, session: SessionId, sequence: u64) {
        self.mailboxes.entry(session).or_default().rewind(sequence);
    }

    /// What really happened, oldest first, up to the last instant told.
    pub fn log(&self) -> Vec<Service> {
        let mut log = self.log.clone();
        for flow in self.flows.values() {
            log[flow.log_index].delivered_bytes = flow.delivered_bytes();
            log[flow.log_index].reported_bytes = flow.state.delivered_bytes;
        }
        log
    }

    /// One line an element, with what is left of it now.
    pub fn summary(&self) -> String {
        let line = |(index, element)| {
            let free_kbps = self.network.free_kbps(&self.city, index);
            format!("{element}  free {free_kbps} kbit/s  congested {} ppm", self.network.severity_ppm(index))
        };
        self.city.elements().iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
    }

    fn enforce(&mut self, request: &FlowRequest) -> Result<(RadioCellId, Instant), FlowRefused> {
        if let Some(flow) = self.flows.get(&request.session) {
            let same = flow.state.request == *request;
            return if same {
                Ok((flow.state.radio_cell, flow.state.activated_at))
            } else {
                Err(FlowRefused::SessionDiffers)
            };
        }
        let path = self.route(request).ok_or(FlowRefused::UnknownPlace)?;
        let radio_cell = self.city.elements()[path[0]].radio_cell.ok_or(FlowRefused::UnknownPlace)?;
        self.network.check_capacity(&self.city, path, request.guaranteed_kbps)?;
        self.network.add(path, request);
        let state = FlowState { request: request.clone(), radio_cell, activated_at: self.now, delivered_bytes: 0 };
        self.flows.insert(request.session, Running::new(state, path, self.log.len(), &self.city));
        self.log.push(Service {
            session: request.session,
            device: request.device,
            radio_cell,
            guaranteed_kbps: request.guaranteed_kbps,
            activated_at: self.now,
            ended: None,
            delivered_bytes: 0,
            reported_bytes: 0,
        });
        Ok((radio_cell, self.now))
    }

    /// The path of a flow; among radio cells that serve an H3 cell, the one with most left, the first of equals.
    fn route(&self, request: &FlowRequest) -> Option<[usize; 3]> {
        let radio_cell = match request.place {
            Place::RadioCell(radio_cell) => radio_cell,
            Place::H3(place) => {
                let serving = self.city.serving_indices(place).iter().rev();
                let best = serving.max_by_key(|index| self.network.free_kbps(&self.city, **index))?;
                self.city.elements()[*best].radio_cell?
            }
        };
        self.city.path_indices(radio_cell, request.edge)
    }

    fn end(&mut self, session: SessionId, how: Ended) -> bool {
        let Some(mut flow) = self.flows.remove(&session) else { return false };
        self.network.remove(flow.path, &flow.carried);
        let entry = &mut self.log[flow.log_index];
        entry.ended = Some((self.now, how));
        entry.delivered_bytes = flow.delivered_bytes();
        if how == Ended::Released {
            let mailbox = self.mailboxes.entry(session).or_default();
            mailbox.extend(flow.finish());
        }
        entry.reported_bytes = flow.state.delivered_bytes;
        true
    }

    /// Duplicates and reorders reports as the faults say.
    fn disturb(&mut self, reports: Vec<Report>) -> Vec<Report> {
        let Faults { duplicate_ppm, reorder_ppm, .. } = self.faults;
        if duplicate_ppm == 0 && reorder_ppm == 0 {
            return reports;
        }
        let mut disturbed: Vec<Report> = Vec::new();
        for report in reports {
            if self.happens(duplicate_ppm) {
                disturbed.push(report.clone());
            }
            disturbed.push(report);
        }
        for later in 1..disturbed.len() {
            if self.happens(reorder_ppm) {
                disturbed.swap(later - 1, later);
            }
        }
        disturbed
    }

    fn happens(&mut self, share_ppm: u32) -> bool {
        uniform(&mut self.fault_rng) * real(PPM) < f64::from(share_ppm)
    }
}

fn state(flow: &Running) -> FlowState {
    FlowState { delivered_bytes: flow.delivered_bytes(), ..flow.state.clone() }
}
