//! Numbers about ourselves, in the text form that Prometheus reads.

mod requests;
pub(crate) mod table;

pub(crate) use requests::{UNMATCHED, method_of};

use crate::admit::Priority;
use crate::app::App;
use crate::auth::challenge::Why;
use crate::native::error::Problems;
use crate::planning::{CongestionCounts, PlanningCounts};
use crate::side::Side;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use node::Gate;
use requests::Requests;
use std::fmt::{Display, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use table::{Metric, REQUESTS};

/// What was counted since the start.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Requests,
    public: Arc<Connections>,
    admin: Arc<Connections>,
    sbi: Arc<Connections>,
    turned_away: [AtomicU64; Why::ALL.len()],
}

/// The connections of one side.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// Open now.
    pub open: AtomicU64,
    /// Given a place.
    pub accepted: AtomicU64,
    /// Ended to make room.
    pub cleared: AtomicU64,
    /// Handshakes that were not finished.
    pub handshakes_failed: AtomicU64,
}

impl Metrics {
    /// With a place for each pattern of a route.
    pub(crate) fn new(patterns: &[String]) -> Self {
        Self {
            requests: Requests::new(patterns),
            public: Arc::default(),
            admin: Arc::default(),
            sbi: Arc::default(),
            turned_away: Default::default(),
        }
    }

    /// Counts a caller that was turned away.
    pub(crate) fn turned_away(&self, why: Why) {
        self.turned_away[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request: its method, its route's pattern, its status.
    pub(crate) fn served(&self, request: (&str, &str, StatusCode), took: Duration) {
        self.requests.served(request, took);
    }

    /// The connections of a side.
    pub(crate) fn connections(&self, side: Side) -> Arc<Connections> {
        Arc::clone(match side {
            Side::Public => &self.public,
            Side::Admin => &self.admin,
            Side::Sbi => &self.sbi,
        })
    }
}

/// Numbers about the cell and its requests.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"), Problems))]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let mut out = String::new();
    write_cell(&mut out, &app.gate);
    write_connections(&mut out, &app.metrics);
    if let Ok(telling) = app.telling() {
        let (waiting, dead) = telling.notifier.mailroom(|room| room.counts()).await;
        one(&mut out, table::DELIVERIES_WAITING, waiting);
        one(&mut out, table::DEAD_LETTERS, dead);
    }
    write_planning(&mut out, app.planning.as_ref().map(|planning| planning.counts()).unwrap_or_default());
    write_congestion(&mut out, app.congestion.as_ref().map(|congestion| congestion.counts()).unwrap_or_default());
    let sheds = Priority::ALL.map(Priority::name).into_iter().zip(app.admission.shed());
    each(&mut out, table::SHED, sheds);
    let reasons = Why::ALL.map(Why::reason).into_iter().zip(&app.metrics.turned_away);
    each(&mut out, table::AUTH_FAILURES, reasons);
    header(&mut out, REQUESTS);
    app.metrics.requests.write(&mut out);
    let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, media)], out).into_response()
}

fn write_cell(out: &mut String, gate: &Gate) {
    let counts = gate.counts();
    for (metric, value) in [
        (table::COMMANDS_ACCEPTED, &counts.accepted),
        (table::COMMANDS_REJECTED, &counts.rejected),
        (table::COMMANDS_REFUSED, &counts.refused),
        (table::BATCHES, &counts.batches),
        (table::EVENTS, &counts.events),
    ] {
        one(out, metric, value.load(Ordering::Relaxed));
    }
    one(out, table::APPEND_SECONDS, seconds(counts.append_us.load(Ordering::Relaxed)));
    one(out, table::COMMANDS_QUEUED, gate.queued());
    one(out, table::DURABLE_SEQ, gate.replica().view().next_seq);
}

fn write_planning(out: &mut String, counts: PlanningCounts) {
    one(out, table::FORECASTS_LOADED, counts.forecasts);
    one(out, table::PLANNING_FAILURES, counts.failures);
    one(out, table::RESOURCES_PLANNED, counts.resources);
    one(out, table::PLANNING_SECONDS, seconds(counts.took_us));
}

fn write_congestion(out: &mut String, counts: CongestionCounts) {
    one(out, table::BID_PRICES_SOLVED, counts.solved);
    one(out, table::BID_PRICES_REFRESHED, counts.refreshed);
    one(out, table::BID_PRICE_FAILURES, counts.failures);
    one(out, table::RESOURCES_PRICED, counts.resources);
    one(out, table::BID_PRICE_SECONDS, seconds(counts.took_us));
}

type Count = fn(&Connections) -> &AtomicU64;

fn write_connections(out: &mut String, metrics: &Metrics) {
    let all: [(&Metric, Count); 4] = [
        (table::CONNECTIONS_OPEN, |connections| &connections.open),
        (table::CONNECTIONS_ACCEPTED, |connections| &connections.accepted),
        (table::CONNECTIONS_CLEARED, |connections| &connections.cleared),
        (table::HANDSHAKES_FAILED, |connections| &connections.handshakes_failed),
    ];
    for (metric, count) in all {
        header(out, metric);
        for (side, connections) in
            [(Side::Public, &metrics.public), (Side::Admin, &metrics.admin), (Side::Sbi, &metrics.sbi)]
        {
            let value = count(connections).load(Ordering::Relaxed);
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}{{{}}} {value}", metric.name, labels(metric, &[side.name()]));
        }
    }
}

fn one(out: &mut String, metric: &Metric, value: impl Display) {
    header(out, metric);
    let _ = writeln!(out, "{} {value}", metric.name);
}

/// One number for each value of a label.
fn each<'a>(out: &mut String, metric: &Metric, counts: impl Iterator<Item = (&'static str, &'a AtomicU64)>) {
    header(out, metric);
    for (value, count) in counts {
        let _ = writeln!(out, "{}{{{}}} {}", metric.name, labels(metric, &[value]), count.load(Ordering::Relaxed));
    }
}

fn header(out: &mut String, metric: &Metric) {
    let (name, help, kind) = (metric.name, metric.help.trim(), metric.kind.text());
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// The labels of a number, with their values.
fn labels(metric: &Metric, values: &[&str]) -> String {
    let named = metric.labels.iter().zip(values).map(|(label, value)| format!("{label}=\"{value}\""));
    named.collect::<Vec<_>>().join(",")
}

/// Microseconds as seconds, exactly.
fn seconds(us: u64) -> String {
    format!("{}.{:06}", us / 1_000_000, us % 1_000_000)
}
