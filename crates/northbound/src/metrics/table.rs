//! Every number about ourselves, declared once: what `/metrics` says of it, and the page of documentation.

/// How a number moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It only grows, from zero at the start of the process.
    Counter,
    /// It is what it is now.
    Gauge,
    /// Counts by upper bound, with their sum and number.
    Histogram,
}

/// One number, or one for each value of its labels.
#[derive(Debug)]
pub(crate) struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it counts.
    pub help: &'static str,
}

impl Kind {
    /// As Prometheus writes it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $constant:ident = $kind:ident, $name:literal, [$($label:literal),*];)+) => {
        $($(#[doc = $doc])+ pub(crate) const $constant: &Metric = &Metric {
            name: $name,
            kind: Kind::$kind,
            labels: &[$($label),*],
            help: concat!($($doc),+),
        };)+

        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[&Metric] = &[$($constant),+];
    };
}

metrics! {
    /// Commands decided with a yes.
    COMMANDS_ACCEPTED = Counter, "tessera_commands_accepted_total", [];
    /// Commands decided with a rejection.
    COMMANDS_REJECTED = Counter, "tessera_commands_rejected_total", [];
    /// Submissions that were not queued: the queue was full, or they were too large.
    COMMANDS_REFUSED = Counter, "tessera_commands_refused_total", [];
    /// Commands waiting to be decided.
    COMMANDS_QUEUED = Gauge, "tessera_commands_queued", [];
    /// Batches made durable.
    BATCHES = Counter, "tessera_batches_total", [];
    /// Events made durable.
    EVENTS = Counter, "tessera_events_total", [];
    /// Seconds spent making batches durable.
    APPEND_SECONDS = Counter, "tessera_journal_append_seconds_total", [];
    /// Sequence number after the last durable event; does not start at zero.
    DURABLE_SEQ = Gauge, "tessera_durable_seq", [];
    /// Forecasts that the cell made and loaded itself.
    FORECASTS_LOADED = Counter, "tessera_planning_forecasts_total", [];
    /// Times that looking ahead failed: nothing was measured, or a forecast was not taken. Sales go on; the profile holds.
    PLANNING_FAILURES = Counter, "tessera_planning_failures_total", [];
    /// Resources that the cell's own last forecasts speak of.
    RESOURCES_PLANNED = Gauge, "tessera_planning_resources", [];
    /// Seconds spent looking ahead.
    PLANNING_SECONDS = Counter, "tessera_planning_seconds_total", [];
    /// Times that bid prices were made anew for everything.
    BID_PRICES_SOLVED = Counter, "tessera_bid_prices_solved_total", [];
    /// Times that bid prices followed a change of what is free.
    BID_PRICES_REFRESHED = Counter, "tessera_bid_prices_refreshed_total", [];
    /// Times that bid prices could not be made. The last ones count until they expire; then plans hold.
    BID_PRICE_FAILURES = Counter, "tessera_bid_prices_failures_total", [];
    /// Resources that had a bid price when they were made last.
    RESOURCES_PRICED = Gauge, "tessera_bid_prices_resources", [];
    /// Seconds spent making bid prices.
    BID_PRICE_SECONDS = Counter, "tessera_bid_prices_seconds_total", [];
    /// Connections that are open.
    CONNECTIONS_OPEN = Gauge, "tessera_connections_open", ["side"];
    /// Connections that were given a place.
    CONNECTIONS_ACCEPTED = Counter, "tessera_connections_accepted_total", ["side"];
    /// Idle connections that were ended to make room for new ones.
    CONNECTIONS_CLEARED = Counter, "tessera_connections_cleared_total", ["side"];
    /// TLS handshakes that were not finished.
    HANDSHAKES_FAILED = Counter, "tessera_tls_handshakes_failed_total", ["side"];
    /// Deliveries to webhooks and sinks that wait, those under way included.
    DELIVERIES_WAITING = Gauge, "tessera_deliveries_waiting", [];
    /// Deliveries that were given up and are kept as dead letters.
    DEAD_LETTERS = Gauge, "tessera_dead_letters", [];
    /// Requests that were refused because the cell had too much to do, by how long what they ask for can wait.
    SHED = Counter, "tessera_requests_shed_total", ["priority"];
    /// Requests turned away for what they showed to say who asks, or did not: in `Authorization`, an entitlement, an assertion, a proof.
    AUTH_FAILURES = Counter, "tessera_authentication_failures_total", ["reason"];
    /// Requests answered, by how long they took; a route is a pattern, never an address.
    REQUESTS = Histogram, "tessera_http_request_duration_seconds", ["method", "route", "status"];
}
