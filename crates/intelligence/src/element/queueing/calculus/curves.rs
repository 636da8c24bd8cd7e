//! The two families of curves and what combines them.

/// An arrival curve `α(t) = burst + rate × t`: in no span of length `t` does more arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenBucket {
    /// Sustained rate.
    pub rate: f64,
    /// What may come at once.
    pub burst: f64,
}

/// A service curve `β(t) = rate × max(0, t - latency)`: a backlogged flow gets no less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLatency {
    /// Rate once it serves.
    pub rate: f64,
    /// The longest it is away first.
    pub latency: f64,
}

impl TokenBucket {
    /// Nothing at all.
    pub const NONE: Self = Self { rate: 0.0, burst: 0.0 };

    /// Both flows together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { rate: self.rate + other.rate, burst: self.burst + other.burst }
    }

    /// What leaves `service`, `α ⊘ β`: the burst grows by what arrives during the latency. `None` when it cannot keep up.
    pub fn behind(self, service: RateLatency) -> Option<Self> {
        service.keeps_up(self).then_some(Self { burst: self.burst + self.rate * service.latency, ..self })
    }
}

impl RateLatency {
    /// The longest any of `arrivals` stays, `T + b / R`: the largest horizontal distance of the curves. `None` when
    /// service cannot keep up.
    pub fn delay(self, arrivals: TokenBucket) -> Option<f64> {
        let filling = if arrivals.burst > 0.0 { arrivals.burst / self.rate } else { 0.0 };
        self.keeps_up(arrivals).then_some(self.latency + filling)
    }

    /// The most that is ever waiting, `b + r T`: the largest vertical distance of the curves.
    pub fn backlog(self, arrivals: TokenBucket) -> Option<f64> {
        self.keeps_up(arrivals).then_some(arrivals.burst + arrivals.rate * self.latency)
    }

    /// Both servers in a row as one, `β ⊗ β'`: bursts are paid only once.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self { rate: self.rate.min(next.rate), latency: self.latency + next.latency }
    }

    /// What is left for one flow under any order of service, `[β - α]⁺`: rate `R - r`, latency `(b + R T) / (R - r)`.
    /// `None` when nothing is.
    pub fn left_over(self, cross: TokenBucket) -> Option<Self> {
        let rate = self.rate - cross.rate;
        (rate > 0.0).then(|| Self { rate, latency: (cross.burst + self.rate * self.latency) / rate })
    }

    /// What is left for one flow when service is first in, first out: rate `R - r`, latency `T + b / R`, the best of the
    /// family of FIFO curves for a token bucket. `None` when nothing is.
    pub fn left_over_fifo(self, cross: TokenBucket) -> Option<Self> {
        let rate = self.rate - cross.rate;
        (rate > 0.0).then(|| Self { rate, latency: self.latency + cross.burst / self.rate })
    }

    fn keeps_up(self, arrivals: TokenBucket) -> bool {
        arrivals.rate <= self.rate && (self.rate > 0.0 || arrivals.burst <= 0.0)
    }
}
