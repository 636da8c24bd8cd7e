//! How much of each there may be.

use crate::limits::{RATE_REQUESTS_MAX, RATE_WINDOW_MAX, REQUESTS_IN_FLIGHT_MAX};
use std::num::NonZeroU32;
use std::time::Duration;

/// So many within a window; what was not used comes back evenly over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    window: Duration,
}

/// What a cell takes of those who call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests of an operator.
    pub operator: Rate,
    /// Requests of a customer.
    pub customer: Rate,
    /// Requests of a meter.
    pub meter: Rate,
    /// Requests from an address, of whom nobody vouches for.
    pub stranger: Rate,
    /// Quotes of a party.
    pub quotes: Rate,
    /// Purchases of a party.
    pub purchases: Rate,
    /// Purchases for a device.
    pub device_purchases: Rate,
    /// Requests under way at one time.
    pub requests_in_flight: usize,
}

/// A rate that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 to {RATE_REQUESTS_MAX} requests within 1 to {} seconds are expected", RATE_WINDOW_MAX.as_secs())]
pub struct RateError;

impl Rate {
    /// So many within a window of whole seconds.
    pub fn new(requests: u32, window_s: u64) -> Result<Self, RateError> {
        let window = Duration::from_secs(window_s);
        match NonZeroU32::new(requests) {
            Some(requests) if requests.get() <= RATE_REQUESTS_MAX && !window.is_zero() && window <= RATE_WINDOW_MAX => {
                Ok(Self { requests, window })
            }
            _ => Err(RateError),
        }
    }

    /// How many at once.
    pub const fn requests(self) -> NonZeroU32 {
        self.requests
    }

    /// How long it takes until all of them may come again.
    pub const fn window(self) -> Duration {
        self.window
    }

    const fn known(requests: u32, window_s: u64) -> Self {
        Self {
            requests: NonZeroU32::new(requests).expect("a default is more than none"),
            window: Duration::from_secs(window_s),
        }
    }
}

impl Default for Limits {
    /// Generous: who behaves does not meet them.
    fn default() -> Self {
        Self {
            operator: Rate::known(10_000, 10),
            customer: Rate::known(2_000, 10),
            meter: Rate::known(1_000_000, 10),
            stranger: Rate::known(6_000, 60),
            quotes: Rate::known(600, 60),
            purchases: Rate::known(600, 60),
            device_purchases: Rate::known(30, 60),
            requests_in_flight: REQUESTS_IN_FLIGHT_MAX,
        }
    }
}
