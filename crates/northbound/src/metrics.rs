//! Numbers about ourselves, in the text form that Prometheus reads.

use crate::app::App;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use node::Gate;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS_S: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Requests served since the start, by method, route and status.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<Series, Latency>>);

type Series = (&'static str, String, u16);

#[derive(Clone, Copy, Debug, Default)]
struct Latency {
    count: u64,
    sum_s: f64,
    buckets: [u64; BUCKETS_S.len()],
}

impl Metrics {
    /// Counts a request. `route` is a pattern, never an address: the number of series stays bounded.
    pub(crate) fn served(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let latency = all.entry((label_of(method), route.to_owned(), status.as_u16())).or_default();
        let took_s = took.as_secs_f64();
        latency.count += 1;
        latency.sum_s += took_s;
        for (bucket, bound) in latency.buckets.iter_mut().zip(BUCKETS_S) {
            *bucket += u64::from(took_s <= bound);
        }
    }

    fn copy(&self) -> BTreeMap<Series, Latency> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Numbers about the cell and its requests.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let mut out = String::new();
    write_cell(&mut out, &app.gate);
    write_requests(&mut out, &app.metrics.copy());
    let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, media)], out).into_response()
}

fn write_cell(out: &mut String, gate: &Gate) {
    let counts = gate.counts();
    let counters = [
        ("tessera_commands_accepted_total", "Commands decided with a yes.", &counts.accepted),
        ("tessera_commands_rejected_total", "Commands decided with a rejection.", &counts.rejected),
        ("tessera_commands_refused_total", "Submissions that were not queued.", &counts.refused),
        ("tessera_batches_total", "Batches made durable.", &counts.batches),
        ("tessera_events_total", "Events made durable.", &counts.events),
    ];
    for (name, help, value) in counters {
        sample(out, (name, help, "counter"), value.load(Ordering::Relaxed));
    }
    let queued = u64::try_from(gate.queued()).unwrap_or(u64::MAX);
    sample(out, ("tessera_commands_queued", "Commands waiting to be decided.", "gauge"), queued);
    let next_seq = gate.replica().view().next_seq;
    sample(out, ("tessera_durable_seq", "Sequence number after the last durable event.", "gauge"), next_seq);
}

fn sample(out: &mut String, (name, help, kind): (&str, &str, &str), value: u64) {
    header(out, name, help, kind);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{name} {value}");
}

fn header(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn write_requests(out: &mut String, all: &BTreeMap<Series, Latency>) {
    let name = "tessera_http_request_duration_seconds";
    header(out, name, "Requests served, by how long they took.", "histogram");
    for ((method, route, status), latency) in all {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        for (bound, count) in BUCKETS_S.iter().zip(latency.buckets) {
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", latency.count);
        let _ = writeln!(out, "{name}_sum{{{labels}}} {}", latency.sum_s);
        let _ = writeln!(out, "{name}_count{{{labels}}} {}", latency.count);
    }
}

/// Methods that we do not know share one label.
fn label_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "OTHER",
    }
}
