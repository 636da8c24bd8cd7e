//! Spans of requests, exported over OTLP to a collector where one is named.
//!
//! The exporter has a thread and a bounded queue of its own: a collector that is slow or gone costs spans, never requests.

use crate::config::TelemetryConfig;
use anyhow::Context;
use northbound::OnSpan;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// How long one call to the collector may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long stopping waits for the last spans.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// Largest answer of a collector that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 10;
/// Parts of a whole in parts per million.
const WHOLE_PPM: f64 = 1_000_000.0;

/// Exporting spans until the end of the process.
#[derive(Debug)]
pub struct Telemetry(SdkTracerProvider);

impl Telemetry {
    /// Starts exporting.
    pub fn start(config: &TelemetryConfig) -> anyhow::Result<Self> {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(EXPORT_TIMEOUT));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector(agent.build().new_agent()))
            .with_endpoint(format!("{}/v1/traces", config.otlp_endpoint.trim_end_matches('/')))
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .with_context(|| format!("`{}` is no OTLP endpoint", config.otlp_endpoint))?;
        // A request that is part of a trace is sampled as its caller says.
        let ours = Sampler::TraceIdRatioBased(f64::from(config.sample_ppm) / WHOLE_PPM);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(ours)))
            .with_resource(Resource::builder().with_service_name("tessera").build())
            .build();
        Ok(Self(provider))
    }

    /// What makes spans.
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer("tessera")
    }

    /// Makes the span of a request part of the trace that its headers name (W3C Trace Context).
    pub fn on_span() -> OnSpan {
        let propagator = TraceContextPropagator::new();
        Arc::new(move |span, headers| {
            let parent = propagator.extract(&HeaderExtractor(headers));
            // A span that nobody exports has no parent.
            let _ = span.set_parent(parent);
        })
    }

    /// Sends what is left, within a time limit.
    pub fn stop(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(FLUSH_TIMEOUT) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

/// A collector, called from the exporter's own thread.
#[derive(Debug)]
struct Collector(ureq::Agent);

impl Collector {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.0.run(request.map(|body| body.to_vec()))?;
        let (parts, body) = answer.into_parts();
        let body = body.into_with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    }
}

impl HttpClient for Collector {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(ready(self.send(request)))
    }
}
