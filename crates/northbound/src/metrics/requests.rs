//! Requests answered, by method, route and status: counted without a lock, in places that are there before they are needed.

use super::table::REQUESTS;
use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The route of an address that has none.
pub(crate) const UNMATCHED: &str = "unmatched";

/// Upper bounds of the latency buckets, in microseconds, and as they are written, in seconds.
const BUCKETS: [(u64, &str); 12] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (5_000_000, "5"),
];
/// Methods that have a place; all others share the last.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "OTHER"];
/// Statuses that have a place; all others share one.
const STATUSES: [u16; 24] = [
    200, 201, 202, 204, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 422, 429, 431, 500, 503,
    504,
];

/// Every route's requests.
#[derive(Debug)]
pub(crate) struct Requests(BTreeMap<String, [OnceLock<Box<Statuses>>; METHODS.len()]>);

/// One for each of [`STATUSES`], and one for all others.
type Statuses = [Latency; STATUSES.len() + 1];

#[derive(Debug, Default)]
struct Latency {
    /// Each counts what is above the bound before; the last has no bound.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    sum_us: AtomicU64,
}

/// The name of a method in labels and logs: those that we do not know share one.
pub(crate) fn method_of(method: &Method) -> &'static str {
    METHODS.into_iter().find(|known| method == known).unwrap_or("OTHER")
}

impl Requests {
    /// A place for each of these patterns.
    pub(crate) fn new(patterns: &[String]) -> Self {
        let all = patterns.iter().map(String::as_str).chain([UNMATCHED]);
        Self(all.map(|pattern| (pattern.to_owned(), Default::default())).collect())
    }

    /// Counts a request.
    pub(crate) fn served(&self, (method, route, status): (&str, &str, StatusCode), took: Duration) {
        let Some(methods) = self.0.get(route).or_else(|| self.0.get(UNMATCHED)) else { return };
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        let status = STATUSES.iter().position(|known| *known == status.as_u16()).unwrap_or(STATUSES.len());
        let latency = &methods[method].get_or_init(Box::default)[status];
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.iter().position(|(bound, _)| took_us <= *bound).unwrap_or(BUCKETS.len());
        latency.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        latency.sum_us.fetch_add(took_us, Ordering::Relaxed);
    }

    /// Writes what was counted.
    pub(crate) fn write(&self, out: &mut String) {
        for (route, methods) in &self.0 {
            for (method, statuses) in METHODS.iter().zip(methods) {
                for (number, latency) in statuses.get().into_iter().flat_map(|all| all.iter().enumerate()) {
                    let status = STATUSES.get(number).map_or_else(|| "other".to_owned(), u16::to_string);
                    latency.write(out, &super::labels(REQUESTS, &[method, route, &status]));
                }
            }
        }
    }
}

impl Latency {
    fn write(&self, out: &mut String, labels: &str) {
        let name = REQUESTS.name;
        let counts = self.buckets.each_ref().map(|bucket| bucket.load(Ordering::Relaxed));
        let total: u64 = counts.iter().sum();
        if total == 0 {
            return;
        }
        let mut below = 0;
        for ((_, bound), count) in BUCKETS.iter().zip(counts) {
            below += count;
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}");
        }
        let sum = super::seconds(self.sum_us.load(Ordering::Relaxed));
        let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {total}");
        let _ = writeln!(out, "{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {total}");
    }
}
