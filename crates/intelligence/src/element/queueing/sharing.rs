//! Two queues whose law is known in closed form: M/G/1 under processor sharing, and the tail of M/M/1.

/// The mean time in seconds in an M/G/1 queue under processor sharing: `x / (1 - ρ)`, whatever the distribution of
/// service times with mean `x`. `None` at a utilisation `ρ` outside of 0..1.
pub fn mean_sojourn_s(service_s: f64, utilisation: f64) -> Option<f64> {
    (0.0..1.0).contains(&utilisation).then(|| service_s / (1.0 - utilisation))
}

/// The most that the share of sojourns over `limit_s` can be, knowing no more than the mean: Markov's inequality. It
/// holds for every size distribution, and is loose for all of them.
pub fn tail_at_most(service_s: f64, utilisation: f64, limit_s: f64) -> Option<f64> {
    mean_sojourn_s(service_s, utilisation).filter(|_| limit_s > 0.0).map(|mean| (mean / limit_s).min(1.0))
}

/// `P(T > t) = exp(-(μ - λ) t)`: the share of packets that spend more than `limit_s` in an M/M/1 queue. 1 when the queue
/// is not stable.
pub fn mm1_tail(served_per_s: f64, arriving_per_s: f64, limit_s: f64) -> f64 {
    if served_per_s > arriving_per_s { (-(served_per_s - arriving_per_s) * limit_s.max(0.0)).exp() } else { 1.0 }
}

/// The time in seconds that all but a share `tail` of the packets of an M/M/1 queue stay within:
/// `-ln(tail) / (μ - λ)`. `None` when the queue is not stable, or for a tail outside of 0..1.
pub fn mm1_percentile_s(served_per_s: f64, arriving_per_s: f64, tail: f64) -> Option<f64> {
    let sound = served_per_s > arriving_per_s && tail > 0.0 && tail < 1.0;
    sound.then(|| -tail.ln() / (served_per_s - arriving_per_s))
}
