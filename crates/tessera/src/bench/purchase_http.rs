//! `tessera bench purchase-http`: can it be promised, a firm quote, and the order that accepts it; three requests.

use super::Options;
use super::audit;
use super::http::{
    Bare, Caller, Connection, Identity, Idle, JSON, Load, Measured, Post, Report, Run, Script, Turn, runs,
};
use super::shop::{self, OFFERING, PLACES};
use anyhow::{Context, bail};
use axum::http::{HeaderValue, StatusCode};
use journal::SqliteStore;
use node::View;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use types::CellId;

/// Purchases of one run when no number is named.
const COUNT: u64 = 20_000;
/// Customers who buy when no number is named.
const CUSTOMERS: u32 = 1_000;

/// One purchase after another, each by the next customer.
struct Buying(Vec<Identity>);

/// What bare axum reads of each of the three.
#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "window")]
    _window: Option<Window>,
    #[serde(rename = "place")]
    _place: Option<Place>,
    #[serde(rename = "offering")]
    _offering: Option<String>,
    #[serde(rename = "quote")]
    _quote: Option<String>,
}

#[derive(Deserialize)]
struct Window {
    #[serde(rename = "duration_s")]
    _duration_s: u64,
}

#[derive(Deserialize)]
struct Place {
    #[serde(rename = "h3")]
    _h3: Vec<String>,
}

/// What the client needs of a quote.
#[derive(Deserialize)]
struct Quote {
    id: String,
}

/// Measures with each number of connections, on a cell of its own.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let customers = options.accounts.unwrap_or(CUSTOMERS);
    let runs = runs(options, COUNT, |load, data| measure(load, customers, data))?;
    Report::of("purchase-http", runs).print(options.json)
}

/// One run; ends with an error when the books do not say what was bought.
pub fn measure(load: Load, customers: u32, data: &Path) -> anyhow::Result<Run> {
    let idle = Idle::start(data)?;
    let callers = idle.fill(async |gate| shop::build(gate, customers).await)?;
    let script = Buying(callers.iter().map(Caller::identity).collect::<anyhow::Result<_>>()?);
    let served = idle.serve(&callers, None)?;
    let bare = Bare::new()
        .route::<Asked>("/v1/qualifications", StatusCode::OK, text_of(700))
        .route::<Asked>("/v1/quotes", StatusCode::CREATED, text_of(500))
        .route::<Asked>("/v1/orders", StatusCode::CREATED, text_of(1_500))
        .serve()?;
    let run = Measured { script: Arc::new(script), requests: 3 }.beside(load, served.address, &bare)?;
    served.stop()?;
    let (_, view) = audit::replay(&SqliteStore::open(data, CellId(1))?)?;
    audit::balanced(&view)?;
    bought(&view, load.count)?;
    Ok(run)
}

/// An answer of about so many bytes.
fn text_of(bytes: usize) -> Value {
    json!({"id": "quo_00000000000000000000000000", "rest": "x".repeat(bytes)})
}

fn bought(view: &View, count: u64) -> anyhow::Result<()> {
    let tokens = view.state.tokens.len() as u64;
    if tokens != count {
        bail!("{tokens} tokens were issued instead of {count}");
    }
    Ok(())
}

impl Script for Buying {
    async fn operate(&self, connection: &mut Connection, turn: Turn) -> anyhow::Result<()> {
        let identity = &self.0[(turn.number % self.0.len() as u64) as usize];
        let place = PLACES[(turn.number % PLACES.len() as u64) as usize];
        let (path, expected) = ("/v1/qualifications", StatusCode::OK);
        let body = format!(r#"{{"latency_ms_max":30,"window":{{"duration_s":7200}},"place":{{"h3":["{place:x}"]}}}}"#);
        connection.post(Post { path, media: JSON, identity, key: None, body, expected }).await?;
        let (path, expected) = ("/v1/quotes", StatusCode::CREATED);
        let body =
            format!(r#"{{"offering":"{OFFERING}","window":{{"duration_s":7200}},"place":{{"h3":["{place:x}"]}}}}"#);
        let quote = connection.post(Post { path, media: JSON, identity, key: None, body, expected }).await?;
        let Quote { id } = serde_json::from_slice(&quote).context("a quote was expected")?;
        let key = Some(HeaderValue::from(turn.number));
        let body = format!(r#"{{"quote":"{id}"}}"#);
        connection.post(Post { path: "/v1/orders", media: JSON, identity, key, body, expected }).await?;
        Ok(())
    }
}
