//! What is logged, and how it is written: to standard error, a line for each event. Where there is a collector, the spans of
//! requests go there besides.

use crate::config::LogFormat;
use crate::telemetry::Telemetry;
use anyhow::Context;
use std::io::IsTerminal;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// Starts logging, in colours when somebody watches.
pub fn start(filter: &str, format: LogFormat, telemetry: Option<&Telemetry>) -> anyhow::Result<()> {
    let filter = filter.parse::<EnvFilter>();
    let filter = filter.context("the log filter is not one; try `info` or `node=debug,info`")?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    // The span of a request is all that leaves the process: what is logged in it does not.
    let requests = filter_fn(|metadata| metadata.is_span() && metadata.name() == "request");
    let spans = telemetry.map(|telemetry| {
        let layer = tracing_opentelemetry::layer().with_tracer(telemetry.tracer());
        layer.with_location(false).with_threads(false).with_filter(requests)
    });
    registry().with(lines.with_filter(filter)).with(spans).init();
    Ok(())
}
