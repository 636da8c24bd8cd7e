//! One flow as it runs: takes a sample every interval and closes a report every interval.

use rand_chacha::ChaCha8Rng;
use types::{Duration, Instant};

use crate::city::City;
use crate::flow::{FlowRequest, FlowState};
use crate::network::{BUFFER_US, Network, Queue};
use crate::number::floor_u32;
use crate::outcome::Outcome;
use crate::random::{Purpose, stream, uniform};
use crate::telemetry::Report;
use crate::theory::sojourn_us;
use crate::traffic::MINUTE_MS;
use crate::twin::Config;
use crate::walk::Walk;

/// A flow that is enforced.
#[derive(Debug)]
pub struct Running {
    pub state: FlowState,
    pub path: [usize; 3],
    /// What is carried on that path of what was asked.
    pub carried: FlowRequest,
    /// Where its device goes; `None` when it stays.
    pub walk: Option<Walk>,
    /// Its entry in the log.
    pub log_index: usize,
    base_delay_us: u32,
    /// What its device adds to every delay.
    worse_us: u32,
    rng: ChaCha8Rng,
    /// Everything before this instant is accounted for.
    at: Instant,
    next_sample: Instant,
    report_from: Instant,
    latency_us: Vec<u32>,
    /// Delivered since `report_from`, in bits: kbit/s × ms, so no rounding however time is stepped.
    delivered_bits: u64,
    /// The queue and the (minute, epoch) it holds for.
    queue: Option<(u64, u64, Queue)>,
}

impl Running {
    pub fn new(state: FlowState, path: [usize; 3], log_index: usize, city: &City) -> Self {
        let at = state.activated_at;
        let key = state.request.session.as_u128() ^ u128::from(at.as_ms());
        Self {
            base_delay_us: base_delay_us(path, city),
            worse_us: Outcome::of(state.request.device).map_or(0, Outcome::adds_us),
            carried: state.request.clone(),
            walk: Walk::of(state.request.device, path[0], at, city),
            rng: stream(city.seed(), Purpose::Flow, key),
            at,
            next_sample: at,
            report_from: at,
            latency_us: Vec::new(),
            delivered_bits: 0,
            queue: None,
            state,
            path,
            log_index,
        }
    }

    /// Is carried on another path from now on, with this protected rate.
    pub fn hand_over(&mut self, path: [usize; 3], guaranteed_kbps: u64, city: &City) {
        self.path = path;
        self.carried.guaranteed_kbps = guaranteed_kbps;
        self.base_delay_us = base_delay_us(path, city);
        self.queue = None;
        self.state.radio_cell = city.elements()[path[0]].radio_cell.unwrap_or(self.state.radio_cell);
    }

    /// Runs up to `now`, not including it, and gives the reports that were completed.
    pub fn run(&mut self, now: Instant, city: &City, network: &Network, config: Config) -> Vec<Report> {
        let mut reports = Vec::new();
        while self.at < now {
            let queue = self.queue(city, network);
            if self.at == self.next_sample {
                self.sample(queue);
                self.next_sample = self.at.after(config.sample_interval);
            }
            let report_to = self.report_from.after(config.report_interval);
            let minute_to = Instant::from_ms((self.minute() + 1).saturating_mul(MINUTE_MS));
            let to = now.min(self.next_sample).min(report_to).min(minute_to);
            self.delivered_bits += queue.delivered_kbps.saturating_mul(to.since(self.at).as_ms());
            self.at = to;
            if to == report_to {
                reports.push(self.close_report());
            }
        }
        reports
    }

    /// The report of an interval that ended early; `None` when nothing is unreported.
    pub fn finish(&mut self) -> Option<Report> {
        (self.report_from < self.at).then(|| self.close_report())
    }

    /// Bytes delivered over its whole life so far.
    pub fn delivered_bytes(&self) -> u64 {
        self.state.delivered_bytes + self.delivered_bits / 8
    }

    fn queue(&mut self, city: &City, network: &Network) -> Queue {
        let key = (self.minute(), network.epoch);
        match self.queue {
            Some((minute, epoch, queue)) if (minute, epoch) == key => queue,
            _ => {
                let queue = network.queue(city, self.path, &self.carried, key.0);
                self.queue = Some((key.0, key.1, queue));
                queue
            }
        }
    }

    fn sample(&mut self, queue: Queue) {
        let queueing_us = sojourn_us(uniform(&mut self.rng), queue.theta_per_s, BUFFER_US);
        let base_us = self.base_delay_us.saturating_add(self.worse_us);
        self.latency_us.push(base_us.saturating_add(floor_u32(queueing_us)));
    }

    fn close_report(&mut self) -> Report {
        let (from, to) = (self.report_from, self.at);
        // What does not fill a byte is left for the next report.
        let delivered_bytes = self.delivered_bits / 8;
        self.delivered_bits %= 8;
        self.report_from = to;
        self.state.delivered_bytes += delivered_bytes;
        Report {
            session: self.state.request.session,
            sequence: 0,
            from,
            to,
            latency_us: std::mem::take(&mut self.latency_us),
            delivered_bytes,
            downlink_kbps: downlink_kbps(delivered_bytes, to.since(from)),
        }
    }

    fn minute(&self) -> u64 {
        self.at.as_ms() / MINUTE_MS
    }
}

fn base_delay_us(path: [usize; 3], city: &City) -> u32 {
    path.iter().map(|index| city.elements()[*index].base_delay_us).sum()
}

fn downlink_kbps(bytes: u64, length: Duration) -> u64 {
    bytes.saturating_mul(8).checked_div(length.as_ms()).unwrap_or(0)
}
